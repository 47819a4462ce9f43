"""The production's statement: kWh by stage, kind of day and use, its part of the sun by hour, carbon, price."""

from __future__ import annotations

from reports.content import Chart, ChartKind, Figure, Figures, Paragraph, Report, Section, Series, Tone, say
from reports.inputs import Inputs, SiteInputs
from reports.kinds import ReportRefusedError
from reports.parts.figure import derived
from reports.parts.frame import Draft, changes_section
from reports.parts.hours import confirmed
from reports.parts.quality import meter_register, meter_rows, quality_section
from reports.production.account import SCHEMA, Account, account_of, allocated_heat, machine_form
from reports.production.tables import bookings_table, days_table, fuels_table, uses_table

__all__ = ["make"]


def make(inputs: Inputs) -> tuple[Report, ...]:
    """One per production and site with confirmed bookings in the period. Raises ReportRefusedError where there is none."""
    made: list[Report] = []
    seen: set[str] = set()
    for one in inputs.sites:
        names = sorted({booking.production for booking in confirmed(one.bookings) if booking.production})
        seen |= set(names)
        made += [_statement(inputs, one, name) for name in names if inputs.only in (None, name)]
    if not made:
        wanted = f"of production {inputs.only!r} " if inputs.only else "with a production "
        known = ", ".join(sorted(seen)) or "none"
        raise ReportRefusedError(f"no confirmed booking {wanted}in these days; productions here: {known}")
    return tuple(made)


def _statement(inputs: Inputs, one: SiteInputs, production: str) -> Report:
    alone = Inputs((one,), inputs.first, inputs.last, inputs.now, None, inputs.languages, production)
    draft = Draft("production", alone, say("production.title", production=production, site=one.site.name))
    draft.production, draft.about = production, slug(production)
    account = account_of(one, production, draft.factors[one.site.id])
    figures = _figures(account)
    heat = allocated_heat(account)
    notes = [Paragraph(say("production.standby_excluded"), Tone.NOTE), Paragraph(say("production.no_benchmark"), Tone.NOTE)]
    if account.unmetered:
        names = ", ".join(one.site.zone(zone).name for zone in account.unmetered)
        notes.insert(0, Paragraph(say("production.unmetered", zones=names), Tone.WARNING))
    if account.missing_quarters:
        notes.insert(0, Paragraph(say("production.gaps", count=account.missing_quarters), Tone.WARNING))
    draft.sections = [
        Section("summary", say("section.summary"), (Figures(figures, large=True), *notes)),
        Section("bookings", say("section.bookings"), (bookings_table(account), days_table(account))),
        Section("uses", say("section.uses"), (uses_table(account), Figures((heat,)), Paragraph(say("production.heat_by_key")))),
        Section("hours", say("section.hours"), (_hours_chart(account),)),
        Section("fuels", say("section.fuels"), (fuels_table(account), Paragraph(say("production.house_power")))),
        quality_section([one]),
        meter_register([one]),
        changes_section([one]),
    ]
    draft.required += [figure for figure in figures if figure.unit == "kgCO2e"]
    draft.machine = machine_form(account, figures, heat, alone)
    draft.machine_schema = SCHEMA
    told = {row.meter for figure in (account.energy, heat) for row in figure.evidence}
    draft.attachments.append(meter_rows([one], hourly=True, only=told))
    draft.method += [say("method.windows"), say("method.sun_dynamic"), say("method.cost_price"), say("method.carbon")]
    return draft.finish()


def slug(name: str) -> str:
    """Letters, digits and hyphens of a production's name."""
    return "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in name.lower()).strip("-") or "production"


def _figures(account: Account) -> tuple[Figure, ...]:
    head, of = f"{account.one.site.id}.{slug(account.production)}", [account.energy]
    share = 100 * account.sun_kwh / account.kwh if account.kwh else None
    days = sum(account.stage_days.values())
    per_day = account.kwh / days if days else None
    per_hour = account.kwh / account.booked_hours if account.booked_hours else None
    currency = account.one.site.currency
    return (
        account.energy,
        derived(f"{head}.own_sun", say("production.own_sun"), account.sun_kwh, "kWh", of=of, formula=say("formula.own_sun")),
        derived(f"{head}.sun_share", say("production.sun_share"), share, "%", of=of, decimals=1),
        account.location,
        account.market,
        derived(f"{head}.price", say("production.price"), account.price, currency, of=of, decimals=2, formula=say("formula.price")),
        derived(
            f"{head}.per_stage_day",
            say("production.per_stage_day"),
            per_day,
            "kWh/stage-day",
            of=of,
            decimals=1,
            definition="kwh-per-stage-day",
        ),
        derived(
            f"{head}.per_hour", say("production.per_hour"), per_hour, "kWh/h", of=of, decimals=2, definition="kwh-per-booked-hour"
        ),
    )


def _hours_chart(account: Account) -> Chart:
    """Mean day of the production: from the grid and from the own sun, by local hour."""
    sun, rest = account.by_hour()
    return Chart(
        "hours",
        say("chart.hours"),
        ChartKind.STACK,
        "kWh",
        tuple(f"{hour:02}" for hour in range(24)),
        (Series(say("column.import"), rest), Series(say("column.own_sun"), sun)),
        say("chart.hours_text"),
        1,
    )
