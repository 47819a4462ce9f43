"""The auditor's calculator: JSON in, JSON out that says how and from where; every fault is refused in one line."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from greenroom.commands.figures import command
from reports.figures.page import figures_page
from reports.figures.registry import figures

PAGE = Path(__file__).parents[2] / "docs" / "figures.md"


def asked(*arguments: str, given: object = None) -> Result:
    text = given if isinstance(given, str) else json.dumps(given)
    return CliRunner().invoke(command, list(arguments), input=text)


def answered(name: str, **given: Any) -> dict[str, Any]:
    result = asked(name, "--input", "-", given=given)
    assert result.exit_code == 0, result.output
    document: dict[str, Any] = json.loads(result.stdout)
    return document


def refused(name: str, given: object, status: int = 1) -> str:
    result = asked(name, "--input", "-", given=given)
    assert result.exit_code == status
    assert result.stdout == ""
    assert result.stderr.startswith("greenroom: ")
    assert result.stderr.count("\n") == 1
    return result.stderr


@pytest.mark.parametrize("name", list(figures()))
def test_the_example_of_every_figure_computes_and_its_answer_says_how(name: str) -> None:
    example = asked(name, "--example")
    assert example.exit_code == 0
    document = answered(name, **json.loads(example.stdout))
    assert document["figure"] == name
    assert document["value"] is not None
    assert document["source"]
    assert document["rule"]
    for key, value in json.loads(example.stdout).items():
        assert document["inputs"][key] == value


def test_the_list_names_every_figure_for_people_and_for_programs() -> None:
    listed = json.loads(asked("--list", "--json").stdout)
    assert [figure["name"] for figure in listed] == list(figures())
    intensity = next(figure for figure in listed if figure["name"] == "electricity-intensity")
    assert [(wanted["name"], wanted["unit"], wanted["required"]) for wanted in intensity["inputs"]] == [
        ("electricity_kwh", "kWh", True),
        ("area_m2", "m²", True),
    ]
    table = asked("--list").stdout
    assert all(name in table for name in figures())
    only = asked("specific-yield", "--list").stdout
    assert "IEC 61724-1" in only
    assert "carbon" not in only


def test_the_page_of_the_documentation_is_up_to_date() -> None:
    assert asked("--list", "--markdown").stdout == figures_page()
    assert PAGE.read_text(encoding="utf-8") == figures_page(), (
        "write it anew: greenroom figures --list --markdown > docs/figures.md"
    )


def test_numbers_come_from_a_file_too(tmp_path: Path) -> None:
    given = tmp_path / "given.json"
    given.write_text('{"generation_kwh": 45000.5, "peak_power_kw": 50}', encoding="utf-8-sig")
    assert json.loads(asked("specific-yield", "--input", str(given)).stdout)["value"] == 900.01


def test_wrong_use_is_told_from_a_refusal() -> None:
    assert asked().exit_code == 2
    assert asked("carbon").exit_code == 2
    assert asked("carbon", "--example", "--list").exit_code == 2
    assert asked("carbon", "--input", "/there/is/no/such/file.json").exit_code == 2
    unknown = asked("performance-ration", "--example")
    assert unknown.exit_code == 2
    assert "did you mean performance-ratio" in unknown.stderr


def test_all_faults_of_an_input_are_told_together() -> None:
    line = refused("self-consumption", '{"generation_kwh": [1, "2", NaN, -3], "lod_kwh": [1], "interval_minutes": 1e999}', 2)
    for fault in ("'lod_kwh', did you mean 'load_kwh'?", "number 2 is text", "number 3 is nan", "number 4 is -3", "1E+999"):
        assert fault in line
    assert "peak_power_kw is missing, give a number in kWp" in refused("specific-yield", {"generation_kwh": True}, 2)
    assert "generation_kwh is true or false" in refused("specific-yield", {"generation_kwh": True}, 2)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("{", "no JSON at line 1"),
        ("[1]", "give a JSON object of inputs by name"),
        ('{"gross_kwh": 1, "gross_kwh": 2}', "'gross_kwh' stands twice"),
        ("[" * 100_000, "nested too deeply"),
        ('{"gross_kwh": ' + "9" * 400 + "}", "beyond 1e+18"),
        ('{"gross_kwh": ' + "9" * 5000 + "}", "no usable JSON number"),
    ],
)
def test_what_is_no_usable_json_is_refused(given: str, reason: str) -> None:
    assert reason in refused("gas-net", given, 2)


def test_a_rate_without_denominator_is_not_available_and_says_why() -> None:
    document = answered("self-consumption", generation_kwh=[0, 0], load_kwh=[3, 4], interval_minutes=15)
    assert document["value"] is None
    assert document["not_available"] == {"self_consumption_pct": "there was no generation"}
    assert answered("specific-yield", generation_kwh=5, peak_power_kw=0)["not_available"]


def test_solar_rates_from_loads_from_registers_and_from_published_totals() -> None:
    by_load = answered("solar-balance", generation_kwh=[0, 9, 15, 3], load_kwh=[8, 6, 5, 9])["values"]
    by_register = answered("solar-balance", generation_kwh=[0, 9, 15, 3], import_kwh=[8, 0, 0, 6], export_kwh=[0, 3, 10, 0])
    assert by_load == by_register["values"]
    assert by_load["self_sufficiency_pct"] == 50
    published = answered("self-consumption", generation_kwh=35.31, self_consumed_kwh=11.70, load_kwh=18.56)
    assert published["value"] == pytest.approx(33.14, abs=0.005)
    assert answered("self-sufficiency", generation_kwh=35.31, self_consumed_kwh=11.70, load_kwh=18.56)["value"] == pytest.approx(
        63.04, abs=0.005
    )
    assert "would be netted over the period" in refused("self-consumption", {"generation_kwh": 27, "load_kwh": 28})


def test_carbon_keeps_scopes_and_methods_apart_and_names_factors_of_the_register() -> None:
    document = answered(
        "carbon",
        import_kwh=[50_000, 70_000],
        location_factor={"country": "fr", "carrier": "electricity_grid", "scope": "location_based", "year": 2022},
        residual_factor=0.07,
        contractual_kwh=30_000,
        gas_gross_kwh=80_000,
        fuel_factor=0.227,
        generation_kwh=40_000,
        exported_kwh=9_000,
    )
    assert document["values"] == {
        "total_location_kg": 22_584,
        "total_market_kg": 22_644,
        "scope1_kg": 16_344,
        "scope2_location_kg": 6_240,
        "scope2_market_kg": 6_300,
        "avoided_kg": 1_612,
        "exported_kg": 468,
        "self_consumed_kwh": 31_000,
        "load_kwh": 151_000,
    }
    assert document["factors"][0]["identity"].startswith("FR electricity location 2022, ADEME")
    assert "exported_kwh is above generation_kwh" in refused(
        "carbon", {"import_kwh": 1, "location_factor": 1, "generation_kwh": 1, "exported_kwh": 2}
    )
    assert "without fuel_factor" in refused("scope-1", {"gas_gross_kwh": 5})


def test_every_year_has_its_own_factor() -> None:
    by_year = {"2023": 10_000, "2024": 30_000}
    assert answered("scope-2-location", import_kwh=by_year, location_factor={"2023": 0.06, "2024": 0.05})["value"] == 2_100
    assert "no factor of 2024" in refused("scope-2-location", {"import_kwh": by_year, "location_factor": {"2023": 0.06}})


def test_a_factor_is_told_with_its_source_provisional_or_refused() -> None:
    asked_for = {"country": "BE", "carrier": "electricity", "scope": "location"}
    exact = answered("factor", **asked_for, year=2023)
    assert (exact["value"], exact["unit"], exact["values"]["provisional"]) == (0.174, "kgCO2e/kWh", False)
    assert answered("factor", **asked_for, year=2030)["values"]["provisional"] is True
    assert "no location factor of electricity for BE in 2010" in refused("factor", asked_for | {"year": 2010})
    within = {"import_kwh": 5, "location_factor": asked_for | {"year": 2010}}
    assert "location_factor is refused: no location factor" in refused("scope-2-location", within)
    assert "import_kwh is text" in refused("scope-2-location", within | {"import_kwh": "5"}, 2)
    assert "did you mean 'residual'" in refused("factor", asked_for | {"scope": "residuals", "year": 2023})
    dpe = {"country": "FR", "carrier": "electricity", "scope": "primary_energy_DPE"}
    assert (answered("factor", **dpe, year=2025)["value"], answered("factor", **dpe, year=2026)["value"]) == (2.3, 1.9)


def test_final_energy_and_attestation_use_the_orders_own_coefficients() -> None:
    final = answered("final-energy", quantities={"electricity": 1000, "natural_gas": 2000, "heat_network": 100}, year=2024)
    assert final["value"] == 2_877
    assert final["values"]["provisional"] == []
    assert answered("operat-emissions", energy_net_kwh={"electricity": 1000, "gas": 1800}, year=2025)["value"] == 472.6
    assert "no carrier 'peat'" in refused("final-energy", {"quantities": {"peat": 1}, "year": 2024})
    assert (
        answered("primary-energy", electricity_import_kwh=[500, 500], electricity_factor=1.9, gas_gross_kwh=100)["value"] == 1_990
    )


def test_money_of_funders_adds_up_and_the_fraction_is_kept() -> None:
    share = answered("funder-share", contribution=446_000, eligible_cost=1_177_000, claim=987_654.32)["values"]
    assert share["fraction"] == "446/1177"
    assert (share["part"], share["rest"]) == (374_251.34, 613_402.98)
    assert (share["shown_pct"], share["shown_rest_pct"]) == (37.89, 62.11)
    five = answered("co-financing-rate", contributions={"a": 1, "b": 1, "c": 1}, claim=100)["values"]
    assert five["percent"] == {"a": 33.34, "b": 33.33, "c": 33.33}
    assert five["claim"] == {"a": 33.34, "b": 33.33, "c": 33.33}
    rata = answered("pro-rata", amount=50, contribution=1, eligible_cost=3)["values"]
    assert (rata["part"], rata["rest"], rata["full"]) == (16.7, 33.3, 50)
    level = answered("achievement-ratio", achieved=400, target=350, baseline=600, code="RCR29")["values"]
    assert (level["met"], level["reduction"], level["indicator_unit"]) == (False, 200, "t CO2eq/year")
    assert answered("achievement-ratio", achieved=0.12, target=0.1, code="RCO22")["values"]["met"] is True
    assert "add up to 3, more than the eligible cost 2" in refused(
        "co-financing-rate", {"contributions": {"a": 3}, "eligible_cost": 2}
    )


def test_what_is_shared_adds_up_and_ties_go_to_the_first_name() -> None:
    assert answered("largest-remainder", total=500, weights={"p3": 7, "P1": 7, "P2": 7})["value"] == {
        "P1": 166.7,
        "P2": 166.7,
        "p3": 166.6,
    }
    assert answered("largest-remainder", total=0, weights=[])["value"] == {}
    assert "all weights are 0" in refused("largest-remainder", {"total": 5, "weights": [0, 0, 0]})
    assert "a weight below 0: B" in refused("largest-remainder", {"total": 5, "weights": {"A": 2, "B": -1}})
    common = answered(
        "common-consumption", main_kwh=9876.5, sub_meters_kwh={"A": 4000.2, "stages": 2500}, areas_m2={"A": 900, "B": 600, "C": 100}
    )["values"]
    assert common["common_kwh"] == 3376.3
    assert sum(common["shares_kwh"].values()) == pytest.approx(3376.3)
    assert "no reading of A" in refused("common-consumption", {"main_kwh": 9, "sub_meters_kwh": {"A": None}, "areas_m2": {"A": 1}})


def test_booked_windows_by_number_by_instant_and_by_name_are_the_same() -> None:
    energy = [1, 20, 20, 35, 35, 2]
    by_number = answered(
        "allocation-booked-windows",
        energy_kwh=energy,
        bookings=[{"name": "P1", "from": 1, "to": 3}, {"name": "P2", "from": 3, "to": 5}],
    )
    by_instant = answered(
        "allocation-booked-windows",
        energy_kwh=energy,
        start="2026-03-29T00:00:00+01:00",
        bookings=[
            {"name": "P1", "start": "2026-03-29T00:00:00Z", "end": "2026-03-29T04:00:00+02:00"},
            {"name": "P2", "start": "2026-03-29T02:00:00Z", "end": "2026-03-29T04:00:00Z"},
        ],
    )
    by_name = answered("allocation-booked-windows", energy_kwh=energy, booked_by=[None, "P1", "P1", "P2", "P2", None])
    assert by_number["values"] == by_instant["values"] == by_name["values"]
    assert by_number["values"]["by_booking_kwh"] == {"P1": 40, "P2": 70}
    assert by_number["values"]["standby_kwh"] == 3
    assert "has no offset" in refused(
        "allocation-booked-windows",
        {"energy_kwh": [1], "start": "2026-01-01T00:00:00", "bookings": [{"name": "P", "start": "x", "end": "y"}]},
    )


def test_the_day_of_25_hours_expects_an_hour_more() -> None:
    assert answered("completeness", values=[1] * 24, day="2026-10-25")["value"] == 96
    assert answered("completeness", values=[1] * 23, day="2026-03-29")["value"] == 100
    assert answered("completeness", valid=2976, month="2026-10", interval_minutes=15)["values"]["missing"] == 4
    assert "23 or 25 hours" in refused("completeness", {"values": [1] * 24, "day": "2026-03-29"})
    assert answered("day-estimate", hours_kwh=[2] * 20, day="2026-10-25")["value"] == 50
    assert "write day like" in refused("completeness", {"values": [1], "day": "29/03/2026"})


def test_cost_follows_bands_and_its_lines_add_up() -> None:
    bill = answered(
        "cost-time-of-use",
        energy_kwh=[10, 20.5, None, 7],
        bands=["day", "day", "day", "night"],
        prices={"day": 0.2131, "night": 0.1477},
        power_kva=36,
        price_per_kva_month=1.337,
        standing_per_month=9.99,
        taxes_per_kwh=0.0225,
        export_kwh=11,
        export_price=0.0761,
        value_added_tax_pct=20,
        reduced_tax_pct=5.5,
    )["values"]
    assert bill["missing"] == 1
    assert bill["energy_kwh"] == {"day": 30.5, "night": 7}
    assert sum(bill["lines"].values()) == pytest.approx(bill["net"])
    assert bill["net"] == 65.66  # 6.49955 + 1.0339 + 48.132 + 9.99 + 0.84375 - 0.8371 = 65.6621
    assert bill["gross"] == pytest.approx(bill["net"] + bill["value_added_tax"])
    assert bill["value_added_tax"] == 4.87
    assert "no price of band 'noon'" in refused("cost-time-of-use", {"energy_kwh": {"noon": 1}, "prices": {"day": 1}})
    gas = answered("cost-time-of-use", energy_kwh=900, prices=0.08, net_kwh_per_gross_kwh=0.9)
    assert gas["value"] == 80
