"""The nightly search for losses of efficiency: once for each local day of each site, also for days on which nothing ran."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

import structlog

from premises.alarming import LOSS
from premises.errors import RetryableError
from premises.losses import Loss
from rules.losses.course import follow
from rules.losses.reading import read_day
from rules.losses.searches import search

if TYPE_CHECKING:
    from premises.ports import House
    from premises.site import Site
    from stores.book import Books

AT = time(4, 15)
"""After the night's learning: late readings of the day before are in."""
BACK_MOST = 7
LOOK_EVERY_S = 900.0
log = structlog.get_logger(__name__)


class LossSearch:
    """Call `look` every quarter hour. The day that was looked at last is remembered in the outbox's book, so that of several
    servers one looks at each day, and days on which nothing ran are looked at afterwards, a week at most."""

    def __init__(self, house: House, books: Books) -> None:
        self._house = house
        self._books = books

    def look(self) -> int:
        """How many days were looked at, over all sites."""
        return sum(self._look(site) for site in tuple(self._house.sites.values()))

    def _look(self, site: Site) -> int:
        now = self._house.clock.now()
        topic = f"losses/{site.id}"
        told = self._books.outbox.told([topic]).get(topic)
        days = days_due(site, None if told is None else told[0], now)
        for number, day in enumerate(days):
            try:
                self.of_day(site, day, now)
            except RetryableError as error:
                log.warning("the search for losses waits for the store", site=site.id, why=str(error))
                return number
            self._books.outbox.turn({topic: day.isoformat()}, now, lambda _: ())
        return len(days)

    def of_day(self, site: Site, day: date, now: datetime) -> list[Loss]:
        """Search one day, keep what changed, and raise or clear the alarms. Raises StoreUnavailableError."""
        seen = read_day(self._house.store, self._house.bookings, site, day)
        changed = follow(site, self._books.losses.standing(site.id), search(seen), now)
        for loss in changed:
            self._books.losses.put(loss)
        self._alarm(site, now)
        log.info("losses", site=site.id, day=day.isoformat(), changed=len(changed))
        return changed

    def _alarm(self, site: Site, now: datetime) -> None:
        """One alarm for each zone or plant, of all that is lost there."""
        standing: dict[str, list[Loss]] = {}
        for loss in self._books.losses.standing(site.id):
            standing.setdefault(loss.subject, []).append(loss)
        for subject, losses in standing.items():
            languages = sorted({language for loss in losses for language in loss.text})
            text = {language: " ".join(loss.text.get(language, "") for loss in losses) for language in languages}
            self._books.alarms.raise_(site.id, LOSS, subject, text, now)
        for alarm in self._books.alarms.active(site.id):
            if alarm.cause == LOSS and alarm.subject not in standing:
                self._books.alarms.clear(site.id, LOSS, alarm.subject, now)


def days_due(site: Site, last: str | None, now: datetime) -> list[date]:
    """Local days that are over and were not looked at, oldest first. Where none ever was, yesterday."""
    local = now.astimezone(site.zoneinfo)
    yesterday = local.date() - timedelta(days=1 if local.time() >= AT else 2)
    first = (
        yesterday if last is None else max(date.fromisoformat(last) + timedelta(days=1), yesterday - timedelta(days=BACK_MOST - 1))
    )
    return [first + timedelta(days=number) for number in range((yesterday - first).days + 1)]
