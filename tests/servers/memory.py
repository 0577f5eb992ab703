"""Folders for what tests write and forget: in memory where the machine has room, else on disk."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_MEMORY = Path("/dev/shm")
_ENOUGH = 2 * 2**30
"""Free bytes: a container's usual 64 MB hold no PostgreSQL."""


IN_MEMORY = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free >= _ENOUGH
"""Whether folders are made in memory."""


@contextmanager
def make_folder(prefix: str, *, in_memory: bool = IN_MEMORY) -> Iterator[Path]:
    """A new folder, removed at the end with all that was put into it."""
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=_MEMORY if in_memory else None))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
