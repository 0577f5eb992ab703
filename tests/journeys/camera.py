"""A camera that looks at a slip: true pictures, for the page's own reader."""

from __future__ import annotations

from base64 import b64encode
from io import BytesIO

import qrcode
from playwright.sync_api import Page

_CAMERA = """
    navigator.mediaDevices.getUserMedia = async () => {
        const picture = new Image(), canvas = document.createElement('canvas');
        picture.src = window.slip;
        await picture.decode();
        canvas.width = canvas.height = 480;
        const draw = () => canvas.getContext('2d').drawImage(picture, 60, 60, 360, 360);
        setInterval(draw, 50);
        return canvas.captureStream(20);
    };
"""


def hold_before_camera(page: Page, address: str) -> None:
    """The page's camera sees a slip with the QR code of this address."""
    picture = BytesIO()
    qrcode.make(address, border=4).save(picture, "PNG")
    slip = b64encode(picture.getvalue()).decode()
    page.evaluate(f"window.slip = 'data:image/png;base64,{slip}'; {_CAMERA}")


def break_camera(page: Page) -> None:
    page.evaluate("void (navigator.mediaDevices.getUserMedia = () => Promise.reject(new Error('no')))")
