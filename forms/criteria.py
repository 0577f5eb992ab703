"""The national criteria that questions speak about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from forms.problems import Reader, raise_problems, read_toml
from forms.wording import Text


@dataclass(frozen=True)
class Criterion:
    """One criterion of a national set; `source` is the decision that lists it."""

    code: str
    number: int
    name: Text
    source: str


@cache
def shipped_criteria() -> Mapping[str, Criterion]:
    """The 19 criteria of QĐ 318/QĐ-TTg (8/3/2022) by code, in their order."""
    path = Path(__file__).parent / "criteria.toml"
    table, problems = read_toml(path)
    reader = Reader(table, "", problems)
    source = reader.text("source")
    criteria = []
    for entry in reader.tables("criteria"):
        criterion = Criterion(entry.text("code"), entry.integer("number"), entry.texts("name"), source)
        entry.finish()
        criteria.append(criterion)
    reader.finish()
    raise_problems(problems, path.name)
    return MappingProxyType({criterion.code: criterion for criterion in criteria})
