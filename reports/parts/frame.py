"""The frame of a report: its name, period, languages and standing, and the sections that nearly all kinds end with."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from premises.catalogue import FALLBACK
from reports.content import (
    Amount,
    Attachment,
    Cell,
    CellKind,
    Column,
    Cover,
    DataFile,
    Figure,
    Figures,
    Month,
    Paragraph,
    Report,
    Say,
    Section,
    Standing,
    Table,
    Text,
    say,
)
from reports.factors import Factor
from reports.inputs import Inputs, SiteInputs
from reports.parts.factors import FactorsUsed, factors_of
from reports.parts.figure import standing_of
from reports.words import WORDS


@dataclass(slots=True)
class Draft:
    """What a maker fills in; `finish` makes the report of it. required: figures without which it must not be issued."""

    kind: str
    inputs: Inputs
    title: Text
    sections: list[Section | None] = field(default_factory=list)
    factors: dict[str, FactorsUsed] = field(default_factory=dict)
    method: list[Text] = field(default_factory=list)
    required: list[Figure] = field(default_factory=list)
    refusals: list[Text] = field(default_factory=list)
    covers: tuple[Cover, ...] = ()
    attachments: list[Attachment] = field(default_factory=list)
    files: tuple[DataFile, ...] = ()
    machine: Mapping[str, object] = field(default_factory=dict)
    machine_schema: str = ""
    about: str = ""
    languages: tuple[str, ...] = ()
    tenant: str | None = None
    production: str | None = None

    def __post_init__(self) -> None:
        self.factors = self.factors or {one.site.id: factors_of(one) for one in self.inputs.sites}

    def finish(self) -> Report:
        inputs, sections = self.inputs, tuple(section for section in self.sections if section is not None)
        figures = [f for s in sections for b in s.blocks if isinstance(b, Figures) for f in b.figures]
        until = min(one.ledger.until for one in inputs.sites)
        unfinished = any(one.ledger.until < one.ledger.period.end for one in inputs.sites)
        refusals = list(self.refusals)
        refusals += [one.why or one.name for one in self.required if one.standing is Standing.REFUSED]
        standing = Standing.REFUSED if refusals else standing_of([one for one in figures if one.standing is not Standing.REFUSED])
        if standing is Standing.FINAL and (unfinished or any(one.standing is Standing.REFUSED for one in figures)):
            standing = Standing.PROVISIONAL
        place = inputs.cluster or inputs.sites[0].site
        return Report(
            kind=self.kind,
            id="-".join(part for part in (self.kind, place.id, period_name(inputs.first, inputs.last), self.about) if part),
            title=self.title,
            subtitle=period_text(inputs.first, inputs.last),
            sites=tuple((one.site.id, one.site.name) for one in inputs.sites),
            timezone=inputs.sites[0].site.timezone,
            first=inputs.first,
            last=inputs.last,
            until=until,
            languages=languages_of(inputs, self.languages),
            sections=sections,
            factors=tuple(sorted(self._used(), key=lambda factor: factor.identity)),
            method=(*self.method, say("method.counters"), say("method.gaps"), say("method.local_time")),
            covers=self.covers,
            attachments=tuple(self.attachments),
            files=self.files,
            machine=self.machine,
            machine_schema=self.machine_schema,
            standing=standing,
            refusals=tuple(dict.fromkeys(refusals)),
            unfinished=unfinished,
            tenant=self.tenant,
            production=self.production,
        )

    def _used(self) -> Iterable[Factor]:
        return {factor.identity: factor for used in self.factors.values() for factor in used.used.values()}.values()


def languages_of(inputs: Inputs, own: Sequence[str] = ()) -> tuple[str, ...]:
    """Those asked for, else the reader's, else the cluster's or site's; in order, each once, if it has a catalogue."""
    usual = inputs.cluster.languages if inputs.cluster else inputs.sites[0].site.languages
    wanted = dict.fromkeys(inputs.languages or tuple(own) or usual)
    return tuple(language for language in wanted if language in WORDS.languages()) or (FALLBACK,)


def place_name(inputs: Inputs) -> str:
    """The site's name, or the cluster's."""
    return inputs.cluster.name if inputs.cluster else inputs.sites[0].site.name


def whole_month(first: date, last: date) -> bool:
    return first.day == 1 and (first.year, first.month) == (last.year, last.month) and last.day == _days(last)


def whole_year(first: date, last: date) -> bool:
    """Twelve whole months, whichever they begin with."""
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    return first.day == 1 and last.day == _days(last) and months == 12


def _days(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def period_name(first: date, last: date) -> str:
    """`2026`, `2026-10`, or both days: part of a file's name."""
    if whole_year(first, last) and first.month == 1:
        return str(first.year)
    if whole_month(first, last):
        return f"{first:%Y-%m}"
    return f"{first.isoformat()}-{last.isoformat()}"


def period_text(first: date, last: date) -> Say:
    """The period in words."""
    if whole_year(first, last) and first.month == 1:
        return say("period.year", year=str(first.year))
    if whole_month(first, last):
        return say("period.month", month=Month(first.year, first.month))
    return say("period.days", first=first, last=last)


def changes_section(inputs: Sequence[SiteInputs]) -> Section | None:
    """What was put in or changed by hand, with who, when and why; None where nothing was."""
    rows: list[tuple[Cell, ...]] = []
    for one in inputs:
        for told in one.supplements.corrections:
            kind = say(f"correction.{told.kind.value}")
            span: tuple[datetime, datetime | None] = (told.since, told.until)
            value: tuple[Cell, ...] = (told.value, told.unit)
            rows.append((one.site.id, kind, told.subject, *span, *value, told.reason, told.by, told.recorded_at, told.document))
    if not rows:
        return None
    columns = (
        Column("site", say("column.site"), CellKind.NAME),
        Column("what", say("column.what"), CellKind.NAME),
        Column("subject", say("column.subject")),
        Column("since", say("column.since"), CellKind.INSTANT),
        Column("until", say("column.until"), CellKind.INSTANT),
        Column("value", say("column.value"), CellKind.NUMBER, "", 3),
        Column("unit", say("column.unit")),
        Column("reason", say("column.reason")),
        Column("by", say("column.by")),
        Column("recorded_at", say("column.recorded_at"), CellKind.INSTANT),
        Column("document", say("column.document")),
    )
    return Section("changes", say("section.changes"), (Table("corrections", say("table.corrections"), columns, tuple(rows)),))


def boundary_section(inputs: Sequence[SiteInputs]) -> Section:
    """Zones with use and area, heated and cooled, whose they are, and since when they are in service."""
    rows: list[tuple[Cell, ...]] = []
    for one in inputs:
        names = {tenant.id: tenant.name for tenant in one.site.tenants}
        for zone in one.site.zones:
            whose: Text = names.get(zone.tenant, zone.tenant) if zone.tenant else say("cell.owner")
            flags = (zone.heating_plant is not None, zone.cooling_plant is not None)
            rows.append((one.site.id, zone.name, say(f"zone_use.{zone.use.value}"), zone.area_m2, *flags, whose, zone.in_service))
    columns = (
        Column("site", say("column.site"), CellKind.NAME),
        Column("zone", say("column.zone"), CellKind.NAME),
        Column("use", say("column.use")),
        Column("area_m2", say("column.area"), CellKind.NUMBER, "m²", 0),
        Column("heated", say("column.heated"), CellKind.FLAG),
        Column("cooled", say("column.cooled"), CellKind.FLAG),
        Column("tenant", say("column.tenant")),
        Column("in_service", say("column.in_service"), CellKind.DAY),
    )
    lines = [_site_line(one) for one in inputs]
    table = Table("boundary", say("table.boundary"), columns, tuple(rows))
    return Section("boundary", say("section.boundary"), (*lines, table))


def _site_line(one: SiteInputs) -> Paragraph:
    site = one.site
    return Paragraph(
        say(
            "note.boundary",
            site=site.name,
            address=site.address or "-",
            floor=Amount(site.floor_area_m2, "m²"),
            energy=Amount(site.energy_area_m2, "m²"),
            climate=site.climate_zone or "-",
            station=site.degree_day_station or "-",
        )
    )
