"""A site file changed while all runs: tried first, exchanged whole, and the one before kept beside it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from greenroom.configuring import SiteFiles, files_of, with_configuration
from greenroom.house import Running, build
from greenroom.premises_files import find_premises, load_sites
from greenroom.settings import Settings
from premises.booking import Booking, BookingKey, DayKind
from premises.desks import Configuration
from premises.errors import UnknownNameError
from premises.site import ZoneUse
from premises.time import Interval, ManualClock, parse_instant

NOW = parse_instant("2026-01-20T12:00:00Z")


@dataclass
class Studio:
    running: Running
    path: Path
    files: Configuration

    @property
    def site(self) -> str:
        return next(iter(self.running.sites))

    @property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    """La Kolok with a site file of its own, and a shoot tomorrow morning."""
    path = tmp_path / "own.yaml"
    shutil.copy(find_premises("la-kolok"), path)
    running = build(Settings.model_validate({"data": tmp_path / "data"}), load_sites(str(path)), ManualClock(NOW))
    try:
        files = with_configuration(running, path).configuration
        assert files is not None
        yield Studio(running, path, files)
    finally:
        running.close()


def stage(studio: Studio) -> str:
    return next(zone.id for zone in studio.running.sites[studio.site].zones if zone.use is ZoneUse.STAGE)


def test_a_new_name_is_followed_and_the_file_before_lies_beside(studio: Studio) -> None:
    before, name = studio.text, studio.running.sites[studio.site].name
    changed = before.replace(f"name: {name}", "name: Renamed studios", 1)
    assert changed != before
    tried = studio.files.preview(studio.site, changed)
    assert tried.faults == ()
    assert any("Renamed studios" in line for line in tried.changes["en"])
    assert studio.text == before, "trying changes nothing"
    studio.files.apply(studio.site, changed, "anna", NOW)
    assert studio.text == changed == studio.files.text(studio.site)
    assert studio.path.with_name("own.yaml.before").read_text(encoding="utf-8") == before
    assert studio.running.house.sites[studio.site].name == "Renamed studios"


def test_all_faults_are_told_at_once_and_nothing_is_changed(studio: Studio) -> None:
    before = studio.text
    broken = before.replace("latitude:", "latitud:", 1).replace("currency: EUR", "currency: euros", 1)
    told = studio.files.apply(studio.site, broken, "anna", NOW)
    assert len(told.faults) >= 2
    assert all("line" in fault for fault in told.faults)
    assert studio.text == before
    assert not studio.path.with_name("own.yaml.before").exists()


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "sites: [a.yaml]\nid: c\nname: C\nlanguages: [fr]\n", "\x00", "id: [" * 50])
def test_what_is_no_site_file_is_a_fault_and_no_crash(studio: Studio, text: str) -> None:
    assert studio.files.preview(studio.site, text).faults


def test_the_file_of_another_site_is_refused(studio: Studio) -> None:
    other = studio.text.replace(f"id: {studio.site}", "id: elsewhere", 1)
    assert "elsewhere" in studio.files.preview(studio.site, other).faults[0]
    with pytest.raises(UnknownNameError):
        studio.files.preview("elsewhere", other)


def test_bookings_to_come_show_what_the_change_would_do(studio: Studio) -> None:
    zone = stage(studio)
    call = NOW + timedelta(hours=19)
    held = Interval(NOW + timedelta(hours=17), NOW + timedelta(hours=29))
    booking = Booking(BookingKey("diary", "1"), studio.site, (zone,), held, day_kind=DayKind.SHOOT, call=call, title="Shoot")
    studio.running.books.bookings.put(booking, NOW)
    same = studio.files.preview(studio.site, studio.text)
    assert (same.changes["en"], same.effects) == (("nothing changes",), ())
    warmer = studio.text.replace("shoot: {heat_c: 20,", "shoot: {heat_c: 22,", 1)
    told = studio.files.preview(studio.site, warmer)
    assert told.faults == ()
    ((now, then),) = told.effects
    assert (now.booking, then.booking, then.zone) == (booking.key, booking.key, zone)
    assert (now.wanted_c, then.wanted_c) == (20.0, 22.0)


def test_a_file_that_cannot_be_followed_is_put_back(studio: Studio) -> None:
    before = studio.text

    def broken(_: object) -> None:
        raise RuntimeError("a part does not follow")

    files = SiteFiles(studio.running.house, files_of(studio.path), studio.running.runner_for, broken)
    with pytest.raises(RuntimeError):
        files.apply(studio.site, before.replace("country: FR", "country: BE", 1), "anna", NOW)
    assert studio.text == before


def test_what_came_with_greenroom_is_not_changed() -> None:
    assert files_of(find_premises("la-kolok")) == {}
