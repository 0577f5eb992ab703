"""Suppression on the base, with complements, for the closed list of tables that the product publishes.

For one question the four shapes together are one table of bases, village × channel, with its row totals,
column totals and grand total. A position with 0 < base < k is hidden; an empty one is shown, for it holds
nobody. Hidden positions are then completed until no group of fewer than k ballots, single cell or any
union of cells, can be had from what is shown by adding and subtracting.

Why it is exact: take rows and columns as nodes and hidden cells as arcs from row to column. The hidden total
of a row joins that row to the node of the total column, and so on. What a reader can derive is then
a difference of potentials, and a set of ballots among that is a union of directed cuts of this graph. So
all is safe if every directed cut weighs 0 or at least k, which is a maximum flow from each arc's tail to
its head (arcs carry their base, and without limit backwards). `find_disclosures` is the attacker, by plain
linear algebra, and shares nothing with that reasoning.

What is safe stays safe as more is hidden. So several bases of one table (the ballots of the rate, the valid
ones, all that came back) are completed one after the other, and a later version goes on from what the
earlier ones hid (analytics.disclosure_changes).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from heapq import heappop, heappush
from itertools import chain, combinations, count

Key = str | int
Position = tuple[Key | None, Key | None]
"""Village and channel of a published figure; None is the total over them."""
Cell = tuple[Key, Key]
BASE, COMPLEMENT, DIFFERENCE = "base", "complement", "difference"


class TableShape(StrEnum):
    """Every breakdown that is ever published of a question; there are no others."""

    COMMUNE = "commune_question"
    VILLAGE = "commune_village_question"
    CHANNEL = "commune_channel_question"
    VILLAGE_CHANNEL = "commune_village_channel_question"

    def position(self, village: Key, channel: Key) -> Position:
        """Where a cell stands in a table of this shape."""
        by_village = self in (TableShape.VILLAGE, TableShape.VILLAGE_CHANNEL)
        by_channel = self in (TableShape.CHANNEL, TableShape.VILLAGE_CHANNEL)
        return (village if by_village else None, channel if by_channel else None)


@dataclass(frozen=True, slots=True)
class Suppression:
    """Which positions of one question's tables are hidden, and why; all others are shown."""

    hidden: Mapping[Position, str]

    def shown(self, village: Key | None = None, channel: Key | None = None) -> bool:
        return (village, channel) not in self.hidden

    def reason(self, village: Key | None = None, channel: Key | None = None) -> str | None:
        """Why it is hidden: fewer than k ('base'), it would give another away ('complement'), or what was
        published before and this would ('difference'); else None."""
        return self.hidden.get((village, channel))


def compute_totals(bases: Mapping[Cell, int]) -> dict[Position, int]:
    """The bases of all positions: the cells (missing ones are 0), the row and column totals, the total."""
    villages = dict.fromkeys(village for village, _ in bases)
    channels = dict.fromkeys(channel for _, channel in bases)
    totals: dict[Position, int] = {
        (village, channel): 0 for village in (*villages, None) for channel in (*channels, None)
    }
    for (village, channel), base in bases.items():
        for position in ((village, channel), (village, None), (None, channel), (None, None)):
            totals[position] += base
    return totals


def suppress(bases: Mapping[Cell, int], k: int, *others: Mapping[Cell, int]) -> Suppression:
    """Decide what of one question may be published, k being the least base.

    `bases` are by (village, channel), `others` further bases of the same figures: no group of fewer than
    k is given away by any of them. Deterministic: complements are cells before totals, then the smallest
    base, then the order of keys. Raises `ValueError` for a negative base or k < 1.
    """
    hidden: Mapping[Position, str] = {}
    for one in (bases, *others):
        hidden = complete(dict.fromkeys(chain(bases, *others), 0) | dict(one), k, hidden)
    return Suppression(hidden)


def complete(bases: Mapping[Cell, int], k: int, hidden: Mapping[Position, str]) -> dict[Position, str]:
    """What is hidden already, and what must be hidden beside it for these bases, with the reasons."""
    if k < 1 or any(base < 0 for base in bases.values()):
        raise ValueError("bases are at least 0 and k at least 1")
    totals = compute_totals(bases)
    if 0 < totals[None, None] < k:
        return {**dict.fromkeys(totals, BASE), **hidden}
    small = {position: BASE for position, base in totals.items() if 0 < base < k}
    return _Completion(totals, {**small, **hidden}, k).run()


_Node = tuple[str, Key | None]
_Cost = tuple[int, int]
"""Totals hidden, then ballots in hidden cells."""


class _Completion:
    """Hides complements until each hidden cell has a flow of k; what is safe stays so as more is hidden."""

    def __init__(self, totals: Mapping[Position, int], hidden: dict[Position, str], k: int) -> None:
        self.totals = totals
        self.hidden = dict(hidden)
        self.k = k
        self.order = {position: rank for rank, position in enumerate(sorted(totals, key=self._rank))}
        self.neighbours: dict[_Node, list[tuple[_Node, Position]]] = {}
        for position in self.order:
            row, column = ("row", position[0]), ("column", position[1])
            if position[0] is not None and position[1] is not None and not totals[position]:
                continue  # an empty cell protects nobody
            self.neighbours.setdefault(row, []).append((column, position))
            self.neighbours.setdefault(column, []).append((row, position))

    def _rank(self, position: Position) -> tuple[int, int, str, str]:
        village, channel = position
        return ((village is None) + (channel is None), self.totals[position], str(village), str(channel))

    def run(self) -> dict[Position, str]:
        # Complements hold k or more themselves, so only the cells hidden for their base need protection.
        small = [one for one in self.order if None not in one and 0 < self.totals[one] < self.k]
        for cell in small:
            self._protect(cell)
        return self.hidden

    def _protect(self, cell: Position) -> None:
        """Send k from the cell's row to its column, hiding what the way needs."""
        source, target = ("row", cell[0]), ("column", cell[1])
        flow = {cell: self.totals[cell]}
        sent = self.totals[cell]
        while sent < self.k:
            path = self._find_path(source, target, flow)
            amount = self.k - sent
            for tail, _, position in path:
                if tail[0] == "row" and None not in position:
                    amount = min(amount, self.totals[position] - flow.get(position, 0))
            for tail, _, position in path:
                flow[position] = flow.get(position, 0) + (amount if tail[0] == "row" else -amount)
                self.hidden.setdefault(position, COMPLEMENT)
            sent += amount

    def _find_path(
        self, source: _Node, target: _Node, flow: Mapping[Position, int]
    ) -> list[tuple[_Node, _Node, Position]]:
        """The way with room left that costs least to hide (Dijkstra); hiding everything is always one."""
        best: dict[_Node, _Cost] = {source: (0, 0)}
        came: dict[_Node, tuple[_Node, Position]] = {}
        done: set[_Node] = set()
        tie = count(1)
        heap: list[tuple[_Cost, int, _Node]] = [((0, 0), 0, source)]
        while heap:
            cost, _, node = heappop(heap)
            if node == target:
                break
            if node in done:
                continue
            done.add(node)
            for other, position in self.neighbours[node]:
                is_cell = None not in position
                if is_cell and node[0] == "row" and flow.get(position, 0) >= self.totals[position]:
                    continue
                price = (0, 0) if position in self.hidden else (int(not is_cell), self.totals[position])
                reached = (cost[0] + price[0], cost[1] + price[1])
                if other not in best or reached < best[other]:
                    best[other], came[other] = reached, (node, position)
                    heappush(heap, (reached, next(tie), other))
        path: list[tuple[_Node, _Node, Position]] = []
        node = target
        while node != source:
            tail, position = came[node]
            path.append((tail, node, position))
            node = tail
        return path[::-1]


def find_disclosures(
    bases: Mapping[Cell, int], suppression: Suppression, k: int
) -> list[frozenset[Position]]:
    """Attack a suppressed table: the groups of 1 to k−1 ballots that can be had by adding and subtracting.

    Tried are all hidden positions and, in every line of cells or totals, all unions of hidden positions
    with a base under k. Exact, by rational linear algebra over the cells; meant for tests and audits.
    """
    totals = compute_totals(bases)
    span = _Span()
    for position in totals:
        if suppression.shown(*position):
            span.add(_expand(position, totals))
    found: list[frozenset[Position]] = []
    for line in _list_lines(totals):
        for group in _list_small_groups([one for one in line if not suppression.shown(*one)], totals, k):
            vector: dict[Cell, Fraction] = {}
            for position in group:
                vector |= _expand(position, totals)
            if span.contains(vector) and group not in found:
                found.append(group)
    return found


def _list_lines(totals: Mapping[Position, int]) -> list[list[Position]]:
    villages = dict.fromkeys(village for village, _ in totals)
    channels = dict.fromkeys(channel for _, channel in totals)
    lines = [[one for one in totals if one[0] == village and one[1] is not None] for village in villages]
    lines += [[one for one in totals if one[1] == channel and one[0] is not None] for channel in channels]
    return [*lines, [(None, None)]]


def _list_small_groups(
    line: list[Position], totals: Mapping[Position, int], k: int
) -> list[frozenset[Position]]:
    small = [one for one in line if 0 < totals[one] < k]
    groups: list[frozenset[Position]] = []
    for size in range(1, min(len(small), k - 1) + 1):
        fitting = [one for one in combinations(small, size) if sum(totals[part] for part in one) < k]
        if not fitting:
            break
        groups += map(frozenset, fitting)
    return groups


def _expand(position: Position, totals: Mapping[Position, int]) -> dict[Cell, Fraction]:
    """A figure as a sum of cells."""
    village, channel = position
    return {
        (row, column): Fraction(1)
        for row, column in totals
        if row is not None and column is not None and village in (None, row) and channel in (None, column)
    }


class _Span:
    """Vectors that the shown figures span, in reduced form."""

    def __init__(self) -> None:
        self.rows: dict[Cell, dict[Cell, Fraction]] = {}

    def _reduce(self, vector: Mapping[Cell, Fraction]) -> dict[Cell, Fraction]:
        rest = dict(vector)
        for pivot in [cell for cell in vector if cell in self.rows]:
            factor = rest.get(pivot, Fraction(0))
            if factor:
                for cell, value in self.rows[pivot].items():
                    rest[cell] = rest.get(cell, Fraction(0)) - factor * value
        return {cell: value for cell, value in rest.items() if value}

    def add(self, vector: Mapping[Cell, Fraction]) -> None:
        rest = self._reduce(vector)
        if not rest:
            return
        pivot, lead = next(iter(rest.items()))
        row = {cell: value / lead for cell, value in rest.items()}
        for other in self.rows.values():
            factor = other.get(pivot)
            if factor:
                for cell, value in row.items():
                    other[cell] = other.get(cell, Fraction(0)) - factor * value
                for cell in [cell for cell, value in other.items() if not value]:
                    del other[cell]
        self.rows[pivot] = row

    def contains(self, vector: Mapping[Cell, Fraction]) -> bool:
        return not self._reduce(vector)
