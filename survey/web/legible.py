"""What was typed, as a page can show it again."""

from __future__ import annotations

import re

_LONGEST_CODE = 64
# What HTML has no way to carry: controls other than tab and line ends, and noncharacters.
_ILLEGIBLE = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef"
    + "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]"
)


def drop_illegible(typed: str) -> str:
    return _ILLEGIBLE.sub("", typed)


def legible(code: str) -> str:
    """A code as it was typed, to stand in its field again."""
    return drop_illegible(code[:_LONGEST_CODE])
