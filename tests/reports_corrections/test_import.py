"""Corrections from a spreadsheet: taken whole, or every fault of every line told at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from premises.corrections import Correction, CorrectionKind
from premises.errors import FaultsError
from reports.corrections.table import read_corrections, template
from tests.reports_editions.stories import site

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
HEAD = "kind,subject,since,until,value,unit,register,last_value,amount,document,reason,id\n"


def read(text: str, existing: tuple[Correction, ...] = ()) -> list[Correction]:
    return read_corrections(text.encode(), "corrections.csv", site(), NOW, "the office", existing)


def faults(text: str, existing: tuple[Correction, ...] = ()) -> list[str]:
    with pytest.raises(FaultsError) as caught:
        read(text, existing)
    return [str(fault) for fault in caught.value.faults]


def test_a_reading_by_hand_says_who_when_and_why() -> None:
    (told,) = read(HEAD + "meter_reading,gas,2026-10-01T08:00:00+02:00,,18204.5,m³,gas_volume,,,,the gateway was away,\n")
    assert told.kind is CorrectionKind.METER_READING
    assert (told.subject, told.value, told.unit, told.register) == ("gas", 18204.5, "m³", "gas_volume")
    assert told.since == datetime(2026, 10, 1, 6, tzinfo=UTC)
    assert (told.by, told.reason, told.recorded_at) == ("the office", "the gateway was away", NOW)


def test_a_bill_of_a_month_of_local_days_includes_its_last_day() -> None:
    (told,) = read(HEAD + "invoice,grid,2026-10-01,2026-10-31,41250,kWh,,,7312.40,F-17,the bill,\n")
    assert told.since == datetime(2026, 9, 30, 22, tzinfo=UTC), "summer time"
    assert told.until == datetime(2026, 10, 31, 23, tzinfo=UTC), "winter time"
    assert (told.amount, told.currency) == (Decimal("7312.40"), "EUR")


def test_the_same_line_twice_is_the_same_correction() -> None:
    text = HEAD + "energy,kitchen,2026-10-03,2026-10-03,212,kWh,,,,,the meter stood still,\n"
    assert [c.id for c in read(text)] == [c.id for c in read(text)]
    assert faults(text + text.split("\n")[1] + "\n") == ["line 3: id: says the same as line 2, or has its id"]


def test_all_faults_of_all_lines_are_told_at_once() -> None:
    text = HEAD + (
        "meter_readin,gas,2026-10-01,,1,m³,gas_volume,,,,why,\n"
        "meter_reading,gaz,2026-13-01,,x,km,gas_volum,,,,,\n"
        "invoice,grid,2026-10-31,2026-10-01,,kWh,,,1e99,,why,\n"
        "meter_swap,grid,2026-10-01,,0,kWh,,,,,why,\n"
        "heat_network_factor,grid,2026-01-01,2026-12-31,0.1,kgCO2e/kWh,,,,,why,\n"
        "fuel_delivery,generator,2026-10-01,,800,kg,non_road_diesel,,,,why,\n"
        "fuel_delivery,generator,2026-10-01,,800,l,moonshine,,,,why,\n"
        "factor_withdrawn,nothing,2026-10-01,,,,,,,,why,\n"
        "meter_reading,grid,2027-10-01,,nan,kWh,,,,,why,\n"
    )
    told = faults(text)
    assert told == [
        "line 2: kind: 'meter_readin' is no kind of correction (did you mean meter_reading?)",
        "line 3: reason: is missing (say why)",
        "line 3: register: 'gas_volum' is no register (did you mean gas_volume?)",
        "line 3: since: '2026-13-01' is no day and no instant (write 2026-10-31 or 2026-10-31T08:00:00+01:00)",
        "line 3: subject: site la-kolok has no meter 'gaz' (did you mean gas?)",
        "line 3: unit: 'km' does not fit a meter_reading (there are kWh, MWh, Wh, m³, m3)",
        "line 3: value: 'x' is no number (write it with a point, such as 18204.5)",
        "line 4: amount: 1e99 is out of bounds",
        "line 4: until: is not after since",
        "line 4: value: is missing",
        "line 5: last_value: is missing (the last index of the meter that was taken out)",
        "line 6: subject: the meter grid counts electricity, no heat or cold of a network",
        "line 7: unit: non_road_diesel is counted in litre, not in kg",
        "line 8: register: no factor tells the energy of 'moonshine' (such as non_road_diesel, heating_oil, propane)",
        *[line for line in told if line.startswith("line 9: subject: 'nothing' is no factor")],
        "line 10: since: lies in the future",
        "line 10: value: nan is out of bounds (from 0 to 1e+12)",
    ]


def test_an_index_that_went_back_is_a_slip_or_a_swap_that_nobody_told() -> None:
    before = read(HEAD + "meter_reading,grid,2026-10-01,,5000,kWh,,,,,spring,\n")
    back = HEAD + "meter_reading,grid,2026-10-20,,300,kWh,,,,,autumn,\n"
    (told,) = faults(back, tuple(before))
    assert "grid shows 300 at 2026-10-19T22:00:00Z, less than 5000" in told
    assert "was the meter swapped?" in told
    swap = HEAD + "meter_swap,grid,2026-10-10,,0,kWh,,5100,,,new meter,\n" + back.split("\n")[1] + "\n"
    assert len(read(swap, tuple(before))) == 2
    withdrawn = replace(before[0], withdrawn_at=NOW)
    assert len(read(back, (withdrawn,))) == 1


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "kind: is missing in the heading"),
        (b"\xff\xfe", "is not UTF-8 text"),
        (b"kind,subject,since,reason,kolor\n", "kolor: is no column of corrections"),
        (b"x" * 5_000_001, "is larger than"),
        (b'kind,subject,since,reason\n"' + b"a" * 200_000 + b'",1,2,3\n', "is no CSV"),
    ],
)
def test_a_file_that_is_no_table_of_corrections_is_told(data: bytes, told: str) -> None:
    with pytest.raises(FaultsError, match=told):
        read_corrections(data, "x.csv", site(), NOW, "the office")


def test_a_french_spreadsheet_with_semicolons_is_read_too() -> None:
    text = "kind;subject;since;until;value;unit;reason\nenergy;kitchen;2026-10-03;2026-10-03;1 212.5;kWh;panne\n"
    (told,) = read("\ufeff" + text)
    assert told.value == 1212.5


def test_the_template_is_itself_without_fault_but_for_a_site_without_bought_heat() -> None:
    told = faults(template())
    assert told == ["line 6: subject: site la-kolok has no meter 'heat' " + told[0][told[0].index("(") :]]
