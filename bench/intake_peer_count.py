"""How far a drain is: messages that InfluxDB answers a question with, counted at fine steps and at little cost to it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from premises.errors import StoreDeniedError
from stores.influx_client import InfluxServer

STEP = 5_000  # messages of a window
FROM, TO = 0.10, 0.95  # the share of messages between which the steady pace is taken


@dataclass(frozen=True)
class Server:
    """The InfluxDB of the run."""

    url: str
    organisation: str
    token: str

    @property
    def port(self) -> int:
        return urlsplit(self.url).port or 8086

    def client(self) -> InfluxServer:
        return InfluxServer(self.url, self.organisation, self.token)


class Bucket:
    """A bucket for one drain. Message n carries the instant `start_us + n * step_us`, so each is one row.

    Windows of 5,000 messages that were once found full are not counted again: a count costs InfluxDB what is new since.
    """

    def __init__(self, server: InfluxServer, name: str, field_name: str, start_us: int, step_us: int) -> None:
        self.server, self.name, self.field = server, name, field_name
        # from half a step before: who reads a time as a float may be some nanoseconds early
        self._start_us, self._step_us = start_us - step_us // 2, step_us
        self._full = 0
        organisation = server.json("GET", "/api/v2/orgs", {"org": server.organisation})["orgs"][0]["id"]
        self.id = server.json("POST", "/api/v2/buckets", body={"name": name, "orgID": organisation})["id"]

    def count(self, messages: int) -> int:
        """Messages with a row, of those numbered below `messages`."""
        width = STEP * self._step_us
        begin = self._start_us + self._full * self._step_us
        end = self._start_us + messages * self._step_us
        where = f"time >= {begin}u AND time < {end}u GROUP BY time({width}u, {begin % width}u) fill(none)"
        try:
            tables = self.server.select(self.name, f'SELECT COUNT("{self.field}") FROM /.*/ WHERE {where}')
        except StoreDeniedError:
            return 0
        found = {
            at: int(count) for table in tables for at, count in zip(*(table.columns[c] for c in ("time", "count")), strict=True)
        }
        counted = self._full + sum(found.values())
        while found.get(self._start_us + self._full * self._step_us) == STEP:
            self._full += STEP
        return counted

    def count_all(self) -> int:
        """Every row of the bucket, whatever its instant: what was lost or doubled shows here."""
        try:
            tables = self.server.select(self.name, f'SELECT COUNT("{self.field}") FROM /.*/')
        except StoreDeniedError:
            return 0
        return sum(int(table.columns["count"][0]) for table in tables)

    def remove(self) -> None:
        self.server.request("DELETE", f"/api/v2/buckets/{self.id}", {}, {})


@dataclass
class Course:
    """Messages stored over time: (seconds since the session was back, messages)."""

    messages: int
    seen: list[tuple[float, int]] = field(default_factory=lambda: [(0.0, 0)])

    def at(self, share: float) -> float:
        """When that share was stored, between two looks by a straight line."""
        wanted = share * self.messages
        for (before, few), (after, many) in zip(self.seen, self.seen[1:], strict=False):
            if many >= wanted:
                return before + (after - before) * (wanted - few) / (many - few)
        return self.seen[-1][0]

    @property
    def steady(self) -> float:
        """Messages a second between a tenth and nineteen twentieths: neither start-up nor the last flush is in it."""
        return self.messages * (TO - FROM) / (self.at(TO) - self.at(FROM))

    @property
    def whole(self) -> float:
        """Messages a second from the session's return to the last row."""
        return self.messages / self.seen[-1][0]


def follow(bucket: Bucket, messages: int, back: float, pause_s: float, patience_s: float, alive: Callable[[int], None]) -> Course:
    """Look until all are stored. alive: called at each look, raises where it makes no sense to go on."""
    course = Course(messages)
    while course.seen[-1][1] < messages:
        time.sleep(pause_s)
        alive(course.seen[-1][1])
        counted = bucket.count(messages)
        course.seen.append((time.monotonic() - back, counted))
        if course.seen[-1][0] > patience_s:
            raise SystemExit(f"{counted} of {messages} messages are in InfluxDB after {patience_s:.0f} s")
    return course
