"""An owner's mistakes: all of them are told at once, each with its place, its line and what would be right."""

from __future__ import annotations

from pathlib import Path

import pytest

from premises.errors import Fault, FaultsError
from premises.sitefile import load_cluster, load_premises, load_site, load_text

SHORT = """\
id: hangar
name: Hangar
owner: The Owner
country: FR
timezone: Europe/Paris
latitude: 48.8
longitude: 2.3
languages: [fr]
floor_area_m2: 1000
zones:
  - id: stage-1
    use: stage
    area_m2: 500
    heating_plant: heat-pump
  - id: office
    use: office
    area_m2: 200
plants:
  - {id: heat-pump, kind: heat_pump, heat_power_w: 50000}
meters:
  - {id: grid, role: grid}
"""


def faults_of(text: str) -> tuple[Fault, ...]:
    with pytest.raises(FaultsError) as caught:
        load_text(text, "hangar.yaml")
    return caught.value.faults


def only_fault(text: str) -> Fault:
    faults = faults_of(text)
    assert len(faults) == 1, faults
    return faults[0]


def changed(old: str, new: str) -> str:
    assert SHORT.count(old) == 1, old
    return SHORT.replace(old, new)


def test_ten_different_faults_are_all_named_at_once() -> None:
    file = Path(__file__).with_name("ten_faults.yaml")
    marked = [number for number, line in enumerate(file.read_text("utf-8").splitlines(), 1) if " # " in line]
    with pytest.raises(FaultsError) as caught:
        load_site(file)
    faults = caught.value.faults
    assert [(fault.line, fault.path) for fault in faults] == list(
        zip(
            marked,
            [
                "timezone",
                "latitude",
                "flor_area_m2",
                "zones[0].heating_plant",
                "zones[0].comfort.shoot.heat_c",
                "zones[1].area_m2",
                "meters[1].parent",
                "devices[0].family",
                "devices[1].measures[1].unit",
                "tariffs[0].bands[1]",
            ],
            strict=True,
        )
    )
    assert all(fault.hint or "write it" in fault.message or "must be" in fault.message for fault in faults)


@pytest.mark.parametrize(
    ("old", "new", "path", "said"),
    [
        ("floor_area_m2: 1000", "flor_area_m2: 1000", "flor_area_m2", "did you mean `floor_area_m2`?"),
        ("    area_m2: 500", "    aera_m2: 500", "zones[0].aera_m2", "did you mean `area_m2`?"),
        ("    use: stage", "    use: stge", "zones[0].use", "did you mean `stage`?"),
        ("heating_plant: heat-pump", "heating_plant: heat-pmup", "zones[0].heating_plant", "did you mean `heat-pump`?"),
        ("Europe/Paris", "Europe/Pris", "timezone", "did you mean `Europe/Paris`?"),
        ("country: FR", "country: France", "country", "two capital letters"),
        ("languages: [fr]", "languages: fr", "languages", "must be a list"),
        ("latitude: 48.8", "latitude: 98.8", "latitude", "at most 90"),
        ("latitude: 48.8", "latitude:", "latitude", "nothing is no number"),
        ("id: stage-1", "id: Stage 1", "zones[0].id", "small letters, digits and single hyphens"),
        ("id: office", "id: stage-1", "zones[1].id", "as well"),
        ("id: office", "id: heat-pump", "plants[0].id", "as well"),
        ("    area_m2: 200", "    area_m2: -1", "zones[1].area_m2", "greater than 0"),
        ("    area_m2: 200", "    area_m2: 900", "floor_area_m2", "add up to 1400"),
        ("owner: The Owner\n", "", "owner", "Who owns"),
        ("    use: office", "    use: office\n    use: storage", "zones[1].use", "written twice"),
    ],
)
def test_one_mistake_is_one_fault_that_says_what_would_be_right(old: str, new: str, path: str, said: str) -> None:
    fault = only_fault(changed(old, new))
    assert fault.path == path
    assert said in f"{fault.message} {fault.hint}"
    assert fault.line is not None


def test_a_value_with_a_comma_in_braces_is_explained() -> None:
    fault = only_fault(changed("{id: heat-pump,", "{id: heat-pump, name: pump, big,"))
    assert fault.path == "plants[0].big"
    assert "quotes" in fault.hint


def test_a_mistake_in_a_block_used_four_times_is_told_once() -> None:
    zones = "".join(f"  - {{<<: *room, id: room-{n}}}\n" for n in range(4))
    text = changed("zones:\n", f"x-room: &room\n  use: office\n  area_m2: ten\nzones:\n{zones}")
    fault = only_fault(text)
    assert fault.line == 12
    assert fault.path == "zones[0].area_m2"
    assert "3 more places" in fault.message


def test_a_key_written_in_the_zone_outranks_the_block_that_it_takes_in() -> None:
    text = changed("zones:\n", "x-room: &room\n  use: office\n  area_m2: 10\nzones:\n  - {<<: *room, id: room, area_m2: 12}\n")
    site = load_text(text, "hangar.yaml")
    assert site.zone("room").area_m2 == 12  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("- a\n- b\n", "must be a block of keys"),
        ("id: [unclosed\n", "is no YAML"),
        ("id:\tx\n\tname: y\n", "is no YAML"),
        ("\0", "is no YAML"),
        ("[" * 5000, "nested too deeply"),
        ("".join(" " * level + "a:\n" for level in range(500)), "nested too deeply"),
        ("x" * 300_000, "larger than 256 KiB"),
    ],
)
def test_a_text_that_is_no_site_file_is_refused_in_one_line(text: str, said: str) -> None:
    assert said in str(faults_of(text)[0])


def test_aliases_cannot_make_a_small_file_grow_without_end() -> None:
    bomb = "x-a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True):
        bomb += f"x-{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n"
    assert "once its aliases are followed" in faults_of(SHORT + bomb)[0].message


def test_an_alias_inside_itself_and_tags_are_faults() -> None:
    messages = " ".join(str(fault) for fault in faults_of(SHORT + "x-a: &a {b: *a}\nx-c: !!python/name:os.system x\n"))
    assert "an alias stands inside what it names" in messages
    assert "has a tag" in messages


def test_a_missing_file_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(FaultsError, match="cannot be read: No such file"):
        load_premises(tmp_path / "none.yaml")


def test_a_file_is_read_as_editors_save_it(tmp_path: Path) -> None:
    (tmp_path / "windows.yaml").write_bytes(b"\xef\xbb\xbf" + SHORT.replace("\n", "\r\n").encode())
    assert load_site(tmp_path / "windows.yaml").id == "hangar"
    (tmp_path / "latin.yaml").write_bytes(changed("The Owner", "Rue Citoyenneté").encode("latin-1"))
    with pytest.raises(FaultsError, match=r"line 3: .*not UTF-8"):
        load_site(tmp_path / "latin.yaml")
    (tmp_path / "large.yaml").write_text(SHORT + "# é\n" * 80_000)
    with pytest.raises(FaultsError, match="larger than 256 KiB"):
        load_site(tmp_path / "large.yaml")


def test_a_cluster_that_names_itself_or_another_cluster_ends_in_a_fault(tmp_path: Path) -> None:
    cluster = "id: both\nname: Both\nlanguages: [fr]\nsites: [cluster.yaml]\n"
    (tmp_path / "cluster.yaml").write_text(cluster)
    with pytest.raises(FaultsError, match=r"cluster.yaml: sites: is a cluster file, where one site is needed"):
        load_cluster(tmp_path / "cluster.yaml")
    (tmp_path / "slip.yaml").write_text(cluster.replace("sites:", "site:"))
    with pytest.raises(FaultsError, match=r"line 4: site: is no key known here \(did you mean `sites`"):
        load_cluster(tmp_path / "slip.yaml")


def test_a_members_zones_are_zones_of_the_clusters_sites(tmp_path: Path) -> None:
    (tmp_path / "hangar.yaml").write_text(SHORT)
    text = "id: one\nname: One\nlanguages: [fr]\nsites: [hangar.yaml]\ntenants:\n  - {id: m, name: M, zones: [hangar/stage-1]}\n"
    (tmp_path / "one.yaml").write_text(text)
    assert load_cluster(tmp_path / "one.yaml").tenants[0].zones == ("hangar/stage-1",)
    (tmp_path / "one.yaml").write_text(text.replace("hangar/stage-1", "hangar/stage-2"))
    with pytest.raises(FaultsError, match="did you mean `hangar/stage-1`"):
        load_cluster(tmp_path / "one.yaml")


def test_a_cluster_tells_the_faults_of_all_its_files(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(changed("    use: stage", "    use: stge"))
    (tmp_path / "cluster.yaml").write_text(
        "id: both\nname: Both\nlanguages: [fr]\nsites: [a.yaml, b.yaml]\n"
        "funds:\n  - {id: fund, name: Fund, total: 100, grants: [{funder: A, amount: 120}]}\n"
    )
    with pytest.raises(FaultsError) as caught:
        load_cluster(tmp_path / "cluster.yaml")
    assert [fault.path for fault in caught.value.faults] == ["funds[0].grants", "a.yaml: zones[0].use", "sites[1]"]


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("zones:\n", "zoens:\n", "zoens"),
        ("id: heat-pump, kind", "id: Heat-Pump, kind", "plants[0].id"),
        ("role: grid", "role: main", "meters[0].role"),
        ("heat_power_w: 50000", "heat_power_w: 50 kW", "plants[0].heat_power_w"),
    ],
)
def test_one_fault_does_not_bring_others_along(old: str, new: str, path: str) -> None:
    text = (
        SHORT
        + "  - {id: sub, parent: grid}\ndevices:\n  - {id: air, family: zigbee2mqtt, topic: air, zone: stage-1, measures: [co2]}\n"
    )
    assert text.count(old) == 1
    assert only_fault(text.replace(old, new)).path == path


@pytest.mark.parametrize(
    ("old", "new", "line", "hint"),
    [
        ("name: Hangar", "name: Hangar: the big one", 2, "needs quotes"),
        ("name: Hangar", "name: 'Hangar", 2, "never closed"),
        ("name: Hangar", "name: @Hangar", 2, "in quotes"),
        ("languages: [fr]", "languages: [fr", 9, "close the bracket"),
        ("    use: office", "   use: office", 16, "stand in one column"),
        ("    use: office", "\tuse: office", 16, "spaces, not tabs"),
        ("heating_plant: heat-pump", "heating_plant: *pump", 14, "must stand above"),
        ("zones:\n", "---\nzones:\n", 10, "one document"),
    ],
)
def test_what_yaml_stumbles_on_is_said_in_an_owners_words(old: str, new: str, line: int, hint: str) -> None:
    fault = only_fault(changed(old, new))
    assert fault.line == line
    assert hint in fault.hint
