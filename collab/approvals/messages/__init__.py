"""What Slack shows of an approval: the card people decide on, the forms that ask for words, the news. Words and blocks, no I/O."""

from collab.approvals.messages import forms
from collab.approvals.messages.card import (
    ask_line,
    buttons,
    card,
    card_line,
    line,
    standing,
    substance,
)
from collab.approvals.messages.forms import About, kept_words
from collab.approvals.messages.news import News, news_line, told, told_line
from collab.approvals.messages.picture import (
    ADD_STEP,
    ADVOCATE,
    AGREE,
    APPROVE,
    CONDITIONS,
    HOLD,
    LATER,
    LIFT,
    MORE,
    OPINION,
    REJECT,
    RELEASE,
    RETURN,
    REVOKE,
    TIME,
    UNDO,
    Asked,
    CardNow,
    Changes,
    SeatLine,
    StepLine,
    last_decision,
    seat_from,
    value_from,
    value_of,
    waiting_seats,
)
from collab.approvals.messages.seats import decided_line, opinion_line, stage_words, waiting_line, who
from collab.approvals.messages.ways import SOON, TOMORROW, WAYS, more_modal, undo_offer

__all__ = [
    "ADD_STEP", "ADVOCATE", "AGREE", "APPROVE", "CONDITIONS", "HOLD", "LATER", "LIFT", "MORE", "OPINION", "REJECT", "RELEASE",
    "RETURN", "REVOKE", "SOON", "TIME", "TOMORROW", "UNDO", "WAYS", "About", "Asked", "CardNow", "Changes", "News",
    "SeatLine", "StepLine", "ask_line", "beside", "buttons", "card", "card_line", "decided_line", "forms", "kept_words",
    "last_decision", "line", "more_modal", "news_line", "opinion_line", "seat_from", "stage_words", "standing", "substance",
    "told", "told_line", "undo_offer", "value_from", "value_of", "waiting_line", "waiting_seats", "who",
]  # fmt: skip
