"""Draining a queued backlog into InfluxDB 2, beside Telegraf in the same run: QoS 1, persistent session, no loss allowed.

    python -m bench.intake_peer /path/to/telegraf [--messages 200000] [--rounds 3] [--like json,shelly] [--workers 1,2]

    GREENROOM_TEST_INFLUX_URL, _ORG, _TOKEN   a running InfluxDB 2; buckets are made for the run and removed again

For each round and each consumer in turn: a session is made at a fresh Mosquitto and left, messages are queued for it, then the
consumer comes back and takes them all into a bucket of its own. The clock starts when the broker says that the session is back, so
starting a program is in nobody's time; InfluxDB is asked twenty times a second how many messages have a row. Told are the pace
between a tenth and 95 % of the rows, and that of the whole, up to the last row. json: 200 bytes, five readings and the time;
shelly: NotifyStatus of a Gen2 switch with its time. Each message is stored under the time that it tells, so that what is lost or
doubled shows in the count.

Greenroom runs what `greenroom run` runs for its intake: journal with full sync before each acknowledgement, decoding by the site
file, accounts, alarms. Telegraf is set as an engineer would for no loss: persistent_session, qos 1, a client id,
max_undelivered_messages 50,000 and batches of 5,000. Its configuration is printed. The broker bounds nobody's messages in
flight unless --in-flight says so: Mosquitto's own bound for clients of MQTT 3.1.1, as Telegraf is by default, is 20, and each of
its flushes then brings 20. Greenroom, by MQTT 5, asks for 2,000 at a time.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]

from bench.intake_peer_count import Bucket, Server, follow
from bench.intake_peer_queue import leave_sessions, publish_all
from bench.intake_peer_sites import DEVICES, LIKES, START_MS, Like
from ingest.connection_settings import ConnectionSettings
from tests.mosquitto import Mosquitto

TELEGRAF = """
[agent]
  interval = "1s"
  flush_interval = "1s"
  metric_batch_size = 5000
  metric_buffer_limit = 1000000
  omit_hostname = true
  logfile = "{folder}/telegraf.log"
[[inputs.mqtt_consumer]]
  servers = ["tcp://127.0.0.1:{port}"]
  topics = [{topics}]
  qos = 1
  client_id = "consumer-0"
  persistent_session = true
  max_undelivered_messages = 50000
  name_override = "readings"
{parser}
[[outputs.influxdb_v2]]
  urls = ["{url}"]
  token = "{token}"
  organization = "{organisation}"
  bucket = "{bucket}"
"""
PATIENCE_S = 180.0
PAUSE_S = 0.05  # between two counts


@dataclass(frozen=True)
class Outcome:
    """Messages a second, between a tenth and 95 % of the rows, and from the session's return to the last row; processor in µs."""

    steady: float
    whole: float
    consumer_us: float
    influx_us: float
    broker_us: float


class Backs:
    """When the broker says that a session is back: read from its log, the same for every consumer."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self.from_byte = log.stat().st_size

    def wait(self, clients: Sequence[str]) -> float:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with self.log.open("rb") as file:
                file.seek(self.from_byte)
                told = file.read().decode(errors="replace")
            if any(f" as {client} " in told for client in clients):
                return time.monotonic()
            time.sleep(0.002)
        raise SystemExit("the consumer did not come back to its session")


def processor_s(processes: Sequence[psutil.Process]) -> float:
    return float(sum(one.cpu_times().user + one.cpu_times().system for one in processes if one.is_running()))


def listening(port: int) -> list[psutil.Process]:
    """The processes of this machine that listen on a port; none where the server is elsewhere."""
    found = {one.pid for one in psutil.net_connections("tcp") if one.status == psutil.CONN_LISTEN and one.laddr.port == port}
    return [psutil.Process(pid) for pid in found if pid is not None]


def drain(consumer: str, like: Like, messages: int, server: Server, telegraf: str, in_flight: int, asked_parts: bool) -> Outcome:
    """One backlog, taken by one consumer."""
    with tempfile.TemporaryDirectory(prefix="greenroom-peer-") as name:
        folder = Path(name)
        log = folder / "mosquitto.log"
        extra = f"allow_anonymous true\nlog_type notice\nlog_dest file {log}\nconnection_messages true\n"
        extra += f"max_inflight_messages {in_flight}\n"
        broker = Mosquitto(folder, extra)
        broker.start()
        client = server.client()
        field = like.telegraf_field if consumer == "telegraf" else like.greenroom_field
        name = f"peer-{os.getpid()}-{time.monotonic_ns()}"
        bucket = Bucket(client, name, field, START_MS * 1000, like.step_ms * 1000)
        workers = 1 if consumer == "telegraf" else int(consumer.split()[1])
        share = "peer" if workers > 1 else ""
        version = 4 if consumer == "telegraf" else 5
        clients = [ConnectionSettings(broker.url, f"consumer-{n}", share=share, mqtt_version=version) for n in range(workers)]
        leave_sessions(clients, like.topics)
        publish_all(broker.port, messages, like.message)
        backs = Backs(log)
        influx = listening(server.port)
        at_broker = psutil.Process(broker.pid)
        if consumer == "telegraf":
            started = [_telegraf(telegraf, folder, broker.port, like, bucket.name, server)]
        else:
            started = [_greenroom(folder, one, like, bucket.name, server, broker.url, share) for one in clients]
        running = [psutil.Process(one.pid) for one in started]

        def alive(counted: int) -> None:
            if any(one.poll() is not None for one in started):
                raise SystemExit(f"{consumer} ended: {counted} of {messages} messages are in InfluxDB")

        try:
            back = backs.wait([one.client_id for one in clients])
            before = [processor_s(of) for of in (running, influx, [at_broker])]
            course = follow(bucket, messages, back, PAUSE_S, PATIENCE_S, alive)
            used = [processor_s(of) - then for of, then in zip((running, influx, [at_broker]), before, strict=True)]
        finally:
            for one in started:
                one.terminate()
            for one in started:
                one.wait(30)
            parts = [json.loads(file.read_text()) for file in sorted(folder.glob("*.parts"))]
            broker.stop()
            counted = bucket.count_all()
            bucket.remove()
            client.close()
        if counted != messages:
            raise SystemExit(f"{consumer}: {counted} of {messages} messages are in InfluxDB")
        if asked_parts:
            for of_worker in parts:
                told = (
                    f"{name} {user * 1e6 / messages:.1f}+{system * 1e6 / messages:.1f}"
                    for name, (user, system) in of_worker.items()
                )
                print(f"    us a message of all, in code + in the kernel: {'; '.join(told)}")
        return Outcome(course.steady, course.whole, *(1e6 / messages * one for one in used))


def _telegraf(program: str, folder: Path, port: int, like: Like, bucket: str, server: Server) -> subprocess.Popen[bytes]:
    topics = ", ".join(f'"{one}"' for one in like.topics)
    told = {"url": server.url, "organisation": server.organisation, "bucket": bucket, "token": server.token}
    file = folder / "telegraf.conf"
    file.write_text(TELEGRAF.format(folder=folder, port=port, topics=topics, parser=like.telegraf, **told))
    return subprocess.Popen([program, "--config", str(file), "--quiet"])


def _greenroom(
    folder: Path, settings: ConnectionSettings, like: Like, bucket: str, server: Server, broker: str, share: str
) -> subprocess.Popen[bytes]:
    task = {"folder": str(folder), "client": settings.client_id, "share": share, "like": like.name, "broker": broker}
    task |= {"store": server.url.replace("http", "influxdb", 1) + f"/{server.organisation}?bucket={bucket}"}
    return subprocess.Popen(
        [sys.executable, "-m", "bench.intake_peer_worker", json.dumps(task)],
        env=os.environ | {"GREENROOM_INFLUX_TOKEN": server.token},
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("telegraf", help="path of the program")
    parser.add_argument("--messages", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--like", default="json,shelly")
    parser.add_argument("--in-flight", type=int, default=0, help="of Mosquitto; 0: no bound")
    parser.add_argument("--workers", default="1,2", help="numbers of Greenroom's processes to try")
    parser.add_argument("--alone", action="store_true", help="Greenroom only")
    parser.add_argument("--parts", action="store_true", help="tell what each thread of Greenroom's processes costs")
    asked = parser.parse_args()
    names = ("GREENROOM_TEST_INFLUX_URL", "GREENROOM_TEST_INFLUX_ORG", "GREENROOM_TEST_INFLUX_TOKEN")
    if not Path(asked.telegraf).is_file() or not all(os.environ.get(name) for name in names):
        print(f"skipped: needs the program telegraf and an InfluxDB 2 in {', '.join(names)}")
        return
    server = Server(*(os.environ[name] for name in names))
    told = subprocess.run([asked.telegraf, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    client = server.client()
    print(f"{told}; InfluxDB {client.version()}; {asked.messages} messages of {DEVICES} devices, {asked.rounds} rounds")
    client.close()
    consumers = ["telegraf"][asked.alone :] + [f"greenroom {n}" for n in asked.workers.split(",")]
    for name in asked.like.split(","):
        like = LIKES[name]
        shown = {"url": server.url, "organisation": server.organisation, "bucket": "…", "token": "…"}
        topics = ", ".join(f'"{one}"' for one in like.topics)
        print(TELEGRAF.format(folder="…", port="…", topics=topics, parser=like.telegraf, **shown))
        outcomes: dict[str, list[Outcome]] = {one: [] for one in consumers}
        for turn in range(asked.rounds):
            for one in consumers if turn % 2 == 0 else reversed(consumers):
                outcomes[one].append(drain(one, like, asked.messages, server, asked.telegraf, asked.in_flight, asked.parts))
        for one, found in outcomes.items():
            print(f"{like.name:7} {one:12} {_line(found)}", flush=True)


def _line(found: Sequence[Outcome]) -> str:
    def middle(values: Sequence[float]) -> str:
        return f"{statistics.median(values):,.0f} ({min(values):,.0f} to {max(values):,.0f})"

    parts: dict[str, Any] = {
        "messages/s steady": [one.steady for one in found],
        "whole": [one.whole for one in found],
        "us a message: consumer": [one.consumer_us for one in found],
        "InfluxDB": [one.influx_us for one in found],
        "broker": [one.broker_us for one in found],
    }
    return "; ".join(f"{name} {middle(values)}" for name, values in parts.items())


if __name__ == "__main__":
    main()
