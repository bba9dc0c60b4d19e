"""The one place that keeps files: outside the web root, named by content, never by what a user called them."""

from __future__ import annotations

import hashlib
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

_PARTS = "parts"


@dataclass(frozen=True)
class Storage:
    """Files under one folder, addressed by the SHA-256 of their content or by a random number."""

    folder: Path

    def keep(self, content: bytes) -> str:
        """Store `content` durably and return its address; storing the same twice is once."""
        address = hashlib.sha256(content).hexdigest()
        if not self._path(address).exists():
            self._write(address, content)
        return address

    def keep_apart(self, content: bytes) -> str:
        """Store `content` durably under an address of its own, which tells nothing of it: it can be dropped by itself."""
        address = secrets.token_hex(32)
        self._write(address, content)
        return address

    def addresses(self, *, before: datetime) -> Iterator[str]:
        """What was stored before a moment."""
        yield from (path.name for path in self._older("[0-9a-f][0-9a-f]/*", before))

    def drop_parts(self, *, before: datetime) -> None:
        """Forget what somebody began to write before a moment and never finished."""
        for path in list(self._older(f"{_PARTS}/*", before)):
            path.unlink(missing_ok=True)

    def _older(self, pattern: str, before: datetime) -> Iterator[Path]:
        for path in self.folder.glob(pattern):
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < before.timestamp():
                    yield path

    def _write(self, address: str, content: bytes) -> None:
        """Under another name first, so that a file is there as a whole or not at all."""
        path, parts = self._path(address), self.folder / _PARTS
        for folder in (path.parent, parts):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile(dir=parts, delete=False) as part:
            try:
                part.write(content)
                part.flush()
                os.fsync(part.fileno())
                Path(part.name).replace(path)
            except BaseException:
                Path(part.name).unlink(missing_ok=True)
                raise

    def read(self, address: str) -> bytes:
        """The content. Raises FileNotFoundError."""
        return self._path(address).read_bytes()

    def drop(self, address: str) -> None:
        """Forget a file; forgetting it again is fine."""
        self._path(address).unlink(missing_ok=True)

    def _path(self, address: str) -> Path:
        if len(address) != 64 or not set(address) <= set("0123456789abcdef"):
            raise FileNotFoundError(address)
        return self.folder / address[:2] / address
