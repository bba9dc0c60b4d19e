"""honcho, taught to bring back a process that was killed, and to leave nobody behind when it is killed itself."""

import contextlib
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

from honcho.manager import Manager
from honcho.process import Popen, Process

from config.tether import end_with_parent

TOO_SOON = 10.0  # seconds; what ends sooner after its start would only end again


class Member(Process):
    """honcho's process, tied to us: if we are killed outright, it and its child end too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._child_ctor = _tied

    def run(self, events: Any = None, ignore_signals: bool = False) -> None:  # noqa: FBT001, FBT002 - honcho's signature
        """Run in honcho's helper process, which ignores gentler signals."""
        end_with_parent(signal.SIGKILL)
        super().run(events, ignore_signals)


def _tied(command: str, **options: Any) -> Popen:
    child = Popen(f"exec {command}", preexec_fn=end_with_parent, **options)
    threading.Thread(target=_end_what_it_leaves, args=(child,), daemon=True).start()
    return child


def _end_what_it_leaves(child: Popen) -> None:
    """A killed web leaves its worker, which would serve on, unsupervised, and hold on to honcho's pipe."""
    child.wait()
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)


class Household(Manager):
    """honcho's manager, which ends everything when one process ends; this one first tries to bring it back."""

    def __init__(self, watch: Callable[[], None], welcome: Callable[[], str]) -> None:
        super().__init__()
        self._process_ctor = Member
        self._watch = watch
        self._welcome = welcome
        self._started_at: dict[str, float] = {}
        self._told_to_stop = False
        self.failed = False

    def terminate(self) -> None:
        """End everybody; one who is only just being born, as soon as it has a process id."""
        self._told_to_stop = True
        if self._all_started():
            super().terminate()

    def _start(self) -> None:
        super()._start()
        self._started_at = dict.fromkeys(self._processes, time.monotonic())
        threading.Thread(target=self._greet, daemon=True).start()  # after the forks: no thread survives one

    def _greet(self) -> None:
        words = self._welcome()
        if not self._told_to_stop:
            print(words, flush=True)

    def _any_stopped(self) -> bool:
        """Asked by honcho ten times a second: the moment to look after everybody."""
        if self._told_to_stop:
            self.terminate()
        else:
            self._look_after()
        return bool(super()._any_stopped())

    def _look_after(self) -> None:
        try:
            self._watch()
        except SystemExit as trouble:
            self._system_print(f"{trouble}\n")
            self.failed = True
            self.terminate()
        for name, member in list(self._processes.items()):
            if member.get("returncode") is not None:
                self._bring_back(name)

    def _bring_back(self, name: str) -> None:
        if time.monotonic() - self._started_at[name] < TOO_SOON:
            self.failed = True  # and honcho ends the others
            return
        self._processes[name]["process"].join()
        member = self._processes[name]["obj"]
        helper = multiprocessing.Process(name=name, target=member.run, args=(self.events, True))
        self._processes[name] = {"obj": member, "process": helper}
        self._started_at[name] = time.monotonic()
        self.returncode = None
        helper.start()
