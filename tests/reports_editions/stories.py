"""Two days of October of La Kolok, as a ledger, and a report made of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd

from premises.site import Site
from premises.sitefile import example, load_site
from premises.time import Interval
from reports import content as c
from reports.inputs import Inputs, SiteInputs, Supplements
from reports.ledger import Ledger
from tests.reports_forms.samples import FACTOR, MONTHS

START = datetime(2026, 10, 23, 22, tzinfo=UTC)
DAYS = Interval(START, START + timedelta(hours=49))
"""24 and 25 October: the second has 25 hours."""
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
REGISTERS = (("grid", "energy"), ("grid", "energy_export"), ("pv", "energy"))


def site() -> Site:
    return load_site(str(example("la-kolok")))


def ledger(premises: Site) -> Ledger:
    """Quarter hours with a gap of an hour on the grid meter, and an estimated quarter of the PV meter."""
    index = pd.date_range(DAYS.start, DAYS.end, freq="15min", inclusive="left", unit="us", name="start")
    columns = pd.MultiIndex.from_tuples(REGISTERS, names=["meter", "register"])
    count = len(index)
    values = np.column_stack([1.1 + np.arange(count) % 7 / 3, np.arange(count) % 3 / 7, np.arange(count) % 5 / 9])
    values[40:44, 0] = np.nan
    estimated, corrected, complete = np.zeros((count, 3)), np.zeros((count, 3)), np.ones((count, 3))
    complete[40:44, 0] = 0.0
    estimated[61, 2] = values[61, 2]
    kwh, guessed, mended, whole = (pd.DataFrame(b, index=index, columns=columns) for b in (values, estimated, corrected, complete))
    return Ledger(premises, DAYS, DAYS.end, kwh, guessed, mended, whole)


def with_reading(before: Ledger, place: int, kwh: float) -> Ledger:
    """The same with another value of one quarter hour of the grid meter."""
    changed = before.kwh.copy()
    changed.iloc[place, 0] = kwh
    return replace(before, kwh=changed)


def inputs(held: Ledger | None = None, now: datetime = NOW, supplements: Supplements | None = None) -> Inputs:
    premises = site()
    one = SiteInputs(premises, held or ledger(premises), supplements=supplements or Supplements())
    return Inputs((one,), date(2026, 10, 24), date(2026, 10, 25), now)


def report(given: Inputs, **changes: object) -> c.Report:
    """Its one figure is the sum of the grid meter."""
    held = given.sites[0].ledger
    grid = held.kwh[("grid", "energy")]
    total = float(np.nansum(grid.to_numpy()))
    imported = c.Figure(
        "electricity.import",
        "Electricity from the grid",
        total,
        "kWh",
        1,
        completeness=float(grid.notna().mean()),
        formula="sum of the grid meter's register of import",
        factors=(FACTOR.identity,),
        evidence=(c.Evidence("la-kolok", "grid", "energy", DAYS, total),),
    )
    price = c.Figure("price", "Price", 0.2, "EUR/kWh", 2, evidence=(c.Evidence("la-kolok", document="bill 2026-10"),))
    made = c.Report(
        kind="weekend",
        id="weekend-la-kolok-2026-10-24",
        title="A weekend of La Kolok",
        subtitle="24 and 25 October 2026",
        sites=(("la-kolok", "La Kolok"),),
        timezone="Europe/Paris",
        first=date(2026, 10, 24),
        last=date(2026, 10, 25),
        until=held.until,
        languages=("fr", "en"),
        sections=(c.Section("all", "All", (c.Figures((imported, price)), MONTHS)),),
        factors=(FACTOR,),
    )
    return replace(made, **changes)  # type: ignore[arg-type]
