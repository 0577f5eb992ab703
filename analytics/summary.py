"""The summary of a published result: what its page and the list of all results are drawn from.

It is one of the published files, and its rows are rows of the data set. So a page shows what the files
say, for as long as they are kept, and reading it costs the same whatever a round has counted.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from analytics.disclosure import TableShape
from analytics.exports import ALL, list_rows, write_head
from analytics.indicators import Verdict
from analytics.rates import read_threshold
from analytics.results import RoundResult
from analytics.tables import Figure
from survey.frames import BALLOT

FORMAT = "long-dan-summary/1"
_KEY = ("village_code", "channel", "question", "option")
_COLUMNS = (*_KEY, "count", "base", "threshold", "suppressed_because")


@dataclass(frozen=True, slots=True)
class ToldTest:
    """A test of the verdict whose figure may be told; `passed` is None where nothing was tested."""

    what: str
    question: str
    commune: str
    threshold: Fraction
    operator: str
    passed: bool | None


@dataclass(frozen=True)
class Summary:
    """A summary, read. `overall` is the code of the overall question, if there is one.

    `verdict` is None where the round has none, or too few ballots for it to be told. `uncounted` are
    villages whose paper came back and is in no figure, by code: how many ballots, None for too few to be told
    or an unknown number.
    """

    number: int | None
    record_sha256: str | None
    min_base: int
    overall: str | None
    verdict: Verdict | None
    tests: tuple[ToldTest, ...]
    uncounted: Mapping[str, int | None]
    figures: Mapping[tuple[str, str, str, str], Figure]

    def figure(self, question: str, option: str, *, village: str = ALL, channel: str = ALL) -> Figure:
        """What the data set says; nothing of nothing where no ballot came in that way."""
        return self.figures.get((village, channel, question, option), Figure(0, 0))

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels through which ballots came."""
        return tuple(dict.fromkeys(channel for _, channel, _, _ in self.figures if channel != ALL))


def write_summary(result: RoundResult) -> bytes:
    """Totals, channels, and of each village what came back and the overall rate."""
    verdict = result.told_verdict
    told = {
        **write_head(result, FORMAT),
        "kind": result.facts.kind,
        "overall": result.overall and result.overall.code,
        "verdict": verdict and verdict.value,
        "tests": _list_tests(result),
        **_tell_uncounted(result),
        "columns": _COLUMNS,
        "rows": [[row[name] for name in _COLUMNS] for row in list_rows(result) if _is_summed(result, row)],
    }
    return (json.dumps(told, ensure_ascii=False) + "\n").encode()


def _is_summed(result: RoundResult, row: Mapping[str, object]) -> bool:
    overall = result.overall.code if result.overall else BALLOT
    if row["shape"] == TableShape.VILLAGE:
        return row["question"] in (BALLOT, overall)
    return row["shape"] in (TableShape.COMMUNE, TableShape.CHANNEL)


def _tell_uncounted(result: RoundResult) -> dict[str, Any]:
    """Paper that came back and is in no figure, by village; left out where the record does not know."""
    if result.facts.uncounted is None:
        return {}
    codes = {one.unit_id: one.code for one in result.facts.villages}
    found = result.find_uncounted(result.min_base)
    return {"uncounted": [[codes[unit_id], paper.ballots] for unit_id, paper in found.items()]}


def _list_tests(result: RoundResult) -> list[dict[str, Any]]:
    if not result.tables[BALLOT].suppression.shown():
        return []
    return [
        {
            "what": test.what,
            "question": test.question,
            "commune": test.commune,
            "threshold": str(test.threshold),
            "operator": test.operator,
            "passed": test.passed,
        }
        for test in (result.official.tests if result.official else ())
        if result.find_figure(test).hidden is None
    ]


def read_summary(content: bytes) -> Summary:
    """What `write_summary` wrote; raises `KeyError`, `TypeError` or `ValueError` for anything else."""
    plain: dict[str, Any] = json.loads(content)
    if plain["format"] != FORMAT:
        raise ValueError(f"{plain['format']} is not {FORMAT}")
    rows = [dict(zip(plain["columns"], row, strict=True)) for row in plain["rows"]]
    return Summary(
        number=plain["result"],
        record_sha256=plain["record_sha256"],
        min_base=plain["min_base"],
        overall=plain["overall"],
        verdict=Verdict(plain["verdict"]) if plain["verdict"] else None,
        tests=tuple(
            ToldTest(**{**test, "threshold": Fraction(test["threshold"])}) for test in plain["tests"]
        ),
        uncounted=dict(plain.get("uncounted", ())),  # not in what was published before it was kept
        figures={
            (row["village_code"], row["channel"], row["question"], row["option"]): Figure(
                row["count"],
                row["base"],
                row["suppressed_because"] or None,
                read_threshold(row.get("threshold")),
            )
            for row in rows
        },
    )
