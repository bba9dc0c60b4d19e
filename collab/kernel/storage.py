"""The one place that keeps files: outside the web root, named by content, never by what a user called them."""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Storage:
    """Files under one folder, addressed by the SHA-256 of their content."""

    folder: Path

    def keep(self, content: bytes) -> str:
        """Store `content` durably and return its address; storing the same twice is once."""
        address = hashlib.sha256(content).hexdigest()
        path = self._path(address)
        if path.exists():
            return address
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as part:
            part.write(content)
            part.flush()
            os.fsync(part.fileno())
        Path(part.name).replace(path)
        return address

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
