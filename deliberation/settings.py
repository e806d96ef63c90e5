"""Settings, read once from the environment; an unsafe or incomplete set refuses to start."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

ROBOTS = ("wecom", "dingtalk", "feishu")  # Whose addresses can be set, for a proxy or a stand-in.


class UnsafeSettings(Exception):
    """The environment does not describe a safe installation; the text says what to set."""


@dataclass(frozen=True)
class Settings:
    """``environment`` is production, demo or test. Only demo and test may move the clock or show the mailbox.

    ``server`` is how a web process serves its many open pages: "threads", or "gevent", which is the usual one with
    PostgreSQL. ``database_connections`` is how many of them one process keeps at most. ``vapid_key`` signs web pushes:
    a P-256 private key, base64url of its DER. ``robot_urls`` replaces the makers' own addresses of group robots.
    """

    environment: str
    data: Path
    database_url: str
    redis_url: str
    secret_key: str
    password_salt: str
    public_url: str
    smtp_url: str
    mail_from: str
    sms_url: str
    sms_secret: str
    vapid_key: str
    robot_urls: Mapping[str, str]
    debug: bool
    server: str
    processes: int
    database_connections: int
    runs_scheduler: bool
    frozen_now: datetime | None
    trusted_proxies: int

    @property
    def is_production(self) -> bool:
        return self.environment == "production"

    @property
    def is_gevent(self) -> bool:
        return self.server == "gevent"

    @property
    def is_demo(self) -> bool:
        return self.environment == "demo"

    @property
    def uses_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def clock_file(self) -> Path | None:
        return None if self.is_production else self.data / "clock.json"

    @property
    def uploads(self) -> Path:
        return self.data / "uploads"

    @property
    def is_https(self) -> bool:
        return self.public_url.startswith("https://")


def from_environment(environ: Mapping[str, str] | None = None) -> Settings:
    """Read and check the settings; raise ``UnsafeSettings`` with one line per fault."""
    env = os.environ if environ is None else environ
    environment = env.get("DELIBERATION_ENV", "production")
    data = Path(env.get("DELIBERATION_DATA", "instance")).resolve()
    frozen = env.get("DELIBERATION_NOW")
    database_url = env.get("DATABASE_URL") or f"sqlite:///{data / 'deliberation.db'}"
    settings = Settings(
        environment=environment,
        data=data,
        database_url=database_url,
        redis_url=env.get("REDIS_URL", ""),
        secret_key=env.get("SECRET_KEY") or _local_secret(data, "secret_key", environment),
        password_salt=env.get("SECURITY_PASSWORD_SALT") or _local_secret(data, "password_salt", environment),
        public_url=env.get("PUBLIC_URL", "http://127.0.0.1:5000").rstrip("/"),
        smtp_url=env.get("SMTP_URL", ""),
        mail_from=env.get("MAIL_FROM", "five-steps@localhost"),
        sms_url=env.get("SMS_URL", ""),
        sms_secret=env.get("SMS_SECRET", ""),
        vapid_key=env.get("VAPID_PRIVATE_KEY", ""),
        robot_urls={name: env[f"{name.upper()}_URL"] for name in ROBOTS if env.get(f"{name.upper()}_URL")},
        debug=env.get("FLASK_DEBUG", "0") not in ("", "0", "false"),
        server=env.get("SERVER") or ("threads" if database_url.startswith("sqlite") else "gevent"),
        processes=_number(env, "WEB_CONCURRENCY", 1),
        database_connections=_number(env, "DATABASE_CONNECTIONS", 20),
        runs_scheduler=env.get("RUN_SCHEDULER", "1") not in ("0", "false"),
        frozen_now=_instant(frozen) if frozen else None,
        trusted_proxies=_number(env, "TRUSTED_PROXIES", 0),
    )
    faults = faults_of(settings)
    if faults:
        raise UnsafeSettings("\n".join(faults))
    return settings


def faults_of(settings: Settings) -> list[str]:
    """What keeps these settings from starting, one sentence each; empty when they are safe."""
    faults = []
    if settings.environment not in ("production", "demo", "test"):
        faults.append("DELIBERATION_ENV must be production, demo or test.")
    if settings.server not in ("threads", "gevent"):
        faults.append("SERVER must be threads or gevent.")
    if settings.uses_sqlite and settings.is_gevent:
        faults.append("SQLite stops every greenlet while it waits: set SERVER=threads, or DATABASE_URL to PostgreSQL.")
    if settings.database_connections < 1:
        faults.append("DATABASE_CONNECTIONS must be at least 1.")
    if settings.uses_sqlite and settings.processes > 1:
        faults.append("SQLite serves one process: set WEB_CONCURRENCY=1, or DATABASE_URL to PostgreSQL.")
    if settings.processes > 1 and not settings.redis_url:
        faults.append("More than one web process needs REDIS_URL, so that live rooms reach everybody.")
    if settings.is_production:
        faults += _production_faults(settings)
    return faults


def _production_faults(settings: Settings) -> list[str]:
    checks = [
        (len(settings.secret_key) < 32, "SECRET_KEY must be set, 32 characters or more, and kept secret."),
        (len(settings.password_salt) < 16, "SECURITY_PASSWORD_SALT must be set, 16 characters or more."),
        (settings.debug, "FLASK_DEBUG must be off in production."),
        (settings.frozen_now is not None, "DELIBERATION_NOW is for the demo and tests only."),
        (not settings.smtp_url, "SMTP_URL must be set (smtp://user:password@host:587), so that notices go out."),
    ]
    return [sentence for is_fault, sentence in checks if is_fault]


def _local_secret(data: Path, name: str, environment: str) -> str:
    """A secret of this machine, kept in the data folder; production must be given its own."""
    if environment not in ("demo", "test"):
        return ""
    file = data / f"{name}.txt"
    if not file.exists():
        data.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(48))
    return file.read_text()


def _number(env: Mapping[str, str], name: str, default: int) -> int:
    value = env.get(name, str(default))
    if not value.isdigit():
        raise UnsafeSettings(f"{name} must be a whole number, not {value!r}.")
    return int(value)


def _instant(value: str) -> datetime:
    try:
        instant = datetime.fromisoformat(value)
    except ValueError as error:
        raise UnsafeSettings(f"DELIBERATION_NOW must be like 2026-03-02T12:15+08:00, not {value!r}.") from error
    if instant.tzinfo is None:
        raise UnsafeSettings("DELIBERATION_NOW needs its offset, such as +08:00.")
    return instant
