"""What the house tells boards: the plan ahead, bookings that move, events of each kind, silent devices, days gone by."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from dashboards.words import Words
from greenroom.own_readings import OwnReadings
from greenroom.telling.bookings import NO_CALL, BookingTeller, Known, standing
from greenroom.telling.days import Day, always_on_kwh, expected_kwh, told
from greenroom.telling.events import (
    ReasonTeller,
    alarm_event,
    clock_changes,
    configuration_event,
    correction_event,
    override_event,
)
from greenroom.telling.itself import devices, itself
from greenroom.telling.plans import PlanTeller
from premises.booking import Booking, BookingKey, Override, OverrideKind
from premises.corrections import Correction, CorrectionKind
from premises.decision import ZoneDecision, ZoneState
from premises.errors import StoreUnavailableError
from premises.plan import Plan, PlanSlot, Readiness, ReadyBy, Rung, ZonePlan
from premises.ports import Alarm, IntakeStatus
from premises.reading import Reading
from premises.reason import Reason
from premises.sitefile import example, load_site
from premises.sitefile.compare import diff_sites
from premises.tariff import Carrier
from premises.time import SLOT, Interval
from premises.told import FIELDS, TAGS, Told

SITE = load_site(example("la-kolok"))
SAY = Words("en")
NOW = datetime(2026, 1, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
WHY = Reason("unheated")


def fits(lines: Sequence[Told]) -> Sequence[Told]:
    """All lines are of the vocabulary."""
    for line in lines:
        assert set(line.fields) <= set(FIELDS[line.measurement])
        assert set(line.tags) | {"site"} <= set(TAGS[line.measurement])
    return lines


def plan(air: float, made_at: datetime = NOW, setpoint: float | None = 20.0) -> Plan:
    slots = tuple(PlanSlot(NOW + index * SLOT, setpoint, air, 1000.0, 40.0, WHY) for index in range(-2, 4))
    zones = (ZonePlan("stage-1", Rung.LEARNED, slots),)
    return Plan(SITE.id, made_at, Interval(NOW, NOW + HOUR), zones, 1.0, 1.0, 1.0, "EUR")


def test_a_plan_is_told_from_the_present_slot_on_and_only_what_changed_is_told_again() -> None:
    teller = PlanTeller(SITE)
    first = fits(teller.tell(plan(18.0), NOW + timedelta(minutes=1)))
    assert [line.time for line in first] == [NOW + index * SLOT for index in range(4)]
    assert teller.tell(plan(18.0), NOW + timedelta(minutes=2)) == []
    changed = plan(18.0)
    slots = (*changed.zones[0].slots[:-1], replace(changed.zones[0].slots[-1], air_c=19.0))
    (line,) = teller.tell(replace(changed, zones=(replace(changed.zones[0], slots=slots),)), NOW + timedelta(minutes=3))
    assert (line.time, line.fields["planned_c"]) == (NOW + 3 * SLOT, 19.0)


def test_no_heat_wanted_is_told_as_the_frost_guard_so_that_an_older_wish_does_not_stay() -> None:
    (line, *_rest) = PlanTeller(SITE).tell(plan(12.0, setpoint=None), NOW)
    assert line.fields["wanted_c"] == SITE.zone("stage-1").frost_c


def booking(call: datetime = NOW + 5 * HOUR, **more: object) -> Booking:
    made = Booking(
        BookingKey("desk", "42"), SITE.id, ("stage-1",), Interval(call - HOUR, call + 9 * HOUR), call=call, title="Night shoot"
    )
    return replace(made, **more)  # type: ignore[arg-type]


def answer(readiness: Readiness = Readiness.LATE, spare: timedelta = timedelta(minutes=-40), **more: object) -> ReadyBy:
    call = NOW + 5 * HOUR
    made = ReadyBy(
        BookingKey("desk", "42"),
        "stage-1",
        readiness,
        call,
        call - spare,
        NOW,
        20.0,
        90.04,
        18.0,
        5.0,
        "EUR",
        Rung.TABLE,
        (WHY,),
        probability=0.42,
    )
    return replace(made, **more)  # type: ignore[arg-type]


def test_a_booking_is_told_at_its_call_with_what_a_person_asks() -> None:
    (line,) = fits(BookingTeller(SITE, "en").tell([Known(booking(), {"stage-1": answer()})], NOW))
    assert line.time == NOW + 5 * HOUR
    assert line.tags == {"zone": "stage-1", "booking": "desk/42"}
    wanted = {"readiness": "late", "confidence_pct": 42.0, "spare_min": -40.0, "local_call": "2026-01-20 18:00", "wanted_c": 20.0}
    assert {name: line.fields[name] for name in wanted} == wanted


def test_a_booking_that_moved_leaves_no_ghost_also_when_it_moved_before_a_restart() -> None:
    teller = BookingTeller(SITE, "en")
    teller.tell([Known(booking(), {})], NOW)
    later = booking(NOW + 8 * HOUR)
    lines = {line.time: line.fields["status"] for line in fits(teller.tell([Known(later, {})], NOW))}
    assert lines == {NOW + 5 * HOUR: "gone", NOW + 8 * HOUR: "confirmed"}
    restarted = BookingTeller(SITE, "en")
    lines = {line.time: line.fields["status"] for line in restarted.tell([Known(later, {})], NOW, before=[booking()])}
    assert lines == {NOW + 5 * HOUR: "gone", NOW + 8 * HOUR: "confirmed"}
    assert teller.tell([Known(later, {})], NOW) == []


def decision(state: ZoneState, wanted: float | None, air: float | None, code: str = "unheated") -> ZoneDecision:
    return ZoneDecision("stage-1", NOW, state, wanted, None, Reason(code), WHY, air_c=air)


def test_a_zone_that_will_not_be_ready_is_a_risk_hours_ahead() -> None:
    known = [Known(booking(), {"stage-1": answer(Readiness.NOT_READY)})]
    lines = {line.tags["zone"]: line.fields for line in fits(standing(SITE, known, [], {"stage-1": 15.5}, NOW))}
    assert lines["stage-1"]["risk"] == 3.0
    assert (lines["stage-1"]["hours_to_call"], lines["stage-1"]["mass_c"]) == (5.0, 15.5)
    assert lines["stage-2"]["risk"] == NO_CALL
    assert all(line["risk"] == NO_CALL for line in (one.fields for one in standing(SITE, known, [], {}, NOW + 6 * HOUR)))


@pytest.mark.parametrize(("state", "short"), [(ZoneState.OCCUPIED, 2.5), (ZoneState.PRE_HEATING, 0.0), (ZoneState.SET_BACK, 0.0)])
def test_a_zone_is_short_of_heat_only_while_people_are_in(state: ZoneState, short: float) -> None:
    lines = {line.tags["zone"]: line.fields for line in standing(SITE, [], [decision(state, 20.0, 17.5)], {}, NOW)}
    assert lines["stage-1"]["short_k"] == short
    assert lines["stage-1"]["frost_margin_k"] == 10.5


def test_a_changed_reason_is_an_event_and_changed_numbers_in_it_are_none() -> None:
    teller = ReasonTeller(SITE, SAY)
    assert teller.tell([decision(ZoneState.SET_BACK, 12.0, 14.0)], NOW) == []
    assert teller.tell([decision(ZoneState.SET_BACK, 12.0, 13.0)], NOW + HOUR) == []
    (line,) = fits(teller.tell([decision(ZoneState.PRE_HEATING, 20.0, 13.0)], NOW + 2 * HOUR))
    assert (line.tags["kind"], line.tags["zone"], line.fields["title"]) == ("reason", "stage-1", "Stage 1: pre-heating")
    flapping = [decision(state, 20.0, 13.0) for state in (ZoneState.READY, ZoneState.PRE_HEATING)]
    assert [teller.tell([one], NOW + 2 * HOUR + timedelta(minutes=1)) for one in flapping] == [[], []]


def test_an_override_lasts_until_its_expiry_or_until_someone_ends_it() -> None:
    override = Override("o1", SITE.id, "stage-1", OverrideKind.TEMPERATURE, 21.0, NOW, NOW + 4 * HOUR, "Ana", "guests")
    line = override_event(SITE, override, SAY)
    ended = override_event(SITE, replace(override, ended_at=NOW + HOUR), SAY)
    fits([line, ended])
    assert line.fields["until_us"] == (NOW + 4 * HOUR).timestamp() * 1e6
    assert ended.fields["until_us"] == (NOW + HOUR).timestamp() * 1e6
    assert (line.fields["title"], line.fields["text"]) == ("Override Stage 1: temperature 21", "Ana · guests")
    assert (line.time, line.tags) == (ended.time, ended.tags)  # the second replaces the first


def test_an_alarm_is_open_until_it_is_cleared() -> None:
    alarm = Alarm("a", SITE.id, "sensor_lost", "stage-1", NOW, {"en": "no air sensor"})
    standing_one, cleared = alarm_event(SITE, alarm, SAY), alarm_event(SITE, replace(alarm, cleared_at=NOW + HOUR), SAY)
    fits([standing_one, cleared])
    assert (standing_one.fields["until_us"], standing_one.fields["state"]) == (0.0, "raised")
    assert (cleared.fields["until_us"], cleared.fields["state"]) == ((NOW + HOUR).timestamp() * 1e6, "cleared")
    assert standing_one.fields["text"] == "no air sensor"


def test_the_clock_changes_of_the_year_are_found_to_the_minute() -> None:
    found = clock_changes(SITE, datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
    assert found == [
        (datetime(2026, 3, 29, 1, tzinfo=UTC), HOUR),
        (datetime(2026, 10, 25, 1, tzinfo=UTC), -HOUR),
    ]


def test_a_changed_site_file_and_an_exchanged_meter_are_events() -> None:
    zones = tuple(replace(zone, setback_c=14.0) if zone.id == "stage-1" else zone for zone in SITE.zones)
    changed = configuration_event(diff_sites(SITE, replace(SITE, zones=zones)), NOW, SAY)
    assert "stage-1" in str(changed.fields["text"])
    swap = Correction("c", SITE.id, CorrectionKind.METER_SWAP, "grid", NOW, "Ana", "worn out", NOW, value=0.0, last_value=9000.0)
    line = correction_event(swap, SAY)
    assert (line.fields["title"], line.tags["kind"]) == ("Meter exchanged: grid", "correction")
    fits([changed, line])


def test_a_device_is_stale_after_three_of_its_intervals_and_one_never_heard_is_stale_at_once() -> None:
    told_now = {"stage-1-air": NOW - timedelta(minutes=46), "stage-2-air": NOW - timedelta(minutes=44)}
    lines = {line.tags["device"]: line.fields for line in fits(devices(SITE, told_now, False, NOW))}
    assert [lines[name]["stale"] for name in ("stage-1-air", "stage-2-air", "stage-3-air")] == [1.0, 0.0, 1.0]
    assert len(lines) == len([device for device in SITE.devices if device.id != "greenroom"])
    several = devices(SITE, {f"{SITE.id}/{name}": at for name, at in told_now.items()}, True, NOW)
    assert {line.tags["device"]: line.fields for line in several} == lines


def test_the_house_tells_whether_its_accounts_balance() -> None:
    status = IntakeStatus(100, 90, 5, 2, 2, 1, 400, 3.0, 1.5, True)
    assert itself(status, None, 0, 0, 0, NOW).fields["balanced"] == 1.0
    line = itself(replace(status, stored=80), plan(18.0, NOW - HOUR), 2, 7, 1, NOW)
    fits([line])
    assert (line.fields["balanced"], line.fields["plan_age_s"], line.fields["alarms"]) == (0.0, 3600.0, 2.0)


def a_day(number: int, outdoor: float | None, heating: float | None) -> Day:
    inside = {zone.id: 15.0 for zone in SITE.zones if zone.heating_plant}
    return Day(date(2026, 1, number), heating, heating, {Carrier.ELECTRICITY: heating or 0.0}, outdoor, inside, 1.0)


def test_a_day_is_set_against_what_its_weather_asks_for() -> None:
    before = [a_day(1, 7.0, 100.0), a_day(2, 2.0, 150.0)]  # 10 kWh a degree-day below 17 °C
    assert expected_kwh(before, 12.0) == pytest.approx(50.0)
    assert expected_kwh(before[:1], 12.0) is None
    many = [a_day(1 + index, float(index), 200.0 - 10.0 * index) for index in range(15)]
    assert expected_kwh(many, 5.0) == pytest.approx(150.0, rel=0.05)
    assert expected_kwh([a_day(1, None, 100.0), a_day(2, 2.0, None)], 5.0) is None


def test_always_on_heating_loses_in_proportion_to_the_difference_to_outside() -> None:
    zones = tuple(replace(zone, comfort={}, setback_c=20.0) for zone in SITE.zones)
    site = replace(SITE, zones=zones)
    assert always_on_kwh(site, a_day(1, 5.0, 100.0)) == pytest.approx(150.0)  # 15 K instead of 10 K
    assert always_on_kwh(site, a_day(1, 14.5, 100.0)) is None  # too small a difference to tell
    assert always_on_kwh(site, a_day(1, None, 100.0)) is None


def test_days_are_told_at_local_midnight_and_what_is_not_known_is_left_out() -> None:
    days = [a_day(1, 7.0, 100.0), a_day(2, 2.0, 150.0), a_day(3, 4.5, 125.0), a_day(4, None, None)]
    lines = fits(told(SITE, days, date(2026, 1, 3), lambda _carrier, _at: 0.05))
    assert [line.time for line in lines] == [datetime(2026, 1, 2, 23, tzinfo=UTC), datetime(2026, 1, 3, 23, tzinfo=UTC)]
    assert lines[0].fields["expected_kwh"] == pytest.approx(125.0)
    assert lines[0].fields["carbon_kg"] == pytest.approx(6.25)
    assert "heating_kwh" not in lines[1].fields


class Store:
    """A store that keeps what is told, or is away."""

    def __init__(self) -> None:
        self.told: list[Told] = []
        self.away = False

    def write(self, site: str, readings: Sequence[Reading]) -> None: ...

    def tell(self, site: str, lines: Sequence[Told]) -> None:
        if self.away:
            raise StoreUnavailableError("away")
        self.told.extend(lines)


def test_what_is_told_waits_for_a_store_that_is_away_and_goes_to_none_that_cannot_keep_it() -> None:
    store, line = Store(), Told("itself", NOW, {"alarms": 1.0})
    own = OwnReadings(store)  # type: ignore[arg-type]
    store.away = True
    own.add_told(SITE.id, [line])
    own.write()
    assert own.waiting == 1
    store.away = False
    own.write()
    assert (store.told, own.waiting, own.written) == ([line], 0, 1)
    silent = OwnReadings(object())  # type: ignore[arg-type]
    silent.add_told(SITE.id, [line])
    silent.write()
    assert silent.waiting == 0
