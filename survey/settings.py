"""Everything the environment decides, read once and frozen."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from click import ClickException

from survey.domain.codes import keyed_hash

INSTANCE = Path(__file__).resolve().parent.parent / "instance"
_SECRET_CHARACTERS = 32
DEFAULT_MIN_BASE = 10


class SettingsError(ClickException):
    """The environment is not fit to serve; `problems` names all that is missing or unsafe."""

    exit_code = 2

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(["The settings are not safe for production:", *problems]))
        self.problems = problems


@dataclass(frozen=True)
class Settings:
    """What the environment decides.

    `public_url` is the address printed in every QR code, without a trailing slash. `min_base` is
    the k of the disclosure rule: ballots mix, and figures are told, k at a time. `trusted_proxies`
    is how many proxies in front may set X-Forwarded-For.
    """

    production: bool
    database_url: str
    public_url: str
    secret_key: str
    code_secret: bytes
    trusted_proxies: int = 0
    min_base: int = DEFAULT_MIN_BASE
    session_hours: int = 12
    upload_bytes: int = 5 * 2**20

    @property
    def https(self) -> bool:
        return self.public_url.startswith("https://")


def read_settings(environ: Mapping[str, str] | None = None, instance: Path = INSTANCE) -> Settings:
    """Read the settings; development needs none.

    Raises:
        SettingsError: in production (`APP_ENV=production`), with every missing or unsafe one.
    """
    env = os.environ if environ is None else environ
    production = env.get("APP_ENV", "development") == "production"
    problems = _problems(env, production)
    if problems:
        raise SettingsError(problems)
    host, port = env.get("HOST", "127.0.0.1"), env.get("PORT", "8000")
    secret = "" if production else _development_secret(instance)
    return Settings(
        production=production,
        database_url=env.get("DATABASE_URL") or f"sqlite:///{instance / 'longdan.sqlite3'}",
        public_url=env.get("PUBLIC_URL", _address(host, port)).rstrip("/"),
        secret_key=env.get("SECRET_KEY") or keyed_hash(secret.encode(), "session").hex(),
        code_secret=(env.get("CODE_SECRET") or keyed_hash(secret.encode(), "codes").hex()).encode(),
        trusted_proxies=int(env.get("TRUSTED_PROXIES", "0")),
        min_base=int(env.get("MIN_BASE", DEFAULT_MIN_BASE)),
        session_hours=int(env.get("SESSION_HOURS", "12")),
    )


def _address(host: str, port: str) -> str:
    """Where a trial server is found; one that listens everywhere is found on this machine."""
    found = "127.0.0.1" if host in ("0.0.0.0", "::", "") else host
    return f"http://[{found}]:{port}" if ":" in found else f"http://{found}:{port}"


def _problems(env: Mapping[str, str], production: bool) -> list[str]:
    problems = [
        f"{name}: must be a whole number of at least {least}"
        for name, default, least in (
            ("MIN_BASE", str(DEFAULT_MIN_BASE), 5 if production else 2),
            ("TRUSTED_PROXIES", "0", 0),
            ("SESSION_HOURS", "12", 1),
        )
        if not env.get(name, default).isdecimal() or int(env.get(name, default)) < least
    ]
    url = urlsplit(env.get("PUBLIC_URL", "http://127.0.0.1:8000"))
    beyond_host = url.path.strip("/") or url.query or url.fragment  # codes stand right after the host
    if url.scheme not in ("http", "https") or not url.hostname or beyond_host:
        problems.append("PUBLIC_URL: must be an address such as https://khaosat.example.vn")
    if not production:
        return problems
    for name in ("SECRET_KEY", "CODE_SECRET"):
        if len(env.get(name, "")) < _SECRET_CHARACTERS:
            problems.append(f"{name}: set at least {_SECRET_CHARACTERS} random characters")
    if env.get("SECRET_KEY") and env.get("SECRET_KEY") == env.get("CODE_SECRET"):
        problems.append("CODE_SECRET: must differ from SECRET_KEY")
    if "PUBLIC_URL" not in env or url.scheme != "https":
        problems.append("PUBLIC_URL: set the https:// address that the QR codes shall carry")
    if "DATABASE_URL" not in env:
        problems.append("DATABASE_URL: name the database")
    if "TRUSTED_PROXIES" not in env:
        problems.append("TRUSTED_PROXIES: say how many proxies stand in front (0 for none)")
    return problems


def _development_secret(instance: Path) -> str:
    """A random secret of this checkout, so that even a trial on a local network has its own."""
    path = instance / "development.secret"
    if not path.exists():
        instance.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as out:
            out.write(secrets.token_hex(32))
    return path.read_text(encoding="ascii")
