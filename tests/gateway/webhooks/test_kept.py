"""Messages that could not be taken are kept, without what is secret, and taken again when their cause is mended."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from gateway.app import create_app
from gateway.settings import GatewaySettings, HookSettings
from gateway.webhooks.kept import FILES_MOST, KeptMessages
from premises.errors import UnknownNameError
from premises.site import CalendarFeed, CalendarRule
from premises.time import format_instant
from tests.gateway.client import Client
from tests.gateway.conftest import Door
from tests.gateway.fakes import Fakes
from tests.gateway.premises_of_tests import NOW, STUDIO
from tests.gateway.webhooks.messages import raw, reservation

WORD = "a word that both sides know"


@pytest.fixture
def door(tmp_path: Path) -> Door:
    feeds = (CalendarFeed("desk", "none", "Europe/Paris", (CalendarRule("stage 1", ("stage-1",)),)),)
    hook = HookSettings(name="desk", provider="librebooking", secret=SecretStr(WORD), source="desk")
    fakes = Fakes()
    house = replace(fakes.house(), sites={STUDIO.id: replace(STUDIO, calendars=feeds)})
    return Door(fakes, Client(create_app(house, GatewaySettings(hooks=(hook,), kept_messages=tmp_path / "webhooks"))))


def _send(door: Door, body: bytes, word: str = WORD) -> int:
    return door.client.post("/v1/webhooks/desk", content=body, headers={"X-Greenroom-Token": word}).status_code


def test_what_no_rule_fits_and_what_is_broken_is_kept_and_what_is_taken_is_not(door: Door, tmp_path: Path) -> None:
    kept = KeptMessages(tmp_path / "webhooks")
    assert _send(door, raw({"reservations": [reservation(resourceName="Stage 1")]})) == 202
    assert kept.all() == []
    assert (
        _send(door, raw({"reservations": [reservation(referenceNumber="lb-2", resourceName="Broom cupboard", note=WORD)]})) == 202
    )
    assert _send(door, raw({"reservations": [reservation(resourceName="Stage 1", startDate="soon")]})) == 202
    assert _send(door, b"{") == 400
    assert _send(door, b"{", word="another") == 401, "what is not signed is not kept"
    told = kept.all()
    assert {one.hook for one in told} == {"desk"}
    reasons = " | ".join(sorted(one.reason for one in told))
    assert "no rule of source desk fits" in reasons
    assert "'soon' is no time" in reasons
    assert "no JSON" in reasons
    files = list((tmp_path / "webhooks").iterdir())
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert all(WORD not in file.read_text() for file in files)


def test_the_same_message_is_kept_once_and_the_oldest_goes_first(tmp_path: Path) -> None:
    kept = KeptMessages(tmp_path)
    for hour in range(3):
        kept.keep("desk", "robin", {}, b"{}", "a rule is missing", NOW + timedelta(hours=hour), ())
    (first,) = kept.all()
    assert first.at == format_instant(NOW)
    for number in range(FILES_MOST + 5):
        kept.keep("desk", "robin", {}, b"%d" % number, "a rule is missing", NOW + timedelta(seconds=number), ())
    assert len(kept.all()) == FILES_MOST
    with pytest.raises(UnknownNameError, match="webhook kept"):
        kept.get("never")


def test_a_folder_that_cannot_be_written_keeps_nobody_waiting(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    KeptMessages(tmp_path / "file" / "below").keep("desk", "robin", {}, b"{}", "", NOW, ())
    KeptMessages().keep("desk", "robin", {}, b"{}", "", NOW, ())
    (tmp_path / "odd.json").write_text(json.dumps({"headers": 3}))
    assert KeptMessages(tmp_path).all() == []
    assert KeptMessages().all() == []
