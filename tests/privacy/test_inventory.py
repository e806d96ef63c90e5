"""The inventory and the database say the same: a table with people in it that nobody has described fails here."""

from __future__ import annotations

import pytest

from deliberation.app import _rooms
from deliberation.kernel.database import db
from deliberation.privacy.rules import HOLDINGS, RETENTIONS, Group, Keep, stays_named
from deliberation.privacy.rules.inventory import GROUND, NAMES, UNTIL, WHAT, WHY
from deliberation.privacy.wording import KEPT

# Columns of these names hold a person's name, number or address, whatever the table points at.
PERSONAL = frozenset({
    "actor_name", "address", "contact_name", "contact_phone", "email", "helper", "holder_name", "names", "owner_name",
    "phone", "plate_number", "us_phone_number", "user_ids", "voter_name", "walk_in_name", "walk_in_unit", "witness",
})  # fmt: skip


def tables() -> dict:
    _rooms("models")
    return dict(db.metadata.tables)


def people_in(table) -> set[str]:
    return {
        column.name for column in table.columns if any(key.column.table.name == "user" for key in column.foreign_keys)
    }


def test_every_table_with_people_in_it_is_described() -> None:
    described = {each.table for each in HOLDINGS}
    found = {name for name, table in tables().items() if people_in(table) or PERSONAL & set(table.columns.keys())}
    assert found - described == set(), "add them to privacy/rules/inventory.py, with whose they are and what for"
    assert described - set(tables()) == set(), "these tables are gone: take them out of privacy/rules/inventory.py"


@pytest.mark.parametrize("holding", HOLDINGS, ids=lambda holding: holding.table)
def test_every_column_that_names_somebody_is_told(holding) -> None:
    table = tables()[holding.table]
    said = {*holding.own, *holding.office}
    assert people_in(table) - {"id"} <= said, "say whose the row is (own), or who acted (office)"
    named = {*said, *holding.addresses, *holding.wipes, *([holding.through[0]] if holding.through else [])}
    assert named <= set(table.columns.keys())
    if holding.through:
        assert holding.through[1] in {each.table for each in HOLDINGS}


def test_what_is_deleted_takes_along_what_points_at_it() -> None:
    """Otherwise the database would refuse to let somebody go."""
    wiped = {
        each.table for each in HOLDINGS if each.keep is Keep.wiped and (each.own or each.addresses or each.through)
    }
    hanging = {
        (table.name, column.name)
        for table in tables().values()
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table.name in wiped
    }
    told = {(each.table, each.through[0]) for each in HOLDINGS if each.keep is Keep.wiped and each.through}
    assert hanging <= told


def test_each_group_says_what_it_is_for_on_which_ground_and_for_how_long() -> None:
    for words in (NAMES, WHAT, WHY, GROUND, UNTIL):
        assert set(words) == set(Group)
    kept = {each.table for each in HOLDINGS if each.keep is Keep.archive and (each.own or each.through)}
    assert kept == set(KEPT)


@pytest.mark.parametrize("retention", RETENTIONS, ids=lambda each: each.name)
def test_what_is_wiped_can_be_empty(retention) -> None:
    columns = tables()[retention.table].columns
    assert retention.since in columns
    assert all(columns[name].type.python_type is str for name in retention.wipes)


def test_the_name_stays_only_where_an_archive_needs_it() -> None:
    assert stays_named({"ballot": 1})
    assert not stays_named({"consent": 4, "attendance": 2})
