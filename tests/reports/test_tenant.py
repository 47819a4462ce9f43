"""Tenants' statements: own meter, then booked windows, then the key; all of them and the owner's add up to the meter exactly."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenroom.demo.samples import assumed_factors, sample_bookings
from premises.booking import Booking
from premises.site import Site, Tenant, Zone, ZoneUse
from premises.sitefile import example, load_premises
from premises.time import Interval
from reports.content import Report, Table
from reports.figures.shares import rounded
from reports.inputs import Supplements
from reports.kinds import ReportRefusedError, make
from reports.parts.sharing import OWNER, shared
from reports.tenant import Accounts
from tests.reports.flat import FlatStore, Gap, booking, gathered
from tests.reports.meters import small_site

DAY = (date(2026, 5, 4), date(2026, 5, 4))
FLAT = {"grid/energy": 2.0, "grid/energy_export": 0.5, "pv/energy": 1.0, "rig/energy": 0.5, "gas/energy": 1.0}


def house() -> Site:
    """Two tenants on 100 and 300 of 1000 m²; B has the rig's meter."""
    site = small_site()
    tenants = (Tenant("a", "A & Co", (), 100.0, "fr"), Tenant("b", "B", (), 300.0, "en"))
    return replace(site, tenants=tenants)


def statements(site: Site, bookings: list[Booking] | None = None, gaps: list[Gap] | None = None) -> dict[str, Report]:
    inputs = gathered("tenant", site, FlatStore(FLAT, gaps or []), *DAY, bookings=bookings or [])
    return {report.tenant or OWNER: report for report in make("tenant", inputs)}


def kwh_of(report: Report, name: str) -> Decimal:
    return Decimal(str(report.figures()[f"small.{report.tenant}.{name}"].value))


def test_without_meters_and_bookings_all_is_shared_by_area() -> None:
    site = house()
    rig_of_nobody = tuple(replace(meter, zones=()) for meter in site.meters)
    made = statements(replace(site, meters=rig_of_nobody))
    load = 96 * (2.0 + 1.0 - 0.5)
    assert kwh_of(made["a"], "electricity") == Decimal(str(round(load * 0.1, 1)))
    assert kwh_of(made["b"], "electricity") == Decimal(str(round(load * 0.3, 1)))


def test_a_meter_of_ones_own_comes_first() -> None:
    site = house()
    owned = tuple(replace(meter, tenant="a") if meter.id == "rig" else meter for meter in site.meters)
    made = statements(replace(site, meters=owned))
    common = 96 * (2.5 - 0.5)
    assert kwh_of(made["a"], "electricity") == Decimal(str(96 * 0.5 + common * 0.1))
    ways = {row[0].code: row[1] for row in made["a"].tables()["ways"].rows}  # type: ignore[union-attr]
    assert ways == {"way.meter": Decimal("48.0"), "way.key": Decimal("19.2")}


def test_a_shared_meter_is_told_by_booked_windows_and_the_rest_is_the_owners() -> None:
    booked = booking("small", "stage-1", "2026-05-04T08:00", "2026-05-04T14:00", tenant="b")
    sharing = shared(gathered("tenant", house(), FlatStore(FLAT), *DAY, bookings=[booked]).sites[0])
    assert sharing.shares["b"].by_way["window"].sum() == 24 * 0.5
    assert sharing.shares[OWNER].by_way["standby"].sum() == 72 * 0.5


def test_two_bookings_at_once_share_in_equal_parts_and_a_begun_quarter_hour_by_time() -> None:
    held = [
        booking("small", "stage-1", "2026-05-04T08:00", "2026-05-04T09:00", tenant="a"),
        booking("small", "stage-1", "2026-05-04T08:30", "2026-05-04T09:05", tenant="b"),
    ]
    sharing = shared(gathered("tenant", house(), FlatStore(FLAT), *DAY, bookings=held).sites[0])
    assert sharing.shares["a"].by_way["window"].sum() == pytest.approx(0.5 * (2 + 1))
    assert sharing.shares["b"].by_way["window"].sum() == pytest.approx(0.5 * (1 + 1 / 3))


def test_own_sun_is_shared_by_what_each_used() -> None:
    made = statements(house())
    sun = sum(float(made[name].figures()[f"small.{name}.own_sun"].value or 0) for name in ("a", "b"))
    part = (1.0 - 0.5) / 2.5
    used = sum(float(kwh_of(made[name], "electricity")) for name in ("a", "b"))
    assert sun == pytest.approx(used * part, abs=0.05)


def test_where_a_sub_meter_was_silent_the_owner_bears_what_cannot_be_told() -> None:
    noon = datetime(2026, 5, 4, 10, tzinfo=UTC)
    gap = [("rig/energy", Interval(noon, noon + timedelta(hours=2)))]
    site = house()
    sharing = shared(gathered("tenant", site, FlatStore(FLAT, gap), *DAY).sites[0])
    assert sharing.shares[OWNER].by_way["unattributed"].sum() == 8 * 2.5
    assert sum(share.kwh() for share in sharing.shares.values()) == pytest.approx(sharing.total_kwh)


def test_where_the_main_meter_was_silent_nothing_is_counted() -> None:
    noon = datetime(2026, 5, 4, 10, tzinfo=UTC)
    made = statements(house(), gaps=[("grid/energy", Interval(noon, noon + timedelta(hours=6)))])
    assert made[OWNER].tables()["tenants"].total[-3] == Decimal("180.0")  # type: ignore[index]


@cache
def commune() -> tuple[Site, tuple[Report, ...]]:
    site = load_premises(example("commune-image"))
    assert isinstance(site, Site)
    first, last = date(2026, 3, 1), date(2026, 3, 31)
    flat = {"*": 0.137, "grid/energy": 7.771, "grid/energy_export": 0.113, "pv/energy": 1.239, "heat/heat_energy": 3.7}
    papers = Supplements(factors=assumed_factors(site))
    inputs = gathered("tenant", site, FlatStore(flat), first, last, bookings=sample_bookings(site, first, last), supplements=papers)
    return site, make("tenant", inputs)


def test_thirty_five_statements_add_up_to_the_meter_in_kwh_and_cents() -> None:
    site, made = commune()
    owner = next(report for report in made if report.tenant is None)
    table: Table = owner.tables()["tenants"]
    assert len(table.rows) == 36
    assert table.total is not None
    for column in (-3, -2, -1):
        assert sum(row[column] for row in table.rows) == table.total[column]  # type: ignore[misc]
    quarters = 31 * 96 - 4
    assert table.total[-3] == round(Decimal("8.897") * quarters, 1)
    single = [Decimal(str(r.figures()[f"commune-image.{r.tenant}.electricity"].value)) for r in made if r.tenant]
    assert len(single) == 35
    assert sum(single) + next(row[-3] for row in table.rows if row[1] == owner_area(site)) == table.total[-3]  # type: ignore[operator]


def owner_area(site: Site) -> float:
    return site.floor_area_m2 - sum(tenant.area_m2 for tenant in site.tenants)


def test_a_tenant_sees_its_own_row_and_sums_only() -> None:
    site, made = commune()
    one = next(report for report in made if report.tenant == "iris-scenario")
    text = str(one)
    assert "Iris Scénario" in text
    assert not any(other.name in text for other in site.tenants if other.id != "iris-scenario")


def test_of_two_tenants_neither_can_reckon_the_others_part() -> None:
    rows = statements(house())["a"].tables()["adds_up"].rows
    assert [row[0].code for row in rows] == ["cell.you", "cell.owner_and_other"]  # type: ignore[union-attr]


def test_one_tenant_is_asked_for_by_name_and_an_unknown_one_refused() -> None:
    inputs = gathered("tenant", house(), FlatStore(FLAT), *DAY, only="b")
    assert [report.tenant for report in make("tenant", inputs)] == ["b"]
    with pytest.raises(ReportRefusedError, match="a, b"):
        make("tenant", gathered("tenant", house(), FlatStore(FLAT), *DAY, only="nobody"))


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 95), st.integers(1, 40), st.sampled_from(["a", "b"])), max_size=6),
    st.lists(
        st.tuples(st.sampled_from(["grid/energy", "rig/energy", "pv/energy"]), st.integers(0, 95), st.integers(1, 30)), max_size=3
    ),
)
def test_whatever_is_booked_and_missing_the_parts_add_up(
    windows: list[tuple[int, int, str]], silent: list[tuple[str, int, int]]
) -> None:
    start = datetime(2026, 5, 3, 22, tzinfo=UTC)
    quarter = timedelta(minutes=15)
    held = [
        replace(
            booking("small", "stage-1", "2026-05-04T08:00", "2026-05-04T09:00", tenant=who),
            held=Interval(start + first * quarter, start + (first + length) * quarter),
        )
        for first, length, who in windows
    ]
    gaps = [(point, Interval(start + first * quarter, start + (first + length) * quarter)) for point, first, length in silent]
    made = statements(house(), held, gaps)
    table = made[OWNER].tables()["tenants"]
    assert table.total is not None
    assert sum(row[-3] for row in table.rows) == table.total[-3]  # type: ignore[misc]
    assert sum(row[-1] for row in table.rows) == table.total[-1]  # type: ignore[misc]
    assert all(row[-3] >= 0 for row in table.rows)  # type: ignore[operator]


def test_zones_of_tenants_are_shared_among_those_who_have_them() -> None:
    site = house()
    zone = Zone("office", "Office", ZoneUse.OFFICE, 200.0, 600.0, {})
    tenants = (replace(site.tenants[0], zones=("stage-1",)), site.tenants[1])
    sharing = shared(gathered("tenant", replace(site, zones=(*site.zones, zone), tenants=tenants), FlatStore(FLAT), *DAY).sites[0])
    assert sharing.shares["a"].by_way["key"].sum() == pytest.approx(96 * 0.5 + 96 * 2.0 * 0.1)


def test_who_uses_at_night_pays_the_nights_price_and_the_cents_add_up() -> None:
    """By hand, a day: night 0 to 6 h at 0.10, then 0.20; 2 kWh imported each quarter hour, B has the rig by day.

    The rig's 0.5 kWh are B's from 6 h on; all else is shared by area 10 : 30 : 60. Own sun is a fifth of each quarter hour.
    """
    booked = booking("small", "stage-1", "2026-05-04T04:00", "2026-05-04T22:00", tenant="b")  # 6 to 24 h in Paris
    site = house()
    accounts = Accounts(gathered("tenant", site, FlatStore(FLAT), *DAY, bookings=[booked]).sites[0])
    night, day = accounts.splits[0], accounts.splits[1]
    assert (night.line.label, day.line.label) == ("night", "day")
    assert night.kwh is not None
    assert day.kwh is not None
    common, sun = 2.0, 0.2
    assert night.kwh["a"] == pytest.approx(24 * common * 0.1 * (1 - sun))
    assert day.kwh["b"] == pytest.approx(72 * (common * 0.3 + 0.5) * (1 - sun))
    assert float(day.amounts["b"]) == pytest.approx(72 * 2.0 * 0.20 * day.kwh["b"] / sum(day.kwh.values()))
    rest = [split for split in accounts.splits if split.kwh is None]
    assert {split.line.band for split in rest} == {None}
    whole = sum((split.line.amount for split in accounts.splits), Decimal(0))
    assert sum(accounts.money.values()) == rounded(whole, 2)
    by_energy = whole * accounts.electricity["b"] / accounts.total
    assert accounts.money["b"] > by_energy, "B used by day, when it is dear; at one mean price the others would have paid for it"

    report = statements(site, [booked])["b"]
    periods = report.tables()["periods"]
    assert periods.total is not None
    assert sum(row[-1] for row in periods.rows) == periods.total[-1] == accounts.money["b"]  # type: ignore[misc]
