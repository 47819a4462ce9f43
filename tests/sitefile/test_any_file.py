"""Whatever an owner writes, the answer is a site or a list of faults: never a crash, never a fault without a line."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from premises.errors import Fault, FaultsError
from premises.site import Site
from premises.sitefile import describe, diff_sites, load_text, points_csv
from premises.sitefile.text import read_text
from tests.sitefile.test_cross_checks import STUDIO

SLOWER = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return float(value) if isinstance(value, Decimal) else value


BASE = _plain(read_text(STUDIO, "studio.yaml").value)
LINES = read_text(STUDIO, "studio.yaml").lines
PLACES = sorted((place for place in LINES if place), key=str)
WORDS = st.sampled_from(
    ["", "x", "stage", "grid", "heat-pump", "fund", "15 min", "06:00", "2025-01-01", "mon-fri", "x-a", "<<", "id", "zones"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | WORDS | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS | st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
CHANGES = st.lists(
    st.tuples(st.sampled_from(PLACES), st.sampled_from(["remove", "replace", "add"]), WORDS, VALUES), min_size=1, max_size=5
)


def _change(data: Any, place: tuple[str | int, ...], how: str, word: str, value: Any) -> None:
    parent = data
    for step in place[:-1]:
        if not isinstance(parent, dict | list) or not (step in parent if isinstance(parent, dict) else int(step) < len(parent)):
            return
        parent = parent[step]  # type: ignore[index]
    if isinstance(parent, dict):
        if how == "remove":
            parent.pop(place[-1], None)
        else:
            parent[word if how == "add" else place[-1]] = value
    elif isinstance(parent, list) and isinstance(place[-1], int) and place[-1] < len(parent):
        if how == "remove":
            del parent[place[-1]]
        elif how == "add":
            parent.insert(place[-1], value)
        else:
            parent[place[-1]] = value


def _faults(text: str) -> tuple[Fault, ...]:
    """The faults of the text; none where it is a site."""
    try:
        site = load_text(text, "studio.yaml")
        assert isinstance(site, Site)
        assert describe(site).startswith(site.name)  # what loads can be summed up, listed and compared
        assert len(points_csv(site).splitlines()) > len(site.points)
        assert not diff_sites(site, site)
    except FaultsError as error:
        return error.faults or (Fault("", "an error without a fault"),)
    return ()


@pytest.mark.slow
@SLOWER
@given(CHANGES)
def test_a_file_of_wrong_values_ends_in_faults_with_lines(changes: list[tuple[tuple[str | int, ...], str, str, Any]]) -> None:
    data = json.loads(json.dumps(BASE))
    for change in changes:
        _change(data, *change)
    text = json.dumps(data, indent=1)
    for fault in _faults(text):
        assert fault.path
        assert fault.message
        assert fault.line is not None
        assert 1 <= fault.line <= text.count("\n") + 1


@pytest.mark.slow
@SLOWER
@given(
    st.lists(
        st.tuples(
            st.integers(0, len(STUDIO) - 1), st.integers(0, 12), st.text(max_size=4) | st.sampled_from(list("[]{}:,&*#|>'\"-\t\n"))
        ),
        max_size=4,
    )
)
def test_a_file_of_wrong_signs_ends_in_faults(edits: list[tuple[int, int, str]]) -> None:
    text = STUDIO
    for start, cut, put in edits:
        text = text[:start] + put + text[start + cut :]
    assert all(fault.message for fault in _faults(text))


KEYS = [place for place in PLACES if isinstance(place[-1], str)]


@pytest.mark.parametrize("section", sorted({str(place[0]) for place in KEYS}))
def test_a_typing_slip_in_any_key_is_one_fault_that_names_the_key_that_was_meant(section: str) -> None:
    for place in (place for place in KEYS if place[0] == section):
        data = json.loads(json.dumps(BASE))
        parent = data
        for step in place[:-1]:
            parent = parent[step]
        key = str(place[-1])
        slip = key + key[-1]  # the last letter twice
        parent[slip] = parent.pop(key)
        faults = _faults(json.dumps(data))
        assert len(faults) == 1, (place, faults)
        assert f"`{key}`" in faults[0].hint
