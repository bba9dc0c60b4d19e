"""`python -m tests.slack_double --port 8055`: the double as its own process, until it is interrupted."""

import argparse
import contextlib

from tests.slack_double.double import SlackDouble
from tests.slack_double.settings import App


def main() -> None:
    """Prints how to configure the product for it, then serves."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8055)
    parser.add_argument("--user", action="append", default=[], metavar="EMAIL=NAME", help="somebody in the workspace")
    options = parser.parse_args()
    double = SlackDouble(port=options.port)
    for user in options.user:
        double.add_user(*user.split("=", 1))
    print(f"SLACK_API_URL={double.api_url}")
    print(f"SLACK_BOT_TOKEN={App.bot_token} SLACK_SIGNING_SECRET={App.signing_secret}", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        double.serve_forever()


if __name__ == "__main__":
    main()
