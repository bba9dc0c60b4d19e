"""`python -m tests.slack_double --port 8055`: the double as its own process, until it is interrupted."""

import argparse
import contextlib

from tests.slack_double.double import SlackDouble
from tests.slack_double.settings import DEFAULT_SCOPES, HISTORY_SCOPES, App


def main() -> None:
    """Prints how to configure the product for it, then serves."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8055)
    parser.add_argument("--user", action="append", default=[], metavar="EMAIL=NAME", help="somebody in the workspace")
    parser.add_argument("--history", action="store_true", help="grant the history scopes too")
    parser.add_argument("--rates", action="store_true", help="enforce Slack's rates")
    parser.add_argument("--product", default="", metavar="URL", help="where the product listens, for events")
    options = parser.parse_args()
    scopes = DEFAULT_SCOPES | (HISTORY_SCOPES if options.history else frozenset())
    double = SlackDouble(options.product, port=options.port, scopes=scopes, rates=options.rates)
    for user in options.user:
        double.add_user(*user.split("=", 1))
    print(f"SLACK_API_URL={double.api_url}")
    print(f"SLACK_BOT_TOKEN={App.bot_token} SLACK_SIGNING_SECRET={App.signing_secret}", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        double.serve_forever()


if __name__ == "__main__":
    main()
