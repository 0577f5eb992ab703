"""Files that a view makes and the browser saves."""

from __future__ import annotations

from flask import Response

_TYPES = {
    "pdf": "application/pdf",
    "json": "application/json",
    "png": "image/png",
    "jpg": "image/jpeg",
}


def send_file(content: bytes, name: str) -> Response:
    """A download under a name of plain letters, whose ending tells its type."""
    disposition = f'attachment; filename="{name}"'
    return Response(
        content,
        mimetype=_TYPES[name.rpartition(".")[2]],
        headers={"Content-Disposition": disposition},
    )
