"""``deliberation outbox`` and ``deliberation jobs due``: the same work, seen and done by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from deliberation.app import create_app
from deliberation.cli import main
from deliberation.kernel.database import db, transaction
from deliberation.notifications import service
from deliberation.notifications.models import Channel
from tests.support import applications
from tests.support.make import NOW


def said(*arguments: str) -> str:
    result = CliRunner().invoke(main, list(arguments))
    assert result.exit_code == 0, result.output
    return result.output


def test_the_outbox_is_shown_and_what_was_given_up_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"ENV": "test", "DATA": str(tmp_path), "NOW": NOW.isoformat()}.items():
        monkeypatch.setenv(f"DELIBERATION_{name}", value)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    app = create_app(applications.settings_for(tmp_path))
    with app.app_context():
        db.create_all()
        assert said("outbox") == "The outbox is empty.\n"
        with transaction():
            for number in range(2):
                service.queue_direct(
                    channel=Channel.sms, address="13800000000", subject="", body="", key=f"{number}", now=NOW
                )
            (first, second) = service.claim_due(now=NOW)
            service.mark_failed(first.id, attempt=1, error="no such number", is_final=True, now=NOW)
            service.give_back([second.id], now=NOW)
    shown = said("outbox")
    assert "sms        failed             1" in shown
    assert "sms        queued             1  first due 2026-03-02 09:00" in shown
    assert "by sms after 1: no such number" in shown
    due = {line.split()[0]: line.split()[-1] for line in said("jobs", "due").splitlines()}
    assert due["notifications.deliver"] == "1"
    assert due["cases.remind"] == "-"
    said("jobs", "run", "notifications.deliver")
    assert "sms        sent               1" in said("outbox", "--retry")
