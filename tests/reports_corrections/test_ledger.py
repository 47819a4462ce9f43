"""What people told stands beside the measured and never over it; papers reach reports as what they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from premises.corrections import Correction, CorrectionKind
from premises.site import Meter
from premises.tariff import Carrier
from premises.time import Interval
from reports.corrections import supplements_of
from reports.corrections.apply import DISAGREE, corrected
from reports.corrections.spans import ToldEnergy, told_energy
from reports.inputs import period_of
from reports.ledger import Ledger
from stores.book import open_books
from tests.reports_editions.stories import DAYS, NOW, START, ledger, site

KEY = ("grid", "energy")
GAP = slice(40, 44)
HOUR = timedelta(hours=1)


def correction(kind: CorrectionKind, subject: str = "grid", **told: Any) -> Correction:
    made = Correction(f"{kind.value}-{len(told)}", "la-kolok", kind, subject, START, "the office", "why", NOW, unit="kWh")
    return replace(made, **told)


def reading(at: datetime, value: float, **told: Any) -> Correction:
    return correction(CorrectionKind.METER_READING, since=at, value=value, id=f"r-{at:%d%H}-{value}", **told)


def no_more(_span: Interval) -> Ledger:
    raise AssertionError("nothing beyond the period is needed")


def fill(told: list[Correction], held: Ledger | None = None) -> Ledger:
    held = held or ledger(site())
    return corrected(held, told_energy(held.site, told), no_more)


def total(held: Ledger) -> float:
    return float(np.nansum(held.kwh[KEY].to_numpy()))


def test_two_readings_by_hand_fill_the_gap_between_them_and_nothing_else() -> None:
    before = ledger(site())
    measured = total(before)
    after = fill([reading(DAYS.start, 1000.0), reading(DAYS.end, 1000.0 + measured + 8.0)], before)
    assert after.kwh[KEY].to_numpy()[GAP] == pytest.approx([2.0] * 4)
    assert after.corrected_kwh[KEY].to_numpy()[GAP] == pytest.approx([2.0] * 4)
    assert total(after) == pytest.approx(measured + 8.0)
    untouched = np.ones(len(before.kwh), bool)
    untouched[GAP] = False
    np.testing.assert_array_equal(after.kwh[KEY].to_numpy()[untouched], before.kwh[KEY].to_numpy()[untouched])
    assert np.isnan(before.kwh[KEY].to_numpy()[GAP]).all(), "the ledger as measured stays as it is"
    assert after.completeness.equals(before.completeness), "what was told was not measured"
    assert after.left_out == ()


def test_the_stores_guess_gives_way_to_what_people_read() -> None:
    held = ledger(site())
    pv = ("pv", "energy")
    told = correction(CorrectionKind.ENERGY, "pv", since=START + 15.25 * HOUR, until=START + 15.5 * HOUR, value=3.0)
    complete = held.completeness.copy()
    complete.loc[complete.index[61], pv] = 0.0
    after = fill([told], replace(held, completeness=complete))
    assert (after.kwh[pv].iloc[61], after.estimated_kwh[pv].iloc[61], after.corrected_kwh[pv].iloc[61]) == (3.0, 0.0, 3.0)


def test_less_told_than_measured_changes_nothing_and_is_said() -> None:
    before = ledger(site())
    after = fill([reading(DAYS.start, 0.0), reading(DAYS.end, 1.0)], before)
    assert after.kwh.equals(before.kwh)
    assert after.left_out == (("grid", DISAGREE),)


def test_where_all_was_measured_a_told_energy_is_only_compared() -> None:
    held = ledger(site())
    first = float(held.kwh[KEY].to_numpy()[:4].sum())
    told = correction(CorrectionKind.ENERGY, since=START, until=START + HOUR, value=first)
    assert fill([told]).left_out == ()
    assert fill([replace(told, value=first + 5)]).left_out == (("grid", DISAGREE),)


def test_a_swap_ends_one_counter_and_begins_another() -> None:
    swap = correction(CorrectionKind.METER_SWAP, since=START + 5 * HOUR, value=7.0, last_value=1040.0)
    told = told_energy(site(), [reading(START, 1000.0), swap, reading(START + 9 * HOUR, 27.0)])
    assert [one.kwh for one in told] == [40.0, 20.0]
    assert [one.span.duration for one in told] == [5 * HOUR, 4 * HOUR]


def test_a_counter_that_went_back_or_was_withdrawn_tells_nothing() -> None:
    assert told_energy(site(), [reading(START, 50.0), reading(START + HOUR, 40.0)]) == []
    assert told_energy(site(), [reading(START, 50.0), replace(reading(START + HOUR, 60.0), withdrawn_at=NOW)]) == []


def test_gas_is_told_in_kwh_by_the_sites_calorific_value() -> None:
    gas = [
        reading(at, value, subject="gas", unit="m³", register="gas_volume") for at, value in ((START, 10.0), (START + HOUR, 20.0))
    ]
    (told,) = told_energy(site(), gas)
    assert (told.meter, told.register) == ("gas", "energy")
    assert told.kwh == pytest.approx(112.0)


def test_a_meter_without_any_reading_gets_a_register_of_its_own() -> None:
    told = correction(CorrectionKind.ENERGY, "kitchen", since=START, until=START + 2 * HOUR, value=16.0)
    after = fill([told])
    assert after.kwh[("kitchen", "energy")].to_numpy()[:9] == pytest.approx([2.0] * 8 + [np.nan], nan_ok=True)
    assert after.completeness[("kitchen", "energy")].to_numpy()[:8].tolist() == [0.0] * 8


def test_a_gap_over_the_end_of_the_month_is_filled_with_its_part() -> None:
    held = ledger(site())
    half = START + 10.5 * HOUR
    early = replace(
        held,
        period=Interval(START, half),
        until=half,
        **{
            name: getattr(held, name).loc[: half - timedelta(minutes=15)]
            for name in ("kwh", "estimated_kwh", "corrected_kwh", "completeness")
        },
    )
    told = [ToldEnergy("grid", "energy", Interval(START + 10 * HOUR, START + 11 * HOUR), 8.0, ("x",))]
    after = corrected(early, told, lambda span: held if span == Interval(START, START + 11 * HOUR) else no_more(span))
    assert len(after.kwh) == 42
    assert after.corrected_kwh[KEY].sum() == pytest.approx(4.0), "two of the four quarter hours of the gap"


def test_papers_reach_reports_as_what_they_are(tmp_path: Path) -> None:
    heat = Meter("heat", "Network", Carrier.HEAT_NETWORK, "grid")
    premises = replace(site(), meters=(*site().meters, heat))
    books = open_books(f"sqlite:///{tmp_path}/b.db")
    year: dict[str, Any] = {"since": datetime(2025, 12, 31, 23, tzinfo=UTC), "until": datetime(2026, 12, 31, 23, tzinfo=UTC)}
    books.corrections.add(
        [
            correction(CorrectionKind.HEAT_NETWORK_FACTOR, "heat", value=0.087, unit="kgCO2e/kWh", document="arrêté", **year),
            correction(CorrectionKind.HEAT_NETWORK_FACTOR, "heat", value=0.6, unit="kWhEP/kWhEF", id="primary", **year),
            correction(CorrectionKind.GUARANTEE_OF_ORIGIN, value=120.0, unit="MWh", document="G-1", **year),
            correction(CorrectionKind.INVOICE, value=900.0, amount=Decimal("150.20"), document="F-1", **year),
            correction(
                CorrectionKind.FUEL_DELIVERY, "generator", value=100.0, unit="l", register="non_road_diesel", production="a-film"
            ),
            correction(CorrectionKind.FACTOR_WITHDRAWN, "FR electricity location 2024, ADEME mix moyen France 2024", unit=""),
        ]
    )
    period = period_of(premises, datetime(2026, 10, 1, tzinfo=UTC).date(), datetime(2026, 10, 31, tzinfo=UTC).date())
    told = supplements_of(books.corrections, premises, period)
    books.close()
    assert [(factor.carrier, factor.scope, factor.year, factor.value) for factor in told.factors] == [
        ("heat_network", "scope2", 2026, 0.087),
        ("heat_network", "primary", 2026, 0.6),
    ]
    (guarantee,) = told.guarantees
    assert (guarantee.kwh, guarantee.first.isoformat(), guarantee.last.isoformat()) == (120_000.0, "2026-01-01", "2026-12-31")
    (invoice,) = told.invoices
    assert (invoice.meter, invoice.kwh, invoice.amount) == ("grid", 900.0, Decimal("150.20"))
    (fuel,) = told.fuels
    assert (fuel.carrier, fuel.production) == ("non_road_diesel", "a-film")
    assert fuel.net_kwh == pytest.approx(981.0)
    assert told.withdrawn == (("FR electricity location 2024, ADEME mix moyen France 2024", "why (the office)"),)
    assert len(told.corrections) == 6
