"""The month of a site: energy, sun, cost and carbon from the meters, day by day."""

from __future__ import annotations

import numpy as np

from premises.tariff import Carrier
from reports.content import Chart, ChartKind, Month, Report, Section, Series, say
from reports.inputs import Inputs, SiteInputs
from reports.ledger import EXPORT, IMPORT
from reports.ledger.sums import added, local_index, meters
from reports.parts.carbon import carbon_section
from reports.parts.cost import cost_section
from reports.parts.energy import energy_section
from reports.parts.frame import Draft, changes_section, place_name
from reports.parts.performance import performance_section
from reports.parts.quality import meter_register, meter_rows, quality_section
from reports.parts.sun import sun_section


def make(inputs: Inputs) -> tuple[Report, ...]:
    """One report of the site, or of the cluster with a table per site."""
    month = Month(inputs.first.year, inputs.first.month)
    draft = Draft("month", inputs, say("month.title", site=place_name(inputs), month=month))
    days = Section("days", say("section.days"), tuple(days_chart(one) for one in inputs.sites))
    draft.sections = [
        energy_section(inputs.sites),
        sun_section(inputs.sites),
        performance_section(inputs.sites),
        cost_section(inputs.sites),
        carbon_section(inputs.sites, draft.factors),
        days,
        quality_section(inputs.sites),
        meter_register(inputs.sites),
        changes_section(inputs.sites),
    ]
    draft.attachments.append(meter_rows(inputs.sites, hourly=True))
    draft.method += [say("method.cost"), say("method.carbon")]
    return (draft.finish(),)


def days_chart(one: SiteInputs) -> Chart:
    """Import, generation and export by local day; a day of which nothing is known has no bar."""
    local = local_index(one.ledger)
    days = sorted(set(local.date))
    place = {day: number for number, day in enumerate(days)}
    codes = np.array([place[day] for day in local.date], dtype=np.int64)

    def by_day(role: str, register: str) -> tuple[float | None, ...]:
        names = [meter.id for meter in meters(one.site, role, Carrier.ELECTRICITY)]
        values = added(one.ledger, names, register).to_numpy()
        known = ~np.isnan(values)
        sums = np.bincount(codes, weights=np.where(known, values, 0.0), minlength=len(days))
        some = np.bincount(codes, weights=known, minlength=len(days))
        return tuple(float(value) if any_known else None for value, any_known in zip(sums, some, strict=True))

    series = [Series(say("column.import"), by_day("grid", IMPORT))]
    if meters(one.site, "production"):
        series.append(Series(say("column.generation"), by_day("production", IMPORT)))
        series.append(Series(say("column.export"), by_day("grid", EXPORT)))
    text = say("chart.days_text", site=one.site.name)
    return Chart(
        f"days_{one.site.id}",
        say("chart.days", site=one.site.name),
        ChartKind.BARS,
        "kWh",
        tuple(days),
        tuple(series),
        text,
    )
