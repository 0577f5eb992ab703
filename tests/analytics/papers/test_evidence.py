"""The evidence pack: everything in it, as it is kept, in equal bytes, with hashes that hold."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from hashlib import sha256

import pytest

from analytics.papers.evidence import write_evidence
from analytics.papers.kinds import KINDS, write_paper
from analytics.papers.letterheads import Letterhead
from survey.frames import (
    Conflict,
    DomainError,
    ResultNotReady,
    list_published_files,
    read_published_file,
    read_record_text,
)
from survey.services.audit import record as put_on_log
from survey.store.engine import Database
from tests.analytics.papers.conftest import MIN_BASE, read
from tests.analytics.papers.stories import Story
from tests.analytics.season import close, hold_round
from tests.survey.open_rounds import open_round
from tests.survey.publishing import SCAN


def pack(database: Database, round_id: int) -> zipfile.ZipFile:
    out = io.BytesIO()
    write_evidence(database.read, round_id, MIN_BASE, out)
    return zipfile.ZipFile(out)


@pytest.fixture(scope="module")
def packed(corrected: Story) -> zipfile.ZipFile:
    return pack(corrected.database, corrected.round_id)


def read_csv(packed: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(packed.read(name).decode("utf-8-sig"))))


def test_the_sums_are_of_every_entry_and_hold(packed) -> None:
    lines = packed.read("SHA256SUMS").decode().splitlines()
    sums = dict(reversed(line.split("  ")) for line in lines)
    assert set(sums) == set(packed.namelist()) - {"SHA256SUMS"}
    for name, digest in sums.items():
        assert sha256(packed.read(name)).hexdigest() == digest


def test_equal_evidence_gives_equal_bytes(corrected) -> None:
    def write() -> bytes:
        out = io.BytesIO()
        write_evidence(corrected.database.read, corrected.round_id, MIN_BASE, out)
        return out.getvalue()

    assert write() == write()


def test_every_document_is_in_it_as_it_is_made_alone(packed, corrected) -> None:
    material = read(corrected)
    for kind in KINDS.values():
        assert packed.read(f"van-ban/{kind.file_name}") == write_paper(material, kind.key)


def test_scans_are_in_it_byte_for_byte_with_what_they_are(packed) -> None:
    scans = read_csv(packed, "ban-chup/danh-sach.csv")
    assert [line["ket_qua"] for line in scans] == ["1", "2"]
    for line in scans:
        assert packed.read(f"ban-chup/{line['tep']}") == SCAN
        assert line["sha256"] == sha256(SCAN).hexdigest()
        assert line["tep"].endswith(".pdf")
        assert line["trich_yeu"] == "Biên bản kiểm phiếu"


def test_every_record_and_every_published_file_is_in_it_byte_for_byte(packed, corrected) -> None:
    with corrected.database.read() as session:
        for number in (1, 2):
            kept = packed.read(f"ban-ghi/ket-qua-{number}.json")
            assert kept == read_record_text(session, corrected.round_id, number).encode()
            files = list_published_files(session, corrected.round_id, number)
            assert files
            for file in files:
                content = packed.read(f"cong-bo/{number}/{file.name}")
                assert content == read_published_file(session, corrected.round_id, number, file.name)
                assert sha256(content).hexdigest() == file.sha256
    record = read(corrected).facts.record
    assert record is not None
    assert sha256(packed.read("ban-ghi/ket-qua-2.json")).hexdigest() == record.sha256


def test_the_summary_files_are_suppressed_and_the_method_is_told(packed) -> None:
    rows = json.loads(packed.read("so-lieu/ket-qua.json"))["rows"]
    assert any(row["suppressed"] for row in rows)
    assert packed.read("so-lieu/ket-qua.csv").startswith(b"\xef\xbb\xbf")
    assert packed.read("so-lieu/ket-qua.xlsx").startswith(b"PK")
    assert "k" in packed.read("so-lieu/bang-ma.csv").decode()
    assert "10 phiếu" in packed.read("phuong-phap.txt").decode()


def test_slips_and_posters_are_told_without_a_code_that_opens_anything(packed, corrected) -> None:
    batches = [name for name in packed.namelist() if name.startswith("phat-hanh/the-lo-")]
    assert len(batches) == 12
    assert sum(json.loads(packed.read(name))["count"] for name in batches) == 12 * 70
    posters = json.loads(packed.read("phat-hanh/ap-phich.json"))
    assert [poster["code"] for poster in posters] == [
        code.grouped for code in corrected.opened.posters.values()
    ]
    everything = b"".join(map(packed.read, packed.namelist()))
    for codes in corrected.opened.slips.values():
        assert not any(
            code.text.encode() in everything or code.grouped.encode() in everything for code in codes
        )


def test_the_log_is_that_of_the_round_in_its_order(packed) -> None:
    log = read_csv(packed, "nhat-ky/nhat-ky.csv")
    actions = [line["viec"] for line in log]
    assert actions.count("paper.confirm") == 11
    assert actions.index("round.close") < actions.index("round.publish") < actions.index("paper.reopen")
    assert [line["luc"] for line in log] == sorted(line["luc"] for line in log)
    assert {line["ho_ten"] for line in log} <= {"", "Nguyễn Thị Lan", "Trần Văn Minh"}
    assert next(line["ten_viec"] for line in log if line["viec"] == "round.close") == "Đóng đợt lấy ý kiến"


def test_what_somebody_typed_is_no_formula_in_the_log(database) -> None:
    opened = hold_round(database)
    with database.write() as session:
        put_on_log(session, None, "=cmd|' /C calc'!A0", round_id=opened.round_id)
    line = read_csv(pack(database, opened.round_id), "nhat-ky/nhat-ky.csv")[-1]
    assert line["viec"].startswith("'=")


def test_a_round_without_slips_scans_and_publication_has_a_pack_all_the_same(database) -> None:
    opened = hold_round(database)
    names = pack(database, opened.round_id).namelist()
    assert "van-ban/bien-ban-kiem-phieu.docx" in names
    assert "ban-ghi/ket-qua-1.json" in names
    assert not [name for name in names if name.startswith(("cong-bo/", "phat-hanh/the-lo-"))]


def test_an_open_round_has_no_papers(database) -> None:
    opened = open_round(database, villages=1)
    with pytest.raises(ResultNotReady):
        pack(database, opened.round_id)


@pytest.mark.parametrize("kind", ["drill", "pulse"])
def test_a_drill_and_a_pulse_leave_no_evidence(database, kind) -> None:
    opened = open_round(database, kind=kind, villages=4)
    close(database, opened)
    with pytest.raises(DomainError):
        pack(database, opened.round_id)


def test_only_minutes_are_of_one_village_and_only_some_papers_carry_the_committee_s_head(corrected) -> None:
    material = read(corrected)
    for key in ("bien-ban", "bai-phat-thanh"):
        with pytest.raises(Conflict, match="thể thức của Mặt trận"):
            write_paper(material, key, Letterhead.UBND)
    for key in ("tong-hop", "bao-cao", "niem-yet", "bai-phat-thanh"):
        with pytest.raises(Conflict, match="từng thôn"):
            write_paper(material, key, unit_id=corrected.village(0))
