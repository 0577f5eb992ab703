"""The public data set of a published result: its files, byte for byte the same for the same result."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from analytics.exports import write_codebook_csv, write_csv, write_json
from analytics.results import build_result


def write_public_files(session: Session, round_id: int, min_base: int) -> Mapping[str, bytes]:
    """The standing result as JSON and CSV with its codebook, small bases suppressed."""
    result = build_result(session, round_id, min_base)
    return {
        "ket-qua.json": write_json(result),
        "ket-qua.csv": write_csv(result),
        "bang-ma.csv": write_codebook_csv(result),
    }
