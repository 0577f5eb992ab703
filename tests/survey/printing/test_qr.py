"""QR codes read back with another library."""

from __future__ import annotations

from xml.etree import ElementTree

import numpy
import pytest
import zxingcpp

from survey.printing.qr import QUIET_ZONE, qr_matrix, qr_svg


def scan(matrix) -> str:
    image = numpy.where(numpy.array(matrix), 0, 255).astype(numpy.uint8).repeat(4, 0).repeat(4, 1)
    (found,) = zxingcpp.read_barcodes(image)
    return found.text


@pytest.mark.parametrize(
    "url", ["https://a.vn/AB3D-0K5Q", "http://127.0.0.1:8000/ab3d0k5q", "https://x.vn/" + "Q" * 300]
)
def test_a_matrix_reads_back_as_the_address(url):
    assert scan(qr_matrix(url)) == url


def test_a_matrix_has_its_quiet_zone_on_every_side():
    matrix = numpy.array(qr_matrix("https://a.vn/AB3D-0K5Q"))
    for turn in range(4):
        rows = numpy.rot90(matrix, turn)
        assert not rows[:QUIET_ZONE].any()
        assert rows[QUIET_ZONE].any()


def test_the_svg_draws_exactly_the_dark_modules():
    url = "https://a.vn/AB3D-0K5Q"
    drawing = ElementTree.fromstring(qr_svg(url, "x"))
    path = drawing.findall("{*}path")[1].attrib["d"]
    drawn = numpy.zeros_like(numpy.array(qr_matrix(url)))
    for run in path.split("M")[1:]:
        x, y, w, h = (
            int(n)
            for n in run.replace("h-", " ").replace("h", " ").replace("v", " ").split("z")[0].split()[:4]
        )
        assert not drawn[y : y + h, x : x + w].any()
        drawn[y : y + h, x : x + w] = True
    assert (drawn == numpy.array(qr_matrix(url))).all()


def test_the_svg_has_a_name_for_screen_readers_and_escapes_it():
    drawing = ElementTree.fromstring(qr_svg("https://a.vn/?a=1&b=2", "Mã <QR> của thôn & xã"))
    assert drawing.attrib["role"] == "img"
    assert drawing.findtext("{*}title") == "Mã <QR> của thôn & xã"
    assert "style" not in drawing.attrib
