"""Every alert rule on a real Grafana: what is wrong is told, the rule fires, its words arrive at a webhook, and it clears again.

Needs the servers of test_live.py. Rules wait for ten seconds here instead of minutes, and are looked at every ten.
"""

import base64
import json
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from dashboards.alerts import GROUP, rule_models
from dashboards.grafana import GrafanaApi
from dashboards.panels import folder_uid
from dashboards.publish import Influx, Wish, publish
from premises.ports import TelemetryStore
from premises.reading import Reading
from premises.site import Site
from premises.sitefile import example, load_site
from premises.told import Tells, Told
from stores.opening import open_store
from tests.dashboards.test_live import BUCKET, GRAFANA, ORG, PASSWORD, TOKEN, URL, USER, needs_influx

PATIENCE_S = 240
FIRES = ("not-ready", "cold", "frost", "performance-heat-pump", "stale", "unbalanced", "broker", "waiting")
"""All but `silent`, whose cause is that nothing is told for ten minutes."""

Alerts = dict[tuple[str, str], dict[str, Any]]


def call(method: str, path: str, body: object = None) -> Any:
    secret = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    headers = {"Authorization": f"Basic {secret}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(f"{GRAFANA}{path}", data, headers, method=method), timeout=30) as response:
        answer = response.read()
        return json.loads(answer) if answer else None


@contextmanager
def sink(arrived: Alerts) -> Iterator[str]:
    """A webhook on loopback that keeps what arrives by (title, status)."""

    class Sink(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
            pass

        def do_POST(self) -> None:
            for alert in json.loads(self.rfile.read(int(self.headers["Content-Length"])))["alerts"]:
                arrived[alert["labels"]["alertname"], alert["status"]] = alert
            self.send_response(200)
            self.end_headers()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Sink)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()


@contextmanager
def routed(url: str, site: Site) -> Iterator[None]:
    """A contact point at the sink, and a policy that takes this site's alerts there; both gone afterwards."""
    before = call("GET", "/api/v1/provisioning/policies")
    name = f"sink of {site.id}"
    settings = {"url": url, "httpMethod": "POST"}
    point = call("POST", "/api/v1/provisioning/contact-points", {"name": name, "type": "webhook", "settings": settings})
    quick = {"group_wait": "1s", "group_interval": "5s", "repeat_interval": "4h", "group_by": ["..."]}
    route = {"receiver": name, "object_matchers": [["greenroom", "=", "true"], ["site", "=", site.id]], **quick}
    call("PUT", "/api/v1/provisioning/policies", {**before, "routes": [route]})
    try:
        yield
    finally:
        call("PUT", "/api/v1/provisioning/policies", {"routes": [], **before})
        call("DELETE", f"/api/v1/provisioning/contact-points/{point['uid']}")


def hurried(site: Site) -> None:
    folder = folder_uid(site.id)
    for rule in call("GET", f"/api/v1/provisioning/folder/{folder}/rule-groups/{GROUP}")["rules"]:
        call("PUT", f"/api/v1/provisioning/alert-rules/{rule['uid']}", {**rule, "for": "10s"})
    call("PUT", f"/api/v1/provisioning/folder/{folder}/rule-groups/{GROUP}", {"interval": 10})


def tell(store: TelemetryStore, site: Site, wrong: bool, now: datetime) -> None:
    """One look at premises where all is well, or where everything is wrong at once."""
    assert isinstance(store, Tells)
    zones = [zone for zone in site.zones if zone.heating_plant]
    for zone in zones:
        bad = wrong and zone is zones[1]
        fields = {"risk": 3.0 if bad else 0.0, "hours_to_call": 6.0, "short_k": 2.0 if bad else 0.0, "mass_c": 18.0}
        store.tell(site.id, [Told("ready", now, fields, {"zone": zone.id})])
    well = 0.0 if wrong else 1.0
    store.tell(site.id, [Told("itself", now, {"balanced": well, "connected": well, "in_flight": 0.0, "alarms": 0.0}, {})])
    tags = {"device": site.devices[0].id, "family": "f", "zone": "x"}
    store.tell(site.id, [Told("device", now, {"stale": 1.0 - well, "age_s": 10.0}, tags)])
    air = next(point for point in site.points_of(zones[1].id, "air_temperature"))
    readings = {"greenroom/oldest_unsent": 900.0 * (1.0 - well), air.id: 6.0 if wrong else 20.0}
    store.write(site.id, [Reading(point, now, value, now) for point, value in readings.items()])


def tell_plant(store: TelemetryStore, site: Site, heat_w: float, now: datetime) -> None:
    """More than six hours of running, the same instants each time so that the newer telling replaces the older."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    at = [hour - timedelta(minutes=5 * step) for step in range(80)]
    values = {"heat-pump/heat_power": heat_w, "heat-pump/power": 30_000.0}
    store.write(site.id, [Reading(point, instant, value, now) for point, value in values.items() for instant in at])


@pytest.mark.live
@pytest.mark.slow
@needs_influx
@pytest.mark.timeout(900)
@pytest.mark.skipif(not GRAFANA, reason="no Grafana named by GREENROOM_TEST_GRAFANA_URL")
def test_what_is_wrong_fires_arrives_in_words_and_clears(tmp_path: Path) -> None:
    file = tmp_path / "fired.yaml"
    text = example("la-kolok").read_text()
    file.write_text(text.replace("id: la-kolok", "id: fired", 1).replace("name: La Kolok", "name: Fired", 1))
    site = load_site(file)
    parts = urlsplit(URL)
    store = open_store(f"influxdb://{parts.hostname}:{parts.port}/{ORG}?bucket={BUCKET}", [site], token=TOKEN)
    models = {model["uid"].removeprefix(f"gr-{site.id}-alert-"): model for model in rule_models(site, BUCKET, "en")}
    titles = {key: models[key]["title"] for key in FIRES}
    arrived: Alerts = {}
    publish(GrafanaApi(GRAFANA, user=USER, password=PASSWORD), site, Influx(URL, ORG, TOKEN, BUCKET), Wish(language="en"))
    hurried(site)
    with sink(arrived) as url, routed(url, site):
        for status, wrong in (("firing", True), ("resolved", False)):
            tell_plant(store, site, 40_000.0 if wrong else 120_000.0, datetime.now(UTC))
            until = time.monotonic() + PATIENCE_S
            while any((title, status) not in arrived for title in titles.values()):
                missing = [key for key, title in titles.items() if (title, status) not in arrived]
                assert time.monotonic() < until, (status, "never arrived:", missing)
                tell(store, site, wrong, datetime.now(UTC))
                time.sleep(3)
    store.close()
    call("DELETE", f"/api/folders/{folder_uid(site.id)}?forceDeleteRules=true")
    called = arrived[titles["not-ready"], "firing"]
    zone = [zone for zone in site.zones if zone.heating_plant][1]
    assert called["annotations"]["summary"] == f"{zone.name} will not be ready at its next call (6 h ahead)."
    assert called["annotations"]["description"].startswith("Open the zone's board")
    assert called["annotations"]["board"].endswith(f"/d/gr-fired-stage?var-zone={zone.id}")
    assert called["labels"]["severity"] == "critical"
    assert "900 s" in arrived[titles["waiting"], "firing"]["annotations"]["summary"]
    assert "1.3 kWh of heat per kWh" in arrived[titles["performance-heat-pump"], "firing"]["annotations"]["summary"]
