"""What people do on the page: only with a right that holds now, within bounds, and noted."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.access import Caller
from gateway.keys import make_key
from gateway.page.deeds import BadWishError, Deeds, NotAllowedError
from gateway.page.entrance import Entrance, Visitor
from gateway.page.settings import PageSettings
from premises.booking import OverrideKind
from premises.ports import Role
from tests.page.fake_house import HOUR, NOON, SITE, Fakes

WARM = OverrideKind.TEMPERATURE


def deeds(fakes: Fakes, role: Role = Role.ENGINEER, **scope: list[str]) -> Deeds:
    key, _ = make_key(role, "floor manager", NOON, **scope)  # type: ignore[arg-type]
    fakes.books.keys.put(key)
    return Deeds(fakes.house, Entrance(fakes.house, PageSettings()), Visitor(Caller(key)))


def test_a_zone_is_taken_in_hand_and_given_back(fakes: Fakes) -> None:
    person = deeds(fakes)
    wish = person.override(SITE, "stage-3", WARM, 19.0, 2 * HOUR, "  choir\n rehearses ")
    assert fakes.books.overrides.active(SITE, NOON) == [wish]
    assert (wish.until, wish.reason) == (NOON + 2 * HOUR, "choir rehearses")
    assert wish.by.startswith("floor manager (")
    fakes.clock.advance(HOUR)
    assert person.end_override(SITE, "stage-3", wish.id) is not None
    assert fakes.books.overrides.active(SITE, fakes.clock.now()) == []
    assert [entry.action for entry in fakes.books.audit.recent()] == ["override.ended", "override.set"]


def test_nothing_is_ended_that_belongs_to_another_zone(fakes: Fakes) -> None:
    person = deeds(fakes)
    wish = person.override(SITE, "stage-3", OverrideKind.OFF, None, HOUR, "")
    assert person.end_override(SITE, "stage-1", wish.id) is None
    assert fakes.books.overrides.active(SITE, NOON) == [wish]


@pytest.mark.parametrize(("value", "lasts"), [(45.0, HOUR), (None, HOUR), (20.0, timedelta(0)), (20.0, 25 * HOUR)])
def test_wishes_out_of_bounds_are_refused(fakes: Fakes, value: float | None, lasts: timedelta) -> None:
    with pytest.raises(BadWishError):
        deeds(fakes).override(SITE, "stage-3", WARM, value, lasts, "")
    assert fakes.books.overrides.active(SITE, NOON) == []


@pytest.mark.parametrize("role", [Role.VIEWER, Role.TENANT])
def test_who_only_looks_changes_nothing(fakes: Fakes, role: Role) -> None:
    with pytest.raises(NotAllowedError):
        deeds(fakes, role, zones=["stage-3"]).override(SITE, "stage-3", WARM, 20.0, HOUR, "")


def test_a_public_page_gives_no_rights(fakes: Fakes) -> None:
    person = Deeds(fakes.house, Entrance(fakes.house, PageSettings(page_public=True)), Visitor(None))
    with pytest.raises(NotAllowedError):
        person.override(SITE, "stage-3", WARM, 20.0, HOUR, "")


def test_a_key_of_one_zone_leaves_the_others_alone(fakes: Fakes) -> None:
    person = deeds(fakes, zones=["stage-1"])
    person.override(SITE, "stage-1", WARM, 20.0, HOUR, "")
    with pytest.raises(NotAllowedError, match="scope"):
        person.override(SITE, "stage-3", WARM, 20.0, HOUR, "")


def test_a_key_revoked_after_the_page_was_opened_does_nothing(fakes: Fakes) -> None:
    person = deeds(fakes)
    assert person.visitor.caller is not None
    fakes.books.keys.revoke(person.visitor.caller.key.id, NOON)
    with pytest.raises(NotAllowedError):
        person.override(SITE, "stage-3", WARM, 20.0, HOUR, "")


def test_a_key_that_has_expired_does_nothing(fakes: Fakes) -> None:
    person = deeds(fakes)
    assert person.visitor.caller is not None
    fakes.books.keys.put(replace(person.visitor.caller.key, expires_at=NOON + HOUR))
    fakes.clock.advance(2 * HOUR)
    with pytest.raises(NotAllowedError):
        person.end_override(SITE, "stage-3", "o-1")


def test_an_alarm_is_seen_and_kept_quiet(fakes: Fakes) -> None:
    person = deeds(fakes)
    fakes.books.alarms.raise_(SITE, "not_ready", "stage-1", {"en": "cold"}, NOON)
    [alarm] = fakes.books.alarms.active(SITE)
    seen = person.acknowledge(SITE, alarm.id)
    assert seen is not None
    assert seen.acknowledged_by.startswith("floor manager")
    shelved = person.shelve(SITE, alarm.id, 8 * HOUR)
    assert shelved is not None
    assert shelved.shelved_until == NOON + 8 * HOUR
    assert [entry.action for entry in fakes.books.audit.recent()] == ["alarm.shelved", "alarm.acknowledged"]
    fakes.books.alarms.clear(SITE, "not_ready", "stage-1", NOON)
    with pytest.raises(BadWishError, match="is over"):
        person.acknowledge(SITE, alarm.id)
