"""Cost of understanding: microseconds of processor time per message and family, and from message to readings by a site file.

    python -m bench.decode [--json] [--seconds 0.3]

Messages are the golden ones of the tests. Processor time, not wall time, so that a busy machine counts little.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ingest.decode import decode_message
from ingest.families.memory import Memory
from ingest.families.message import Message
from ingest.families.registry import recognise
from ingest.interpreter import SiteInterpreter
from premises.quantities import QUANTITIES
from premises.reading import RawMessage
from premises.site import Device, Point, Site

GOLDEN = Path(__file__).parent.parent / "tests" / "ingest_families" / "golden"
NOON = datetime(2026, 1, 20, 12, tzinfo=UTC)
ZIGBEE = (
    b'{"battery":100,"temperature":21.34,"humidity":44.7,"co2":812,"illuminance":120,"linkquality":120,'
    b'"last_seen":"2026-01-20T11:59:58+00:00"}'
)
SHELLY = (
    b'{"id":0,"source":"MQTT","output":true,"apower":11.5,"voltage":240.3,"freq":50.0,"current":0.073,"aenergy":{"total":152669.987,'
    b'"by_minute":[0.000,0.000,0.000],"minute_ts":1768910400},"temperature":{"tC":55.0,"tF":131.0}}'
)


def microseconds(act: Callable[[], object], per_call: int, seconds: float) -> float:
    """The best of three rounds, per message."""
    best = float("inf")
    for _ in range(3):
        rounds, begun = 0, time.process_time()
        while time.process_time() - begun < seconds / 3:
            act()
            rounds += 1
        best = min(best, (time.process_time() - begun) / max(rounds, 1) / per_call)
    return best * 1e6


def golden(family: str) -> list[RawMessage]:
    lines = (GOLDEN / f"{family}.jsonl").read_text(encoding="utf-8").splitlines()
    told = [json.loads(line) for line in lines]
    return [RawMessage(one["topic"] or "", one["payload"].encode(), NOON) for one in told if one["outcome"] == "readings"]


def of_family(family: str, seconds: float) -> dict[str, float]:
    """Decoding with the family known, and recognising it among all."""
    messages = golden(family)
    memory = Memory()

    def decode() -> None:
        for message in messages:
            decode_message(message, memory, family)

    def find() -> None:
        for message in messages:
            recognise(Message(message), memory)

    return {
        "messages": len(messages),
        "decode_us": round(microseconds(decode, len(messages), seconds), 1),
        "recognise_us": round(microseconds(find, len(messages), seconds), 1),
    }


def house() -> SiteInterpreter:
    """Two devices of five points each, the common case."""
    air = ("air_temperature", "humidity", "co2", "illuminance", "battery")
    plug = ("switch_state", "power", "voltage", "current", "energy")
    points = [Point(f"stage/{name}", "house", "stage", QUANTITIES[name], "air") for name in air]
    points += [Point(f"plug/{name}", "house", "plug", QUANTITIES[name], "plug", "switch:0") for name in plug]
    devices = (Device("air", "zigbee2mqtt", "zigbee2mqtt/stage 1"), Device("plug", "shelly_gen2", "shellyplug"))
    blank: tuple[()] = ()
    site = Site("house", "House", "Europe/Paris", "FR", 48.8, 2.4, 40, ("fr",), "EUR", "", 1000, 900, blank, devices, tuple(points))
    return SiteInterpreter([site])


def to_readings(topic: str, payload: bytes, seconds: float) -> float:
    interpreter = house()
    messages = [RawMessage(topic, payload, NOON + timedelta(seconds=second)) for second in range(500)]

    def understand() -> None:
        for message in messages:
            interpreter.understand(message)

    assert len(interpreter.understand(messages[0]).readings) == 5
    return round(microseconds(understand, len(messages), seconds), 1)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.add_argument("--seconds", type=float, default=0.3, help="processor time per figure")
    chosen = parser.parse_args(arguments)
    families = {path.stem: of_family(path.stem, chosen.seconds) for path in sorted(GOLDEN.glob("*.jsonl"))}
    hot = {
        "zigbee2mqtt, five readings": to_readings("zigbee2mqtt/stage 1", ZIGBEE, chosen.seconds),
        "shelly_gen2, five readings": to_readings("shellyplug/status/switch:0", SHELLY, chosen.seconds),
    }
    if chosen.json:
        print(json.dumps({"families": families, "message_to_readings_us": hot}))
        return
    print(f"{'family':<16}{'messages':>9}{'decode us':>11}{'recognise us':>14}")
    for name, figures in families.items():
        print(f"{name:<16}{figures['messages']:>9}{figures['decode_us']:>11}{figures['recognise_us']:>14}")
    for name, figure in hot.items():
        print(f"message to readings by the site file, {name}: {figure} us")


if __name__ == "__main__":
    main()
