"""Every query of every board on a real InfluxDB 2, where GREENROOM_TEST_INFLUX_URL, _ORG, _TOKEN and _BUCKET name one."""

import json
import os
import urllib.request
from datetime import timedelta
from urllib.parse import quote, urlsplit

import pytest

from dashboards.boards import boards_of
from premises.quantities import ValueKind
from premises.reading import Reading, Value
from premises.sitefile import example, load_site
from premises.time import format_instant, parse_instant
from stores.opening import open_store

URL, ORG, TOKEN, BUCKET = (os.environ.get(f"GREENROOM_TEST_INFLUX_{name}", "") for name in ("URL", "ORG", "TOKEN", "BUCKET"))
START = parse_instant("2025-03-03T00:00:00Z")
VALUES: dict[ValueKind, Value] = {ValueKind.NUMBER: 20.0, ValueKind.FLAG: True, ValueKind.TEXT: "ready"}
SITE = load_site(example("la-kolok"))


def answer(flux: str) -> str:
    body = json.dumps({"query": flux, "type": "flux"}).encode()
    headers = {"Authorization": f"Token {TOKEN}", "Content-Type": "application/json", "Accept": "application/csv"}
    request = urllib.request.Request(f"{URL}/api/v2/query?org={quote(ORG)}", data=body, headers=headers)
    with urllib.request.urlopen(request, timeout=30) as response:
        return str(response.read().decode())


@pytest.mark.live
@pytest.mark.skipif(not (URL and TOKEN), reason="no InfluxDB named by GREENROOM_TEST_INFLUX_URL and _TOKEN")
def test_every_panel_is_answered_with_data() -> None:
    parts = urlsplit(URL)
    store = open_store(f"influxdb://{parts.hostname}:{parts.port}/{ORG}?bucket={BUCKET}", [SITE], token=TOKEN)
    hours = [START + timedelta(hours=hour) for hour in range(30)]
    readings = [
        Reading(point.id, at, float(index) if point.quantity.counter else VALUES[point.quantity.kind], at)
        for index, at in enumerate(hours)
        for point in SITE.points
    ]
    store.write(SITE.id, readings)
    store.close()
    now = hours[-1]
    for board in boards_of(SITE, BUCKET):
        for panel in board.panels:
            for target in panel.targets:
                flux = target.flux.replace("v.timeRangeStart", format_instant(START)).replace("v.windowPeriod", "1h")
                flux = flux.replace("v.timeRangeStop", format_instant(now)).replace("${zone}", "stage-1")
                early = format_instant(now - timedelta(minutes=20))
                flux = flux.replace(
                    "start: -20m, stop: now()", f"start: {early}, stop: {format_instant(now + timedelta(seconds=1))}"
                )
                rows = [line for line in answer(flux).splitlines() if line.startswith(",") and not line.startswith(",result")]
                assert rows, (board.name, panel.title, flux)
