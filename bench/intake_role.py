"""`greenroom run` itself, as one process, against real servers, killed again and again under load: what is stored in the end?

    python -m bench.intake_role --store influx [--kills 10] [--rate 500] [--seed 1]
    python -m bench.intake_role --store duckdb

influx: `--role intake`, on a shared subscription of a real Mosquitto, into a bucket of its own in the InfluxDB that
GREENROOM_TEST_INFLUX_URL, _ORG and _TOKEN name. duckdb: a whole house, as an embedded store has one owner; a worker on it refuses.
Every message that the broker acknowledged to the publisher must be one reading, at its instant and with its value; exit status 1
where one is missing, another, or not of the publisher.
"""

from __future__ import annotations

import argparse
import os
import random
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from premises.sitefile import load_site
from premises.time import Interval
from stores.influx_client import InfluxServer
from stores.influx_setup import setup_influx
from stores.journal import SqliteJournal
from stores.opening import open_store
from stores.retention import Retention
from tests.ingest_wire.crash import Publisher
from tests.ingest_wire.fakes import NOON
from tests.mosquitto import Mosquitto

SITE_FILE = """\
id: house
name: House
owner: House
country: FR
timezone: Europe/Paris
latitude: 48.8
longitude: 2.4
languages: [en]
floor_area_m2: 100
energy_area_m2: 90
zones:
  - {id: hall, name: Hall, use: office, area_m2: 100, height_m: 3}
devices:
  - id: sensor
    family: mapped
    topic: t/sensor
    zone: hall
    options:
      temperature: " | air | °C"
      time: "t"
    measures:
      - air_temperature
"""
POINT = "hall/air_temperature"
PATIENCE_S = 60.0


@contextmanager
def influx_of_our_own() -> Iterator[tuple[str, str]]:
    """(store URL, token) of a fresh organisation, deleted afterwards."""
    url, operator = os.environ["GREENROOM_TEST_INFLUX_URL"], os.environ["GREENROOM_TEST_INFLUX_TOKEN"]
    organisation = f"bench-{secrets.token_hex(4)}"
    made = setup_influx(url, organisation, "greenroom", operator, retention=Retention(raw=None))
    try:
        yield f"influxdb://{url.removeprefix('http://')}/{organisation}?bucket=greenroom", made.token or ""
    finally:
        owner = InfluxServer(url, organisation, operator)
        (ours,) = [one for one in owner.json("GET", "/api/v2/orgs", {"limit": "100"})["orgs"] if one["name"] == organisation]
        owner.json("DELETE", f"/api/v2/orgs/{ours['id']}")


class Process:
    """`greenroom run`, started as a person would."""

    def __init__(self, arguments: list[str], environment: Mapping[str, str], log: Path) -> None:
        self._arguments, self._environment, self._log = arguments, environment, log
        self._running: subprocess.Popen[bytes] | None = None
        self._ready = 0

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._running = subprocess.Popen(
                [sys.executable, "-m", "greenroom", "run", *self._arguments], env=dict(self._environment), stdout=log, stderr=log
            )

    def wait_until_ready(self) -> None:
        """It has said so once more than before."""
        until = time.monotonic() + PATIENCE_S
        while self._said() <= self._ready:
            assert time.monotonic() < until, self._log.read_text(errors="replace")[-2000:]
            time.sleep(0.1)
        self._ready = self._said()

    def _said(self) -> int:
        told = self._log.read_text(errors="replace") if self._log.exists() else ""
        return told.count(" runs; page and API on ") + told.count(" shares crew")

    def end(self, how: signal.Signals) -> int:
        assert self._running is not None
        self._running.send_signal(how)
        return self._running.wait(60)


def ordeal(store: str, kills: int, rate: float, seed: int, folder: Path, token: str = "") -> bool:
    """Kill and start again under load, let it finish, compare. Whether all is there once and right."""
    dice = random.Random(seed)
    site, data = folder / "house.yaml", folder / "data"
    site.write_text(SITE_FILE, encoding="utf-8")
    (folder / "broker").mkdir()
    broker = Mosquitto(folder / "broker")
    broker.start()
    environment = os.environ | {"GREENROOM_SOLVER": "false", "PYTHONPATH": str(Path.cwd())}
    arguments = [str(site), "--data", str(data), "--broker", broker.url, "--port", "0"]
    if token:
        environment |= {"GREENROOM_INFLUX_TOKEN": token, "GREENROOM_BROKER_SHARE": "crew", "GREENROOM_CLIENT_ID": "intake-2"}
        arguments += ["--role", "intake", "--store", store, "--books", f"sqlite:///{folder / 'books.sqlite3'}"]
    process = Process(arguments, environment, folder / "log")
    process.start()
    process.wait_until_ready()  # its session is there: what comes from now on waits for it while it is dead
    publisher = Publisher(broker.port, rate)
    publisher.start()
    try:
        for turn in range(kills):
            if turn and dice.random() < 0.7:  # else it is killed while it starts
                process.wait_until_ready()
            time.sleep(dice.uniform(0.2, 3.0))
            process.end(signal.SIGKILL)
            process.start()
    finally:
        publisher.stop()
    settled = _settled(data / "journal.sqlite3", len(publisher.acknowledged))
    process.end(signal.SIGTERM)
    broker.stop()
    return _compare(store, token, site, publisher, settled)


def _settled(path: Path, least: int) -> Mapping[str, int]:
    """The journal's counts once all that was acknowledged is received and stored, or after a long patience."""
    until = time.monotonic() + PATIENCE_S
    counts: Mapping[str, int] = {}
    while time.monotonic() < until:
        time.sleep(0.5)
        if path.exists():
            counts = _counts(path)
            if counts["received"] >= least and counts["journalled"] == 0:
                break
    return counts


def _counts(path: Path) -> Mapping[str, int]:
    journal = SqliteJournal(path, read_only=True)
    try:
        return journal.counts()
    finally:
        journal.close()


def _compare(store: str, token: str, site_file: Path, publisher: Publisher, counts: Mapping[str, int]) -> bool:
    site = load_site(site_file)
    kept = open_store(store, [site], token=token or None)
    span = Interval(NOON, NOON + timedelta(microseconds=publisher.published + 1))
    found = {round((one.time - NOON) / timedelta(microseconds=1)): one.value for one in kept.readings(site.id, POINT, span)}
    kept.close()
    missing = [n for n in publisher.acknowledged if n not in found]
    other = [n for n, value in found.items() if value != 15 + n % 100 / 10]
    accounts = ", ".join(f"{name} {counts.get(name)}" for name in ("received", "stored", "journalled", "quarantined", "ignored"))
    print(
        f"{len(publisher.acknowledged)} acknowledged by the broker, {len(found)} readings stored: {len(missing)} missing,", end=" "
    )
    print(f"{len(other)} other; of the journal: {accounts}")
    return not missing and not other


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", choices=["influx", "duckdb"], default="duckdb")
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--rate", type=float, default=500.0)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="greenroom-bench-") as scratch:
        folder = Path(scratch)
        if asked.store == "influx":
            with influx_of_our_own() as (store, token):
                good = ordeal(store, asked.kills, asked.rate, asked.seed, folder, token)
        else:
            good = ordeal(f"duckdb:///{folder / 'data' / 'readings.duckdb'}", asked.kills, asked.rate, asked.seed, folder)
        if not good:
            print((folder / "log").read_text(errors="replace")[-3000:])
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
