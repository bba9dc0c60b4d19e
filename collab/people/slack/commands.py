"""`/collab lang` and `/collab link`: how a member is spoken to, and whose this Slack account is."""

from __future__ import annotations

from collab.kernel.i18n import Reader
from collab.kernel.permits import permit, permits
from collab.kernel.text import normal
from collab.people import service
from collab.slack import answers, blocks, identity
from collab.slack.grammar import REST, Command
from collab.slack.registry import edges
from collab.slack.talk import Answer, Say, Talk

LANGUAGES = {
    "ja": "ja", "japanese": "ja", "日本語": "ja", "jp": "ja", "en": "en", "english": "en", "英語": "en",
}  # fmt: skip


def install() -> None:
    """Make the commands known."""
    edges.vocabulary.add(
        Command("people.lang", choose_language, ("lang", "language", "言語", "ことば"), takes=REST, rank=80)
    )
    edges.vocabulary.add(Command("people.link", link, ("link", "connect", "連携", "接続"), takes=REST, rank=80))


@permit("access.own")
def choose_language(talk: Talk) -> Answer:
    """Speak to this member in the other language from now on; the answer is already in it."""
    permits.check("access.own", talk.actor.roles)
    wanted = LANGUAGES.get(normal(talk.typed.rest))
    if wanted is None:
        return answers.say(talk.reader, "people.lang.which")
    service.set_locale(talk.actor, wanted, now=talk.now)
    identity.forget(talk.team, talk.user)
    return answers.say(Reader(wanted, talk.reader.zone), "people.lang.chosen")


@permit("access.link")
def link(talk: Talk) -> Answer:
    """Say whose account this is; it is let go on the web, and only then can it become somebody else's."""
    permits.check("access.link", talk.actor.roles)
    who = talk.actor.name(talk.reader.locale)
    text = talk.reader.say("people.link.linked", who=who, email=talk.actor.email)
    go = blocks.button(talk.reader.say("people.link.another"), "slack.link", "link", url=identity.address("/me#slack"))
    return Say(text, [blocks.section(blocks.escape(text)), blocks.actions(go)])
