"""Boards and panels as plain values, and the JSON that Grafana 9.3 to 12 reads."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
SCHEMA_VERSION = 37
_UID_LENGTH = 40
WIDTH = 24
WALL = "time:YYYY-MM-DD HH:mm"
"""Unit of instants in tables: sorts as text, has 24 hours in every browser, and fits its column (2:00 must not stand for 14:00)."""

# Okabe and Ito's colours: told apart by colour-blind people, and in grey
BLUE, ORANGE, GREEN, YELLOW, SKY, RED, PURPLE = "#0072B2", "#E69F00", "#009E73", "#F0E442", "#56B4E9", "#D55E00", "#CC79A7"
GREY = "#9AA5A0"
PALETTE = (BLUE, ORANGE, GREEN, SKY, RED, PURPLE, YELLOW, GREY)


@dataclass(frozen=True, slots=True)
class Target:
    """One query of a panel, in Flux. ref: the letter by which Grafana names it; labels: names of its series, for their colours."""

    flux: str
    ref: str = "A"
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SqlTarget:
    """One query of a panel on PostgreSQL, as a table."""

    sql: str
    ref: str = "A"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table, in order. mappings: value -> (shown, colour); link: what a click opens."""

    name: str
    title: str
    unit: str | None = None
    width: int | None = None
    decimals: int | None = None
    mappings: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    hidden: bool = False
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Annotation:
    """Marks on every time axis of a board. query: Flux with time, timeEnd, title, text and tags."""

    name: str
    query: str
    colour: str
    shown: bool = True


@dataclass(frozen=True, slots=True)
class Series:
    """How the series of one name (or of a regular expression) is drawn, where it differs from the panel's default.

    below: under zero, as what leaves the premises.
    """

    name: str
    colour: str | None = None
    unit: str | None = None
    dashed: bool = False
    fill: int | None = None
    right_axis: bool = False
    line: bool = False
    below: bool = False
    regex: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel. kind: timeseries, stat, table, state-timeline, bargauge. unit: Grafana's unit id. steps: (from value, colour).

    height and width are in grid units (24 to a row); the board places the panels one after another. window: the least width of
    v.windowPeriod; bridge_min: a line is drawn over at most so many minutes without a value, a longer gap is shown as one; limit:
    a line across a time series; soft_high: the axis reaches at least so far, as one of zeros alone would reach to 100; colour: of
    everything that has none of its own; span: the panel's own range up to now (7d);
    text_px: size of names and values in a row of single values, which shrinks to nothing with many.
    """

    title: str
    description: str
    kind: str
    unit: str
    targets: tuple[Target | SqlTarget, ...]
    width: int = 12
    height: int = 8
    decimals: int | None = None
    low: float | None = None
    high: float | None = None
    steps: tuple[tuple[float | None, str], ...] = ()
    mappings: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    series: tuple[Series, ...] = ()
    stacked: bool = False
    no_value: str = "no data"
    bars: bool = False
    columns: tuple[Column, ...] = ()
    window: str = "1m"
    bridge_min: int = 45
    limit: float | None = None
    soft_high: float | None = None
    text_px: tuple[int, int] | None = None
    colour: str | None = None
    span: str | None = None


@dataclass(frozen=True, slots=True)
class Variable:
    """A choice at the top of a board: label and values as (shown, value)."""

    name: str
    label: str
    choices: tuple[tuple[str, str], ...]
    several: bool = False


@dataclass(frozen=True, slots=True)
class Board:
    """One board. name: its short name, which makes the uid; time_from: the range it opens with."""

    site: str
    name: str
    title: str
    description: str
    timezone: str
    panels: tuple[Panel, ...]
    variables: tuple[Variable, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    time_from: str = "now-24h"
    time_to: str = "now"
    refresh: str = "1m"

    @property
    def uid(self) -> str:
        return board_uid(self.site, self.name)


def board_uid(site: str, name: str) -> str:
    """Fixed for ever: links, bookmarks and drift checks hang on it. Grafana allows 40 characters."""
    uid = f"gr-{site}-{name}"
    if len(uid) <= _UID_LENGTH:
        return uid
    return f"{uid[: _UID_LENGTH - 9]}-{hashlib.sha256(uid.encode()).hexdigest()[:8]}"


def source_uid(site: str) -> str:
    return board_uid(site, "influx")


def postgres_uid(site: str) -> str:
    return board_uid(site, "postgres")


def folder_uid(site: str) -> str:
    return board_uid(site, "folder")
