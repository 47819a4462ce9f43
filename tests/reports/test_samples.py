"""`greenroom report samples`: reports of simulated days of the examples, made by one command."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from greenroom.commands.report_samples import command
from greenroom.demo.samples import sample_bookings
from premises.site import Site
from premises.sitefile import example, load_premises

DAY = ("--first", "2026-03-04", "--days", "1", "--form", "html")


@pytest.mark.slow
def test_five_funders_of_two_countries_in_three_languages(tmp_path: Path) -> None:
    done = CliRunner().invoke(command, ["pole-images", "--out", str(tmp_path), "--kind", "funder", *DAY])
    assert done.exit_code == 0, done.output
    (folder,) = tmp_path.iterdir()
    pages = {path.name.split(".")[-2]: path.read_text(encoding="utf-8") for path in folder.glob("*.html")}
    assert set(pages) == {"fr", "nl", "en"}
    for page in pages.values():
        for funder in ("CRRAV", "DAE", "CCIV", "Wallimage", "VAF"):
            assert funder in page
    assert "Verslag aan de financiers" in pages["nl"]
    assert "Rapport aux financeurs" in pages["fr"]


@pytest.mark.slow
def test_primi_in_two_languages(tmp_path: Path) -> None:
    done = CliRunner().invoke(command, ["primi", "--out", str(tmp_path), "--kind", "studio-pack", *DAY])
    assert done.exit_code == 0, done.output
    (folder,) = tmp_path.iterdir()
    assert {path.name.split(".")[-2] for path in folder.glob("*.html")} == {"fr", "en"}


def test_what_is_no_day_or_kind_is_said_in_one_line(tmp_path: Path) -> None:
    done = CliRunner().invoke(command, ["la-kolok", "--out", str(tmp_path), "--first", "tomorrow"])
    assert "2026-03-02" in str(done.exception)


def test_sampled_bookings_are_the_same_for_the_same_days_and_lie_in_them() -> None:
    site = load_premises(example("commune-image"))
    assert isinstance(site, Site)
    first, last = date(2026, 3, 2), date(2026, 3, 15)
    bookings = sample_bookings(site, first, last)
    assert bookings == sample_bookings(site, first, last)
    assert {booking.production for booking in bookings if booking.production} == {"Production A", "Production B"}
    assert any(booking.tenant for booking in bookings)
    assert all(zone in {z.id for z in site.zones} for booking in bookings for zone in booking.zones)
