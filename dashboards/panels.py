"""Boards and panels as plain values, and the JSON that Grafana 9.3 to 12 reads."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
SCHEMA_VERSION = 37
_UID_LENGTH = 40
WIDTH = 24

# Okabe and Ito's colours: told apart by colour-blind people, and in grey
BLUE, ORANGE, GREEN, YELLOW, SKY, RED, PURPLE = "#0072B2", "#E69F00", "#009E73", "#F0E442", "#56B4E9", "#D55E00", "#CC79A7"


@dataclass(frozen=True, slots=True)
class Target:
    """One query of a panel, in Flux. ref: the letter by which Grafana names it."""

    flux: str
    ref: str = "A"


@dataclass(frozen=True, slots=True)
class Series:
    """How the series of one name (or of a regular expression) is drawn, where it differs from the panel's default."""

    name: str
    colour: str | None = None
    unit: str | None = None
    dashed: bool = False
    fill: int | None = None
    right_axis: bool = False
    regex: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel. kind: timeseries, stat, table, state-timeline, bargauge. unit: Grafana's unit id. steps: (from value, colour).

    height and width are in grid units (24 to a row); the board places the panels one after another.
    """

    title: str
    description: str
    kind: str
    unit: str
    targets: tuple[Target, ...]
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
    repeat: str | None = None


@dataclass(frozen=True, slots=True)
class Variable:
    """A choice at the top of a board: label and values as (shown, value)."""

    name: str
    label: str
    choices: tuple[tuple[str, str], ...]


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


def folder_uid(site: str) -> str:
    return board_uid(site, "folder")


def board_json(board: Board, links: Sequence[Json] = ()) -> Json:
    """The dashboard model, without `id` and `version`, which are Grafana's own."""
    return {
        "uid": board.uid,
        "title": board.title,
        "description": board.description,
        "tags": ["greenroom", board.site, f"greenroom:{board.name}"],
        "timezone": board.timezone,
        "schemaVersion": SCHEMA_VERSION,
        "editable": True,
        "graphTooltip": 1,
        "refresh": board.refresh,
        "time": {"from": board.time_from, "to": board.time_to},
        "templating": {"list": [_variable(variable) for variable in board.variables]},
        "annotations": {"list": []},
        "links": list(links),
        "panels": _placed(board),
    }


def _variable(variable: Variable) -> Json:
    options = [{"text": shown, "value": value, "selected": index == 0} for index, (shown, value) in enumerate(variable.choices)]
    return {
        "name": variable.name,
        "label": variable.label,
        "type": "custom",
        "query": ",".join(f"{_escaped(shown)} : {value}" for shown, value in variable.choices),
        "options": options,
        "current": {"text": variable.choices[0][0], "value": variable.choices[0][1], "selected": True},
        "multi": False,
        "includeAll": False,
        "hide": 0,
        "skipUrlSync": False,
    }


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(",", "\\,")


def _placed(board: Board) -> list[Json]:
    placed, x, y, row_height = [], 0, 0, 0
    for number, panel in enumerate(board.panels, start=1):
        if x + panel.width > WIDTH:
            x, y, row_height = 0, y + row_height, 0
        placed.append(_panel(panel, number, source_uid(board.site), {"x": x, "y": y, "w": panel.width, "h": panel.height}))
        x, row_height = x + panel.width, max(row_height, panel.height)
    return placed


def _panel(panel: Panel, number: int, source: str, place: Json) -> Json:
    datasource = {"type": "influxdb", "uid": source}
    return {
        "id": number,
        "type": panel.kind,
        "title": panel.title,
        "description": panel.description,
        "gridPos": place,
        "datasource": datasource,
        "targets": [{"refId": target.ref, "datasource": datasource, "query": target.flux} for target in panel.targets],
        "fieldConfig": {"defaults": _defaults(panel), "overrides": [_override(series) for series in panel.series]},
        "options": _options(panel),
    }


def _defaults(panel: Panel) -> Json:
    steps = [{"value": value, "color": colour} for value, colour in panel.steps] or [{"value": None, "color": BLUE}]
    defaults: Json = {
        "unit": panel.unit,
        "noValue": panel.no_value,
        "thresholds": {"mode": "absolute", "steps": steps},
        "color": {"mode": "thresholds" if panel.steps and panel.kind != "timeseries" else "palette-classic"},
        "mappings": _mappings(panel),
        "custom": _custom(panel),
    }
    optional = {"decimals": panel.decimals, "min": panel.low, "max": panel.high}
    return defaults | {name: value for name, value in optional.items() if value is not None}


def _mappings(panel: Panel) -> list[Json]:
    if not panel.mappings:
        return []
    options = {
        value: {"text": text, "color": colour, "index": index}
        for index, (value, (text, colour)) in enumerate(panel.mappings.items())
    }
    return [{"type": "value", "options": options}]


def _custom(panel: Panel) -> Json:
    if panel.kind == "timeseries":
        # a gap is a gap: nothing is drawn over it
        return {
            "drawStyle": "line",
            "lineWidth": 2,
            "fillOpacity": 12 if panel.stacked else 0,
            "spanNulls": False,
            "showPoints": "never",
            "stacking": {"mode": "normal" if panel.stacked else "none", "group": "A"},
        }
    return {"fillOpacity": 80, "lineWidth": 0} if panel.kind == "state-timeline" else {}


def _override(series: Series) -> Json:
    properties: list[Json] = []
    if series.colour:
        properties.append({"id": "color", "value": {"mode": "fixed", "fixedColor": series.colour}})
    if series.unit:
        properties.append({"id": "unit", "value": series.unit})
    if series.dashed:
        properties.append({"id": "custom.lineStyle", "value": {"fill": "dash", "dash": [8, 6]}})
    if series.fill is not None:
        properties.append({"id": "custom.fillOpacity", "value": series.fill})
    if series.right_axis:
        properties.append({"id": "custom.axisPlacement", "value": "right"})
    matcher = "byRegexp" if series.regex else "byName"
    return {"matcher": {"id": matcher, "options": series.name}, "properties": properties}


def _options(panel: Panel) -> Json:
    if panel.kind == "timeseries":
        return {"legend": {"displayMode": "list", "placement": "bottom", "calcs": []}, "tooltip": {"mode": "multi", "sort": "none"}}
    if panel.kind == "stat":
        return {
            "reduceOptions": {"calcs": ["lastNotNull"], "values": False},
            "colorMode": "value",
            "graphMode": "area",
            "textMode": "auto",
        }
    if panel.kind == "bargauge":
        return {"reduceOptions": {"calcs": ["lastNotNull"], "values": False}, "orientation": "horizontal", "displayMode": "basic"}
    if panel.kind == "state-timeline":
        return {
            "showValue": "auto",
            "rowHeight": 0.8,
            "mergeValues": True,
            "legend": {"displayMode": "list", "placement": "bottom"},
        }
    return {"showHeader": True, "cellHeight": "sm"}
