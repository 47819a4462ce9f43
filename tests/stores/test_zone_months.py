"""Five years of monthly energy by functional zone: what the French decree on building automation has kept."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from premises.reading import Reading
from premises.site import Meter, Site, Zone, ZoneUse
from premises.tariff import Carrier
from premises.zone_months import COLUMNS, as_csv, months_back, zone_months
from stores.duckdb_store import DuckDBStore
from stores.retention import Retention
from tests.stores.premises_of_tests import STUDIO, point, reading

TODAY = date(2031, 3, 10)
FIRST = datetime(2026, 2, 28, 23, tzinfo=UTC)  # midnight in Paris
EVERY = timedelta(hours=6)
STAGE = Zone("stage", "Stage", ZoneUse.STAGE, 300.0, 3000.0, {})
FOYER = Zone("foyer", "Foyer", ZoneUse.CIRCULATION, 100.0, 400.0, {})
METERS = (
    Meter("grid", "Grid", Carrier.ELECTRICITY, role="grid"),
    Meter("board", "Board", Carrier.ELECTRICITY, parent="grid"),
    Meter("rig", "Rig", Carrier.ELECTRICITY, use="rig", parent="board", zones=("stage",)),
    Meter("light", "Light", Carrier.ELECTRICITY, use="lighting", parent="board", zones=("stage", "foyer")),
    Meter("boiler", "Boiler", Carrier.GAS, use="heating", zones=("foyer",), kwh_per_m3=11.0),
)
COUNTERS = {"grid/energy": 6.0, "board/energy": 4.0, "rig/energy": 1.5, "light/energy": 2.0, "boiler/gas_volume": 0.5}
"""Steps of the registers in six hours."""
THEATRE = replace(
    STUDIO,
    zones=(STAGE, FOYER),
    meters=METERS,
    points=tuple(point(name, name.partition("/")[0], every=EVERY) for name in COUNTERS),
)


def five_years(site: Site, without: tuple[datetime, datetime]) -> list[Reading]:
    steps = (TODAY - date(2026, 3, 1)).days * 4
    times = [(FIRST + EVERY * step, step) for step in range(steps)]
    kept = [(time, step) for time, step in times if not without[0] <= time < without[1]]
    return [reading(one.id, time, COUNTERS[one.id] * step) for one in site.points for time, step in kept]


@pytest.mark.slow
def test_five_years_are_there_by_zone_and_use_long_after_the_readings_are_gone() -> None:
    store = DuckDBStore(None, [THEATRE])
    gap = datetime(2027, 4, 30, 22, tzinfo=UTC), datetime(2027, 5, 31, 22, tzinfo=UTC)
    store.write("studio", five_years(THEATRE, gap))
    now = datetime(2031, 3, 10, tzinfo=UTC)
    store.roll_up("studio", now)
    first, beyond = months_back(TODAY, 5)
    before = zone_months(THEATRE, store, first, beyond)
    assert store.expire(now, Retention()) > 10_000
    store.roll_up("studio", now)
    found = zone_months(THEATRE, store, first, beyond)
    store.close()
    assert found == before
    assert sorted({one.month for one in found}) == [date(2026 + (2 + n) // 12, (2 + n) % 12 + 1, 1) for n in range(61)]

    by_name = {(one.month, one.zone, one.use): one for one in found}
    june = date(2028, 6, 1)
    rig = by_name[june, "stage", "rig"]
    assert (rig.zone_use, rig.carrier, rig.meters, rig.by_area) == ("stage", "electricity", ("rig",), False)
    assert rig.kwh == pytest.approx(30 * 4 * 1.5)
    assert (rig.estimated_kwh, rig.completeness) == (0.0, 1.0)
    assert by_name[june, "stage", "lighting"].kwh == pytest.approx(0.75 * 30 * 4 * 2.0)
    assert by_name[june, "foyer", "lighting"].kwh == pytest.approx(0.25 * 30 * 4 * 2.0)
    assert by_name[june, "foyer", "lighting"].by_area
    assert by_name[june, "foyer", "heating"].kwh == pytest.approx(30 * 4 * 0.5 * 11.0)
    assert by_name[june, "", "grid"].kwh == pytest.approx(30 * 4 * 6.0)
    assert (june, "", "general") not in by_name, "the board stands above other meters: it would count twice"

    away = by_name[date(2027, 5, 1), "stage", "rig"]
    assert away.kwh == away.estimated_kwh == pytest.approx(31 * 4 * 1.5)
    assert away.completeness == 0.0
    running = by_name[date(2031, 3, 1), "stage", "rig"]
    assert 0.2 < running.completeness < 0.35


def test_a_month_of_which_nothing_is_known_is_empty_and_no_zero() -> None:
    store = DuckDBStore(None, [THEATRE])
    found = zone_months(THEATRE, store, *months_back(TODAY, 1))
    store.close()
    assert {(one.kwh, one.completeness) for one in found} == {(None, 0.0)}
    rows = list(csv.DictReader(io.StringIO(as_csv(found))))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == 13 * 5
    assert {row["kwh"] for row in rows} == {""}
    assert {row["month"] for row in rows} >= {"2030-03", "2031-03"}


def test_a_gas_meter_whose_calorific_value_nobody_told_is_left_out() -> None:
    dark = replace(THEATRE, meters=(*METERS[:-1], replace(METERS[-1], kwh_per_m3=None)))
    store = DuckDBStore(None, [dark])
    assert "gas" not in {one.carrier for one in zone_months(dark, store, *months_back(TODAY, 1))}
    store.close()
