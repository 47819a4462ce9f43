"""OPERAT: objectives by hand, heating adjusted and never the total, and a declaration that says what is wrong with it."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date

import pytest

from premises.reporting import Operat, OperatCategory, OperatPart, OperatReference
from premises.site import Meter, Site
from premises.tariff import Carrier
from reports.content import Report, Standing
from reports.kinds import ReportRefusedError, make
from tests.reports.flat import FlatStore, booking, gathered
from tests.reports.meters import point, small_site

YEAR = (date(2025, 1, 1), date(2025, 12, 31))
QUARTERS = 35_040
FLAT = {"grid/energy": 1.0, "grid/energy_export": 0.5, "pv/energy": 1.0, "rig/energy": 0.25, "gas/energy": 0.5}
DAYS = 365 * (18 - 5.0)  # every day from 2 to 8 °C: 18 - (2 + 8) / 2


def studio(**changes: object) -> Site:
    operat = Operat(
        (OperatPart(OperatCategory.FILM_STUDIO, ("stage-1",), hours=3744.0),),
        OperatReference(2019, 200.0, document="invoices"),
        entity="EFA-1",
        siret="12345678901234",
        mean_heating_degree_days=1.1 * DAYS,
        mean_cooling_degree_days=100.0,
    )
    site = replace(small_site(), operat=replace(operat, **changes), climate_zone="H1a")  # type: ignore[arg-type]
    site = replace(site, points=(*site.points, point("outdoor", "outdoor_temperature")))
    return replace(site, meters=tuple(replace(meter, delivery_point=f"PDL-{meter.id}") for meter in site.meters))


def report_of(site: Site, first: date = YEAR[0], last: date = YEAR[1], store: FlatStore | None = None) -> Report:
    inputs = gathered("operat", site, store or FlatStore(FLAT, outdoor_c=(2.0, 8.0)), first, last)
    (report,) = make("operat", inputs)
    return report


def declared(report: Report) -> dict[tuple[str, str], str]:
    (file,) = report.files
    return {(row["section"], row["key"]): row["value"] for row in csv.DictReader(io.StringIO(file.text))}


def test_the_year_by_hand() -> None:
    report = report_of(studio())
    figures = report.figures()
    electricity, gas = 1.0 * QUARTERS, 0.5 * QUARTERS * 0.90
    assert figures["small.final_energy"].value == pytest.approx(electricity + gas)
    adjusted = electricity + gas + gas * 0.1  # the gas heats; degree-days of the year are a tenth below the mean
    assert figures["small.adjusted_energy"].value == pytest.approx(adjusted)
    assert figures["small.adjusted_intensity"].value == pytest.approx(adjusted / 500)
    assert figures["small.cabs"].value == pytest.approx(87.0)
    assert figures["small.crelat_2030"].value == pytest.approx(120.0)
    assert figures["small.attestation_ghg"].value == pytest.approx(electricity * 0.064 + gas * 0.227)
    rows = report.tables()["objectives"].rows
    assert [row[4] for row in rows] == [True, False, False]  # 103.0 kWh/m²: below 120, above 100
    assert (rows[0][5], rows[0][6]) == (False, True)  # above Cabs, but either is enough


def test_the_declaration_says_it_in_plain_numbers() -> None:
    facts = declared(report_of(studio()))
    assert facts["entity", "siret"] == "12345678901234"
    assert facts["carrier.electricity", "delivery_point"] == "PDL-grid"
    assert facts["carrier.gas", "coefficient"] == "0.9"
    assert facts["carrier.electricity", "final_energy"] == "35040.0"
    assert facts["result", "heating_adjustment"] == "1576.8"
    assert facts["activity.1", "category"] == "film_studio"
    parts = [float(facts["parts", name]) for name in ("individual", "shared_out", "common")]
    assert sum(parts) == pytest.approx(float(facts["result", "total_final_energy"]))


def test_all_checks_hold_of_a_whole_year_with_papers() -> None:
    checks = report_of(studio()).tables()["checks"].rows
    assert [row[0].code for row in checks if not row[1]] == []  # type: ignore[union-attr]


def test_part_of_a_year_tells_no_objective_and_takes_the_standards_hours() -> None:
    site = studio(parts=(OperatPart(OperatCategory.FILM_STUDIO, ("stage-1",)),))
    report = report_of(site, date(2025, 1, 1), date(2025, 3, 31))
    assert report.figures()["small.cabs"].value == pytest.approx(87.0)
    assert {row[6] for row in report.tables()["objectives"].rows} == {None}
    assert "operat.no_rating" in str(report.sections)
    failed = {row[0].code for row in report.tables()["checks"].rows if not row[1]}  # type: ignore[union-attr]
    assert {"check.twelve_months", "check.climate"} <= failed


def test_hours_are_counted_from_bookings() -> None:
    site = studio(parts=(OperatPart(OperatCategory.FILM_STUDIO, ("stage-1",)),))
    bookings = [
        booking("small", "stage-1", f"2025-{month:02}-03T08:00", f"2025-{month:02}-13T08:00", production="A")
        for month in range(1, 13)
    ]
    inputs = gathered("operat", site, FlatStore(FLAT), *YEAR, bookings=bookings)
    (report,) = make("operat", inputs)
    assert report.tables()["operat_parts"].rows[0][3] == 12 * 240
    expected = 35 + 52 * (0.79 + 0.21 * 2880 / 3744) + 0.28 * 35 * (2880 - 3744) / 3744
    assert report.figures()["small.cabs"].value == pytest.approx(expected)


def test_heating_without_a_meter_is_adjusted_by_the_coefficient_not_the_total_by_the_ratio() -> None:
    site = studio()
    zone = replace(site.zones[0], heating_plant="boiler")
    site = replace(site, zones=(zone,), meters=tuple(replace(m, use="general") if m.id == "gas" else m for m in site.meters))
    figures = report_of(site).figures()
    total = float(figures["small.final_energy"].value or 0)
    assert figures["small.adjusted_energy"].value == pytest.approx(total + total * 0.000247 * 0.1 * DAYS)


def test_days_without_temperature_are_said_and_nothing_is_adjusted() -> None:
    report = report_of(studio(), store=FlatStore(FLAT, outdoor_c=None))
    assert report.figures()["small.adjusted_energy"].value is None
    assert report.figures()["small.final_energy"].value is not None
    assert "operat.days_missing" in str(report.sections)


def test_network_heat_counts_with_the_coefficient_of_this_declaration_and_needs_its_own_factor() -> None:
    site = studio()
    network = Meter("net", "Network", Carrier.HEAT_NETWORK, role="grid", use="heating", delivery_point="NET")
    site = replace(site, meters=(*site.meters, network), points=(*site.points, point("net", "heat_energy")))
    report = report_of(site, store=FlatStore({**FLAT, "net/heat_energy": 1.0}, outdoor_c=(2.0, 8.0)))
    assert report.figures()["small.final.heat_network"].value == pytest.approx(0.77 * QUARTERS)
    assert report.standing is Standing.REFUSED
    assert "why.no_network_factor" in str(report.refusals)


def test_a_site_without_entity_is_refused_with_what_to_do() -> None:
    with pytest.raises(ReportRefusedError, match="operat:"):
        make("operat", gathered("operat", small_site(), FlatStore(FLAT), *YEAR))
