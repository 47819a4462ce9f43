"""Making the month's report: the ledger is read once, the figures computed once, and written as HTML and CSV."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from premises.ports import TelemetryStore
from premises.site import Site
from premises.tariff import Carrier
from premises.time import format_instant, local_month
from reports.factors import FactorRegister
from reports.figures.shares import percent_of
from reports.monthly.chart import DayRow, day_chart
from reports.monthly.figures import MonthFigures, month_figures
from reports.monthly.ledger import EXPORT, IMPORT, Ledger, read_ledger
from reports.words import Language

_DAY_COLUMNS = ("import", "export", "production")


def make_report(
    site: Site,
    store: TelemetryStore,
    year: int,
    month: int,
    out: Path,
    now: datetime,
    languages: Sequence[str] | None = None,
    register: FactorRegister | None = None,
) -> list[Path]:
    """Write the report of a local month into `out` (made if missing) and return the files, in order of name.

    One HTML page per language of the site that has a catalogue (or those given), one CSV of totals, one of quarter hours.
    The same store, month and now give the same bytes. Raises what the store raises, and OSError.
    """
    ledger = read_ledger(site, store, local_month(year, month, site.zoneinfo), now)
    figures = month_figures(ledger, register)
    out.mkdir(parents=True, exist_ok=True)
    stem = f"{site.id}-{year}-{month:02}"
    files = {f"{stem}-totals.csv": totals_csv(ledger, figures), f"{stem}-quarter-hours.csv": quarters_csv(ledger)}
    for code in languages or site.languages or ("en",):
        language = Language(code)
        files[f"{stem}.{language.code}.html"] = month_html(ledger, figures, language)
    written = []
    for name, text in sorted(files.items()):
        path = out / name
        path.write_text(text, encoding="utf-8", newline="")
        written.append(path)
    return written


def month_html(ledger: Ledger, figures: MonthFigures, language: Language) -> str:
    """The page: self-contained, nothing from other hosts."""
    site = ledger.site
    environment = Environment(loader=PackageLoader("reports.monthly"), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    first = ledger.month.start.astimezone(site.zoneinfo)
    title = language.say("month.title", site=site.name, month=language.month(first.date()))
    rows = day_rows(ledger, figures)
    names = [language.say(f"column.{name}") for name in _DAY_COLUMNS]
    return environment.get_template("month.html").render(
        lang=language,
        site=site,
        title=title,
        period=language.say(
            "month.period",
            start=language.day(first.date()),
            end=language.day((ledger.month.end.astimezone(site.zoneinfo)).date()),
            zone=site.timezone,
            until=language.instant(ledger.until.astimezone(site.zoneinfo)),
        ),
        unfinished=ledger.until < ledger.month.end,
        figures=figures,
        days=rows,
        day_columns=_DAY_COLUMNS,
        chart=Markup(day_chart(rows, names, language.say("month.days"))),  # noqa: S704 - built of numbers and escaped names
        zone_names={zone.id: zone.name for zone in site.zones},
        cost_total=sum((cost.amount for cost in figures.costs), Decimal(0)),
        funding=_funding(site, language),
        version=version("greenroom"),
    )


def _funding(site: Site, language: Language) -> list[tuple[str, str]]:
    return [
        (
            grant.sentence.get(language.code, ""),
            language.say(
                "note.funded",
                funder=grant.funder,
                amount=language.number(grant.amount),
                total=language.number(fund.total),
                currency=fund.currency,
                percent=language.number(percent_of(fund.share(grant.funder)), 2),
            ),
        )
        for fund in site.funds
        for grant in fund.grants
    ]


def day_rows(ledger: Ledger, figures: MonthFigures) -> list[DayRow]:
    """Import, export and production of electricity by local day."""
    electric = [meter for meter in ledger.site.meters if meter.carrier is Carrier.ELECTRICITY]
    grid = {meter.id for meter in electric if meter.role == "grid"}
    pv = {meter.id for meter in electric if meter.role == "production"}
    rows: list[DayRow] = []
    for day, table in figures.days.groupby("day", sort=True):
        assert isinstance(day, date)
        picks = ((grid, IMPORT), (grid, EXPORT), (pv, IMPORT))
        parts = [table[table["meter"].isin(meters) & (table["register"] == register)] for meters, register in picks]
        kwh = tuple(None if part["kwh"].dropna().empty else float(part["kwh"].sum()) for part in parts)
        boundary = pd.concat(parts)
        rows.append(DayRow(day, kwh, float(boundary["completeness"].mean()) if len(boundary) else 0.0))
    return rows


def totals_csv(ledger: Ledger, figures: MonthFigures) -> str:
    """Totals as CSV: what, kWh, estimated part, completeness; empty where not available."""
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(["site", "month", "figure", "subject", "value", "unit", "estimated", "completeness", "source"])
    first = ledger.month.start.astimezone(ledger.site.zoneinfo)
    head = [ledger.site.id, f"{first:%Y-%m}"]
    for line in figures.lines:
        out.writerow(
            [*head, line.register, line.meter, _text(line.kwh), "kWh", _text(line.estimated_kwh), f"{line.completeness:.4f}", ""]
        )
    if figures.unassigned_kwh is not None:
        out.writerow([*head, "remainder", "", _text(figures.unassigned_kwh), "kWh", "", "", ""])
    if figures.solar:
        known = f"{figures.solar.known:.4f}"
        for name in ("generation_kwh", "load_kwh", "self_consumed_kwh", "import_kwh", "export_kwh"):
            out.writerow([*head, name.removesuffix("_kwh"), "site", _text(getattr(figures.solar, name)), "kWh", "", known, ""])
        for name in ("self_consumption_pct", "self_sufficiency_pct", "annual_balance_pct"):
            out.writerow([*head, name.removesuffix("_pct"), "site", _text(getattr(figures.solar, name)), "%", "", known, ""])
    for cost in figures.costs:
        out.writerow([*head, "cost", f"{cost.carrier}: {cost.name}", cost.amount, figures.currency, "", "", ""])
    if figures.carbon:
        for name in (
            "scope1_kg",
            "scope2_location_kg",
            "scope2_market_kg",
            "total_location_kg",
            "total_market_kg",
            "avoided_kg",
            "exported_kg",
        ):
            out.writerow([*head, name.removesuffix("_kg"), "site", _text(getattr(figures.carbon, name)), "kgCO2e", "", "", ""])
    for factor in figures.factors:
        note = "provisional" if factor.provisional else ""
        out.writerow([*head, "factor", factor.identity, factor.value, factor.unit, note, "", factor.source])
    return text.getvalue()


def quarters_csv(ledger: Ledger) -> str:
    """Every quarter hour of every register: what the totals are made of."""
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(["meter", "register", "start", "kwh", "estimated_kwh", "completeness"])
    columns = (ledger.table[name].tolist() for name in ("meter", "register", "start", "kwh", "estimated_kwh", "completeness"))
    for meter, register, start, kwh, estimated, completeness in zip(*columns, strict=True):
        known = "" if math.isnan(kwh) else f"{kwh:.6f}"
        out.writerow([meter, register, format_instant(start), known, f"{estimated:.6f}", f"{completeness:.4f}"])
    return text.getvalue()


def _text(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"
