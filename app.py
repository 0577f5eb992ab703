"""The composition root: settings, database, pages and commands meet here, and nobody knows of it."""

from __future__ import annotations

from flask import Flask
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from analytics import cli as analytics_cli
from analytics import papers_cli
from analytics.public_files import write_public_files
from analytics.web import declarations, documents, plan, public, publishing, results
from survey import application
from survey.cli.all import COMMANDS
from survey.domain.permissions import Permission
from survey.settings import Settings, read_settings
from survey.store.engine import Database, create_database_engine
from survey.web import (
    accounts,
    actions,
    audio,
    audit,
    closing,
    collect,
    errors,
    flags,
    gate,
    headers,
    offline,
    paper_reasons,
    paper_sheets,
    papers,
    questionnaires,
    reasons,
    resident,
    rounds,
    sharing,
    slip_batches,
    slip_returns,
    staff,
    tasks,
    templating,
    themes,
    units,
    villages,
)
from survey.web.templating import NavigationEntry
from translations.catalogue import lazy

PAGES = (
    accounts,
    actions,
    audio,
    audit,
    closing,
    collect,
    declarations,
    documents,
    flags,
    offline,
    paper_reasons,
    paper_sheets,
    papers,
    plan,
    public,
    publishing,
    questionnaires,
    reasons,
    resident,
    results,
    rounds,
    sharing,
    slip_batches,
    slip_returns,
    staff,
    tasks,
    themes,
    units,
    villages,
)

NAVIGATION = (
    NavigationEntry("tasks.show", lazy("Việc cần làm"), None),
    NavigationEntry("rounds.list_all", lazy("Đợt lấy ý kiến"), Permission.READ_COUNTS),
    NavigationEntry("collect.list_rounds", lazy("Thu phiếu"), Permission.COLLECT),
    NavigationEntry("results.list_rounds", lazy("Kết quả"), Permission.READ_RESULT),
    NavigationEntry("flags.list_rounds", lazy("Dấu hiệu cần xem"), Permission.READ_FLAGS),
    NavigationEntry("plan.show", lazy("Kế hoạch"), Permission.READ_SCOREBOARD),
    NavigationEntry("units.search", lazy("Đơn vị"), None),
    NavigationEntry("questionnaires.list_all", lazy("Mẫu phiếu"), None),
    NavigationEntry("staff.list_staff", lazy("Tài khoản"), Permission.MANAGE_STAFF),
    NavigationEntry("audit.list_events", lazy("Nhật ký"), Permission.READ_AUDIT),
)


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application; `flask --app app` calls this without arguments."""
    settings = settings or read_settings()
    app = errors.DiscreetFlask(__name__, static_folder="static", template_folder=None)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=settings.upload_bytes,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.https,
        WTF_CSRF_TIME_LIMIT=None,
    )
    if settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.trusted_proxies, x_proto=1)  # type: ignore[method-assign]
    database = Database(create_database_engine(settings.database_url))
    application.attach(app, settings, database, write_public_files)
    gate.install(app)  # before CSRFProtect: whose session has ended is told so, and not of a stale page
    CSRFProtect(app).exempt(resident.blueprint)
    errors.install(app)
    headers.install(app, settings)
    templating.install(app, NAVIGATION)
    for page in PAGES:
        app.register_blueprint(page.blueprint)
    for command in (*COMMANDS, *analytics_cli.commands, *papers_cli.commands):
        app.cli.add_command(command)
    return app


def serve_app() -> Flask:
    """What granian serves: the application, which also tidies up when nobody visits it."""
    app = create_app()
    application.start_upkeep(app)
    return app
