"""`/collab channel`: connecting the channel one stands in, changing what it hears, disconnecting it."""

from __future__ import annotations

from collab.channels import messages, queries, service
from collab.channels.rules import DETAILS, KINDS, ChannelView, Settings
from collab.channels.schemas import given_of, read_form, settings_of
from collab.channels.service.connecting import Place
from collab.kernel.actor import Actor
from collab.kernel.errors import NotFound
from collab.kernel.i18n import LOCALES, Reader
from collab.kernel.permits import permit, permits
from collab.people import queries as people
from collab.slack import answers, blocks
from collab.slack.blocks import Block
from collab.slack.grammar import NOTHING, Command
from collab.slack.registry import edges
from collab.slack.talk import Answer, Open, Say, Talk

FORM, DISCONNECT = "channel.form", "channel.disconnect"
DIRECT, GROUP = "directmessage", "mpdm-"
WORDS = ("channel", "channels", "チャンネル")


def install() -> None:
    """Make the command, the form and the button known."""
    edges.vocabulary.add(Command("channel.settings", settings, WORDS, takes=NOTHING, rank=83))
    edges.add_modal(FORM, send)
    edges.add_action(DISCONNECT, disconnect)


@permit("channel.open")
def settings(talk: Talk) -> Answer:
    """The form of the channel one stands in."""
    permits.check("channel.open", talk.actor.roles)
    if not is_channel(talk):
        return answers.say(talk.reader, "channel.slack.not_here")
    found = queries.find_open(talk.team, talk.channel)
    if found is not None:
        permits.check("channel.settings", queries.relations(talk.actor, found.settings))
    return Open(_form(talk, found))


@permit("channel.settings")
def send(talk: Talk) -> Answer:
    """The form was sent: field by field under it what is wrong, else how things stand now."""
    place = Place(talk.team, str(talk.data.get("channel", "")), str(talk.data.get("name", "")))
    if not place.channel:
        raise NotFound
    found = queries.find_open(place.team, place.channel)
    kept = found.settings if found else queries.fresh(talk.actor, talk.reader)
    wanted = settings_of(read_form(talk.entered), kept)
    queries.check_choice(talk.actor, wanted)
    seen = talk.data.get("version")
    after = service.connect(talk.actor, place, wanted, seen=seen if isinstance(seen, int) else None, now=talk.now)
    return _stands(talk, after, was=found)


@permit("channel.settings")
def disconnect(talk: Talk) -> Answer:
    """Pressed in the form, and confirmed."""
    number = talk.pressed if talk.pressed.isascii() and talk.pressed.isdigit() else "0"
    found = queries.find_channel(int(number[:12]))
    if found is None or found.closed_at is not None:
        raise NotFound
    service.disconnect(talk.actor, found, now=talk.now)
    return answers.say(talk.reader, "channel.slack.disconnected")


def is_channel(talk: Talk) -> bool:
    """Whether one stands in a channel: neither in a direct message nor in a group of people."""
    direct = talk.channel_name == DIRECT or talk.channel_name.startswith(GROUP)
    return bool(talk.channel) and not direct and not talk.channel.startswith("D")


def _form(talk: Talk, found: ChannelView | None) -> Block:
    how = talk.reader
    kept = found.settings if found else queries.fresh(talk.actor, how)
    data = {"channel": talk.channel, "name": talk.channel_name, "version": found.version if found else None}
    title, submit = how.say("channel.form.title"), how.say("channel.form.save" if found else "channel.form.connect")
    lead = how.say("channel.form.lead_change" if found else "channel.form.lead", channel="\x00").split("\x00")
    first = blocks.section(f"<#{blocks.escape(talk.channel)}>".join(blocks.escape(part) for part in lead))
    shown = [first, *_fields(talk.actor, kept, how), *([_end(found, how)] if found else [])]
    return blocks.modal(FORM, title, shown, close=how.say("channel.form.close"), submit=submit, data=data)


def _fields(actor: Actor, kept: Settings, how: Reader) -> list[Block]:
    value = given_of(kept)
    choices = [(code, how.say(queries.whose_value(code))) for code, _row in queries.choices_of(actor)]
    kinds = [(code, how.say(f"channel.kinds.{code}")) for code in KINDS]
    details = [(code, how.say(f"channel.details.{code}")) for code in DETAILS]
    days = [(str(day), how.say(f"channel.weekday.{day}")) for day in range(7)]
    languages = [(code, how.say(f"channel.language.{code}")) for code in LOCALES]
    return [
        _menu("whose", choices, value["whose"], how),
        blocks.entry("kinds", how.say("channel.field.kinds"), blocks.ticks("kinds", kinds, chosen=value["kinds"]), optional=True),
        _menu("details", details, value["details"], how),
        _tick("mentions", how, on=kept.mentions),
        _tick("digest", how, on=kept.digest),
        _menu("digest_weekday", days, value["digest_weekday"], how),
        blocks.entry(
            "digest_at", how.say("channel.field.digest_at"), blocks.text_input("digest_at", value=value["digest_at"], longest=10),
            hint=how.say("channel.field.digest_hint", zone=kept.zone),
        ),
        _menu("language", languages, value["language"], how),
    ]  # fmt: skip


def _menu(name: str, choices: list[tuple[str, str]], chosen: str, how: Reader) -> Block:
    return blocks.entry(name, how.say(f"channel.field.{name}"), blocks.menu(name, choices, chosen=chosen))


def _tick(name: str, how: Reader, *, on: bool) -> Block:
    box = blocks.tick(name, "yes", how.say(f"channel.field.{name}_on"), on=on)
    return blocks.entry(name, how.say(f"channel.field.{name}"), box, optional=True)


def _end(found: ChannelView, how: Reader) -> Block:
    sure = blocks.confirm(
        how.say("channel.form.sure"),
        how.say("channel.form.sure_text"),
        how.say("channel.form.disconnect"),
        how.say("channel.form.keep"),
    )
    return blocks.actions(
        blocks.button(how.say("channel.form.disconnect"), DISCONNECT, str(found.id), style="danger", confirm=sure)
    )


def _stands(talk: Talk, channel: ChannelView, *, was: ChannelView | None) -> Say:
    how = talk.reader
    by = people.names_of([channel.connected_by]).get(channel.connected_by)
    first = how.say(
        "channel.slack.changed" if was else "channel.slack.connected", whose=queries.whose(channel.settings), who=by
    )
    lines = [first, *messages.lines(channel, how), *([] if was else [how.say("channel.slack.invite")])]
    text = "\n".join(lines)
    return Say(text, [blocks.section(blocks.escape(text))])
