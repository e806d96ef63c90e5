"""What every test can ask for. Nothing is started before the first test that needs it.

Databases       ``app`` (the test runs twice: on SQLite and on PostgreSQL), ``sqlite_app``, ``postgres_app``; every
                write is rolled back. ``client`` is a browser without a screen on ``app``.
Services        ``new_sqlite_url`` and ``new_postgres_url`` (a database of this test alone), ``empty_postgres_url``,
                ``valkey_url``.
The real thing  ``live_server`` (a process of its own), ``browser`` and ``new_person``.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Generator, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest

from tests.support import services

# What follows is imported by the fixtures that use it: tests of pure rules start without Flask and without a browser.
if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from playwright.sync_api import Browser

    from tests.support.browser import Person
    from tests.support.server import LiveServer

RESULTS = services.ROOT / "test-results"
IN_CI = os.environ.get("CI", "").lower() in ("1", "true")
RUN = pytest.StashKey[services.Run]()
FAILED = pytest.StashKey[bool]()

hypothesis.settings.register_profile("here", deadline=None, print_blob=True)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci" if IN_CI else "here")


# ------------------------------------------------------------------------------------------------- the run as a whole


def pytest_configure(config: pytest.Config) -> None:
    given = getattr(config, "workerinput", None)
    if given is not None:
        run = services.Run(Path(given["services"]), owner=given["owner"])
    else:
        run = services.Run(Path(tempfile.mkdtemp(prefix="five-steps-run-")), owner=os.getpid())
    config.stash[RUN] = run
    os.environ["COMPILED_TEMPLATES"] = str(run.folder / "templates")  # For this process and those it starts.


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    run = node.config.stash[RUN]
    node.workerinput.update(services=str(run.folder), owner=run.owner)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput") and RUN in config.stash:
        config.stash[RUN].stop()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Journeys first, then whatever else opens a browser or a server; the other worker does the short tests meanwhile.

    Each worker begins with one half of the list, and whoever is done takes from the end of the other's.
    """
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    if item.get_closest_marker("journey"):
        return 0
    return 1 if {"browser", "new_server"} & set(getattr(item, "fixturenames", ())) else 2


def _not_run(config: pytest.Config) -> list[pytest.TestReport]:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    return [] if reporter is None else [*reporter.stats.get("skipped", []), *reporter.stats.get("xfailed", [])]


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a test that did not run has failed."""
    if IN_CI and not hasattr(session.config, "workerinput") and _not_run(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    missing = _not_run(config)
    if not missing:
        return
    terminalreporter.section("could not run" + (": in CI that is a failure" if IN_CI else ""))
    for report in missing:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        terminalreporter.line(f"{report.nodeid}: {reason}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report


# ---------------------------------------------------------------------------------------------------------- services


@pytest.fixture(scope="session")
def _new_database(request: pytest.FixtureRequest) -> Callable[..., str]:
    """Makes a database of a given name in a real PostgreSQL and gives its address; it has today's tables."""
    from tests.support import databases

    return partial(databases.new, request.config.stash[RUN])


@pytest.fixture
def new_postgres_url(_new_database: Callable[..., str], worker_id: str) -> str:
    """The address of a PostgreSQL database of this test alone, for writers that really commit."""
    return _new_database(f"once_{worker_id}")


@pytest.fixture
def empty_postgres_url(_new_database: Callable[..., str], worker_id: str) -> str:
    """The address of a PostgreSQL database of this test alone in which there is nothing yet."""
    return _new_database(f"empty_{worker_id}", is_empty=True)


@pytest.fixture
def new_sqlite_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an SQLite database of this test alone, for writers that really commit."""
    from tests.support import databases

    return databases.new_file(request.config.stash[RUN], tmp_path / "taken.db")


@pytest.fixture(scope="session")
def valkey_url(request: pytest.FixtureRequest, worker_id: str) -> str:
    """The address of a real Valkey; each worker has its own numbered database in it."""
    number = int(re.sub(r"\D", "", worker_id) or 0)
    return f"{request.config.stash[RUN].address('valkey')}/{number}"


# ------------------------------------------------------------------------------------------------------ applications


@pytest.fixture(scope="session")
def _on_sqlite(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Flask:
    from tests.support import applications, databases

    applications.keep_templates()
    data = tmp_path_factory.mktemp("sqlite")
    return applications.build(data, databases.new_file(request.config.stash[RUN], data / "test.db"))


@pytest.fixture(scope="session")
def _on_postgresql(
    tmp_path_factory: pytest.TempPathFactory, _new_database: Callable[..., str], worker_id: str
) -> Flask:
    from tests.support import applications

    applications.keep_templates()
    return applications.build(tmp_path_factory.mktemp("postgresql"), _new_database(f"app_{worker_id}"))


@pytest.fixture
def sqlite_app(_on_sqlite: Flask) -> Iterator[Flask]:
    """The application on SQLite, for tests of a door that need not run twice."""
    from tests.support import applications

    with applications.rolled_back(_on_sqlite) as app:
        yield app


@pytest.fixture
def postgres_app(_on_postgresql: Flask) -> Iterator[Flask]:
    """The application on PostgreSQL, for what only it can do."""
    from tests.support import applications

    with applications.rolled_back(_on_postgresql) as app:
        yield app


@pytest.fixture(params=["sqlite", "postgresql"])
def app(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The application, once on each database, with its context open and every write rolled back afterwards."""
    from tests.support import applications

    with applications.rolled_back(request.getfixturevalue(f"_on_{request.param}")) as app:
        yield app


@pytest.fixture
def client(request: pytest.FixtureRequest) -> FlaskClient:
    """A client of the application the test uses: ``sqlite_app`` unless it asks for another."""
    for name in ("app", "postgres_app"):
        if name in request.fixturenames:
            return request.getfixturevalue(name).test_client()
    return request.getfixturevalue("sqlite_app").test_client()


# ---------------------------------------------------------------------------------------------------- the real thing


@pytest.fixture
def new_server(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[..., LiveServer]]:
    """Start servers: ``new_server(DATABASE_URL=…, REDIS_URL=…)``, each with an empty database of today's tables.

    A database that is given by its address is migrated; an SQLite file of the server's own is a copy of one that was.
    """
    from tests.support import applications, databases
    from tests.support.server import LiveServer, migrated_database

    applications.keep_templates()
    servers: list[LiveServer] = []
    run = request.config.stash[RUN]

    def migrate(into: Path) -> None:
        tables = tmp_path / "tables.db"
        databases.new_file(run, tables)
        migrated_database(tables, into)

    def start(*, is_loaded: bool = True, **environment: str) -> LiveServer:
        server = LiveServer(tmp_path / f"server{len(servers)}", is_loaded=is_loaded, **environment)
        servers.append(server)
        if "DATABASE_URL" in environment:
            server.command("migrate")
        else:
            server.take_over(run.once("migrated.db", migrate))
        return server.start()

    yield start
    for server in servers:
        server.stop()


@pytest.fixture
def live_server(new_server: Callable[..., LiveServer]) -> LiveServer:
    """One server with its own, empty SQLite database."""
    return new_server()


@pytest.fixture(scope="session")
def told(request: pytest.FixtureRequest) -> Path:
    """A data folder in which the demo has been told (tests/support/told.py); to be copied, never written to."""
    from tests.support import applications
    from tests.support.told import tell

    applications.keep_templates()
    return request.config.stash[RUN].once("told", tell)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    from tests.support.browser import launch

    with sync_playwright() as playwright:
        opened = launch(playwright)
        yield opened
        opened.close()


@pytest.fixture
def new_person(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Person]]:
    """Sit people down at browsers of their own; what went wrong in any of them fails the test at its end.

    ``new_person("chair", base_url=server.url, width=1280, height=800, locale="zh-CN")``. When the test fails, a
    picture of every person's page is left in test-results/.
    """
    from tests.support.browser import sit_down

    people: list[Person] = []

    def sit(
        name: str = "person",
        *,
        base_url: str | None = None,
        width: int = 1280,
        height: int = 900,
        locale: str = "zh-CN",
        keeps_pages: bool = False,
    ) -> Person:
        seat = {"base_url": base_url, "width": width, "height": height, "locale": locale, "keeps_pages": keeps_pages}
        person = sit_down(browser, name=name, **seat)  # type: ignore[arg-type]
        people.append(person)
        return person

    yield sit
    if request.node.stash.get(FAILED, False):
        _take_pictures(people, request.node.nodeid)
    faults = [f"{person.name}: {fault}" for person in people for fault in person.unexcused()]
    for person in people:
        person.context.close()
    if faults:
        pytest.fail("the browser reported faults:\n" + "\n".join(faults), pytrace=False)


def _take_pictures(people: list[Person], test: str) -> None:
    folder = RESULTS / re.sub(r"[^\w.-]+", "_", test)
    folder.mkdir(parents=True, exist_ok=True)
    for person in people:
        for number, page in enumerate(person.context.pages):
            page.screenshot(path=folder / f"{person.name}-{number}.png", full_page=True)
