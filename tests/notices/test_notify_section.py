"""The `notify` section of a site file: who is told, and the quiet hours over both clock changes."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from premises.errors import FaultsError
from premises.notice import Urgency
from premises.notify import About, QuietHours
from premises.site import Site
from premises.sitefile import example, load_premises
from premises.time import utc

PARIS = ZoneInfo("Europe/Paris")
NIGHT = QuietHours(time(22), time(7))
SECTION = """
notify:
  quiet: {start: "22:00", end: "07:00"}
  escalate_after: 15 min
  contacts:
    - {id: duty, name: Duty engineer, mail: duty@studio.example, push: studio-4f1c, language: fr}
    - id: head
      name: Head of premises
      mail: head@studio.example
      step: 2
      about: [alarms, bookings, reports]
      causes: [not_ready, will_not_be_ready]
      zones: [stage-1]
      least: warning
      quiet: {start: "00:00", end: "05:30"}
"""


def loaded(tmp_path_factory: pytest.TempPathFactory, section: str) -> Site:
    text = example("la-kolok").read_text()
    path = tmp_path_factory.mktemp("site") / "site.yaml"
    path.write_text(text + "\n" + section)
    site = load_premises(path)
    assert isinstance(site, Site)
    return site


def test_the_section_is_read_with_its_defaults(tmp_path_factory: pytest.TempPathFactory) -> None:
    site = loaded(tmp_path_factory, SECTION)
    duty, head = site.notify.contacts
    assert duty.channels == ("mail:duty@studio.example", "push:studio-4f1c")
    assert (duty.about, duty.step, duty.quiet, duty.least) == (frozenset({About.ALARMS}), 1, None, Urgency.INFO)
    assert (head.step, head.language, head.zones) == (2, site.languages[0], frozenset({"stage-1"}))
    assert head.quiet == QuietHours(time(0), time(5, 30))
    assert site.notify.quiet == NIGHT
    assert site.notify.escalate_after == timedelta(minutes=15)
    assert site.notify.group_within == timedelta(minutes=1)


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        ("push: studio-4f1c", "push: studio 4f1c", "notify.contacts[0].push"),
        ("mail: duty@studio.example", "mail: duty", "notify.contacts[0].mail"),
        ("causes: [not_ready,", "causes: [not_redy,", "did you mean `not_ready`?"),
        ("zones: [stage-1]", "zones: [stage-9]", "notify.contacts[1].zones[0]"),
        ("id: head", "id: duty", "is there twice"),
        ("step: 2", "step: 3", "nobody is told at step 2"),
        ("      mail: head@studio.example\n", "", "cannot be reached"),
        ("escalate_after: 15 min", "escalate_after: 5 s", "leaves nobody time"),
        ("quiet: {start", "quite: {start", "notify.quite"),
    ],
)
def test_what_is_wrong_is_told_with_what_would_be_right(
    tmp_path_factory: pytest.TempPathFactory, was: str, becomes: str, told: str
) -> None:
    assert was in SECTION
    with pytest.raises(FaultsError) as caught:
        loaded(tmp_path_factory, SECTION.replace(was, becomes, 1))
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("at", "ends"),
    [
        ("2026-01-20T21:59", "2026-01-20T21:59"),
        ("2026-01-20T22:00", "2026-01-21T07:00"),
        ("2026-01-21T06:59", "2026-01-21T07:00"),
        ("2026-01-21T07:00", "2026-01-21T07:00"),
    ],
)
def test_quiet_hours_end_in_the_morning(at: str, ends: str) -> None:
    instant = datetime.fromisoformat(at).replace(tzinfo=PARIS)
    assert NIGHT.until(instant, PARIS) == datetime.fromisoformat(ends).replace(tzinfo=PARIS)


@pytest.mark.parametrize(("night", "hours"), [("2026-03-28", 8), ("2026-10-24", 10), ("2026-11-20", 9)])
def test_the_nights_of_the_clock_changes_are_an_hour_shorter_and_longer(night: str, hours: int) -> None:
    begins = datetime.fromisoformat(f"{night}T22:00").replace(tzinfo=PARIS)
    ends = NIGHT.until(begins, PARIS)
    assert ends.astimezone(PARIS).time() == time(7)
    assert ends - begins.astimezone(ends.tzinfo) == timedelta(hours=hours)


def test_the_doubled_hour_is_quiet_twice() -> None:
    until_half_past_two = QuietHours(time(1), time(2, 30))
    first = datetime(2026, 10, 25, 2, 10, tzinfo=PARIS)
    second = first.replace(fold=1)
    assert until_half_past_two.until(first, PARIS) == utc(datetime(2026, 10, 25, 2, 30, tzinfo=PARIS))
    assert until_half_past_two.until(second, PARIS) == utc(datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=PARIS))


def test_a_missing_hour_cannot_keep_anyone_quiet_for_ever() -> None:
    in_the_gap = QuietHours(time(2), time(3))
    assert in_the_gap.until(datetime(2026, 3, 29, 1, 59, tzinfo=PARIS), PARIS) == datetime(2026, 3, 29, 1, 59, tzinfo=PARIS)
    nearly_always = QuietHours(time(7, 5), time(7))
    noon = datetime(2026, 1, 20, 12, tzinfo=PARIS)
    assert nearly_always.until(noon, PARIS) == datetime(2026, 1, 21, 7, tzinfo=PARIS)
