"""Suppression of a corrected result against what was published before it.

Whoever kept the earlier tables can subtract them from the new ones. Four things make that harmless.

1. What one version hides, all later ones hide. So each figure that is told has been told in every version
   before, and all that a new version adds are the changes of the figures that it tells.
2. If all changes are additions, the added ballots are a table of their own, known by no other figure: what
   is safe to tell of them is what `complete` finds for their counts.
3. If all changes are removals, the ballots that stay and those that went are parts of the earlier version's
   cells. They are safe if they are so at exactly the positions that were told already, else nothing of
   the change is told.
4. Of any other change nothing is told: every figure with a changed cell in it is hidden.

Additions after removals, and removals after additions, may undo each other, and so fall under the last.

What is hidden for one base does not hang on the bases after it. So tables that begin with the same bases
all hide what those ask for, and two tables together tell no more of them than one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from analytics.disclosure import (
    BASE,
    DIFFERENCE,
    Cell,
    Position,
    Suppression,
    complete,
    compute_totals,
    suppress,
)

Version = Sequence[Mapping[Cell, int]]
"""The bases of one version's figures, in one order for all versions, those of all tables first."""
_Hidden = Mapping[Position, str]


def suppress_versions(versions: Sequence[Version], k: int) -> Suppression:
    """Decide what of the last version may be published after all before it, which were told by this rule.

    With k = 1, as for papers that are complete, nothing is hidden. Raises `ValueError` for a negative base
    or k < 1.
    """
    cells = dict.fromkeys(cell for version in versions for bases in version for cell in bases)
    filled = [[dict.fromkeys(cells, 0) | dict(bases) for bases in version] for version in versions]
    hidden = _hide_versions(filled if k > 1 else filled[-1:], k)[-1]
    return Suppression(_explain(hidden, [compute_totals(bases) for bases in filled[-1]], k))


def _hide_versions(versions: Sequence[Version], k: int) -> list[_Hidden]:
    """What each version hides, the oldest first."""
    shared = [version[:-1] for version in versions]
    asked: list[_Hidden] = _hide_versions(shared, k) if shared[0] else [{} for _ in versions]
    first = suppress(versions[0][0], k, *versions[0][1:]).hidden
    told = [_Told(first, first, 0)]
    for (before, after), needed in zip(pairwise(versions), asked[1:], strict=True):
        told.append(_tell_change(replace(told[-1], hidden={**needed, **told[-1].hidden}), before, after, k))
    return [one.hidden for one in told]


@dataclass(frozen=True, slots=True)
class _Told:
    """What the versions so far hide, what the first one hid, and the direction of the changes that were
    told: 1 where ballots were added, -1 where some were removed, 0 where no change was told."""

    hidden: _Hidden
    first: _Hidden
    direction: int


def _tell_change(told: _Told, before: Version, after: Version, k: int) -> _Told:
    changes = [
        {cell: after_one[cell] - base for cell, base in before_one.items()}
        for before_one, after_one in zip(before, after, strict=True)
    ]
    steps = [step for change in changes for step in change.values() if step]
    if not steps:
        return told
    if min(steps) > 0 and told.direction >= 0:
        return replace(told, hidden=_hide_additions(told.hidden, changes, k), direction=1)
    if max(steps) < 0 and told.direction <= 0 and _may_tell_removals(told, changes, after, k):
        return replace(told, direction=-1)
    return replace(told, hidden=_hide_changed(told.hidden, changes))


def _hide_additions(hidden: _Hidden, changes: Version, k: int) -> _Hidden:
    for added in changes:
        if 0 < sum(added.values()) < k:
            hidden = _hide_changed(hidden, [added])
        else:
            hidden = {**dict.fromkeys(complete(added, k, hidden), DIFFERENCE), **hidden}
    return hidden


def _may_tell_removals(told: _Told, changes: Version, after: Version, k: int) -> bool:
    removed = [{cell: -step for cell, step in change.items()} for change in changes]
    return told.hidden == told.first and all(
        complete(bases, k, told.hidden).keys() == told.hidden.keys() for bases in (*removed, *after)
    )


def _hide_changed(hidden: _Hidden, changes: Version) -> _Hidden:
    """Hide every position with a changed cell in it."""
    changed = [cell for change in changes for cell, step in change.items() if step]
    positions = compute_totals(dict.fromkeys(changed, 1))
    return {**{one: DIFFERENCE for one, count in positions.items() if count}, **hidden}


def _explain(hidden: _Hidden, totals: Sequence[Mapping[Position, int]], k: int) -> dict[Position, str]:
    """The reasons as they hold for the last version: what was too small before may not be so any more."""
    reasons = dict(hidden)
    if any(0 < one[None, None] < k for one in totals):
        return reasons
    for position, reason in hidden.items():
        if any(0 < one[position] < k for one in totals):
            reasons[position] = BASE
        elif reason == BASE:
            reasons[position] = DIFFERENCE
    return reasons
