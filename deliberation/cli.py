"""The ``deliberation`` command. Each subcommand imports what it needs; two of them start without Flask."""

from __future__ import annotations

import sys
from datetime import timedelta
from importlib.util import find_spec
from typing import Any

import click

from deliberation.cli_count import count
from deliberation.cli_deadline import deadline
from deliberation.cli_verify import verify
from deliberation.settings import Settings, UnsafeSettings, from_environment


@click.group()
def main() -> None:
    """Five Steps: serve it, move it forward by hand, look inside."""


main.add_command(count)
main.add_command(deadline)
main.add_command(verify)


def _settings() -> Settings:
    try:
        return from_environment()
    except UnsafeSettings as unsafe:
        for line in str(unsafe).splitlines():
            click.echo(line, err=True)
        sys.exit(2)


def _app() -> Any:
    from deliberation.app import create_app

    return create_app(_settings())


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=5000, show_default=True)
def serve(host: str, port: int) -> None:
    """Serve in one process, the scheduler inside it: with threads, or with greenlets where SERVER says so."""
    from deliberation import serving

    if not _settings().is_gevent:
        serving.serve(_app(), host=host, port=port)
    elif find_spec("gevent") is None:
        click.echo("SERVER=gevent needs what requirements-scale.lock lists; or set SERVER=threads.", err=True)
        sys.exit(2)
    else:
        serving.become_gevent_server(host=host, port=port)


@main.command()
def migrate() -> None:
    """Bring the database to the newest schema, and write the deadlines it lacks."""
    from flask_migrate import upgrade

    from deliberation.cases import service as cases
    from deliberation.kernel import clock as kernel_clock
    from deliberation.kernel.database import transaction

    with _app().app_context():
        upgrade()
        with transaction():
            cases.fill_limits(kernel_clock.now())


@main.command("create-administrator")
@click.option("--name", prompt=True)
@click.option("--email", prompt=True)
@click.password_option()
def create_administrator(name: str, email: str, password: str) -> None:
    """Make an account that may grant roles everywhere."""
    from sqlalchemy import select

    from deliberation.kernel import clock as kernel_clock
    from deliberation.kernel.database import db, transaction
    from deliberation.people import service
    from deliberation.people.access import Role
    from deliberation.people.models import User

    if len(password) < 12:
        click.echo("The password needs 12 characters or more.", err=True)
        sys.exit(2)
    with _app().app_context():
        if db.session.scalar(select(User.id).where(User.email == email)) is not None:
            click.echo(f"There is an account for {email} already.", err=True)
            sys.exit(2)
        now = kernel_clock.now()
        with transaction():
            user = service.create_user(name=name, email=email, password=password, now=now)
            service.grant_role(user_id=user.id, role=Role.administrator, place_id=None, now=now)


@main.group()
def clock() -> None:
    """Look at the clock, or move it (demo and tests only)."""


def _movable_clock() -> Any:
    file = _app().extensions["settings"].clock_file
    if file is None:
        click.echo("The clock cannot be moved in production.", err=True)
        sys.exit(2)
    return file


@clock.command("show")
def clock_show() -> None:
    """Print the present instant."""
    from deliberation.kernel import clock as kernel_clock

    _app()
    click.echo(kernel_clock.shanghai(kernel_clock.now()).isoformat(timespec="seconds"))


@clock.command("set")
@click.argument("instant", type=click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d"]))
@click.option("--frozen", is_flag=True, help="Stop it there instead of letting it run on.")
def clock_set(instant: Any, frozen: bool) -> None:
    """Move the clock to INSTANT, Shanghai time."""
    from deliberation.kernel import clock as kernel_clock

    kernel_clock.set_file(_movable_clock(), at=instant.replace(tzinfo=kernel_clock.SHANGHAI), frozen=frozen)


@clock.command("advance")
@click.option("--days", default=0)
@click.option("--hours", default=0)
@click.option("--minutes", default=0)
def clock_advance(days: int, hours: int, minutes: int) -> None:
    """Move the clock on, then run what has fallen due."""
    from deliberation.kernel import clock as kernel_clock
    from deliberation.kernel.scheduling import run_all

    file = _movable_clock()
    kernel_clock.set_file(
        file, at=kernel_clock.now() + timedelta(days=days, hours=hours, minutes=minutes), frozen=False
    )
    with _app().app_context():
        run_all(now=kernel_clock.now())


@main.group()
def jobs() -> None:
    """The scheduled work, by hand."""


@jobs.command("run")
@click.argument("name", required=False)
def jobs_run(name: str | None) -> None:
    """Run every job once, or the one named NAME."""
    from deliberation.kernel import clock as kernel_clock
    from deliberation.kernel import scheduling

    with _app().app_context():
        if name is not None and name not in scheduling.JOBS:
            click.echo(f"No such job: {name}. There are: {', '.join(scheduling.JOBS)}", err=True)
            sys.exit(2)
        names = [name] if name else list(scheduling.JOBS)
        failed = [each for each in names if not scheduling.run_job(each, now=kernel_clock.now())]
    if failed:
        click.echo(f"Failed: {', '.join(failed)}", err=True)
        sys.exit(1)


@jobs.command("due")
def jobs_due() -> None:
    """List the jobs, how often each runs, and how much waits for it now; a dash where it only knows by looking."""
    from deliberation.kernel import clock as kernel_clock
    from deliberation.kernel import scheduling

    with _app().app_context():
        now = kernel_clock.now()
        for job in scheduling.JOBS.values():
            waits = "-" if job.due is None else str(job.due(now))
            click.echo(f"{job.name:<30} every {job.seconds:>4} s  due {waits:>7}")


@main.command()
@click.option("--retry", is_flag=True, help="Try once more what was given up.")
def outbox(retry: bool) -> None:
    """What is to go out and what became of it, by channel and state; the last failures, and why."""
    from deliberation.kernel import clock as kernel_clock
    from deliberation.kernel.database import transaction
    from deliberation.notifications import queries, service

    with _app().app_context():
        now = kernel_clock.now()
        if retry:
            with transaction():
                count = service.retry_failed(now=now)
            click.echo(f"{count} to be tried once more")
        if waiting := queries.waiting_to_unfold(now):
            click.echo(f"{waiting} shares of an audience wait for their messages")
        rows = queries.outbox_counts()
        for channel, state, number, first in rows:
            since = f"  first due {kernel_clock.shanghai(first):%Y-%m-%d %H:%M}" if first else ""
            click.echo(f"{channel:<10} {state:<10} {number:>9}{since}")
        if not rows:
            click.echo("The outbox is empty.")
        for each in queries.latest_failures():
            click.echo(f"failed {each.id} by {each.channel} after {each.attempts}: {each.error}")


@main.group()
def meeting() -> None:
    """Look at the log of a meeting."""


@meeting.command("replay")
@click.argument("meeting_id", metavar="ID", type=click.IntRange(min=1))
def meeting_replay(meeting_id: int) -> None:
    """Build the state of meeting ID again from its events; exit 1 where the stored state differs, 2 without one."""
    from deliberation.kernel.errors import NotFound
    from deliberation.meetings import queries

    with _app().app_context():
        try:
            findings = queries.replay_findings(meeting_id)
        except NotFound:
            click.echo(f"There is no meeting {meeting_id}.", err=True)
            sys.exit(2)
    for line in findings or ["no differences"]:
        click.echo(line)
    sys.exit(1 if findings else 0)


@main.command()
@click.option("--host", default="127.0.0.1")
@click.option("--port", default=5000)
@click.option("--reset", is_flag=True, help="Start over with a fresh demo.")
@click.option("--no-serve", is_flag=True, help="Only load the demo.")
def demo(host: str, port: int, reset: bool, no_serve: bool) -> None:
    """Load the demo if there is none yet, and serve it."""
    from deliberation.demo.command import run_demo

    run_demo(host=host, port=port, reset=reset, serves=not no_serve)


@main.command()
def scheduler() -> None:
    """Run the scheduled work in a process of its own."""
    from deliberation.serving import run_scheduler

    run_scheduler(_app())


if __name__ == "__main__":
    main()
