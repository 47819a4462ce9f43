"""Who pays which part: shares kept as fractions, covers, pro-rata lines named as such, and how long papers are kept."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from premises.site import Fund, Grant
from reports.content import Amount, Cell, CellKind, Column, Cover, Figures, Paragraph, Section, Table, Text, Tone, say
from reports.figures.funds import pro_rata
from reports.figures.shares import shared_out
from reports.inputs import Inputs

PLAQUE_ABOVE = Decimal(500_000)
"""Total cost above which a durable plaque is due (Regulation (EU) 2021/1060, article 50)."""
YEARS_KEPT = 5
"""From 31 December of the year of the last payment papers are kept (article 82); durability is as long from the payment (65)."""
OWN = "own"


def funds_of(inputs: Inputs) -> tuple[Fund, ...]:
    """The cluster's funds and those of its sites."""
    own = inputs.cluster.funds if inputs.cluster else ()
    return own + tuple(fund for one in inputs.sites for fund in one.site.funds)


def percents(fund: Fund, decimals: int = 2) -> dict[str, Decimal]:
    """Of each funder, and of the owner's own part, in percent that add up to 100 (largest remainder)."""
    amounts = {grant.funder: grant.amount for grant in fund.grants}
    rest = fund.total - sum(amounts.values(), Decimal(0))
    if rest:
        amounts[OWN] = rest
    return shared_out(100, amounts, decimals)


def covers_of(inputs: Inputs, funds: Sequence[Fund]) -> tuple[Cover, ...]:
    """A front page per funder of each fund and sub-fund."""
    return tuple(_cover(inputs, fund, grant, funds) for fund in funds for grant in fund.grants)


def _cover(inputs: Inputs, fund: Fund, grant: Grant, funds: Sequence[Fund]) -> Cover:
    operation = fund.operation
    owner = inputs.cluster.name if inputs.cluster else inputs.sites[0].site.owner
    facts: list[tuple[Text, Cell]] = [
        (say("fact.operation"), operation.number if operation and operation.number else None),
        (say("fact.beneficiary"), operation.beneficiary if operation and operation.beneficiary else owner),
        (say("fact.fraction"), f"{grant.amount:f}/{fund.total:f}"),
    ]
    if fund.part_of:
        whole = next((one.name for one in funds if one.id == fund.part_of), fund.part_of)
        facts.append((say("fact.part_of"), whole))
    for inner in funds:
        for other in inner.grants:
            if inner.part_of == fund.id and other.funder == grant.funder:
                share = Amount(percents(inner)[other.funder], "%", 2)
                facts.append((say("fact.sub_fund", fund=inner.name), say("fact.sub_share", share=share)))
    if operation and operation.last_payment:
        facts.append((say("fact.kept_until"), kept_until(operation.last_payment)))
    return Cover(
        id=f"{fund.id}-{slug(grant.funder)}",
        funder=grant.funder,
        country=grant.country,
        language=grant.language,
        fund=fund.name,
        amount=grant.amount,
        total=fund.total,
        currency=fund.currency,
        share_pct=percents(fund)[grant.funder],
        emblem=grant.emblem,
        sentence=dict(grant.sentence),
        programme=fund.programme,
        facts=tuple(facts),
    )


def slug(name: str) -> str:
    """Letters, digits and hyphens of a name, for a file."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-") or "funder"


def kept_until(last_payment: date) -> date:
    """31 December of the fifth year after that of the last payment."""
    return date(last_payment.year + YEARS_KEPT, 12, 31)


def shares_section(funds: Sequence[Fund], indicators: Section) -> Section | None:
    """A table per fund, a plaque's duty, and pro-rata lines of what is produced, named as an extra."""
    blocks: list[Paragraph | Table] = []
    for fund in funds:
        blocks.append(_shares_table(fund))
        if fund.total > PLAQUE_ABOVE and not fund.part_of:
            total = Amount(fund.total, fund.currency, 0)
            blocks.append(Paragraph(say("note.plaque", fund=fund.name, total=total), Tone.NOTE))
        extra = _pro_rata(fund, indicators)
        if extra:
            blocks.append(extra)
    return Section("shares", say("section.shares"), tuple(blocks)) if blocks else None


def _shares_table(fund: Fund) -> Table:
    shown = percents(fund)
    rows: list[tuple[Cell, ...]] = [
        (grant.funder, grant.country, grant.amount, f"{grant.amount:f}/{fund.total:f}", shown[grant.funder])
        for grant in fund.grants
    ]
    rest = fund.total - sum((grant.amount for grant in fund.grants), Decimal(0))
    if rest:
        rows.append((say("cell.own_part"), None, rest, _written(rest, fund), shown[OWN]))
    columns = (
        Column("funder", say("column.funder"), CellKind.NAME),
        Column("country", say("column.country")),
        Column("amount", say("column.amount_of_fund"), CellKind.MONEY, fund.currency, 2),
        Column("fraction", say("column.fraction")),
        Column("share_pct", say("column.share"), CellKind.PERCENT, "%", 2),
    )
    title = say("table.sub_shares" if fund.part_of else "table.shares", fund=fund.name)
    return Table(f"shares_{fund.id}", title, columns, tuple(rows), (say("cell.total"), None, fund.total, None, Decimal(100)))


def _written(amount: Decimal, fund: Fund) -> str:
    """The share as the fraction that it is."""
    return f"{amount:f}/{fund.total:f}"


def _pro_rata(fund: Fund, indicators: Section) -> Table | None:
    figures = [f for block in indicators.blocks if isinstance(block, Figures) for f in block.figures if f.id.endswith(".RCR31")]
    told = next((figure for figure in figures if figure.value is not None), None)
    if told is None or told.value is None or not fund.grants:
        return None
    rows: list[tuple[Cell, ...]] = []
    for grant in fund.grants:
        found = pro_rata(float(told.value), grant.amount, fund.total)
        rows.append((grant.funder, Decimal(repr(found.full)).quantize(Decimal("0.1")), found.part, found.rest))
    columns = (
        Column("funder", say("column.funder"), CellKind.NAME),
        Column("full_mwh", say("column.in_full"), CellKind.NUMBER, "MWh/year", 1),
        Column("pro_rata_mwh", say("column.pro_rata"), CellKind.NUMBER, "MWh/year", 1),
        Column("rest_mwh", say("column.rest"), CellKind.NUMBER, "MWh/year", 1),
    )
    title = say("table.pro_rata", fund=fund.name)
    return Table(f"pro_rata_{fund.id}", title, columns, tuple(rows), note=say("note.pro_rata"))


def retention_section(funds: Sequence[Fund]) -> Section | None:
    """Until when papers must be kept and metering goes on."""
    rows: list[tuple[Cell, ...]] = []
    for fund in funds:
        if fund.part_of or not fund.grants:
            continue
        paid = fund.operation.last_payment if fund.operation else None
        completed = fund.operation.completed if fund.operation else None
        durable = None if paid is None else _years_on(paid, YEARS_KEPT)
        rows.append((fund.name, completed, paid, durable, None if paid is None else kept_until(paid)))
    if not rows:
        return None
    columns = (
        Column("fund", say("column.fund"), CellKind.NAME),
        Column("completed", say("column.completed"), CellKind.DAY),
        Column("last_payment", say("column.last_payment"), CellKind.DAY),
        Column("durable_until", say("column.durable_until"), CellKind.DAY),
        Column("kept_until", say("column.kept_until"), CellKind.DAY),
    )
    table = Table("retention", say("table.retention"), columns, tuple(rows), note=say("note.retention"))
    return Section("retention", say("section.retention"), (table,))


def _years_on(day: date, years: int) -> date:
    return (
        day.replace(year=day.year + years, day=min(day.day, 28))
        if (day.month, day.day) == (2, 29)
        else day.replace(year=day.year + years)
    )
