"""Sleeps by `select` in processes whose clock is bent: Python runs this file at its start when its folder is on PYTHONPATH.

Since 3.11 Python sleeps until a moment of the steady clock, which libfaketime 0.9.10 bends although it was told not to
(wolfcw/libfaketime, issue 426): every sleep would fail.
"""

import select
import time


def sleep(seconds: float) -> None:
    """Wait for so long."""
    select.select([], [], [], seconds)


time.sleep = sleep
