"""Use-cases of threads: comment, correct, withdraw; keep the folder of files tidy."""

from collab.threads.rules.files import Upload
from collab.threads.service.commenting import Commented, comment
from collab.threads.service.correcting import correct, withdraw
from collab.threads.service.keeping import read, sweep

__all__ = ["Commented", "Upload", "comment", "correct", "read", "sweep", "withdraw"]
