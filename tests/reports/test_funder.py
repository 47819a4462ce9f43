"""The funder's report: coded indicators of a whole year, shares as fractions, the same numbers for every funder."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from premises.reporting import Indicator, Operation
from premises.site import Cluster, Site
from premises.sitefile import example, load_premises
from reports.content import Cell, Report, Standing, Table
from reports.factors import Factor
from reports.funder.shares import kept_until, slug
from reports.inputs import Guarantee, Supplements
from reports.kinds import make
from tests.reports.flat import FlatStore, gathered
from tests.reports.meters import small_site

YEAR = (date(2025, 1, 1), date(2025, 12, 31))
FLAT = {"grid/energy": 2.0, "grid/energy_export": 0.5, "pv/energy": 1.0, "rig/energy": 0.75, "gas/energy": 3.0}
QUARTERS = 35_040
HEAT = tuple(
    Factor("FR", "heat_network", scope, None, value, "1", "network", "2025", "its own line")
    for scope, value in (("scope2", 0.1), ("primary", 0.5))
)


def report_of(site: Site | Cluster, supplements: Supplements | None = None, flat: dict[str, float] | None = None) -> Report:
    (report,) = make("funder", gathered("funder", site, FlatStore(flat or FLAT), *YEAR, supplements=supplements))
    return report


def row_of(report: Report, code: str) -> dict[str, Cell]:
    table: Table = report.tables()["indicators"]
    names = [column.id for column in table.columns]
    return next(dict(zip(names, row, strict=True)) for row in table.rows if row[0] == code)


def test_levels_of_a_year_by_hand() -> None:
    report = report_of(small_site())
    figures = report.figures()
    electricity, gas = 2.0 * QUARTERS, 3.0 * QUARTERS * 0.9
    assert figures["operation.RCR26"].value == pytest.approx((electricity * 2.3 + gas * 1.0) / 1000)
    assert figures["operation.RCR29"].value == pytest.approx((gas * 0.227 + electricity * 0.0519) / 1000)
    assert figures["operation.RCR29"].standing is Standing.PROVISIONAL  # the mean mix is of 2024
    assert "operation.RCR31" in figures
    assert "FR electricity primary 2025, OPERAT version in force 2026-05-03" in figures["operation.RCR26"].factors


def test_each_indicator_opens_into_its_meter_rows() -> None:
    figure = report_of(small_site()).figures()["operation.RCR26"]
    assert {(row.meter, row.register, row.kwh) for row in figure.evidence} == {
        ("grid", "energy", 2.0 * QUARTERS),
        ("gas", "energy", 3.0 * QUARTERS),
    }


def test_targets_ratios_and_reductions_stand_beside_what_was_achieved() -> None:
    told = Operation(
        "N-1",
        "Small",
        completed=date(2024, 12, 1),
        last_payment=date(2026, 3, 5),
        indicators=(
            Indicator("RCR26", baseline=300.0, baseline_year=2023, target=260.0, target_year=2025, certificate=270.0),
            Indicator("RCO22", achieved=0.09, target=0.1, documents=("handover",)),
        ),
    )
    site = small_site()
    site = replace(site, funds=(replace(site.funds[0], operation=told),))
    row = row_of(report_of(site), "RCR26")
    achieved = float(row["achieved"])  # type: ignore[arg-type]
    assert achieved == pytest.approx(255.8, abs=0.05)
    assert row["ratio_pct"] == pytest.approx(100 * achieved / 260, abs=0.05)
    assert row["reduction"] == pytest.approx(300 - 255.792, abs=0.01)
    assert (row["met"], row["certificate"]) == (True, 270.0)
    stated = row_of(report_of(site), "RCO22")
    assert (stated["achieved"], stated["met"], stated["documents"]) == (Decimal("0.090"), False, "handover")
    assert report_of(site).tables()["retention"].rows[0][3:] == (date(2031, 3, 5), date(2031, 12, 31))


def test_part_of_a_year_is_compared_with_no_target() -> None:
    told = Operation(indicators=(Indicator("RCR26", baseline=300.0, target=260.0),))
    site = small_site()
    site = replace(site, funds=(replace(site.funds[0], operation=told),))
    inputs = gathered("funder", site, FlatStore(FLAT), date(2025, 1, 1), date(2025, 3, 31))
    (report,) = make("funder", inputs)
    row = row_of(report, "RCR26")
    assert (row["ratio_pct"], row["met"], row["reduction"]) == (None, None, None)
    assert report.standing is Standing.PROVISIONAL


def test_public_buildings_only_count_for_rco19() -> None:
    assert "operation.RCO19" not in report_of(small_site()).figures()
    public = report_of(replace(small_site(), public_building=True)).figures()["operation.RCO19"]
    assert (public.value, public.unit) == (1000, "m²")


def test_a_withdrawn_factor_makes_the_report_refuse_with_the_reason() -> None:
    mean = "FR electricity location 2024, ADEME mix moyen France 2024"
    report = report_of(small_site(), Supplements(withdrawn=((mean, "found wrong by the publisher"),)))
    assert report.standing is Standing.REFUSED
    assert "found wrong by the publisher" in str(report.refusals)
    assert report.figures()["operation.RCR29"].value is None
    assert report.figures()["operation.RCR26"].value is not None  # needs no mean mix


def test_without_a_factor_nothing_is_guessed() -> None:
    site = replace(small_site(), country="US")
    report = report_of(site)
    assert report.standing is Standing.REFUSED
    assert report.figures()["operation.RCR29"].value is None
    assert {text.code for text in report.refusals} == {"why.no_factor"}  # type: ignore[union-attr]


def test_guarantees_cover_the_market_based_result_only() -> None:
    paper = Guarantee(date(2025, 1, 1), date(2025, 12, 31), 0.4 * 2.0 * QUARTERS, "register 7")
    with_paper = report_of(small_site(), Supplements(guarantees=(paper,))).figures()
    without = report_of(replace(small_site(), contracts=())).figures()
    assert with_paper["small.scope2_location"].value == without["small.scope2_location"].value
    assert with_paper["small.scope2_market"].value == pytest.approx(0.6 * without["small.scope2_market"].value)  # type: ignore[operator]


def test_the_five_funders_of_two_countries_get_the_same_numbers() -> None:
    place = load_premises(example("pole-images"))
    flat = {"*": 0.1, "grid/energy": 5.0, "pv/energy": 1.0, "grid/energy_export": 0.1}
    report = report_of(place, Supplements(factors=HEAT), flat)
    main = [cover for cover in report.covers if cover.fund == "Fund of the Pole Images"]
    assert [(c.funder, c.country, c.language) for c in main] == [
        ("CRRAV", "FR", "fr"),
        ("DAE", "FR", "fr"),
        ("CCIV", "FR", "fr"),
        ("Wallimage", "BE", "fr"),
        ("VAF", "BE", "nl"),
    ]
    assert sum(cover.share_pct for cover in main) == 100
    assert sum(cover.share for cover in main) == 1
    assert main[0].share == Fraction(600, 1850)
    pilots = [cover for cover in report.covers if cover.fund != "Fund of the Pole Images"]
    assert [(c.funder, c.share) for c in pilots] == [
        ("CRRAV", Fraction(1, 3)),
        ("Wallimage", Fraction(1, 3)),
        ("VAF", Fraction(1, 3)),
    ]
    assert [c.share_pct for c in pilots] == [Decimal("33.34"), Decimal("33.33"), Decimal("33.33")]  # the tie goes to CRRAV
    assert set(report.languages) == {"fr", "nl", "en"}
    assert len(report.sites) == 3
    each = [report.figures()[f"{site}.generation"].value for site, _ in report.sites]
    assert report.figures()["operation.RCR31"].value == pytest.approx(sum(each) / 1000)  # type: ignore[arg-type]


def test_a_foreign_site_has_the_factors_of_its_country() -> None:
    place = load_premises(example("pole-images"))
    assert isinstance(place, Cluster)
    belgian = tuple(replace(site, country="BE") if site.id.endswith("arenberg") else site for site in place.sites)
    flat = {"*": 0.1, "grid/energy": 5.0, "pv/energy": 1.0, "grid/energy_export": 0.1}
    report = report_of(replace(place, sites=belgian), Supplements(factors=HEAT), flat)
    names = {one: report.figures()[f"pole-images-{one}.scope2_location"].factors for one in ("tourcoing", "arenberg")}
    assert any(name.startswith("FR electricity location") for name in names["tourcoing"])
    assert names["arenberg"] == ("BE electricity location 2024, Our World in Data (Ember) 2024",)


def test_the_erdf_share_is_never_rounded() -> None:
    place = load_premises(example("la-kolok"))
    report = report_of(place, flat={"*": 0.1, "grid/energy": 5.0})
    (cover,) = report.covers
    assert cover.share == Fraction(446_000, 1_177_000)
    assert cover.share_pct == Decimal("37.89")
    assert cover.sentence["fr"] == "Cofinancé par l’Union européenne"
    shares = report.tables()["shares_renovation"]
    assert [row[3] for row in shares.rows] == ["446000/1177000", "731000/1177000"]
    assert any("note.plaque" in str(section) for section in report.sections)
    extra = report.tables()["pro_rata_renovation"]
    full, part, rest = extra.rows[0][1:]
    assert part + rest == full  # type: ignore[operator]


def test_names_of_funders_become_names_of_files() -> None:
    assert slug("Région Île-de-France (ERDF)") == "region-ile-de-france-erdf"
    assert kept_until(date(2026, 1, 1)) == date(2031, 12, 31)


def test_a_year_that_is_not_over_is_marked() -> None:
    inputs = gathered("funder", small_site(), FlatStore(FLAT), *YEAR, now=datetime(2025, 7, 1, tzinfo=UTC))
    (report,) = make("funder", inputs)
    assert report.unfinished
    assert report.standing is Standing.PROVISIONAL
