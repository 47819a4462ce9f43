"""The JSON of boards and panels as Grafana 9.3 to 12 reads it (schema version 37: later Grafanas take it as it is)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboards.panels import (
    BLUE,
    GREY,
    ORANGE,
    PALETTE,
    SCHEMA_VERSION,
    WIDTH,
    Annotation,
    Board,
    Column,
    Json,
    Panel,
    Series,
    SqlTarget,
    Target,
    Variable,
    postgres_uid,
    source_uid,
)


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
        "annotations": {"list": [GRAFANAS_OWN, *(_annotation(one, source_uid(board.site)) for one in board.annotations)]},
        "fiscalYearStartMonth": 0,
        "liveNow": False,
        "weekStart": "monday",
        "links": list(links),
        "panels": _placed(board),
    }


GRAFANAS_OWN: Json = {
    "builtIn": 1,
    "datasource": {"type": "grafana", "uid": "-- Grafana --"},
    "enable": True,
    "hide": True,
    "iconColor": "rgba(0, 211, 255, 1)",
    "name": "Annotations & Alerts",
    "type": "dashboard",
}
"""What people note by hand in Grafana, and its own alerts: the front end adds it where a board lacks it."""


def _annotation(annotation: Annotation, source: str) -> Json:
    fields = ("time", "timeEnd", "title", "text", "tags")
    return {
        "name": annotation.name,
        "datasource": {"type": "influxdb", "uid": source},
        "enable": annotation.shown,
        "hide": False,
        "iconColor": annotation.colour,
        "target": {"refId": "Anno", "query": annotation.query},
        "mappings": {name: {"source": "field", "value": name} for name in fields},
    }


def _variable(variable: Variable) -> Json:
    if variable.several:
        return _chosen_several(variable)
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


def _chosen_several(variable: Variable) -> Json:
    everything: Json = {"text": "All", "value": "$__all", "selected": True}
    choices = [{"text": shown, "value": value, "selected": False} for shown, value in variable.choices]
    return {
        "name": variable.name,
        "label": variable.label,
        "type": "custom",
        "query": ",".join(f"{_escaped(shown)} : {value}" for shown, value in variable.choices),
        "options": [everything, *choices],
        "current": {"text": ["All"], "value": ["$__all"], "selected": True},
        "multi": True,
        "includeAll": True,
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
        placed.append(_panel(panel, number, board.site, {"x": x, "y": y, "w": panel.width, "h": panel.height}))
        x, row_height = x + panel.width, max(row_height, panel.height)
    return placed


def _panel(panel: Panel, number: int, site: str, place: Json) -> Json:
    source = {"type": "influxdb", "uid": source_uid(site)}
    targets: list[Json] = []
    for target in panel.targets:
        if isinstance(target, SqlTarget):
            source = {"type": "postgres", "uid": postgres_uid(site)}
            targets.append(
                {
                    "refId": target.ref,
                    "datasource": source,
                    "format": "table",
                    "rawQuery": True,
                    "rawSql": target.sql,
                    "editorMode": "code",
                }
            )
        else:
            targets.append({"refId": target.ref, "datasource": source, "query": target.flux})
    model: Json = {
        "id": number,
        "type": panel.kind,
        "title": panel.title,
        "description": panel.description,
        "gridPos": place,
        "datasource": source,
        "interval": panel.window,
        "targets": targets,
        "fieldConfig": {"defaults": _defaults(panel), "overrides": _overrides(panel)},
        "options": _options(panel),
    }
    if panel.span is not None:
        model |= {"timeFrom": panel.span, "hideTimeOverride": False}
    return model | ({"transformations": [_ordered(panel.columns)]} if panel.columns else {})


def _ordered(columns: Sequence[Column]) -> Json:
    return {
        "id": "organize",
        "options": {
            "excludeByName": {},
            "indexByName": {column.name: index for index, column in enumerate(columns)},
            "renameByName": {column.name: column.title for column in columns},
        },
    }


def _overrides(panel: Panel) -> list[Json]:
    named = {series.name for series in panel.series}
    labels = dict.fromkeys(label for t in panel.targets if isinstance(t, Target) for label in t.labels if label not in named)
    taken = {series.colour for series in panel.series}
    free = [colour for colour in PALETTE if colour not in taken] or list(PALETTE)
    drawn = panel.kind == "timeseries"
    # past the end of the palette colours come again, dashed
    coloured = [
        Series(label, free[index % len(free)], dashed=index >= len(free) and not panel.bars) for index, label in enumerate(labels)
    ]
    series = [*panel.series, *(coloured if drawn else ())]
    return [_override(one) for one in series] + [_column(column) for column in panel.columns]


def _column(column: Column) -> Json:
    properties: list[Json] = []
    if column.hidden:
        properties.append({"id": "custom.hidden", "value": True})
    if column.unit:
        properties.append({"id": "unit", "value": column.unit})
    if column.decimals is not None:
        properties.append({"id": "decimals", "value": column.decimals})
    if column.width:
        properties.append({"id": "custom.width", "value": column.width})
    if column.mappings:
        properties.append({"id": "mappings", "value": mapped(column.mappings)})
        properties.append({"id": "custom.displayMode", "value": "color-background"})
        properties.append({"id": "custom.align", "value": "left"})
    if column.link:
        properties.append({"id": "links", "value": [{"title": column.title, "url": column.link, "targetBlank": False}]})
    return {"matcher": {"id": "byName", "options": column.title}, "properties": properties}


def _defaults(panel: Panel) -> Json:
    steps = [{"value": value, "color": colour} for value, colour in panel.steps] or [{"value": None, "color": BLUE}]
    if panel.limit is not None:
        steps = [{"value": None, "color": "transparent"}, {"value": panel.limit, "color": ORANGE}]
    defaults: Json = {
        "unit": panel.unit,
        "noValue": panel.no_value,
        "thresholds": {"mode": "absolute", "steps": steps},
        "color": _colour(panel),
        "mappings": [*mapped(panel.mappings), *_nothing(panel)],
        "custom": _custom(panel),
    }
    optional = {"decimals": panel.decimals, "min": panel.low, "max": panel.high}
    return defaults | {name: value for name, value in optional.items() if value is not None}


def _colour(panel: Panel) -> Json:
    if panel.colour is not None:
        return {"mode": "fixed", "fixedColor": panel.colour}
    return {"mode": "thresholds" if panel.steps and panel.kind != "timeseries" else "palette-classic"}


def mapped(mappings: Mapping[str, tuple[str, str]]) -> list[Json]:
    """Values shown as words, each with its colour."""
    if not mappings:
        return []
    options = {
        value: {"text": text, "color": colour, "index": index} for index, (value, (text, colour)) in enumerate(mappings.items())
    }
    return [{"type": "value", "options": options}]


def _nothing(panel: Panel) -> list[Json]:
    """A single value that is not there is grey: Grafana would give it the lowest step's colour, which may mean all is well."""
    if panel.kind not in ("stat", "bargauge"):
        return []
    result = {"text": panel.no_value, "color": GREY, "index": len(panel.mappings)}
    return [{"type": "special", "options": {"match": "null+nan", "result": result}}]


def _custom(panel: Panel) -> Json:
    if panel.kind == "timeseries":
        custom: Json = {
            "drawStyle": "bars" if panel.bars else "line",
            "lineWidth": 1 if panel.bars else 2,
            "fillOpacity": 70 if panel.bars else 12 if panel.stacked else 0,
            # windows may be narrower than the points are apart: a longer gap stays one, nothing is drawn over it
            "spanNulls": False if panel.bars else panel.bridge_min * 60_000,
            "showPoints": "never" if panel.bars else "auto",
            "pointSize": 4,
            "stacking": {"mode": "normal" if panel.stacked else "none", "group": "A"},
        }
        reach = panel.soft_high if panel.limit is None else panel.limit
        if reach is not None:
            custom["axisSoftMax"] = reach  # a limit that is far above what was used is seen all the same
        return custom | ({"thresholdsStyle": {"mode": "line"}} if panel.steps or panel.limit is not None else {})
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
    if series.below:
        properties.append({"id": "custom.transform", "value": "negative-Y"})
    if series.line:
        properties.append({"id": "custom.drawStyle", "value": "line"})
        properties.append({"id": "custom.fillOpacity", "value": 0})
        properties.append({"id": "custom.lineWidth", "value": 2})
        properties.append({"id": "custom.showPoints", "value": "always"})
        properties.append({"id": "custom.stacking", "value": {"mode": "none", "group": "B"}})
    matcher = "byRegexp" if series.regex else "byName"
    return {"matcher": {"id": matcher, "options": series.name}, "properties": properties}


def _options(panel: Panel) -> Json:
    if panel.kind == "timeseries":
        return {
            "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True, "calcs": []},
            "tooltip": {"mode": "multi", "sort": "none"},
        }
    if panel.kind == "stat":
        return {
            "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
            "colorMode": "value",
            "graphMode": "none",
            "justifyMode": "auto",
            "orientation": "auto",
            "textMode": "auto",
            **({} if panel.text_px is None else {"text": {"titleSize": panel.text_px[0], "valueSize": panel.text_px[1]}}),
        }
    if panel.kind == "bargauge":
        return {
            "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
            "orientation": "horizontal",
            "displayMode": "basic",
            "showUnfilled": True,
        }
    if panel.kind == "state-timeline":
        return {
            "showValue": "auto",
            "rowHeight": 0.8,
            "alignValue": "left",
            "mergeValues": True,
            "legend": {"displayMode": "list", "placement": "bottom", "showLegend": bool(panel.mappings)},
            "tooltip": {"mode": "single", "sort": "none"},
        }
    return {"showHeader": True, "cellHeight": "sm", "footer": {"show": False, "reducer": ["sum"], "fields": ""}}
