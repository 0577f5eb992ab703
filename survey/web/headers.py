"""Security headers on every answer."""

from __future__ import annotations

from functools import cache

from flask import Flask, Response, g, request

from survey.settings import Settings

POLICY = {
    "default-src": "'none'",
    "base-uri": "'none'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "img-src": "'self' data:",
    "manifest-src": "'self'",
    "media-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "worker-src": "'self'",
}


def allow_style(digest: str) -> None:
    """Let this answer carry the inline style with this `sha256-…` digest."""
    g.setdefault("styles", set()).add(f"'{digest}'")


def _is_part_of_a_page(response: Response) -> bool:
    """A script or style sheet, which lives by the policy of its page; a policy of its own is dead weight."""
    return request.endpoint == "static" and response.mimetype in ("text/javascript", "text/css")


@cache
def _write_policy(styles: tuple[str, ...]) -> str:
    policy = POLICY | {"style-src": " ".join([POLICY["style-src"], *styles])}
    return "; ".join(f"{name} {value}" for name, value in policy.items())


def install(app: Flask, settings: Settings) -> None:
    def protect(response: Response) -> Response:
        headers = response.headers
        if not _is_part_of_a_page(response):
            headers["Content-Security-Policy"] = _write_policy(tuple(sorted(g.get("styles", ()))))
        headers["Referrer-Policy"] = "same-origin"
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(self), geolocation=(), microphone=()"
        headers.setdefault("Cache-Control", "no-store")
        if settings.https:
            headers["Strict-Transport-Security"] = "max-age=31536000"
        return response

    app.after_request(protect)
