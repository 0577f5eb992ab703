"""Rounds as they were reported: opened on their dates, counted from workbooks, closed, all by command."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path

from click.testing import Result
from flask import Flask

from analytics.indicators import Share
from analytics.results import RoundResult, build_result
from survey.domain.clock import ZONE, now, today
from survey.domain.permissions import Role
from survey.services.documents import record_document
from survey.services.opening import open_round
from survey.services.rounds import create_round, record_authorisation
from survey.store.engine import Database
from survey.store.units import HouseholdCount, Unit
from tests.survey.paper_files import Typed, fill_template
from tests.survey.web.staff_browser import add_staff, database_of
from translations.numbers import format_rate

COMMUNE = "19867"


@dataclass(frozen=True)
class Report:
    """A round as it was reported: households by village, and the sheets of those that counted ballots."""

    villages: Mapping[str, int]
    sheets: Mapping[str, Typed]
    rules: str = "qd51-xa-2026"
    starts_on: date = field(default_factory=today)
    despite: str | None = None

    def code_of(self, village: str) -> str:
        return f"{COMMUNE}.{[*self.villages].index(village) + 1:02d}"


@dataclass(frozen=True)
class Commands:
    """A commune whose round is opened, and the commands run on it."""

    app: Flask
    report: Report
    round_id: int
    folder: Path

    def run(self, *words: object) -> Result:
        return self.app.test_cli_runner().invoke(args=[str(word) for word in words])

    def succeed(self, *words: object) -> str:
        told = self.run(*words)
        assert told.exit_code == 0, told.output
        return told.stdout

    def fill(self, sheets: Mapping[str, Typed], name: str) -> Path:
        """Fill in a template of its own, as each of two people does."""
        path = self.folder / name
        self.succeed("paper", "template", "--round", self.round_id, "--out", path)
        villages = {self.report.code_of(village): typed for village, typed in sheets.items()}
        path.write_bytes(fill_template(path.read_bytes(), villages))
        return path

    def count(self) -> None:
        """Two people, two files; the villages that are left say that they have no paper."""
        first, second = (self.fill(self.report.sheets, name) for name in ("first.xlsx", "second.xlsx"))
        self.succeed("paper", "import", first, "--entered-by", "lan")
        self.succeed("paper", "confirm", second, "--confirmed-by", "minh")
        for village in self.report.villages.keys() - self.report.sheets.keys():
            unit = self.report.code_of(village)
            self.succeed("paper", "none", "--round", self.round_id, "--unit", unit)

    def close(self) -> None:
        despite = ("--despite", self.report.despite) if self.report.despite else ()
        self.succeed("rounds", "close", "--round", self.round_id, *despite)

    def result(self) -> RoundResult:
        with database_of(self.app).read() as session:
            return build_result(session, self.round_id, 10)

    def export(self) -> dict[tuple[str, str, str], dict[str, str]]:
        """The rows of the summary by village code, question and option, over all channels."""
        out = self.folder / "summary.csv"
        self.succeed("results", "export", "--round", self.round_id, "--format", "csv", "--out", out)
        rows = csv.DictReader(io.StringIO(out.read_text(encoding="utf-8-sig")))
        return {
            (row["village_code"], row["question"], row["option"]): row
            for row in rows
            if row["channel"] == "all"
        }


def prepare(database: Database, report: Report) -> int:
    """The commune, its people, and its opened round."""
    since = {"valid_from": date(2015, 1, 1), "search_name": ""}
    with database.write() as session:
        commune = Unit(code=COMMUNE, name="Xã Hòa Định", level="commune", type="Xã", **since)
        session.add(commune)
        session.flush()
        for name, households in report.villages.items():
            village = Unit(
                code=report.code_of(name),
                name=name,
                level="village",
                type="Thôn",
                parent_id=commune.id,
                **since,
            )
            session.add(village)
            session.flush()
            session.add(HouseholdCount(unit_id=village.id, year=report.starts_on.year, households=households))
    for username in ("lan", "minh"):
        add_staff(database, username, (Role.COLLECTOR, commune.id))
    with database.write() as session:
        round_ = create_round(
            session, session.get_one(Unit, commune.id), "official", "Lấy ý kiến hài lòng", "xa-ntm",
            report.rules, report.starts_on, report.starts_on + timedelta(10), "Bà Hoa, 0234 000 000", by=None,
        )  # fmt: skip
        paper = record_document(session, "45/MTTQ", report.starts_on, "MTTQ tỉnh", "Cho phép", by=None)
        record_authorisation(session, round_, paper, by=None)
        noon = datetime.combine(report.starts_on, datetime.min.time(), ZONE) + timedelta(hours=12)
        open_round(session, round_, by=None, at=min(noon, now()))
        return round_.id


def write(share: Share, threshold: Fraction | None = None) -> str:
    return with_spaces(format_rate(share.numerator, share.denominator, threshold=threshold))


def with_spaces(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def read(row: Mapping[str, str]) -> tuple[str, str, str]:
    return row["count"], row["base"], with_spaces(row["rate_text"])
