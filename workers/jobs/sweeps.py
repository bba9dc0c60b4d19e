"""Short looks at rows that are due. Each may run twice, late, or at the same time as another."""

from typing import Any

from collab.access.service import returning, staying, tokens
from collab.approvals import service as approvals
from collab.audit import service as audit
from collab.blueprints import service as blueprints
from collab.channels import service as channels
from collab.controls import service as controls
from collab.digests import service as digests
from collab.escalations import service as escalations
from collab.goals import service as goals
from collab.imports import service as imports
from collab.initiatives import service as initiatives
from collab.kernel import clock
from collab.nudges import service as nudges
from collab.outbox import service as outbox
from collab.people import service as people
from collab.pulses import service as pulses
from collab.reviews import service as reviews
from collab.subjects import service as subjects
from collab.threads import service as threads
from collab.web import drafts
from workers.context import sweep
from workers.jobs.delivery import ring_again

INDEXED_AT_ONCE = 500


@sweep(name="outbox.sweep")
def sweep_outbox(**_newer: Any) -> None:
    """Messages that are due, and leases that ran out; of a flood whose bell was lost, the next drain does the rest."""
    outbox.sweep(now=clock.shared())
    ring_again()


@sweep(name="slack.sweep")
def sweep_screens(**_newer: Any) -> None:
    """Home tabs and link previews that are due."""
    outbox.sweep_screens(now=clock.shared())


@sweep(name="access.post")
def sweep_letters(**_newer: Any) -> None:
    """Links to sign in with that no bell announced, or that are tried again."""
    returning.send_waiting(now=clock.shared())


@sweep(name="outbox.watch")
def watch_outbox(**_newer: Any) -> None:
    """Messages that are late although nothing stops them: an alarm on a second path."""
    outbox.watch(now=clock.shared())


@sweep(name="outbox.tidy")
def tidy_outbox(**_newer: Any) -> None:
    """What delivery no longer needs, once a day."""
    outbox.tidy(now=clock.shared())


@sweep(name="imports.sweep")
def sweep_imports(**_newer: Any) -> None:
    """Files whose worker died."""
    imports.sweep(now=clock.shared())


@sweep(name="controls.sweep")
def sweep_controls(**_newer: Any) -> None:
    """Changes of controls whose day has come, or that nobody answered."""
    controls.sweep(now=clock.shared())


@sweep(name="access.guests")
def sweep_guests(**_newer: Any) -> None:
    """Guests whose last day is over, and inviters who are asked whether one stays longer."""
    staying.sweep(now=clock.shared())
    returning.tidy(now=clock.shared())


@sweep(name="access.sweep")
def sweep_access(**_newer: Any) -> None:
    """Tokens that end within a week: their owners hear of it."""
    tokens.warn_expiring(now=clock.shared())


@sweep(name="people.sweep")
def sweep_people(**_newer: Any) -> None:
    """Absences and offices that begin or end."""
    people.sweep(now=clock.shared())


@sweep(name="approvals.sweep")
def sweep_approvals(**_newer: Any) -> None:
    """Seats whose holder is away or gone and that could fall to nobody before."""
    approvals.sweep(now=clock.shared())


@sweep(name="channels.sweep")
def sweep_channels(**_newer: Any) -> None:
    """Shared channels hear what happened since they last looked."""
    channels.sweep(now=clock.shared())


@sweep(name="nudges.sweep")
def sweep_nudges(**_newer: Any) -> None:
    """Members whose time of day for the daily reminder has come."""
    nudges.sweep(now=clock.shared())


@sweep(name="pulses.sweep")
def sweep_pulses(**_newer: Any) -> None:
    """Alignment pulses that close, remind or open by themselves."""
    pulses.sweep(now=clock.shared())


@sweep(name="digests.sweep")
def sweep_digests(**_newer: Any) -> None:
    """Members and channels whose issue of the week has fallen due, and letters that are to be handed over."""
    digests.sweep(now=clock.shared())


@sweep(name="goals.sweep")
def sweep_goals(**_newer: Any) -> None:
    """Goals whose first day has come, and owners whose check-in is to be asked for."""
    goals.sweep(now=clock.shared())


@sweep(name="blueprints.sweep")
def sweep_blueprints(**_newer: Any) -> None:
    """The drift report of a quarter that is over."""
    blueprints.sweep(now=clock.shared())


@sweep(name="reviews.sweep")
def sweep_reviews(**_newer: Any) -> None:
    """The review of a quarter that is over, and drafts whose time is over."""
    reviews.sweep(now=clock.shared())


@sweep(name="initiatives.sweep")
def sweep_initiatives(**_newer: Any) -> None:
    """Pilots whose last day is over, and votes that are to be asked for."""
    initiatives.sweep(now=clock.shared())


@sweep(name="escalations.sweep")
def sweep_escalations(**_newer: Any) -> None:
    """Waits whose moment has come: the last chance, the next rung, an acknowledgement that ran out."""
    escalations.sweep(now=clock.shared())


@sweep(name="threads.sweep")
def sweep_threads(**_newer: Any) -> None:
    """Files no comment names, and those of comments withdrawn long ago."""
    threads.sweep(now=clock.shared())


@sweep(name="web.sweep")
def sweep_forms(**_newer: Any) -> None:
    """Forms nobody went on with for a month."""
    drafts.tidy(now=clock.shared())


@sweep(name="subjects.index")
def index_subjects(**_newer: Any) -> None:
    """What changed since it was last made searchable."""
    subjects.index(limit=INDEXED_AT_ONCE)


@sweep(name="escalations.audit")
def audit_escalations(**_newer: Any) -> None:
    """Clocks that nobody would look at again, or that were never started."""
    escalations.audit(now=clock.shared())


@sweep(name="audit.anchor")
def anchor_audit(**_newer: Any) -> None:
    """The heads of all chains, kept away from the database."""
    audit.anchor(now=clock.shared())


@sweep(name="audit.check")
def check_audit(**_newer: Any) -> None:
    """The check of the trail that somebody asked for."""
    audit.go_on(now=clock.shared())
