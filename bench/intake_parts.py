"""What each part of the intake costs a message, one after the other in one process, without a broker.

    python -m bench.intake_parts [--messages 30000] [--group 400] [--like plain|shelly]

Prints processor microseconds a message: cutting the stream into packets, reading PUBLISH, handing over, the journal (with
acknowledging), the interpreter alone by its short way and by its long way, and reading back, decoding, live values and settling.
"""

from __future__ import annotations

import argparse
import gc
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from bench.intake import CountingStore, parts
from ingest.arrivals import Arrivals
from ingest.delivery import Delivery
from ingest.intake import IntakeService, IntakeSettings
from ingest.interpreter import SiteInterpreter
from ingest.packets import PacketBuffer, Publish, read_publishes
from stores.journal import SqliteJournal
from tests.ingest_wire.fakes import SITE, SystemClock

T = TypeVar("T")


def stream(messages: int, group: int, message: Callable[[int], tuple[str, bytes]]) -> list[bytes]:
    """What the broker would send, in reads of so many packets."""
    packets = []
    for n in range(messages):
        topic, payload = message(n)
        name = topic.encode()
        body = len(name).to_bytes(2, "big") + name + (n % 65535 + 1).to_bytes(2, "big") + b"\x00" + payload
        packets.append(bytes([0x32, len(body) & 127 | 128, len(body) >> 7]) + body)
    return [b"".join(packets[at : at + group]) for at in range(0, messages, group)]


def each(groups: Iterable[T], do: Callable[[T], None]) -> None:
    """Do it with one group after the other."""
    for one in groups:
        do(one)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=30_000)
    parser.add_argument("--group", type=int, default=400)
    parser.add_argument("--like", choices=("plain", "shelly"), default="shelly")
    asked = parser.parse_args()
    gc.set_threshold(100_000, 20, 100)
    hall, interpreter, message = parts(asked.like)
    reads = stream(asked.messages, asked.group, message)
    clock = SystemClock()

    def timed(name: str, run: Callable[[], object]) -> None:
        wall, used = time.perf_counter(), time.process_time()
        run()
        used = (time.process_time() - used) / asked.messages * 1e6
        print(f"{name:34} {used:6.1f} us   ({(time.perf_counter() - wall) / len(reads) * 1e3:.2f} ms a group by the clock)")

    with tempfile.TemporaryDirectory(prefix="greenroom-bench-") as folder:
        journal = SqliteJournal(Path(folder) / "journal.db")
        in_memory = IntakeSettings(backlog_readings=10_000_000)
        intake = IntakeService({SITE: hall}, interpreter, journal, CountingStore(), clock, settings=in_memory)
        buffer = PacketBuffer(1024 * 1024)
        packets: list[list[tuple[int, bytes]]] = []
        publishes: list[list[Publish]] = []
        arrivals: list[Arrivals] = []
        delivery = Delivery(clock, arrivals.append, {}, lambda *_: None)
        timed("cutting the stream", lambda: packets.extend(buffer.feed(one) for one in reads))
        timed("reading PUBLISH", lambda: publishes.extend(read_publishes(one, mqtt5=True) for one in packets))
        timed("handing over", lambda: each(publishes, lambda one: delivery.deliver(1, one)))
        timed("journal, durable and counted", lambda: each(arrivals, intake.receive))
        short, long = SiteInterpreter([hall]), SiteInterpreter([hall])
        timed("interpreter, short way", lambda: [short.plainly(one) for group in arrivals for one in group.messages])
        timed("interpreter, long way", lambda: [long.understand(one) for group in arrivals for one in group.messages])
        timed("read back, decoded, live, written", intake.drain)
        if intake.status().stored != asked.messages:
            raise SystemExit(f"the accounts are wrong: {intake.status()}")
        journal.close()


if __name__ == "__main__":
    main()
