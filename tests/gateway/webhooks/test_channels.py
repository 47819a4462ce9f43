"""Channels of Google and Microsoft Graph live for days only: nobody must find out by a cold stage that one has ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from pydantic import SecretStr

from gateway.app import create_app
from gateway.settings import GatewaySettings, HookSettings
from premises.alarming import CHANNEL_ENDS
from premises.time import format_instant
from tests.gateway.client import Client
from tests.gateway.desks import FakeAlarms
from tests.gateway.fakes import Fakes
from tests.gateway.premises_of_tests import NOW, STUDIO

WORD = "a word of the tests"
FOR_NOBODY = "another word"


class Alarms(FakeAlarms):
    """What is raised stands until it is cleared, by subject."""

    def __init__(self) -> None:
        super().__init__()
        self.standing: dict[str, str] = {}

    def raise_(self, site: str, cause: str, subject: str, text: Mapping[str, str], at: datetime) -> None:
        assert (site, cause) == (STUDIO.id, CHANNEL_ENDS)
        assert set(text) >= {"en", "fr", "nl"}
        self.standing[subject] = text["en"]

    def clear(self, site: str, cause: str, subject: str, at: datetime) -> None:
        self.standing.pop(subject, None)


class Watched:
    """A door with a hook of each provider that has channels, a clock that can be moved, and the looks of the watch."""

    def __init__(self) -> None:
        self.fakes = Fakes()
        self.notices: list[str] = []
        hooks = tuple(
            HookSettings(
                name=name, provider=name, secret=SecretStr(WORD), secret_before=SecretStr("old word"), source=f"{name}-diary"
            )
            for name in ("google", "microsoft_graph", "robin")
        )
        self.alarms = Alarms()
        house = replace(self.fakes.house(two_sites=False), started_at=NOW, alarms=self.alarms)
        app = create_app(house, GatewaySettings(hooks=hooks), notices=lambda name, _: self.notices.append(name))
        self.client, self.watch = Client(app), app.state.gateway.channels

    def google(self, ends: datetime, state: str = "exists", number: int = 1, word: str = WORD) -> int:
        headers = {
            "X-Goog-Channel-ID": f"channel-{ends:%d}",
            "X-Goog-Channel-Token": word,
            "X-Goog-Channel-Expiration": format_datetime(ends, usegmt=True),
            "X-Goog-Resource-State": state,
            "X-Goog-Message-Number": str(number),
            "X-Goog-Resource-URI": "https://www.googleapis.com/calendar/v3/calendars/c/events?alt=json",
        }
        return self.client.post("/v1/webhooks/google", content=b"", headers=headers).status_code

    def graph(self, *items: dict[str, Any]) -> dict[str, Any]:
        answer = self.client.post("/v1/webhooks/microsoft_graph", json={"value": list(items)})
        assert answer.status_code == 202
        told: dict[str, Any] = answer.json()
        return told

    def standing(self, after: timedelta = timedelta(0)) -> dict[str, str]:
        """What the watch says so long after the start, by hook, in English."""
        self.fakes.clock.set(NOW + after)
        self.watch.look()
        return dict(self.alarms.standing)


@pytest.fixture
def door() -> Watched:
    return Watched()


def notice(word: str = WORD, event: str = "e1", **more: Any) -> dict[str, Any]:
    told = {"subscriptionId": "s-1", "clientState": word, "resource": f"Users/u/Events/{event}", "changeType": "updated"}
    return {name: value for name, value in {**told, **more}.items() if value is not None}


def test_a_channel_is_told_of_a_day_before_its_end_and_again_when_it_has_ended(door: Watched) -> None:
    assert door.google(NOW + timedelta(days=5)) == 202
    assert "google" not in door.standing(timedelta(days=3, hours=23))
    assert "ends on Sat 7 March" in door.standing(timedelta(days=4, hours=1))["google"]
    assert "ended on Sat 7 March" in door.standing(timedelta(days=5))["google"]


def test_the_first_message_of_a_new_channel_clears_it(door: Watched) -> None:
    door.google(NOW + timedelta(days=2))
    assert "google" in door.standing(timedelta(days=1, hours=12))
    assert door.google(NOW + timedelta(days=8), state="sync") == 202
    assert "google" not in door.standing(timedelta(days=1, hours=13))
    door.google(NOW + timedelta(days=2), number=2)  # the old one still speaks: its end is not that of the new one
    assert "google" not in door.standing(timedelta(days=1, hours=14))


def test_a_hook_that_has_never_spoken_is_told_of_after_the_life_of_a_channel(door: Watched) -> None:
    assert door.standing(timedelta(days=6, hours=23)) == {}
    silent = door.standing(timedelta(days=7, hours=1))
    assert set(silent) == {"google", "microsoft_graph"}, "Robin opens no channel"
    assert "since Mon 2 March" in silent["google"]


def test_a_stranger_keeps_no_channel_alive(door: Watched) -> None:
    assert door.google(NOW + timedelta(days=30), word=FOR_NOBODY) == 401
    door.graph(notice(FOR_NOBODY, subscriptionExpirationDateTime=format_instant(NOW + timedelta(days=30))))
    door.client.post("/v1/webhooks/microsoft_graph?validationToken=hello")
    assert set(door.standing(timedelta(days=8))) == {"google", "microsoft_graph"}


def test_graph_says_what_its_subscription_needs_until_it_lives_longer(door: Watched) -> None:
    soon, later = (format_instant(NOW + timedelta(days=days)) for days in (2, 6))
    care = notice(changeType=None, lifecycleEvent="reauthorizationRequired", subscriptionExpirationDateTime=soon)
    door.graph(care)
    assert "reauthorizationRequired" in door.standing()["microsoft_graph"]
    door.graph(notice(event="e2", subscriptionExpirationDateTime=soon))
    assert "reauthorizationRequired" in door.standing()["microsoft_graph"], "it still ends when it did"
    door.graph(notice(event="e3", subscriptionExpirationDateTime=later))
    assert "microsoft_graph" not in door.standing()


def test_what_graph_missed_to_tell_is_asked_for(door: Watched) -> None:
    told = door.graph(notice(changeType=None, lifecycleEvent="missed", resource="Users/u/Events"))
    assert (told["fetch"], door.notices) == (1, ["microsoft_graph"])
    assert door.standing() == {}


def test_of_several_notices_in_one_message_only_those_with_our_word_count(door: Watched) -> None:
    told = door.graph(notice(FOR_NOBODY, "e1"), notice(WORD, "e2"), notice("old word", "e3"))
    assert told["fetch"] == 2


def test_the_word_before_is_taken_while_it_is_changed(door: Watched) -> None:
    assert door.google(NOW + timedelta(days=5), word="old word") == 202
    assert door.google(NOW + timedelta(days=5), word="", number=2) == 401
