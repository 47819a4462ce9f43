"""A report's content, whatever its form and language: what the makers of `reports.kinds` give, and every form renders.

Texts are catalogue codes with values (`Say`), so that one object is written in each language; names from the site file and the
bookings are plain `str` and are the same in all. Numbers are kept as they were computed; `decimals` says how many are shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import TypeAlias

from premises.time import Interval
from reports.factors import Factor


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A local month, written in words by each language."""

    year: int
    month: int


@dataclass(frozen=True, slots=True)
class Amount:
    """A number inside a text, written in the language's way, with its unit (may be "" or "%")."""

    value: float | Decimal | Fraction | None
    unit: str = ""
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class Say:
    """A text of the catalogue `reports/messages`: its code, and values for its placeholders. Dates are written in words.

    count: which plural form, where the catalogue has `<code>.one` and `<code>.other`; it fills `{count}`.
    """

    code: str
    values: tuple[tuple[str, SayValue], ...] = ()
    count: int | None = None


SayValue: TypeAlias = "str | int | date | datetime | Month | Amount | Say"
Text: TypeAlias = "str | Say"


def say(code: str, /, *, count: int | None = None, **values: SayValue) -> Say:
    """Shorthand: `say("note.funded", funder="VAF")`."""
    return Say(code, tuple(values.items()), count)


class CellKind(StrEnum):
    """What the cells of a column hold. PERCENT: 0 to 100. NAME: a text that heads the row. FLAG: True or False."""

    NAME = "name"
    TEXT = "text"
    NUMBER = "number"
    PERCENT = "percent"
    MONEY = "money"
    DAY = "day"
    MONTH = "month"
    INSTANT = "instant"
    FLAG = "flag"


Cell: TypeAlias = str | Say | int | float | Decimal | Fraction | date | datetime | Month | bool | None
"""None: not available (never 0, never blank in print). Instants are aware; forms write them in the report's time zone."""


@dataclass(frozen=True, slots=True)
class Column:
    """id: name in CSV, JSON and the data dictionary, carries the unit (`load_kwh`). meaning: for the data dictionary."""

    id: str
    title: Text
    kind: CellKind = CellKind.TEXT
    unit: str = ""
    decimals: int = 0
    meaning: Text | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows in order. total: a last row that sums the others up exactly, None in columns without a sum."""

    id: str
    title: Text
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] | None = None
    note: Text | None = None


class ChartKind(StrEnum):
    BARS = "bars"
    STACK = "stack"
    LINE = "line"


@dataclass(frozen=True, slots=True)
class Series:
    """One colour and hatch of a chart; None where nothing is known (nothing is drawn)."""

    name: Text
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """labels: under the axis, one for each value. description: what a reader who cannot see it is told."""

    id: str
    title: Text
    kind: ChartKind
    unit: str
    labels: tuple[Cell, ...]
    series: tuple[Series, ...]
    description: Text
    decimals: int = 0


class Tone(StrEnum):
    """NOTE: smaller, aside. WARNING: must not be overlooked (provisional, refused, incomplete). GOOD: something went well."""

    PLAIN = "plain"
    NOTE = "note"
    WARNING = "warning"
    GOOD = "good"


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: Text
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Points:
    """A list with bullets."""

    items: tuple[Text, ...]


class Standing(StrEnum):
    """How far a figure may be relied on. REFUSED: not computed, `why` says for want of what."""

    FINAL = "final"
    PROVISIONAL = "provisional"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Meter rows that a figure comes from: of `meter`'s `register` in `interval`, in the attachment `rows` (by its id).

    kwh: their sum, of it estimated_kwh interpolated and corrected_kwh corrected by hand; completeness: 0 to 1.
    sign: -1 where the rows are taken off. document: instead of rows, the reference of a paper (certificate, invoice).
    """

    site: str
    meter: str = ""
    register: str = ""
    interval: Interval | None = None
    kwh: float | None = None
    estimated_kwh: float = 0.0
    corrected_kwh: float = 0.0
    completeness: float = 1.0
    sign: int = 1
    rows: str = "meter_rows"
    document: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number that someone may take apart: `greenroom report explain EDITION FIGURE` opens it by its id.

    Shares are of the value's energy, 0 to 1: measured, estimated, corrected; missing: of the time that nothing is known of.
    formula: how it comes from the evidence; definition: name in `greenroom figures` where it is one of them; factors: identities.
    """

    id: str
    name: Text
    value: float | Decimal | Fraction | int | None
    unit: str
    decimals: int = 0
    standing: Standing = Standing.FINAL
    why: Text | None = None
    measured: float | None = None
    estimated: float | None = None
    corrected: float | None = None
    missing: float | None = None
    completeness: float | None = None
    formula: Text | None = None
    definition: str = ""
    source: str = ""
    factors: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Figures:
    """A block of figures, each with completeness and estimated share beside it. large: the few that people look for first."""

    figures: tuple[Figure, ...]
    large: bool = False


Block: TypeAlias = Paragraph | Points | Table | Chart | Figures


@dataclass(frozen=True, slots=True)
class Section:
    """id: anchor, and name in the table of contents' links."""

    id: str
    title: Text
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Cover:
    """A front page of one funder: the same report, its language, its part of its fund. amount / total is never rounded.

    facts: further lines (operation, beneficiary, retention dates). emblem: file name in the emblems' folder, "" where none.
    """

    id: str
    funder: str
    country: str
    language: str
    fund: str
    amount: Decimal
    total: Decimal
    currency: str
    share_pct: Decimal
    emblem: str = ""
    sentence: Mapping[str, str] = field(default_factory=dict)
    programme: str = ""
    facts: tuple[tuple[Text, Cell], ...] = ()

    @property
    def share(self) -> Fraction:
        return Fraction(self.amount) / Fraction(self.total)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A table that is given as a file (CSV, a sheet of the XLSX, JSON) and not printed, such as the meter rows."""

    id: str
    table: Table


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file whose very bytes are prescribed by who reads it (an OPERAT declaration), the same in every language."""

    name: str
    media_type: str
    text: str


@dataclass(frozen=True, slots=True)
class Report:
    """A report of one kind about one site (or a cluster), for one reader.

    id: `<kind>-<site>-<period>[-<tenant or production>]`, in letters, digits and hyphens: a name for files. first, last: local
    days, both included. until: data are in up to here; unfinished where that is before the end of the period.
    standing: PROVISIONAL where any figure is, REFUSED where the report must not be issued (`refusals` say why).
    covers: one front page each, none for kinds without funders. languages: those that it is issued in.
    machine: what a program reads of it, plain JSON values (production's carbon account); figures are always in the JSON form.
    """

    kind: str
    id: str
    title: Text
    subtitle: Text
    sites: tuple[tuple[str, str], ...]
    timezone: str
    first: date
    last: date
    until: datetime
    languages: tuple[str, ...]
    sections: tuple[Section, ...]
    factors: tuple[Factor, ...] = ()
    method: tuple[Text, ...] = ()
    covers: tuple[Cover, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    files: tuple[DataFile, ...] = ()
    machine: Mapping[str, object] = field(default_factory=dict)
    machine_schema: str = ""
    standing: Standing = Standing.FINAL
    refusals: tuple[Text, ...] = ()
    unfinished: bool = False
    tenant: str | None = None
    production: str | None = None
    public: bool = False

    def figures(self) -> dict[str, Figure]:
        """Every figure by its id."""
        blocks = (block for section in self.sections for block in section.blocks)
        return {figure.id: figure for block in blocks if isinstance(block, Figures) for figure in block.figures}

    def tables(self) -> dict[str, Table]:
        """Every printed table by its id."""
        blocks = (block for section in self.sections for block in section.blocks)
        return {block.id: block for block in blocks if isinstance(block, Table)}
