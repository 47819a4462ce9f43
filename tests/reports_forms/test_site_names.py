"""In a cluster's tables people read the names of sites; files for programs bear id and name."""

from __future__ import annotations

from dataclasses import replace

from reports.content import CellKind, Column, Report, Section, Table
from reports.forms.forms import render_forms
from tests.reports_editions.stories import inputs, report

ENERGY = Table(
    "by_site",
    "By site",
    (Column("site", "Site", CellKind.NAME), Column("energy_kwh", "Energy", CellKind.NUMBER, "kWh")),
    (("north", 3), ("south", 4)),
    (None, 7),
)


def files(*sites: tuple[str, str]) -> dict[str, str]:
    base: Report = report(inputs())
    of = replace(base, sites=sites, sections=(Section("all", "All", (ENERGY,)),), attachments=(), languages=("en",))
    return {name: data.decode() for name, data in render_forms(of, None, ("html", "csv")).items()}


def test_csv_has_the_name_beside_the_id_and_the_page_the_name() -> None:
    told = files(("north", "The North Hall"), ("south", "The South Hall"))
    assert told["by_site.csv"].splitlines() == [
        "site,site_name,energy_kwh",
        "north,The North Hall,3",
        "south,The South Hall,4",
        "Total,,7",
    ]
    page = next(text for name, text in told.items() if name.endswith(".html"))
    assert ">The North Hall<" in page
    assert ">north<" not in page


def test_a_report_of_one_site_stays_as_it_is() -> None:
    assert files(("north", "The North Hall"))["by_site.csv"].splitlines()[0] == "site,energy_kwh"
