"""A line that is gone is nobody's fault: whoever would have heard a room is simply not there any more."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from deliberation.kernel import live


@pytest.mark.parametrize("gone", [ValueError("sid is not connected to requested namespace"), KeyError("its-sid")])
def test_who_has_gone_meanwhile_hears_nothing_and_leaves_no_trace(monkeypatch, gone: Exception) -> None:
    def enter_room(_sid: str, _room: str) -> None:
        raise gone

    monkeypatch.setattr(live, "request", SimpleNamespace(sid="its-sid"))
    monkeypatch.setattr(live, "socketio", SimpleNamespace(server=SimpleNamespace(enter_room=enter_room)))
    live.listener("vote:1")()
