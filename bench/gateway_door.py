"""How quick the front door is: a booking put with its ready-by answer by 20 clients at once, and pages of a long list.

    python bench/gateway_door.py [--bookings 100000] [--puts 600] [--url sqlite:///…|postgresql://…]

A real server on loopback in a process of its own, real books on SQLite (or the given database), a planner that answers at once:
what is measured is the gateway and the books, not the rules. Beside the times stands the server's own processor time for each
request, which other work on the machine changes less. The last lines put the times beside a bare answer of the same server, so
that two machines can be compared.
"""

from __future__ import annotations

import argparse
import multiprocessing
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path

import httpx
import structlog
import uvicorn

from gateway.app import create_app
from gateway.keys import make_key
from gateway.settings import GatewaySettings
from premises.booking import Booking, BookingKey
from premises.ports import Role
from premises.time import Interval
from stores.book import Books, open_books
from tests.gateway.conftest import SHOOT
from tests.gateway.fakes import Fakes
from tests.gateway.premises_of_tests import NOW

CLIENTS = 20
WIDE = GatewaySettings(rate_per_s=10_000, rate_burst=100_000, open_rate_burst=100_000, open_rate_per_s=10_000)


def serve(parent: Connection, url: str) -> None:
    """The server's process: tells its port, then its processor time in s whenever it is asked; ends where nobody asks any more."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    books = open_books(url)
    house = replace(Fakes().house(), bookings=books.bookings, keys=books.keys, audit=books.audit)
    server = uvicorn.Server(uvicorn.Config(create_app(house, WIDE), port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    parent.send(server.servers[0].sockets[0].getsockname()[1])
    try:
        while parent.recv() is not None:
            parent.send(time.process_time())
    except EOFError:
        pass
    server.should_exit = True
    thread.join(10)
    books.close()


@dataclass(frozen=True)
class Served:
    """The server's process, and what measures it."""

    port: int
    pipe: Connection

    def processor_s(self) -> float:
        self.pipe.send("processor")
        spent: float = self.pipe.recv()
        return spent

    def measure(self, name: str, ask: Callable[[int], httpx.Response], times: int, clients: int) -> float:
        """Print p50 and p99 in ms, the rate, and the server's processor time for each; the p50."""

        def one(number: int) -> float:
            begun = time.perf_counter()
            answer = ask(number)
            assert answer.status_code < 300, answer.text
            return (time.perf_counter() - begun) * 1000

        before, begun = self.processor_s(), time.perf_counter()
        with ThreadPoolExecutor(clients) as pool:
            took = sorted(pool.map(one, range(times)))
        rate, each = times / (time.perf_counter() - begun), (self.processor_s() - before) / times * 1000
        p50, p99 = statistics.median(took), took[int(len(took) * 0.99)]
        print(f"{name:<58} p50 {p50:7.1f} ms   p99 {p99:7.1f} ms   {rate:7.1f}/s   processor {each:5.2f} ms")
        return p50


@contextmanager
def served(url: str) -> Iterator[Served]:
    """A gateway on a free port while the block runs."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=serve, args=(theirs, url), daemon=True)
    process.start()
    theirs.close()
    try:
        yield Served(ours.recv(), ours)
    finally:
        ours.send(None)
        process.join(20)


def fill(books: Books, number: int) -> float:
    """So many bookings over ten years, and how long they took."""
    begun = time.perf_counter()
    zones = ("stage-1", "stage-2", "edit-3", "cinema")
    for place in range(number):
        start = NOW - timedelta(days=1825) + timedelta(minutes=50 * place)
        held = Interval(start, start + timedelta(hours=6))
        books.bookings.put(Booking(BookingKey(f"diary-{place % 7}", f"b{place}"), "old-mill", (zones[place % 4],), held), NOW)
    return time.perf_counter() - begun


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--bookings", type=int, default=100_000)
    asked.add_argument("--puts", type=int, default=600)
    asked.add_argument("--url")
    told = asked.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    with tempfile.TemporaryDirectory() as folder:
        url = told.url or f"sqlite:///{Path(folder) / 'books.db'}"
        books = open_books(url)
        key, secret = make_key(Role.ADMINISTRATOR, "bench", NOW)
        books.keys.put(key)
        headers = {"Authorization": f"Bearer {secret}"}
        limits = httpx.Limits(max_connections=CLIENTS, max_keepalive_connections=CLIENTS)
        with (
            served(url) as server,
            httpx.Client(base_url=f"http://127.0.0.1:{server.port}", headers=headers, limits=limits, timeout=60) as client,
        ):
            measure = server.measure

            def put(number: int) -> httpx.Response:
                day = f"2026-{3 + number // 28 % 9:02}-{1 + number % 28:02}"
                body = {**SHOOT, "start": f"{day}T06:00:00Z", "end": f"{day}T20:00:00Z", "call": None, "wrap": None}
                return client.put(f"/v1/bookings/cinema-diary/p{number}", json=body)

            bare = measure("health, one client", lambda _: client.get("/v1/health"), 200, 1)
            measure("health, 20 clients", lambda _: client.get("/v1/health"), told.puts, CLIENTS)
            alone = measure("put a booking with its plan, one client", put, 200, 1)
            measure("put a booking with its plan, 20 clients", lambda n: put(n + 1_000), told.puts, CLIENTS)
            print(f"filling the book with {told.bookings} bookings: {fill(books, told.bookings):.0f} s")
            measure("put a booking with its plan, 20 clients, book full", lambda n: put(n + 10_000), told.puts, CLIENTS)
            first = measure("first page of 100", lambda _: client.get("/v1/bookings?limit=100"), 40, 1)
            span = "from=2026-03-01T00:00:00Z&to=2026-03-08T00:00:00Z"
            measure("a week of one zone", lambda _: client.get(f"/v1/bookings?zone=stage-1&{span}"), 40, 1)
            following = client.get("/v1/bookings?limit=500").json()["next"]
            deep = [following]
            begun, pages, items = time.perf_counter(), 1, 500
            while following:
                page = client.get(f"/v1/bookings?limit=500&cursor={following}").json()
                following, pages, items = page["next"], pages + 1, items + len(page["items"])
                deep.append(following or deep[-1])
            print(f"the whole list: {items} bookings in {pages} pages of 500, {time.perf_counter() - begun:.1f} s")
            middle = deep[len(deep) // 2]
            last = measure("a page of 100 in the middle", lambda _: client.get(f"/v1/bookings?limit=100&cursor={middle}"), 40, 1)
            print(f"ratios: put / bare answer {alone / bare:.1f}, page in the middle / first page {last / first:.2f}")
        books.close()


if __name__ == "__main__":
    main()
