"""QR codes as vectors: the modules, the drawing on a page of paper and on a web page."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode
from reportlab.pdfgen.canvas import Canvas

Matrix = tuple[tuple[bool, ...], ...]
QUIET_ZONE = 4
# Trying all eight masks costs six times as much, and readers take each of them.
_MASK = 2


def qr_matrix(url: str) -> Matrix:
    """The modules by row from the top, True for dark, with a quiet zone of four on every side."""
    code = QRCode(error_correction=ERROR_CORRECT_M, border=QUIET_ZONE, mask_pattern=_MASK)
    code.add_data(url)
    code.make(fit=True)
    return tuple(tuple(bool(module) for module in row) for row in code.get_matrix())


def _list_runs(matrix: Matrix) -> Iterator[tuple[int, int, int, int]]:
    """Dark rectangles (column, row, width, height): runs of a row, merged with equal ones below."""
    open_runs: dict[tuple[int, int], int] = {}
    for row, modules in enumerate((*matrix, ())):
        found = set(_list_row_runs(modules))
        for run in [run for run in open_runs if run not in found]:
            first = open_runs.pop(run)
            yield run[0], first, run[1], row - first
        for run in sorted(found):
            open_runs.setdefault(run, row)


def _list_row_runs(modules: tuple[bool, ...]) -> Iterator[tuple[int, int]]:
    start = None
    for column, dark in enumerate((*modules, False)):
        if dark and start is None:
            start = column
        elif not dark and start is not None:
            yield start, column - start
            start = None


def draw_qr(canvas: Canvas, matrix: Matrix, x: float, y: float, size: float) -> None:
    """Draw in the current fill colour, `size` points wide with its quiet zone, lower left at (x, y)."""
    count = len(matrix)
    canvas.saveState()
    canvas.translate(x, y)
    canvas.scale(size / count, size / count)  # whole numbers as coordinates keep the file small
    path = canvas.beginPath()
    for column, row, width, height in _list_runs(matrix):
        path.rect(column, count - row - height, width, height)
    canvas.drawPath(path, stroke=0, fill=1)
    canvas.restoreState()


def qr_svg(url: str, title: str) -> str:
    """An inline SVG that takes its size from CSS; a screen reader reads `title`."""
    matrix = qr_matrix(url)
    count = len(matrix)
    path = "".join(f"M{x} {y}h{w}v{h}h-{w}z" for x, y, w, h in _list_runs(matrix))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="qr" viewBox="0 0 {count} {count}" role="img" '
        f'shape-rendering="crispEdges"><title>{escape(title)}</title>'
        f'<path fill="#fff" d="M0 0h{count}v{count}h-{count}z"/><path fill="#000" d="{path}"/></svg>'
    )
