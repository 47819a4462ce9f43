"""The page for everyone: the sun's share by the gross registers, in three languages, and never a booking."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from gateway.public import mount_public
from gateway.public.rendering import MESSAGES
from gateway.public.view import sun_today
from premises.emblems import EUROPE, drawn_emblem
from premises.errors import StoreUnavailableError
from premises.ports import EnergyBucket, House, Resolution
from premises.site import Cluster, Fund, Grant, PublicPage, Site
from premises.time import Interval
from tests.page.fake_house import NOON, Fakes, build

DAY = datetime(2026, 1, 19, 23, tzinfo=UTC)  # midnight in Paris
HOUR = timedelta(hours=1)


class Registers:
    """Gross registers by the hour: the roof gives 30 kWh from nine to noon and the site buys 10 kWh every hour."""

    def __init__(self, under: object) -> None:
        self.under = under
        self.away = False
        self.asked = 0
        self.gap_at: datetime | None = None

    def __getattr__(self, name: str) -> object:
        return getattr(self.under, name)

    def energy(self, site: str, point: str, interval: Interval, resolution: Resolution) -> list[EnergyBucket]:
        assert resolution is Resolution.HOUR
        if self.away:
            raise StoreUnavailableError("the store is away")
        self.asked += 1
        told, start = [], DAY
        while start < interval.end:
            sunny = 9 <= (start - DAY) / HOUR < 12
            kwh = {"grid/energy": 10.0, "grid/energy_export": 5.0 if sunny else 0.0, "pv/energy": 30.0 if sunny else 0.0}[point]
            gap = self.gap_at is not None and start == self.gap_at
            told.append(EnergyBucket(start, start + HOUR, None if gap else kwh, 0.0, 0.0 if gap else 1.0))
            start += HOUR
        return told


@pytest.fixture
def fakes(tmp_path: Path) -> Iterator[Fakes]:
    made = build(tmp_path)
    yield made
    made.books.close()


def opened(fakes: Fakes, **changes: object) -> tuple[House, Registers]:
    site = next(iter(fakes.house.sites.values()))
    about = {"fr": "Un ancien atelier.", "en": "A former <workshop>."}
    shown = replace(site, public_page=PublicPage(about), **changes)  # type: ignore[arg-type]
    store = Registers(fakes.house.store)
    return replace(fakes.house, sites={shown.id: shown}, store=store), store  # type: ignore[arg-type]


class Client:
    """Asks the application without a server; follows nothing."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app

    def get(self, path: str, headers: dict[str, str] | None = None) -> httpx.Response:
        async def ask() -> httpx.Response:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://test") as asking:
                return await asking.get(path, headers=headers)

        return asyncio.run(ask())


def client(house: House, seconds: list[float] | None = None) -> Client:
    app, now = FastAPI(), seconds or [0.0]
    mount_public(app, house, monotonic=lambda: now[0])
    return Client(app)


def test_the_share_of_the_sun_is_what_the_roof_gave_and_the_site_kept(fakes: Fakes) -> None:
    house, _ = opened(fakes)
    site = next(iter(house.sites.values()))
    sun = sun_today(house, site, NOON)  # 16:40: seventeen hours begun
    assert sun.production_kwh == 90.0
    assert sun.used_kwh == 75.0
    assert sun.imported_kwh == 170.0
    assert sun.share == pytest.approx(75 / 245)
    assert sun.whole
    assert len(sun.hours) == 17


def test_a_gap_is_told_and_never_counts_as_nothing(fakes: Fakes) -> None:
    house, store = opened(fakes)
    store.gap_at = DAY + 3 * HOUR
    site = next(iter(house.sites.values()))
    sun = sun_today(house, site, NOON)
    assert not sun.whole
    assert sun.hours[3].grid_kwh is None
    assert "Some readings of today are missing" in client(house).get(f"/public/{site.id}?lang=en").text


@pytest.mark.parametrize(
    ("language", "told"), [("en", "came from our own roof"), ("fr", "vient de notre toit"), ("nl", "ons eigen dak")]
)
def test_each_language_says_it(fakes: Fakes, language: str, told: str) -> None:
    house, _ = opened(fakes)
    answer = client(house).get("/public/la-kolok", headers={"Accept-Language": language})
    assert answer.status_code == 200
    assert f'<html lang="{language}">' in answer.text
    assert "31 %" in answer.text.replace("\n", " ")
    assert told in answer.text
    assert "script" not in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_nothing_of_a_booking_is_told(fakes: Fakes) -> None:
    house, _ = opened(fakes)
    text = client(house).get("/public/la-kolok?lang=en").text
    for secret in ("Aube", "Jeu du soir", "Publicité", "Stage 1", "stage-1", "40 people"):
        assert secret not in text
    assert re.search(r"\d+ of \d+ heated rooms", text)
    assert "A former &lt;workshop&gt;." in text


def test_funders_stand_with_their_sentence_and_the_drawn_emblem(fakes: Fakes) -> None:
    given = Grant("European Union", 446_000, "FR", "fr", EUROPE, {"en": "Co-funded by the European Union"})  # type: ignore[arg-type]
    fund = Fund("erdf", "ERDF", 1_177_000, "EUR", (given,))  # type: ignore[arg-type]
    house, _ = opened(fakes, funds=(fund,))
    text = client(house).get("/public/la-kolok?lang=en").text
    assert "Co-funded by the European Union" in text
    assert text.count("<polygon") == 12
    assert drawn_emblem("unknown.png") is None


def test_a_site_without_a_public_page_is_not_there(fakes: Fakes) -> None:
    site = replace(fakes.house.site(), public_page=None)
    asked = client(replace(fakes.house, sites={site.id: site}))
    assert asked.get("/public/la-kolok").status_code == 404
    assert asked.get("/public").status_code == 404
    assert asked.get("/public/nowhere").text == asked.get("/public/la-kolok").text


def test_the_store_is_asked_once_a_minute_however_many_look(fakes: Fakes) -> None:
    house, store = opened(fakes)
    now = [0.0]
    looking = client(house, now)
    for _ in range(20):
        looking.get("/public/la-kolok")
    assert store.asked == 3
    now[0] = 61.0
    looking.get("/public/la-kolok")
    assert store.asked == 6


def test_while_the_store_is_away_the_page_says_so(fakes: Fakes) -> None:
    house, store = opened(fakes)
    store.away = True
    answer = client(house).get("/public/la-kolok")
    assert answer.status_code == 503
    assert "Retry-After" in answer.headers


def test_a_cluster_shows_its_open_sites_side_by_side(fakes: Fakes) -> None:
    house, _ = opened(fakes)
    one = next(iter(house.sites.values()))
    two: Site = replace(one, id="second", name="Second place")
    shut: Site = replace(one, id="third", name="Third place", public_page=None)
    cluster = Cluster("pole", "Three places", (one, two, shut), ("fr", "en"), public_page=PublicPage())
    house = replace(house, sites={one.id: one, "second": two, "third": shut}, clusters=(cluster,))
    text = client(house).get("/public?lang=en").text
    assert "Three places" in text
    assert 'href="/public/second?lang=en"' in text
    assert "Third place" not in text
    assert "Three places" in client(house).get("/public/second?lang=en").text


def test_every_language_has_every_message() -> None:
    assert sorted(MESSAGES.languages()) == ["en", "fr", "nl"]
    assert {frozenset(MESSAGES.keys(language)) for language in MESSAGES.languages()} == {frozenset(MESSAGES.keys("en"))}
