"""Tariffs by local time, bookings, funds and catalogues."""

from datetime import time
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from premises.booking import Booking, BookingKey, BookingStatus, DayKind
from premises.errors import Fault, FaultsError, UnknownNameError
from premises.lockstep import Mark
from premises.reason import REASONS
from premises.site import Fund, Grant
from premises.tariff import Carrier, Tariff, TariffBand
from premises.time import Interval, parse_instant

PARIS = ZoneInfo("Europe/Paris")


def test_an_off_peak_band_runs_over_midnight() -> None:
    tariff = Tariff(
        "t",
        Carrier.ELECTRICITY,
        "EUR",
        (TariffBand("off-peak", Decimal("0.15"), start=time(22), end=time(6)), TariffBand("peak", Decimal("0.22"))),
    )
    prices = {hour: tariff.price_at(parse_instant(f"2026-01-20T{hour:02}:00:00+01:00"), PARIS) for hour in (5, 6, 21, 22, 0)}
    assert prices == {5: Decimal("0.15"), 6: Decimal("0.22"), 21: Decimal("0.22"), 22: Decimal("0.15"), 0: Decimal("0.15")}


def test_a_band_until_midnight_holds_to_the_end_of_the_day() -> None:
    band = TariffBand("evening", Decimal("0.3"), weekdays=frozenset({1}), start=time(18), end=time(0))
    assert band.holds_at(parse_instant("2026-01-19T23:59:00+01:00").astimezone(PARIS))
    assert not band.holds_at(parse_instant("2026-01-20T00:00:00+01:00").astimezone(PARIS))
    assert not band.holds_at(parse_instant("2026-01-19T17:59:00+01:00").astimezone(PARIS))


def test_only_confirmed_bookings_act_and_comfort_is_due_from_call_to_wrap() -> None:
    held = Interval(parse_instant("2026-01-20T00:00:00+01:00"), parse_instant("2026-01-21T00:00:00+01:00"))
    booking = Booking(BookingKey("diary", "1"), "s", ("stage-1",), held, call=parse_instant("2026-01-20T08:00:00+01:00"))
    assert booking.acts
    assert booking.occupied == Interval(parse_instant("2026-01-20T07:00:00Z"), held.end)
    for status in (BookingStatus.OPTION, BookingStatus.HOLD, BookingStatus.CANCELLED):
        assert not Booking(booking.key, "s", booking.zones, held, status=status).acts
    assert not Booking(booking.key, "s", booking.zones, held, day_kind=DayKind.DARK).acts


def test_a_funders_share_stays_a_fraction() -> None:
    fund = Fund("erdf", "ERDF", Decimal(1_177_000), "EUR", (Grant("ERDF", Decimal(446_000), "EU", "fr"),))
    assert fund.share("ERDF") == Fraction(446, 1177)
    with pytest.raises(UnknownNameError, match="it has ERDF"):
        fund.share("VAF")


def test_every_language_says_every_reason() -> None:
    english = REASONS.keys("en")
    assert "fr" in REASONS.languages()
    for language in REASONS.languages():
        assert REASONS.keys(language) == english, language
    with pytest.raises(UnknownNameError, match="no message"):
        REASONS.say("en", "reason.of_nothing")


def test_faults_are_told_together() -> None:
    error = FaultsError("site.yaml", [Fault("zones[0].area_m2", "is missing", 3, "a number above 0"), Fault("name", "is empty")])
    assert str(error) == "site.yaml: 2 fault(s)\n  line 3: zones[0].area_m2: is missing (a number above 0)\n  name: is empty"


def test_a_mark_of_time_survives_the_wire_and_nonsense_is_refused() -> None:
    mark = Mark("begin", 7, parse_instant("2026-01-20T12:00:00Z"))
    assert Mark.decode(mark.encode()) == mark
    for nonsense in (b"", b"[]", b'{"phase": 1}', b'{"phase":"end","step":1,"at":"2026-01-20T12:00:00"}'):
        with pytest.raises(ValueError, match="no mark"):
            Mark.decode(nonsense)
