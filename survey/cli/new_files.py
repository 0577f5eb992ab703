"""Files that a command makes: all of them whole, or none."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

from survey.domain.errors import Conflict
from translations.catalogue import lazy


class NewFiles:
    """Reserves names, writes beside them, and puts everything in place at once.

    Until `place` the reserved files are empty, and what was written lies beside them, readable to its owner
    alone, as `.name.part`. Leaving the block by an error removes both, unless some have their names already;
    no file is ever overwritten. A command that is killed leaves both behind, to be deleted by hand. Who
    keeps a record of the files places them after it: then no file under its name holds what nobody knows
    of, and the worst is a record whose files are still called `.part`.
    """

    def __init__(self, paths: Iterable[Path]) -> None:
        self._paths = list(paths)
        self._reserved: list[Path] = []
        self._is_placing = False

    def __enter__(self) -> NewFiles:
        try:
            for path in self._paths:
                os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
                self._reserved.append(path)
        except FileExistsError:
            self._remove()
            raise Conflict(lazy("Đã có tệp %(path)s; xin chọn tên khác.", path=path)) from None
        except OSError:
            self._remove()
            raise
        return self

    def write(self, path: Path, content: bytes) -> None:
        """Write a reserved file, out of sight yet."""
        descriptor = os.open(_beside(path), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())

    def place(self) -> None:
        """Give all files their names. What fails here leaves every file where it is."""
        self._is_placing = True
        for path in self._reserved:
            _beside(path).replace(path)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None and not self._is_placing:
            self._remove()

    def _remove(self) -> None:
        for path in self._reserved:
            path.unlink(missing_ok=True)
            _beside(path).unlink(missing_ok=True)


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.part")
