"""What was published of a round and what is on record, as tests hold it in their hands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analytics.public_files import SUMS
from analytics.verification.given import Given, read_given
from survey.store.engine import Database


@dataclass(frozen=True)
class Shelf:
    """All published files and all records of a round, by the number of the result."""

    database: Database
    round_id: int
    files: Mapping[int, Mapping[str, bytes]]
    records: Mapping[int, bytes]

    def given(self, number: int, name: str, content: bytes | None = None) -> Given:
        """A published file as somebody holds it, with the list of hashes beside it."""
        files = self.files[number]
        return read_given(name, files[name] if content is None else content, files[SUMS])

    def record(self, number: int, content: bytes | None = None) -> Given:
        return read_given(f"record-{number}.json", self.records[number] if content is None else content)

    def everything(self) -> list[Given]:
        files = [self.given(number, name) for number in self.files for name in self.files[number]]
        return files + [self.record(number) for number in self.records]
