"""Tables fitted to the page: numbers are whole, many columns turn the page, a column of nothing is left to the files."""

from __future__ import annotations

from dataclasses import replace

from reports import content as c
from reports.forms.fitting import fit
from reports.forms.stamp import Stamp
from reports.forms.view import page_view
from reports.forms.writer import Writer
from tests.reports_forms.samples import report

WRITER = Writer("en", "Europe/Paris")


def test_a_small_table_keeps_its_letters() -> None:
    fitted = fit(["Name", "kWh"], [["Grid", "1,234.5"]], [False, True])
    assert (fitted.size, fitted.landscape) == (9.0, False)


def test_letters_grow_smaller_before_the_page_is_turned() -> None:
    sizes = [
        (fitted.landscape, fitted.size)
        for columns in range(2, 24)
        for fitted in [fit(["Energy"] * columns, [["1,234,567.8"] * columns] * 20, [True] * columns)]
    ]
    assert sizes == sorted(sizes, key=lambda told: (told[0], -told[1]))
    assert sizes[0] == (False, 9.0)
    assert sizes[-1][0] is True


def test_a_number_gets_the_room_it_needs_and_words_share_the_rest() -> None:
    fitted = fit(["What", "kWh"], [["a long text that may well be broken between its words", "123,456,789.123"]], [False, True])
    assert fitted.shares[1] > 15
    assert fitted.shares[0] > fitted.shares[1]


def shown(table: c.Table, sites: int = 1) -> dict[str, object]:
    told = tuple((f"s{number}", f"Site {number}") for number in range(sites))
    view = page_view(replace(report(), sites=told, sections=(c.Section("s", "S", (table,)),)), WRITER, Stamp())
    block: dict[str, object] = view["sections"][0]["blocks"][0]
    return block


def test_one_site_is_not_named_in_every_row_and_several_are() -> None:
    columns = (c.Column("site", "Site", c.CellKind.NAME), c.Column("meter", "Meter"), c.Column("kwh", "kWh", c.CellKind.NUMBER))
    table = c.Table("t", "T", columns, (("s0", "grid", 1.0),))
    assert shown(table)["head"] == ["Meter", "kWh"]
    assert shown(table, sites=2)["head"] == ["Site", "Meter", "kWh"]


def test_in_a_wide_table_a_column_of_nothing_is_named_below_it() -> None:
    columns = tuple(c.Column(f"c{number}", f"C{number}", c.CellKind.NUMBER) for number in range(10))
    table = c.Table("t", "T", columns, (tuple(float(number) if number != 7 else None for number in range(10)),))
    told = shown(table)
    assert "C7" not in str(told["head"])
    assert told["note"] == "Not known of any row, and left to the files: C7."
    narrow = replace(table, columns=columns[5:9], rows=(table.rows[0][5:9],))
    assert "C7" in str(shown(narrow)["head"]), "a narrow table shows what is not available"


def test_a_table_of_few_rows_does_not_take_a_turned_page_of_its_own() -> None:
    columns = next(n for n in range(2, 30) if fit(["Energy"] * n, [["1,234,567"] * n] * 20, [True] * n).landscape)
    assert not fit(["Energy"] * columns, [["1,234,567"] * columns] * 3, [True] * columns).landscape


def test_of_several_sites_each_figure_bears_the_name_of_its_own() -> None:
    figures = tuple(c.Figure(f"s{number}.load", "Load", 1.0, "kWh") for number in range(2))
    made = replace(report(), sites=(("s0", "North"), ("s1", "South")), sections=(c.Section("s", "S", (c.Figures(figures),)),))
    rows = page_view(made, WRITER, Stamp())["sections"][0]["blocks"][0]["rows"]
    assert [row["name"] for row in rows] == ["North: Load", "South: Load"]
    (alone,) = page_view(replace(made, sites=(("s0", "North"),)), WRITER, Stamp())["sections"][0]["blocks"][0]["rows"][:1]
    assert alone["name"] == "Load"
