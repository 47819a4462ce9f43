"""A site's forecast as the rules ask for it: read again when it is due, in a thread of its own where it comes over the network."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from gateway.calendars.fetching import Fetched, fetch
from greenroom.weather.open_meteo import Weather, read_forecast
from premises.errors import GreenroomError
from premises.site import Site, WeatherFeed
from premises.time import SLOT
from rules.pv_power import pv_power
from rules.snapshot import Forecast

log = structlog.get_logger(__name__)
STALE = timedelta(hours=12)
"""A forecast that was not renewed for so long is not used: yesterday's course is nearer to the truth than that."""
RETRY = timedelta(minutes=5)
LEAST_AHEAD = timedelta(hours=6)
"""A forecast that ends sooner than this tells too little to plan with."""
Fetch = Callable[[str, str, str], Fetched]


class ForecastFeed:
    """Call it with the house's instant: the newest forecast, or None where none can be trusted. Safe from several threads."""

    def __init__(
        self, site: Site, feed: WeatherFeed, *, folder: Path | None = None, allow_private: bool = False, fetch: Fetch | None = None
    ) -> None:
        self._site, self._feed = site, feed
        self._fetch = fetch or (
            lambda address, etag, modified: _fetched(address, etag, modified, folder=folder, allow_private=allow_private)
        )
        self._lock = threading.Lock()
        self._forecast: Forecast | None = None
        self._etag = self._modified = ""
        self._asked_at: datetime | None = None
        self._failed = False
        self._thread: threading.Thread | None = None

    def __call__(self, now: datetime) -> Forecast | None:
        if self._due(now):
            self._asked_at = now
            if self._feed.address.startswith("file:"):
                self.read(now)
            else:
                self._thread = threading.Thread(target=self.read, args=(now,), name="forecast", daemon=True)
                self._thread.start()
        with self._lock:
            told = self._forecast
        if told is None or not told.start <= now or now - told.made_at > STALE:
            return None
        return told if told.start + len(told.outdoor_c) * SLOT - now >= LEAST_AHEAD else None

    def _due(self, now: datetime) -> bool:
        if self._thread is not None and self._thread.is_alive():
            return False
        every = RETRY if self._failed else self._feed.every
        return self._asked_at is None or not timedelta(0) <= now - self._asked_at < every

    def read(self, now: datetime) -> None:
        """Read the feed once. What fails is logged, and what was told before holds until it is stale."""
        try:
            fetched = self._fetch(self._feed.address, self._etag, self._modified)
            if fetched.data is None:
                with self._lock:
                    self._forecast = None if self._forecast is None else _renewed(self._forecast, now)
            else:
                forecast = as_forecast(self._site, read_forecast(fetched.data), now)
                with self._lock:
                    self._forecast = forecast
            self._etag, self._modified = fetched.etag, fetched.modified
            self._failed = False
        except GreenroomError as error:
            if not self._failed:
                log.warning("no new weather forecast", site=self._site.id, why=str(error))
            self._failed = True

    def wait(self, seconds: float = 20.0) -> None:
        """Until a reading that is under way is over; for tests and the end of the house."""
        if self._thread is not None:
            self._thread.join(seconds)


def as_forecast(site: Site, weather: Weather, now: datetime) -> Forecast:
    """The weather with what the site's PV strings make of it."""
    pv = pv_power(site, weather.start, weather.outdoor_c, weather.sun_w_m2)
    return Forecast(now, weather.start, weather.outdoor_c, weather.sun_w_m2, pv_w=pv)


def _renewed(forecast: Forecast, now: datetime) -> Forecast:
    """The service says that nothing has changed: it holds as of now."""
    return Forecast(now, forecast.start, forecast.outdoor_c, forecast.sun_w_m2, forecast.pv_w, forecast.base_w)


def _fetched(address: str, etag: str, modified: str, *, folder: Path | None, allow_private: bool) -> Fetched:
    return fetch(address, etag, modified, folder=folder, allow_private=allow_private)


def feed_of(site: Site, folder: Path | None, *, allow_private: bool) -> ForecastFeed | None:
    """The feed that the site file names, None where it names none."""
    return None if site.forecast is None else ForecastFeed(site, site.forecast, folder=folder, allow_private=allow_private)
