"""The application, read as a contents page."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import Migrate
from sqlalchemy.pool import StaticPool

from deliberation import settings as settings_module
from deliberation.kernel import clock, i18n, limits, live, packing, web
from deliberation.kernel.database import db
from deliberation.notifications import service as notifications
from deliberation.people import accounts, guard
from deliberation.people import queries as people
from deliberation.portal import context
from deliberation.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
ROOMS = (
    "audit", "places", "people", "photos", "matters", "notifications", "registry", "committees", "setup", "proposals",
    "meetings", "votes", "cases", "minutes", "feedback", "privacy", "portal", "demo",
)  # fmt: skip


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application from ``settings``, or from the environment; unsafe settings refuse to start."""
    settings = settings or settings_module.from_environment()
    app = web.Site("deliberation", root_path=str(ROOT), static_folder="static", template_folder="templates")
    _configure(app, settings)
    _rooms("models")
    _database(app, settings)
    i18n.init_app(app)
    web.init_app(app, trusted_proxies=settings.trusted_proxies, is_https=settings.is_https)
    limits.init_app(app, redis_url=settings.redis_url)
    packing.init_app(app)
    accounts.init_app(app, queue=notifications.queue_direct)
    guard.init_app(app)
    context.init_app(app)
    for room in _rooms("views"):
        if not (settings.is_production and room.blueprint.name == "demo"):
            app.register_blueprint(room.blueprint)
    _rooms("sockets")
    _rooms("jobs")
    _rooms("reactions")
    _live(app, settings)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    clock.configure(frozen=settings.frozen_now, file=settings.clock_file)
    settings.data.mkdir(parents=True, exist_ok=True)
    app.extensions["settings"] = settings
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SECURITY_PASSWORD_SALT=settings.password_salt,
        TESTING=settings.environment == "test",
        DEBUG=settings.debug,
        MAX_CONTENT_LENGTH=40 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=300 * 1024,
        SESSION_COOKIE_NAME="five_steps",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.is_https,
        REMEMBER_COOKIE_HTTPONLY=True,
        REMEMBER_COOKIE_SAMESITE="Lax",
        REMEMBER_COOKIE_SECURE=settings.is_https,
        WTF_CSRF_TIME_LIMIT=24 * 3600,
        TEMPLATES_AUTO_RELOAD=False,
    )


def _database(app: Flask, settings: Settings) -> None:
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    # What a statement carries is people's: choices, names, telephone numbers. An error names the statement alone.
    options: dict[str, Any] = {"hide_parameters": True}
    if settings.database_url == "sqlite://":
        options["poolclass"] = StaticPool
    elif not settings.uses_sqlite:
        # Whoever finds none free waits for one: PostgreSQL does not do more by being asked by more at once.
        options |= {"pool_size": settings.database_connections, "max_overflow": 0}
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options
    db.init_app(app)
    Migrate(app, db, directory=str(ROOT / "migrations"), compare_type=True, render_as_batch=True)


def _rooms(part: str) -> list[Any]:
    """Import ``part`` (models, views, sockets …) of every room that has one."""
    package = Path(__file__).parent
    return [
        import_module(f"deliberation.{room}.{part}")
        for room in ROOMS
        if (package / room / f"{part}.py").exists() or (package / room / part).is_dir()
    ]


def _live(app: Flask, settings: Settings) -> None:
    live.init_app(
        app,
        load_actor=people.actor,
        user_id_at=people.user_id_at,
        async_mode=live.async_mode(),
        message_queue=settings.redis_url or None,
        cors_allowed_origins=[settings.public_url] if settings.is_production else None,
        manage_session=True,
        ping_interval=20,
        ping_timeout=20,
    )
