"""What `check` says about a file without fault: the summary, the remarks, the table of points, what a new version changes."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

from premises.site import GREENROOM, Site
from premises.sitefile import (
    describe,
    describe_changes,
    diff_sites,
    example,
    example_names,
    list_points,
    load_premises,
    load_site,
    load_text,
    points_csv,
    remarks,
)

TEXT = example("la-kolok").read_text("utf-8")


@pytest.fixture(scope="module")
def la_kolok() -> Site:
    return load_site(example("la-kolok"))


def changed(old: str, new: str) -> Site:
    assert TEXT.count(old) == 1, old
    site = load_text(TEXT.replace(old, new), "la-kolok.yaml")
    assert isinstance(site, Site)
    return site


def test_the_summary_lets_an_owner_compare_the_file_with_the_building(la_kolok: Site) -> None:
    text = describe(la_kolok)
    assert "15 on 4,870 of 5,000 m²: 4 stages (2,050 m²)" in text
    assert "340 kW heat from electricity" in text
    assert "100 kWp in 2 strings" in text
    assert "161, of which 37 can be set" in text
    assert "0.1342 to 0.2462 EUR/kWh of electricity in 4 bands" in text
    assert "446,000 (37.9%)" in text


def test_a_cluster_is_summed_up_with_all_its_sites() -> None:
    text = describe(load_premises(example("pole-images")))
    assert text.startswith("Pole Images Nord-Pas-de-Calais (pole-images): 3 sites, fr, nl, en\n")
    assert "Common fund for animation pilots (part of fund): 750,000 EUR" in text
    assert text.count("contract ") == 3


@pytest.mark.parametrize("name", example_names())
def test_no_example_leaves_anything_to_remark(name: str) -> None:
    premises = load_premises(example(name))
    for site in (premises,) if isinstance(premises, Site) else premises.sites:
        assert remarks(site) == ()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("zone: storage, measures: *small-room", "zone: storage, measures: [humidity]", "no device measures its air_temperature"),
        ("zone: storage, measures: *thermostat", "zone: storage, measures: [heating_demand]", "cannot steer it"),
        ("zone: stage-2, every: 1 h, measures: [occupancy]", "zone: stage-2", "device stage-2-people measures nothing"),
        ("  - {meter: gas, tariff: gas, supplier: Énergie de la Rive, since: 2025-01-01}\n", "", "gas has no contract"),
        (
            "of: kitchen, channel: em:0/total, measures: [power, energy]",
            "of: kitchen, channel: em:0/total, measures: [power]",
            "kitchen has no counter",
        ),
        ("name: PV production, role: production", "name: PV production, parent: grid", "no meter with role: production"),
    ],
)
def test_what_keeps_greenroom_from_its_work_is_remarked(old: str, new: str, said: str) -> None:
    (remark,) = remarks(changed(old, new))
    assert said in remark


def test_every_point_is_one_row_of_the_table(la_kolok: Site) -> None:
    rows = list(csv.DictReader(io.StringIO(points_csv(la_kolok))))
    assert rows == list_points(la_kolok)
    assert [row["point"] for row in rows] == [point.id for point in la_kolok.points]
    (door,) = (row for row in rows if row["point"] == "stage-1/contact")
    assert (door["family"], door["topic"], door["expected_every_s"]) == ("zigbee2mqtt", "zigbee2mqtt/stage-1-door", "")


def test_a_cell_of_the_table_never_runs_as_a_formula() -> None:
    site = changed("topic: solar\n", 'topic: "=cmd()"\n')
    assert "'=cmd()" in points_csv(site)


def test_the_same_file_in_another_order_changes_nothing(la_kolok: Site) -> None:
    lines = TEXT.splitlines(keepends=True)
    first, last = (
        next(i for i, line in enumerate(lines) if f"id: {name}" in line) for name in ("offices-north,", "offices-south,")
    )
    lines[first], lines[last] = lines[last], lines[first]
    shuffled = load_text("".join(lines), "la-kolok.yaml")
    assert isinstance(shuffled, Site)
    changes = diff_sites(la_kolok, shuffled)
    assert not changes
    assert describe_changes(changes) == "nothing changes"


def test_a_moved_device_is_subscribed_anew_and_keeps_its_history(la_kolok: Site) -> None:
    changes = diff_sites(la_kolok, changed("topic: solar\n", "topic: sun\n"))
    assert changes.resubscribe == ("solar-gateway",)
    assert changes.history_ends == ()
    assert describe_changes(changes) == "~ devices: solar-gateway: topic solar → sun"


def test_a_new_comfort_touches_its_zone_and_nothing_else(la_kolok: Site) -> None:
    changes = diff_sites(la_kolok, changed("work: {heat_c: 20, light_pct: 80, humidity_max_pct: 60}", "work: {heat_c: 19}"))
    assert set(changes.parts) == {"zones"}
    assert [change.id for change in changes.parts["zones"].changed] == ["wardrobe"]
    assert changes.resubscribe == ()


def test_a_point_that_goes_ends_its_history_and_one_that_comes_begins(la_kolok: Site) -> None:
    new = changed("measures: [power, energy, energy_today]", "measures: [power, energy]\n    every: 1 min")
    changes = diff_sites(la_kolok, new)
    assert changes.history_ends == ("pv/energy_today",)
    assert changes.parts["points"].removed == ("pv/energy_today",)
    assert new.point("pv/power").expected_every == timedelta(minutes=1)
    back = diff_sites(new, la_kolok)
    assert back.parts["points"].added == ("pv/energy_today",)
    assert back.history_ends == ()


def test_a_zone_brings_greenrooms_own_points_with_it(la_kolok: Site) -> None:
    new = changed("  - {id: plant-room, name:", "  - {id: attic, use: storage, area_m2: 20}\n  - {id: plant-room, name:")
    changes = diff_sites(la_kolok, new)
    assert changes.parts["zones"].added == ("attic",)
    assert all(new.point(name).device == GREENROOM for name in changes.parts["points"].added)


def test_two_sites_cannot_be_versions_of_one(la_kolok: Site) -> None:
    with pytest.raises(ValueError, match="a site keeps its id"):
        diff_sites(la_kolok, load_site(example("primi-nice")))
