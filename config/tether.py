"""Children that end with the process that started them, even when that one is killed without a chance to tidy up."""

import ctypes
import signal
import sys
from collections.abc import Callable

_ASK_FOR_A_SIGNAL = 1  # PR_SET_PDEATHSIG of linux/prctl.h

# Looked up here, not in the child: between fork and exec only what is already loaded may be touched.
_prctl: Callable[..., int] | None = ctypes.CDLL(None).prctl if sys.platform == "linux" else None


def end_with_parent(how: signal.Signals = signal.SIGTERM) -> None:
    """Ask the kernel to send this process `how` when its parent dies. Only Linux can; elsewhere nothing happens."""
    if _prctl is not None:
        _prctl(_ASK_FOR_A_SIGNAL, int(how))
