"""Every query of every board, annotation and alert rule on real servers, where they are named.

InfluxDB: GREENROOM_TEST_INFLUX_URL, _ORG, _TOKEN and _BUCKET. Grafana: GREENROOM_TEST_GRAFANA_URL, _USER and _PASSWORD; it reaches
InfluxDB at the same address. The buckets <bucket>_quarter and <bucket>_long must be there.
"""

import json
import os
import urllib.request
from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import quote, urlsplit

import pytest

from dashboards.alerts import rules_of
from dashboards.boards import boards_of, models_of
from dashboards.flux import Source
from dashboards.grafana import GrafanaApi
from dashboards.panels import Target
from dashboards.publish import Act, Influx, check, publish
from premises.quantities import ValueKind
from premises.reading import Flag, Reading, Value
from premises.site import Point
from premises.sitefile import example, load_site
from premises.time import floor_to, format_instant
from premises.told import BOOKING, EVENT, EVENT_KINDS, FIELDS, Tells, Told
from stores.opening import open_store

URL, ORG, TOKEN, BUCKET = (os.environ.get(f"GREENROOM_TEST_INFLUX_{name}", "") for name in ("URL", "ORG", "TOKEN", "BUCKET"))
GRAFANA, USER, PASSWORD = (os.environ.get(f"GREENROOM_TEST_GRAFANA_{name}", "") for name in ("URL", "USER", "PASSWORD"))
VALUES: dict[ValueKind, Value] = {ValueKind.NUMBER: 20.0, ValueKind.FLAG: True, ValueKind.TEXT: "ready"}
SITE = load_site(example("la-kolok"))
ZONE = "stage-1"
NOW = floor_to(datetime.now().astimezone(), timedelta(minutes=1))
needs_influx = pytest.mark.skipif(not (URL and TOKEN), reason="no InfluxDB named by GREENROOM_TEST_INFLUX_URL and _TOKEN")


def answer(flux: str) -> str:
    body = json.dumps({"query": flux, "type": "flux"}).encode()
    headers = {"Authorization": f"Token {TOKEN}", "Content-Type": "application/json", "Accept": "application/csv"}
    request = urllib.request.Request(f"{URL}/api/v2/query?org={quote(ORG)}", data=body, headers=headers)
    with urllib.request.urlopen(request, timeout=60) as response:
        return str(response.read().decode())


def rows(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith(",") and not line.startswith(",result")]


def told(at: datetime) -> Iterator[Told]:
    """One line of each measurement: a booking from call to wrap, an event of each kind, and the rest."""
    until = (at + timedelta(hours=1)).timestamp() * 1e6
    common: dict[str, float | str] = {"until_us": until}
    for name, fields in FIELDS.items():
        values: dict[str, float | str] = {field: "ready" if kind is ValueKind.TEXT else 1.0 for field, kind in fields.items()}
        tags = {"zone": ZONE} if name in ("plan", "booking", "ready") else {}
        if name == BOOKING:
            yield Told(name, at, values | common | {"status": "confirmed"}, tags | {"booking": "desk/1"})
        elif name == EVENT:
            yield from (Told(name, at, values | common, {"kind": kind, "zone": ZONE, "subject": "x"}) for kind in EVENT_KINDS)
        else:
            yield Told(name, at, values, tags | ({"device": "stage-1-air", "family": "f"} if name == "device" else {}))


@pytest.fixture(scope="module")
def written() -> None:
    """Thirty hours of every point, an exchanged meter, and what is told, on both sides of now."""
    parts = urlsplit(URL)
    store = open_store(f"influxdb://{parts.hostname}:{parts.port}/{ORG}?bucket={BUCKET}", [SITE], token=TOKEN)
    hours = [NOW - timedelta(minutes=30 * step) for step in range(60, -1, -1)]
    readings = [
        Reading(point.id, at, float(index) if point.quantity.counter else _value(point, index), at)
        for index, at in enumerate(hours)
        for point in SITE.points
    ]
    swap = Reading("grid/energy", NOW - timedelta(hours=2, minutes=1), 0.0, NOW, flags=frozenset({Flag.METER_SWAP}))
    store.write(SITE.id, [*readings, swap])
    assert isinstance(store, Tells)
    for hour in (-26, -3, 0, 1):
        at = NOW + timedelta(hours=hour) - timedelta(minutes=2)
        store.tell(SITE.id, list(told(at)))
    store.close()


def _value(point: Point, index: int) -> Value:
    """Flags that come and go, so that starts are counted; power and sun enough for their ratios."""
    kind = point.quantity.kind
    if kind is ValueKind.FLAG:
        return index % 2 == 0
    return {"W": 20_000.0, "W/m²": 500.0}.get(point.quantity.unit, VALUES[kind])


def filled(flux: str) -> str:
    """The query as Grafana sends it, for the day until now and the hours to come."""
    flux = flux.replace("v.timeRangeStart", format_instant(NOW - timedelta(hours=28))).replace("v.windowPeriod", "1h")
    return flux.replace("v.timeRangeStop", format_instant(NOW + timedelta(hours=2))).replace("${zone}", ZONE)


@pytest.mark.live
@pytest.mark.slow
@needs_influx
@pytest.mark.usefixtures("written")
def test_every_panel_and_every_annotation_is_answered_with_data() -> None:
    for board in boards_of(SITE, BUCKET):
        for panel in board.panels:
            for target in panel.targets:
                assert isinstance(target, Target)
                assert rows(answer(filled(target.flux))), (board.name, panel.title, target.flux)
        for mark in board.annotations:
            if "clock" not in mark.query or "r.kind" not in mark.query:
                assert rows(answer(filled(mark.query))), (board.name, mark.name, mark.query)


@pytest.mark.live
@needs_influx
@pytest.mark.usefixtures("written")
def test_every_alert_rule_asks_what_can_be_answered() -> None:
    found = {rule.key: rows(answer(rule.flux)) for rule in rules_of(Source(SITE, BUCKET))}
    assert found.pop("frost") == []  # nothing is near frost at 20 °C
    assert all(found.values()), [key for key, lines in found.items() if not lines]


def asked(body: dict[str, object]) -> dict[str, dict[str, object]]:
    request = urllib.request.Request(f"{GRAFANA}/api/ds/query", data=json.dumps(body).encode(), method="POST")
    password = urllib.request.HTTPPasswordMgrWithPriorAuth()
    password.add_password(None, GRAFANA, USER, PASSWORD, is_authenticated=True)
    request.add_header("Content-Type", "application/json")
    opener = urllib.request.build_opener(urllib.request.HTTPBasicAuthHandler(password))
    with opener.open(request, timeout=60) as response:
        results: dict[str, dict[str, object]] = json.loads(response.read())["results"]
        return results


@pytest.mark.live
@pytest.mark.slow
@needs_influx
@pytest.mark.skipif(not GRAFANA, reason="no Grafana named by GREENROOM_TEST_GRAFANA_URL")
@pytest.mark.usefixtures("written")
def test_a_real_grafana_takes_all_twice_without_change_and_answers_every_panel() -> None:
    grafana = GrafanaApi(GRAFANA, user=USER, password=PASSWORD)
    influx = Influx(URL, ORG, TOKEN, BUCKET)
    publish(grafana, SITE, influx)
    assert {outcome.act for outcome in publish(grafana, SITE, influx)} == {Act.UNCHANGED}
    assert {outcome.act for outcome in check(grafana, SITE, influx)} == {Act.UNCHANGED}
    span = {"from": str(int((NOW - timedelta(hours=28)).timestamp() * 1000)), "to": str(int(NOW.timestamp() * 1000) + 7_200_000)}
    for model in models_of(SITE, BUCKET):
        for panel in model["panels"]:
            queries = [
                {**target, "query": target["query"].replace("${zone}", ZONE), "intervalMs": 3_600_000, "maxDataPoints": 100}
                for target in panel["targets"]
            ]
            for ref, result in asked({**span, "queries": queries}).items():
                assert "error" not in result, (model["title"], panel["title"], ref, result)
                assert result["frames"], (model["title"], panel["title"], ref)
