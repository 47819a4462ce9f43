"""A changed site file, taken up by a whole house while it runs."""

from dataclasses import replace
from pathlib import Path

import pytest

from greenroom.house import build
from greenroom.premises_files import load_one_site
from greenroom.settings import Settings
from ingest.arrivals import Arrivals
from premises.errors import UnknownNameError
from premises.reading import RawMessage
from premises.time import ManualClock, parse_instant

NOW = parse_instant("2026-01-20T12:00:00Z")


def test_every_part_of_the_house_goes_by_the_changed_file(tmp_path: Path) -> None:
    site = load_one_site("la-kolok")
    clock = ManualClock(NOW)
    running = build(Settings.model_validate({"data": tmp_path}), [site], clock)
    try:
        before = running.runners[site.id]
        gone = next(point for point in site.points if not point.writable and point.device != "greenroom")
        device = next(one for one in site.devices if one.id == gone.device)
        moved = replace(device, topic=f"{device.topic}-second")
        changed = replace(
            site,
            name="La Kolok, renamed",
            devices=tuple(moved if one is device else one for one in site.devices),
            points=tuple(one for one in site.points if one is not gone),
        )
        for subject in (gone.id, "greenroom"):
            running.books.alarms.raise_(site.id, "stale", subject, {"en": "stale"}, NOW)
        running.reconfigure(changed)
        assert running.house.sites[site.id].name == "La Kolok, renamed"
        assert running.runners[site.id] is not before
        assert running.runners[site.id].site is changed
        wanted = running.interpreter.subscriptions()
        assert any(one.startswith(f"{device.topic}-second") for one in wanted)
        assert [alarm.subject for alarm in running.books.alarms.active(site.id)] == ["greenroom"]
        running.runners[site.id].tick(NOW)
        running.intake.receive(Arrivals(1, [RawMessage("nobody/knows", b"1", NOW)]))
        running.intake.drain()
        assert running.house.intake.status().balanced
        assert running.house.metrics is not None
        assert "greenroom_messages_received_total 1.0" in running.house.metrics()
        with pytest.raises(UnknownNameError, match="no site"):
            running.reconfigure(replace(site, id="elsewhere"))
        assert running.runners[site.id].site is changed
    finally:
        running.close()
