"""Changing the site file of a running house: what is wrong with it, what it would change, and going on by it."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

import premises
from premises.booking import BookingStatus
from premises.desks import ConfigurationPreview
from premises.errors import FaultsError, RetryableError, StoreUnavailableError, UnknownNameError
from premises.plan import ReadyBy
from premises.ports import BookingQuery, House, Planner
from premises.site import Cluster, Site
from premises.sitefile import describe_changes, diff_sites, load_premises, load_site, load_text, site_files
from premises.time import Interval

if TYPE_CHECKING:
    from greenroom.house import Running

log = structlog.get_logger(__name__)

AHEAD = timedelta(hours=48)
BOOKINGS_MOST = 50
KEPT_BESIDE = ".before"
_COUNTED = frozenset({BookingStatus.CONFIRMED, BookingStatus.HOLD, BookingStatus.OPTION})


class SiteFiles:
    """The Configuration port of a running house.

    files: by site, the file that it was started with. answers_of: a planner as it would be over a changed site; reconfigure: go on
    by it. One change at a time; what arrives meanwhile is not held up.
    """

    def __init__(
        self,
        house: House,
        files: Mapping[str, Path],
        answers_of: Callable[[Site], Planner],
        reconfigure: Callable[[Site], None],
    ) -> None:
        self._house = house
        self._files = dict(files)
        self._answers_of = answers_of
        self._reconfigure = reconfigure
        self._lock = threading.Lock()

    def text(self, site: str) -> str:
        """The file as it lies there. Raises UnknownNameError, StoreUnavailableError."""
        try:
            return self._file(site).read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise StoreUnavailableError(f"the site file of {site} cannot be read: {type(error).__name__}") from None

    def preview(self, site: str, text: str) -> ConfigurationPreview:
        """See Configuration.preview."""
        return self._preview(site, text)[0]

    def apply(self, site: str, text: str, by: str, at: datetime) -> ConfigurationPreview:
        """See Configuration.apply. The file is exchanged at once, never half written; the one before lies beside it."""
        with self._lock:
            preview, changed = self._preview(site, text)
            if changed is None:
                return preview
            path = self._file(site)
            before = path.read_bytes()
            self._write(path.with_name(path.name + KEPT_BESIDE), before)
            self._write(path, text.encode())
            try:
                self._reconfigure(changed)
            except BaseException:
                self._write(path, before)
                raise
            log.info("site file changed", site=site, by=by, at=at.isoformat(), changes=len(preview.changes.get("en", ())))
            return preview

    def _file(self, site: str) -> Path:
        if site not in self._files:
            raise UnknownNameError(f"site {site!r} has no file of its own here")
        return self._files[site]

    def _write(self, path: Path, data: bytes) -> None:
        fresh = path.with_name(path.name + ".new")
        try:
            with fresh.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(path)
        except OSError as error:
            raise StoreUnavailableError(f"{path.name} cannot be written: {error.strerror}") from None

    def _preview(self, site: str, text: str) -> tuple[ConfigurationPreview, Site | None]:
        self._file(site)
        now = self._house.site(site)
        try:
            told = load_text(text, f"{site}.yaml")
        except FaultsError as error:
            return ConfigurationPreview(tuple(str(fault) for fault in error.faults)), None
        if isinstance(told, Cluster) or told.id != site:
            wrong = "a cluster file" if isinstance(told, Cluster) else f"the file of site {told.id!r}"
            return ConfigurationPreview((f"this is {wrong}; the file of site {site!r} would be right",)), None
        lines = tuple(describe_changes(diff_sites(now, told)).splitlines())
        return ConfigurationPreview((), {"en": lines}, self._effects(now, told)), told

    def _effects(self, now: Site, then: Site) -> tuple[tuple[ReadyBy, ReadyBy], ...]:
        """Answers of the next two days that would differ, for zones that are there before and after."""
        at = self._house.clock.now()
        query = BookingQuery(now.id, overlaps=Interval(at, at + AHEAD), statuses=_COUNTED, limit=BOOKINGS_MOST)
        try:
            stored = self._house.bookings.find(query)
            after = self._answers_of(then)
            found = []
            for booking in (one.booking for one in stored):
                zones = tuple(zone for zone in booking.zones if _has(then, zone) and _has(now, zone))
                if not zones:
                    continue
                asked = replace(booking, zones=zones)
                old, new = self._house.planner.ready_by(asked), after.ready_by(asked)
                found += [pair for pair in _pairs(old, new) if _differ(*pair)]
        except RetryableError as error:
            log.warning("effects of a changed file are not known", site=now.id, why=str(error))
            return ()
        return tuple(found)


def _has(site: Site, zone: str) -> bool:
    return any(one.id == zone for one in site.zones)


def _pairs(old: Iterable[ReadyBy], new: Iterable[ReadyBy]) -> list[tuple[ReadyBy, ReadyBy]]:
    by_zone = {answer.zone: answer for answer in new}
    return [(answer, by_zone[answer.zone]) for answer in old if answer.zone in by_zone]


def _differ(old: ReadyBy, new: ReadyBy) -> bool:
    """By what a person would notice: five minutes, a tenth of a kelvin, one part in a hundred of energy and cost."""

    def apart(one: datetime | None, other: datetime | None) -> bool:
        if one is None or other is None:
            return one is not other
        return abs(one - other) >= timedelta(minutes=5)

    def far(one: float, other: float) -> bool:
        return abs(one - other) > 0.01 * max(abs(one), abs(other)) + 1e-6

    return (
        old.readiness is not new.readiness
        or apart(old.heat_from, new.heat_from)
        or apart(old.ready_at, new.ready_at)
        or abs((old.wanted_c or 0.0) - (new.wanted_c or 0.0)) >= 0.1
        or far(old.energy_kwh, new.energy_kwh)
        or far(old.cost, new.cost)
    )


def files_of(path: Path) -> dict[str, Path]:
    """The file of each site of a site or cluster file; none of those that came with Greenroom, which are not ours to change.

    Raises FaultsError as loading them does.
    """
    shipped = Path(premises.__file__).parent
    paths = [path] if isinstance(load_premises(path), Site) else [path.parent / each for each in site_files(path)]
    return {load_site(each).id: each for each in paths if not each.resolve().is_relative_to(shipped)}


def with_configuration(running: Running, path: Path) -> House:
    """The house of what runs, with its site files to be changed; without, where it runs by files that came with Greenroom."""
    files = files_of(path)
    if not files:
        return running.house
    return replace(running.house, configuration=SiteFiles(running.house, files, running.runner_for, running.reconfigure))
