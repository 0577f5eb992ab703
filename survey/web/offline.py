"""The service worker, at the root of the site: a worker governs only what lies below its own address."""

from __future__ import annotations

from flask import Blueprint, Response, send_from_directory

from survey.access import public
from survey.web.templating import STATIC

blueprint = Blueprint("offline", __name__)


@blueprint.get("/sw.js")
@public
def worker() -> Response:
    """Asked for anew whenever the browser looks for a newer one."""
    script = send_from_directory(STATIC, "service-worker.js", mimetype="text/javascript", max_age=None)
    script.cache_control.no_cache = True
    return script
