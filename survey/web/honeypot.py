"""The field that no person sees, in `resident/_honeypot.html`: what fills it in is a program.

Its ballot is counted like any other, and only the round's number of such ballots grows. Nobody is refused:
a browser that fills in more than it should must not cost a household its voice.
"""

from __future__ import annotations

from collections.abc import Mapping

_NAME = "subject"


def is_filled(form: Mapping[str, str]) -> bool:
    """Whether a page came back with something written where nobody can write."""
    return bool(form.get(_NAME, "").strip())
