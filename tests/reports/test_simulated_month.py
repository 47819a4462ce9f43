"""A month of a simulated site, whose true energy is known: what is reported is true within the meters' last digits."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from greenroom.demo.samples import STEP, sample_bookings, simulate
from premises.site import Site
from premises.sitefile import example, load_site
from premises.time import local_month
from reports.content import Standing
from reports.inputs import Sources
from reports.kinds import kinds, make
from reports.ledger.sums import register_sum
from simulators.truth import Truth
from stores.duckdb_store import DuckDBStore
from tests.reports.flat import Bookings

FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)
"""October: the month in which a day has 25 hours."""
NAME = "pole-images-valenciennes"
LAST_DIGITS_KWH = 0.02
"""Counters are rounded down to the device's last digit, 0.01 kWh at the coarsest here, at either end of the month."""


class Watched:
    """What really passed each meter from the month's first to its last instant."""

    def __init__(self, site: Site) -> None:
        self.span = local_month(2026, 10, site.zoneinfo)
        self._at: dict[datetime, dict[tuple[str, str], float]] = {}

    def __call__(self, now: datetime, truth: Truth) -> None:
        if now in (self.span.start, self.span.end):
            taken = {(meter, "energy"): kwh for meter, kwh in truth.import_kwh.items()}
            sent = {(meter, "energy_export"): kwh for meter, kwh in truth.export_kwh.items()}
            self._at[now] = {**taken, **sent, ("sun", ""): truth.pv_kwh}

    def passed(self, name: str, register: str = "energy") -> float:
        return self._at[self.span.end][name, register] - self._at[self.span.start][name, register]


@pytest.mark.slow
def test_the_month_is_what_the_simulator_knows_to_be_true() -> None:
    site = load_site(example(NAME))
    bookings, watched = sample_bookings(site, FIRST, LAST), Watched(site)
    store = DuckDBStore(None, [site])
    simulate(site, store, bookings, watched.span, watch=watched)
    now = datetime(2026, 11, 5, tzinfo=UTC)
    inputs = kinds()["month"].gather(site, Sources(store, Bookings(bookings)), FIRST, LAST, now)
    (report,) = make("month", inputs)
    (one,) = inputs.sites

    assert len(one.ledger.kwh) == (31 * 24 + 1) * 4
    for meter in site.meters:
        if meter.role == "production":
            continue
        found = register_sum(one.ledger, meter.id)
        assert found.completeness > 0.999, meter.id
        assert found.kwh == pytest.approx(watched.passed(meter.id), abs=LAST_DIGITS_KWH), meter.id
    assert register_sum(one.ledger, "grid", "energy_export").kwh == pytest.approx(
        watched.passed("grid", "energy_export"), abs=LAST_DIGITS_KWH
    )
    figures = report.figures()
    sun, taken, sent = watched.passed("sun", ""), watched.passed("grid"), watched.passed("grid", "energy_export")
    assert figures[f"{NAME}.generation"].value == pytest.approx(sun, abs=0.2)
    assert figures[f"{NAME}.load"].value == pytest.approx(taken + sun - sent, abs=0.2)
    assert figures[f"{NAME}.self_consumption"].value == pytest.approx(100 * (sun - sent) / sun, abs=0.02)
    assert figures[f"{NAME}.self_sufficiency"].value == pytest.approx(100 * (sun - sent) / (taken + sun - sent), abs=0.02)
    assert figures[f"{NAME}.scope2_location"].value == pytest.approx(taken * 0.0519, abs=0.01)
    assert report.standing is Standing.PROVISIONAL  # the mean mix of 2026 is not published yet
    assert report.until == watched.span.end
    assert timedelta(minutes=30) == STEP
    store.close()
