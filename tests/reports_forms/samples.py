"""A report with one of everything, as a kind of report would give it. Its texts are names, so that no catalogue is needed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from premises.time import Interval
from reports import content as c
from reports.factors import Factor

UNTIL = datetime(2026, 10, 31, 23, tzinfo=UTC)
START = datetime(2026, 9, 30, 22, tzinfo=UTC)
OCTOBER = Interval(START, UNTIL)

METER_ROWS = c.Table(
    "meter_rows",
    "Meter rows",
    (
        c.Column("meter", "Meter", c.CellKind.NAME),
        c.Column("register", "Register"),
        c.Column("start", "Start", c.CellKind.INSTANT),
        c.Column("kwh", "Energy", c.CellKind.NUMBER, "kWh", 3),
        c.Column("estimated_kwh", "of it estimated", c.CellKind.NUMBER, "kWh", 3),
        c.Column("completeness", "Completeness", c.CellKind.NUMBER, "", 4),
    ),
    tuple(
        ("grid", "energy", START + timedelta(hours=hour), None if hour == 5 else 1.25 + hour / 3, 0.0, 0.0 if hour == 5 else 1.0)
        for hour in range(48)
    ),
)
GRID_KWH = sum(row[3] for row in METER_ROWS.rows if isinstance(row[3], float))

IMPORTED = c.Figure(
    "electricity.import",
    "Electricity from the grid",
    GRID_KWH,
    "kWh",
    1,
    measured=1.0,
    estimated=0.0,
    missing=1 / 48,
    completeness=47 / 48,
    formula="sum of the grid meter's register of import",
    definition="energy_sum",
    factors=("FR electricity location 2024, ADEME mix moyen France 2024",),
    evidence=(c.Evidence("la-kolok", "grid", "energy", OCTOBER, GRID_KWH, completeness=47 / 48),),
)
CARBON = c.Figure("carbon.scope1", "Fuels burnt", None, "kgCO2e", 0, c.Standing.REFUSED, why="no factor of fuel oil for 2026")
ERDF = c.Cover(
    "erdf",
    "European Regional Development Fund (ERDF)",
    "FR",
    "fr",
    "Renovation",
    Decimal(446000),
    Decimal(1177000),
    "EUR",
    Decimal("37.9"),
    "eu.svg",
    {"fr": "Cofinancé par l’Union européenne", "en": "Co-funded by the European Union"},
    "European Regional Development Fund",
    (("Papers kept until", date(2036, 12, 31)),),
)
VAF = replace(ERDF, id="vaf", funder="VAF", country="BE", language="nl", emblem="", sentence={}, programme="", facts=())
FACTOR = Factor(
    "FR",
    "electricity",
    "location",
    2024,
    0.0519,
    "kgCO2e/kWh",
    "ADEME",
    "mix moyen France 2024",
    "Base Empreinte",
    provisional=True,
)
MONTHS = c.Table(
    "months",
    "Month by month",
    (
        c.Column("month", "Month", c.CellKind.MONTH),
        c.Column("load_kwh", "Load", c.CellKind.NUMBER, "kWh", 1, "what the site used"),
        c.Column("share_pct", "Share of the sun", c.CellKind.PERCENT, "%", 1),
        c.Column("cost_eur", "Cost", c.CellKind.MONEY, "EUR", 2),
        c.Column("day", "Best day", c.CellKind.DAY),
        c.Column("at", "Peak", c.CellKind.INSTANT),
        c.Column("met", "Met", c.CellKind.FLAG),
        c.Column("part", "Part", c.CellKind.NUMBER, "", 4),
    ),
    (
        (c.Month(2026, 9), 12_345.678, 41.25, Decimal("2345.60"), date(2026, 9, 3), START, True, Fraction(446, 1177)),
        (c.Month(2026, 10), -3.5, None, Decimal("-0.50"), None, None, False, None),
    ),
    total=(None, 12_342.178, None, Decimal("2345.10"), None, None, None, None),
    note="Counted by quarter hours.",
)
CHART = c.Chart(
    "days",
    "Day by day",
    c.ChartKind.STACK,
    "kWh",
    tuple(str(day) for day in range(1, 8)),
    (
        c.Series("Import", (3.0, 4.0, None, 2.0, 0.0, 1.0, 3.5)),
        c.Series("Sun", (1.0, 2.0, 2.5, 1.5, 1.0, 0.5, 0.2)),
        c.Series("Export", (-1.0, 0.0, -0.5, 0.0, 0.0, -2.0, 0.0)),
    ),
    "Import falls at the week's end.",
)


def report(**changes: object) -> c.Report:
    """October of a made-up site, for two funders, in three languages."""
    made = c.Report(
        kind="monthly",
        id="monthly-la-kolok-2026-10",
        title="Energy of La Kolok",
        subtitle="October 2026",
        sites=(("la-kolok", "La Kolok, Studio Kremlin"),),
        timezone="Europe/Paris",
        first=date(2026, 10, 1),
        last=date(2026, 10, 31),
        until=UNTIL,
        languages=("fr", "en", "nl"),
        sections=(
            c.Section("summary", "Summary", (c.Figures((IMPORTED, CARBON), large=True), c.Paragraph("All well.", c.Tone.GOOD))),
            c.Section(
                "energy",
                "Energy",
                (
                    MONTHS,
                    CHART,
                    replace(CHART, id="bars", kind=c.ChartKind.BARS),
                    replace(CHART, id="line", kind=c.ChartKind.LINE),
                    c.Points(("one", "two")),
                    c.Paragraph("An hour is missing.", c.Tone.WARNING),
                    c.Paragraph("Aside.", c.Tone.NOTE),
                ),
            ),
            c.Section("figures", "All figures", (c.Figures((replace(IMPORTED, id="electricity.again"),)),)),
        ),
        factors=(FACTOR,),
        method=("By difference of counters.",),
        covers=(ERDF, VAF),
        attachments=(c.Attachment("meter_rows", METER_ROWS),),
        files=(c.DataFile("declaration.csv", "text/csv", "a;b\n1;2\n"),),
        machine={"kwh": [1, 2.5], "of": {"decimal": "not a tag here"}},
        standing=c.Standing.PROVISIONAL,
    )
    return replace(made, **changes)  # type: ignore[arg-type]
