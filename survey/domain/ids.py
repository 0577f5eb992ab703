"""The numbers of rows, as people and addresses give them."""

from __future__ import annotations

LARGEST_ID = 2**31 - 1
"""What PostgreSQL's integer holds; SQLite would take more."""


def read_id(text: str) -> int | None:
    """The id that a text is; None for a text that can be no row's id."""
    if not text.isdecimal() or len(text) > len(str(LARGEST_ID)) or not 0 < int(text) <= LARGEST_ID:
        return None
    return int(text)
