"""``deliberation deadline``: the answer alone on stdout, or one line on stderr and exit 2."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from deliberation.cli_deadline import deadline


def ask(*arguments):
    return CliRunner().invoke(deadline, list(arguments))


def run(*arguments, code="from deliberation.cli import main; main(prog_name='deliberation')"):
    """The real command in a process with an empty environment."""
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], env={}, capture_output=True, text=True, timeout=60, check=False
    )


def assert_one_line(exit_code, stdout, stderr):
    assert exit_code == 2
    assert stdout == ""
    assert stderr.endswith("\n")
    assert len(stderr.splitlines()) == 1
    assert stderr.startswith("deadline: ")
    assert "Traceback" not in stderr


ANSWERS = [
    ("2025-09-26", "--working-days", "1", "2025-09-28"),
    ("2025-09-26", "--working-days", "5", "2025-10-10"),
    ("2025-09-26", "--working-days", "15", "2025-10-23"),
    ("2025-09-26", "--working-days", "0", "2025-09-26"),
    ("2025-10-01", "--working-days", "0", "2025-10-09"),
    ("2025-09-26", "--working-days", "0015", "2025-10-23"),
    ("2025-11-30", "--months", "3", "2026-02-28"),
    ("2025-09-01", "--months", "1", "2025-10-09"),
    ("2025-09-26", "--months", "0", "2025-09-26"),
    ("2025-09-26", "--days", "5", "2025-10-09"),
    ("2025-09-26", "--days", "0", "2025-09-26"),
    ("2026-03-20", "--days-before", "15", "2026-03-04"),
    ("2026-03-20", "--days-before", "0", "2026-03-19"),
    ("2030-03-20", "--days-before", "15", "2030-03-04"),
]


@pytest.mark.parametrize(("start", "option", "count", "end"), ANSWERS)
def test_answer(start, option, count, end):
    result = ask("--from", start, option, count)
    assert (result.exit_code, result.stdout, result.stderr) == (0, f"{end}\n", "")


BAD = {
    "nothing": [],
    "no such day": ["--from", "2025-02-29", "--days", "1"],
    "no such month": ["--from", "2025-13-01", "--days", "1"],
    "not a date": ["--from", "tomorrow", "--days", "1"],
    "another spelling": ["--from", "20250926", "--days", "1"],
    "a week date": ["--from", "2025-W39-5", "--days", "1"],
    "an instant": ["--from", "2025-09-26T10:00", "--days", "1"],
    "foreign digits": ["--from", "２０２５-09-26", "--days", "1"],
    "an empty date": ["--from", "", "--days", "1"],
    "no date": ["--days", "1"],
    "two dates": ["--from", "2025-09-26", "--from", "2025-09-27", "--days", "1"],
    "negative": ["--from", "2025-09-26", "--days", "-3"],
    "negative working days": ["--from", "2025-09-26", "--working-days=-3"],
    "a fraction": ["--from", "2025-09-26", "--days", "1.5"],
    "a word": ["--from", "2025-09-26", "--months", "three"],
    "an underscore": ["--from", "2025-09-26", "--days", "1_0"],
    "a sign": ["--from", "2025-09-26", "--days", "+3"],
    "a space": ["--from", "2025-09-26", "--days", " 3"],
    "a foreign number": ["--from", "2025-09-26", "--days", "٣"],
    "an empty number": ["--from", "2025-09-26", "--days", ""],
    "a missing number": ["--from", "2025-09-26", "--days"],
    "no limit": ["--from", "2025-09-26"],
    "two limits": ["--from", "2025-09-26", "--days", "1", "--months", "1"],
    "the same limit twice": ["--from", "2025-09-26", "--days", "1", "--days", "2"],
    "huge": ["--from", "2025-09-26", "--days", "9999999"],
    "huger": ["--from", "2025-09-26", "--months", "9" * 5000],
    "huge working days": ["--from", "2025-09-26", "--working-days", "9999999"],
    "before the first day": ["--from", "2025-09-26", "--days-before", "9999999"],
    "a year without data": ["--from", "2027-03-01", "--working-days", "1"],
    "into a year without data": ["--from", "2026-12-31", "--days", "1"],
    "a year long ago": ["--from", "0001-01-01", "--days", "1"],
    "an unknown option": ["--from", "2025-09-26", "--weeks", "1"],
    "a shortened option": ["--from", "2025-09-26", "--mon", "1"],
    "an argument too many": ["--from", "2025-09-26", "--days", "1", "more", "words"],
    "lines in the number": ["--from", "2025-09-26", "--days", "1\n2"],
    "lines in the date": ["--from", "2025-09-26\n", "--days", "1"],
    "lines in an argument": ["--from", "2025-09-26", "--days", "1", "a\nb\u2028c"],
}


@pytest.mark.parametrize("arguments", BAD.values(), ids=BAD)
def test_bad_input_is_one_line(arguments):
    result = ask(*arguments)
    assert_one_line(result.exit_code, result.stdout, result.stderr)


@given(arguments=st.lists(st.one_of(st.sampled_from(["--from", "--days", "2026-03-02", "--months", "3"]), st.text())))
def test_whatever_is_typed(arguments):
    result = ask(*arguments)
    if result.exit_code == 0:
        assert result.stderr == ""
    else:
        assert_one_line(result.exit_code, result.stdout, result.stderr)


def test_bad_input_below_a_group_is_one_line_too():
    group = click.Group("deliberation", commands={"deadline": deadline})
    result = CliRunner().invoke(group, ["deadline", "--from", "2025-09-26", "--weeks", "1"])
    assert_one_line(result.exit_code, result.stdout, result.stderr)


def test_what_to_do_about_a_year_without_data():
    said = ask("--from", "2027-03-01", "--working-days", "1").stderr
    assert "2027" in said
    assert "chinesecalendar" in said
    assert "administrator" in said


def test_help_is_not_an_error():
    result = ask("--help")
    assert result.exit_code == 0
    assert "--working-days" in result.stdout


def test_the_real_command_with_an_empty_environment():
    good = run("deadline", "--from", "2025-09-26", "--working-days", "15")
    assert (good.returncode, good.stdout, good.stderr) == (0, "2025-10-23\n", "")
    for bad in (["--from", "2025-02-29", "--days", "1"], ["--days"], ["--from", "2026-12-31", "--days", "3"]):
        failed = run("deadline", *bad)
        assert_one_line(failed.returncode, failed.stdout, failed.stderr)


def test_it_starts_without_the_house():
    loaded = run(
        code="import sys, deliberation.cli; "
        "print(*sorted({name.split('.')[0] for name in sys.modules} & {'flask', 'sqlalchemy', 'werkzeug', 'jinja2'}))"
    )
    assert (loaded.returncode, loaded.stdout.strip(), loaded.stderr) == (0, "", "")
