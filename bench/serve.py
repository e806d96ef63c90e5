"""The server of one side: ``python -m bench.serve serve-ours PORT``, or ``serve-bare``; by greenlets, as production
serves on PostgreSQL, or with SERVER=threads by threads. Both sides get the same."""

import os

if os.environ.get("SERVER") != "threads":
    from gevent import monkey

    monkey.patch_all()  # Before anything else is loaded, as in wsgi_gevent.py.

import sys

from flask import Flask
from sqlalchemy import create_engine, text

from deliberation.app import create_app
from deliberation.serving import serve
from deliberation.settings import from_environment


def bare(database_url: str) -> Flask:
    """The floor: one INSERT and COMMIT in a bare Flask view."""
    engine = create_engine(database_url, pool_size=40, max_overflow=20)
    with engine.begin() as link:
        link.execute(text("CREATE TABLE IF NOT EXISTS floor (id serial PRIMARY KEY, body text NOT NULL)"))
    app = Flask("floor")

    @app.get("/healthz")
    def healthz() -> str:
        return "ok"

    @app.post("/")
    def insert() -> str:
        with engine.begin() as link:
            link.execute(text("INSERT INTO floor (body) VALUES ('for')"))
        return "ok"

    return app


def main(program: str, port: int) -> None:
    settings = from_environment()
    app = bare(settings.database_url) if program == "serve-bare" else create_app(settings)
    if program == "serve-bare":
        app.extensions["settings"] = from_environment({**os.environ, "RUN_SCHEDULER": "0"})
    serve(app, host="127.0.0.1", port=port)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
