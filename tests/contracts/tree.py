"""The project's own files, as git sees them."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("survey", "forms", "translations", "analytics")


@cache
def list_files() -> tuple[str, ...]:
    """Paths of every file that is committed or would be, in order."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return tuple(sorted({name for name in listed.split("\0") if name and (ROOT / name).is_file()}))


def list_modules(*tops: str) -> list[str]:
    """Python modules, all or those under the given top-level names."""
    modules = [name for name in list_files() if name.endswith(".py")]
    return [name for name in modules if not tops or name.split("/", 1)[0] in tops]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")
