"""How instants are told."""

from __future__ import annotations

from datetime import UTC

import pytest

from rules.wording import wall_span
from tests.rules.studio import at, stage, studio


@pytest.mark.parametrize(
    ("start", "end", "told"),
    [
        ("2026-01-20 14:00", "2026-01-20 18:00", ("14:00", "18:00")),
        ("2026-01-20 18:00", "2026-01-21 03:00", ("18:00", "2026-01-21 03:00")),
        ("2026-01-21 08:00", "2026-01-21 18:00", ("2026-01-21 08:00", "18:00")),
        ("2026-01-21 20:00", "2026-01-22 02:00", ("2026-01-21 20:00", "2026-01-22 02:00")),
    ],
)
def test_a_span_names_a_day_only_where_it_changes(start: str, end: str, told: tuple[str, str]) -> None:
    paris = studio(stage()).zoneinfo
    now, first, last = (at(text).replace(tzinfo=paris).astimezone(UTC) for text in ("2026-01-20 12:00", start, end))
    assert wall_span(first, last, now, paris) == told
