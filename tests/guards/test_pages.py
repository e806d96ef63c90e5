"""The list of every page (tests/support/pages.py) is whole: a page that is not in it is not looked at."""

from __future__ import annotations

from pathlib import Path

from tests.support import pages
from tests.support.told import demo_application


def test_every_page_is_in_the_list_that_is_walked_and_photographed(tmp_path: Path) -> None:
    assert pages.missing(demo_application(tmp_path)) == []
