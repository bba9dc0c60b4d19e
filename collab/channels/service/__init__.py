"""Use-cases of shared channels: connect one (`connecting`), its wishes (`wishing`), tell it what happened (`telling`)."""

from collab.channels.service.connecting import CARD, HELLO, LOST, NEWS, connect, disconnect, lost
from collab.channels.service.telling import sweep
from collab.channels.service.wishing import wish

__all__ = ["CARD", "HELLO", "LOST", "NEWS", "connect", "disconnect", "lost", "sweep", "wish"]
