"""`greenroom webhook`: a message that failed is read again when the site file knows where its bookings belong."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.webhooks.kept import KeptMessages
from greenroom.commands.webhook import command
from premises.booking import BookingKey
from stores.book import open_books

HOOK = {"name": "desk", "provider": "librebooking", "secret": "a word", "source": "desk", "site": "la-kolok"}


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    start = datetime.now(UTC).replace(microsecond=0) + timedelta(days=2)
    ends = {"startDate": start.isoformat(), "endDate": (start + timedelta(hours=3)).isoformat()}
    body = json.dumps({"reservations": [{"referenceNumber": "r1", "title": "Rehearsal", "resourceName": "Stage 1", **ends}]})
    monkeypatch.setenv("GREENROOM_HOOKS", json.dumps([HOOK]))
    KeptMessages(tmp_path / "webhooks").keep("desk", "librebooking", {}, body.encode(), "no rule fits", datetime.now(UTC), ())
    return tmp_path


def _run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(command, list(arguments), standalone_mode=False)
    if done.exception is not None:
        raise done.exception
    return int(done.return_value or 0), done.output


def test_kept_messages_are_listed_and_taken_again(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    status, shown = _run("kept", "--data", str(data))
    assert (status, "desk: no rule fits" in shown) == (0, True)
    (told,) = json.loads(_run("kept", "--data", str(data), "--json")[1])
    status, shown = _run("again", "la-kolok", told["name"], "--data", str(data))
    assert (status, "is kept: no rule of source desk fits" in shown) == (1, True), "nothing was mended yet"
    monkeypatch.setenv("GREENROOM_HOOKS", json.dumps([{**HOOK, "zones": ["stage-1"]}]))
    status, shown = _run("again", "la-kolok", "--data", str(data))
    assert (status, "r1: created" in shown) == (0, True)
    books = open_books(f"sqlite:///{data}/books.sqlite3")
    kept = books.bookings.get(BookingKey("desk", "r1"))
    assert kept is not None
    assert kept.booking.zones == ("stage-1",)
    assert books.audit.recent()[0].who == "webhook desk"
    books.close()
    assert _run("kept", "--data", str(data)) == (1, "No message is kept: all could be taken.\n")


def test_they_may_be_forgotten_and_a_hook_that_is_not_set_up_says_so(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GREENROOM_HOOKS", "[]")
    with pytest.raises(Exception, match="GREENROOM_HOOKS"):
        _run("again", "la-kolok", "--data", str(data))
    assert _run("again", "la-kolok", "--data", str(data), "--drop") == (0, "1 forgotten\n")
    assert _run("kept", "--data", str(data))[0] == 1
