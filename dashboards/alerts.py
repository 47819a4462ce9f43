"""Alert rules as code, for Grafana's own alerting: the same rules by its provisioning API and as a provisioning file.

They stand on what Greenroom tells and on readings themselves, so that frost and silence are seen also when Greenroom stands still.
Contact points and notification policies are the owner's: route by the labels `greenroom`, `site` and `severity`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from dashboards.flux import Source, of_measurement, one, text
from dashboards.panels import Json, board_uid, folder_uid, source_uid
from dashboards.pick import one as point_of
from dashboards.words import Words, words_of
from premises.site import GREENROOM, Point, Site, Zone
from premises.told import DEVICE, ITSELF, READY
from premises.wide import MEASUREMENT

GROUP = "greenroom"
EXPRESSION = "__expr__"
FROST_NEAR_K = 0.5
COLD_K = 1.0
POOR_COP = 2.0
STORE_LATE_S = 300.0


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. key: names it for ever; flux: one table per thing watched, its newest value last; fires: a condition on `$B`.

    shown: what the sentence fills in, by placeholder, as Grafana's templates. silent: state where there is no data.
    beside: a second query on the same tables, of which the newest value is `$E`: told, but nothing hangs on it.
    """

    key: str
    flux: str
    fires: str
    severity: str
    wait: str = "5m"
    look_back_s: int = 1800
    silent: str = "OK"
    board: str = "overview"
    beside: str = ""
    shown: dict[str, str] = field(default_factory=dict)

    def uid(self, site: str) -> str:
        return board_uid(site, f"alert-{self.key}")


_VALUE = '{{ printf "%.1f" $values.B.Value }}'
_WHOLE = '{{ printf "%.0f" $values.B.Value }}'
_HOURS = '{{ if $values.E }}{{ printf "%.0f" $values.E.Value }}{{ else }}?{{ end }}'
_ZONE = "{{ $labels.zone }}"
_LINK = "{{{{ externalURL }}}}d/{uid}?var-zone={{{{ $labels.zone_id }}}}"


def rules_of(source: Source) -> list[Rule]:
    """The rules that this site has points for."""
    zones = [zone for zone in source.site.zones if zone.heating_plant is not None]
    return [*(_of_zones(source, zones) if zones else ()), *_of_plants(source), *_of_devices(source), *_of_the_house(source)]


def _of_zones(source: Source, zones: list[Zone]) -> list[Rule]:
    shown = {"zone": _ZONE, "value": _VALUE}
    named = _named("r.zone", {zone.id: zone.name for zone in zones})
    frost = {zone.id: zone.frost_c + FROST_NEAR_K for zone in zones}
    airs = [point for zone in zones if (point := point_of(source.site, zone.id, "air_temperature")) is not None]
    rules = [
        # told with each plan, so hours before the call; the hours until then stand in the text
        Rule(
            "not-ready",
            f"{_last(source, READY, 'risk')}{named}",
            "$B >= 2",
            "critical",
            board="stage",
            beside=f"{_last(source, READY, 'hours_to_call')}{named}",
            shown={"zone": _ZONE, "call": _HOURS},
        ),
        Rule("cold", f"{_last(source, READY, 'short_k')}{named}", f"$B > {COLD_K}", "critical", "10m", board="stage", shown=shown),
    ]
    if airs:
        air = _readings(source, airs)
        limits = " ".join(f"if r.zone == {text(zone)} then {limit!r} else" for zone, limit in frost.items())
        near = f"  |> map(fn: (r) => ({{r with near: {limits} 0.0}}))\n  |> filter(fn: (r) => r._value <= r.near)\n"
        rules.append(Rule("frost", f"{air}{near}{named}", "$B < 100", "critical", board="stage", shown=shown))
    return rules


def _of_plants(source: Source) -> list[Rule]:
    """Performance over the last six hours of running, of plants that tell heat and electricity."""
    rules = []
    for plant in source.site.plants:
        heat, taken = point_of(source.site, plant.id, "heat_power"), point_of(source.site, plant.id, "power")
        if heat is None or taken is None or not plant.cop_points:
            continue
        flux = (
            f"{_readings(source, [heat, taken], '-6h')}"
            f'  |> map(fn: (r) => ({{_time: r._time, _value: r._value, which: if {one(heat)} then "heat" else "power"}}))\n'
            '  |> group(columns: ["which"])\n  |> aggregateWindow(every: 15m, fn: mean, createEmpty: false)\n'
            '  |> group()\n  |> pivot(rowKey: ["_time"], columnKey: ["which"], valueColumn: "_value")\n'
            f"  |> filter(fn: (r) => exists r.heat and exists r.power and r.power > {max(500.0, 0.02 * plant.heat_power_w):.1f})\n"
            "  |> reduce(identity: {heat: 0.0, power: 0.0, n: 0}, fn: (r, accumulator) => "
            "({heat: accumulator.heat + r.heat, power: accumulator.power + r.power, n: accumulator.n + 1}))\n"
            "  |> filter(fn: (r) => r.n >= 4)\n"
            f"  |> map(fn: (r) => ({{_time: now(), _value: r.heat / r.power, plant: {text(plant.name)}}}))\n"
            '  |> group(columns: ["plant"])'
        )
        shown = {"plant": "{{ $labels.plant }}", "value": _VALUE}
        key = f"performance-{plant.id}"
        rules.append(Rule(key, flux, f"$B < {POOR_COP}", "warning", "1h", 21_600, board="plant", shown=shown))
    return rules


def _of_devices(source: Source) -> list[Rule]:
    kept = '  |> keep(columns: ["_time", "_value", "device"])\n  |> group(columns: ["device"])'
    flux = f"{_last(source, DEVICE, 'stale', '-35m')}{kept}"
    return [Rule("stale", flux, "$B > 0.5", "warning", "15m", 2400, board="devices", shown={"device": "{{ $labels.device }}"})]


def _of_the_house(source: Source) -> list[Rule]:
    site = source.site
    bare = '  |> keep(columns: ["_time", "_value"])'
    oldest = _readings(source, [site.point(f"{GREENROOM}/oldest_unsent")], "-15m")
    balanced, connected = (f"{_last(source, ITSELF, name, '-10m')}{bare}" for name in ("balanced", "connected"))
    told = f"{_last(source, ITSELF, 'alarms', '-10m')}{bare}"
    return [
        Rule("unbalanced", balanced, "$B < 0.5", "critical", "10m", board="intake"),
        Rule("broker", connected, "$B < 0.5", "critical", board="intake"),
        Rule("waiting", f"{oldest}{bare}", f"$B > {STORE_LATE_S}", "warning", board="intake", shown={"value": _WHOLE}),
        # silence itself is the alarm: no data for ten minutes
        Rule("silent", told, "$B < 0", "critical", silent="Alerting", board="intake"),
    ]


def _last(source: Source, measurement: str, name: str, since: str = "-30m") -> str:
    return f"{of_measurement(source, measurement, since, 'now()')}\n  |> filter(fn: (r) => r._field == {text(name)})\n  |> last()\n"


def _readings(source: Source, points: list[Point], since: str = "-1h") -> str:
    conditions = " or ".join(one(point) for point in points)
    last = "  |> last()\n" if since in ("-1h", "-15m") else ""
    return f"{of_measurement(source, MEASUREMENT, since, 'now()')}\n  |> filter(fn: (r) => {conditions})\n{last}"


def _named(tag: str, names: dict[str, str]) -> str:
    """One table per zone, labelled with its name, and with its id for the link to its board."""
    choice = " ".join(f"if {tag} == {text(key)} then {text(name)} else" for key, name in names.items())
    columns = f"{{_time: r._time, _value: r._value, zone: {choice} {tag}, zone_id: {tag}}}"
    return f'  |> map(fn: (r) => ({columns}))\n  |> group(columns: ["zone", "zone_id"])'


def rule_models(site: Site, bucket: str, language: str | None = None) -> list[Json]:
    """The rules as the provisioning API takes them (`/api/v1/provisioning/alert-rules`), without Grafana's own ids."""
    say = words_of(site, language)
    return [_model(site, rule, say) for rule in rules_of(Source(site, bucket))]


def _model(site: Site, rule: Rule, say: Words) -> Json:
    uid, word = rule.uid(site.id), rule.key.split("-")[0] if rule.key.startswith("performance") else rule.key.replace("-", "_")
    return {
        "uid": uid,
        "orgID": 1,
        "folderUID": folder_uid(site.id),
        "ruleGroup": GROUP,
        "title": f"{site.name} · {say(f'alert.{word}')}" + (f" · {rule.key.partition('-')[2]}" if word == "performance" else ""),
        "condition": "C",
        "data": [
            _query(site, rule, "A", rule.flux),
            _newest("B", "A"),
            _expression("C", {"type": "math", "expression": rule.fires}),
            *((_query(site, rule, "D", rule.beside), _newest("E", "D")) if rule.beside else ()),
        ],
        "noDataState": rule.silent,
        "execErrState": "Error",
        "for": rule.wait,
        "annotations": {
            "summary": say(f"alert.{word}_about", **rule.shown),
            "description": say(f"alert.{word}_do"),
            "__dashboardUid__": board_uid(site.id, rule.board),
            "__panelId__": "1",
            # Grafana's own link opens the board with the first zone; this one opens it with the zone it is about
            **({"board": _LINK.format(uid=board_uid(site.id, rule.board))} if _ZONE in rule.shown.values() else {}),
        },
        "labels": {"greenroom": "true", "site": site.id, "severity": rule.severity},
    }


def _newest(ref: str, of: str) -> Json:
    return _expression(ref, {"type": "reduce", "expression": of, "reducer": "last", "settings": {"mode": "dropNN"}})


def _query(site: Site, rule: Rule, ref: str, flux: str) -> Json:
    uid = source_uid(site.id)
    return {
        "refId": ref,
        "queryType": "",
        "relativeTimeRange": {"from": rule.look_back_s, "to": 0},
        "datasourceUid": uid,
        "model": {
            "refId": ref,
            "datasource": {"type": "influxdb", "uid": uid},
            "query": flux,
            "intervalMs": 60_000,
            "maxDataPoints": 43_200,
        },
    }


def _expression(ref: str, model: Json) -> Json:
    return {
        "refId": ref,
        "queryType": "",
        "relativeTimeRange": {"from": 0, "to": 0},
        "datasourceUid": EXPRESSION,
        "model": {
            "refId": ref,
            "datasource": {"type": EXPRESSION, "uid": EXPRESSION},
            "intervalMs": 1000,
            "maxDataPoints": 43_200,
            **model,
        },
    }
