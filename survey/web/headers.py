"""Security headers on every answer."""

from __future__ import annotations

from flask import Flask, Response, g

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
    g.setdefault("styles", []).append(f"'{digest}'")


def install(app: Flask, settings: Settings) -> None:
    def protect(response: Response) -> Response:
        policy = POLICY | {"style-src": " ".join([POLICY["style-src"], *g.get("styles", [])])}
        headers = response.headers
        headers["Content-Security-Policy"] = "; ".join(f"{name} {value}" for name, value in policy.items())
        headers["Referrer-Policy"] = "same-origin"
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(self), geolocation=(), microphone=()"
        headers.setdefault("Cache-Control", "no-store")
        if settings.https:
            headers["Strict-Transport-Security"] = "max-age=31536000"
        return response

    app.after_request(protect)
