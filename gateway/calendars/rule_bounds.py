"""Recurrence rules that would cost too much are refused before anybody tries to follow them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from dateutil.rrule import rrulestr  # type: ignore[import-untyped]

from gateway.calendars.errors import EventFaultError

KNOWN = {
    "FREQ", "UNTIL", "COUNT", "INTERVAL", "BYSECOND", "BYMINUTE", "BYHOUR", "BYDAY", "BYMONTHDAY",
    "BYYEARDAY", "BYWEEKNO", "BYMONTH", "BYSETPOS", "WKST",
}  # fmt: skip
PLAIN = {("RSCALE", "GREGORIAN"), ("SKIP", "OMIT")}  # RFC 7529: what every rule means without saying so
STEP_DAYS = {"DAILY": 1, "WEEKLY": 7, "MONTHLY": 28, "YEARLY": 365}
DAYS_PER_STEP = {"DAILY": 1, "WEEKLY": 7, "MONTHLY": 31, "YEARLY": 366}
DAY_PARTS = {"BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYMONTH"}
PROBE_YEARS = {"DAILY": 40, "WEEKLY": 40, "MONTHLY": 100, "YEARLY": 400}
STEPS_MOST = 60_000
COUNT_MOST = 1_000_000_000
TIMES_A_DAY_MOST = 48
LIST_LONGEST = 400
INTERVAL_MOST = 10_000
WITHIN_A_DAY = {"HOURLY": timedelta(hours=1), "MINUTELY": timedelta(minutes=1), "SECONDLY": timedelta(seconds=1)}
STEPS_WITHIN_AN_HOUR_MOST = 2_000


def rule_parts(rule: str) -> dict[str, str]:
    """The parts of an RRULE by name; a stray word in it is passed over. Raises EventFaultError."""
    parts: dict[str, str] = {}
    for part in rule.replace("\\", "").strip().upper().rstrip(";").removeprefix("RRULE:").split(";"):
        name, sign, told = part.strip().partition("=")
        value = ",".join(each.strip() for each in told.split(",") if each.strip())
        if parts.get(name, value) != value:
            raise EventFaultError(f"its rule says {name} twice")
        if sign and name in KNOWN and value:
            parts[name] = value
        elif sign and not name.startswith("X-") and (name, value) not in PLAIN:
            raise EventFaultError(f"its rule has a part that is not known: {part[:40]}")
    if "FREQ" not in parts:
        raise EventFaultError("its rule does not say how often (FREQ)")
    return parts


def rule_text(parts: dict[str, str]) -> str:
    """The parts as an RRULE's value."""
    return ";".join(f"{name}={value}" for name, value in parts.items())


def check_rule(parts: dict[str, str], start: datetime, until: datetime) -> None:
    """Raises EventFaultError for a rule that is malformed, never falls due, or falls due too often up to `until`."""
    frequency = parts["FREQ"]
    within = WITHIN_A_DAY.get(frequency) if not any(name.startswith("BY") for name in parts) else None
    if frequency not in STEP_DAYS and within is None:
        raise EventFaultError(f"it repeats {frequency.lower()}: only daily, weekly, monthly and yearly rules are followed")
    interval = _number(parts, "INTERVAL", 1, INTERVAL_MOST)
    count = _number(parts, "COUNT", 1, COUNT_MOST) if "COUNT" in parts else COUNT_MOST
    if within is not None:
        steps = min(count, max(0, int((_ends(parts, until) - start) / (within * interval))) + 1)
        _check_steps(steps, start, STEPS_MOST if frequency == "HOURLY" else STEPS_WITHIN_AN_HOUR_MOST)
        return
    times = 1
    for name in ("BYHOUR", "BYMINUTE", "BYSECOND"):
        times *= len(set(parts[name].split(","))) if name in parts else 1
    if times > TIMES_A_DAY_MOST:
        raise EventFaultError(f"it falls due {times} times a day: at most {TIMES_A_DAY_MOST} are followed")
    if any(len(value.split(",")) > LIST_LONGEST for value in parts.values()):
        raise EventFaultError("its rule has a list that is too long")
    days = max(0, (until - start).days)
    often = times * _days_per_step(parts, frequency)
    _check_steps((days // (STEP_DAYS[frequency] * interval) + 1) * often, start)
    _check_falls_due(parts, start.replace(tzinfo=None), interval)


def _days_per_step(parts: dict[str, str], frequency: str) -> int:
    """How many days a step may give at most; birthdays, of which some began in 1604, name one month and one day."""
    if not DAY_PARTS & set(parts):
        return 1
    if frequency == "YEARLY" and "BYMONTHDAY" in parts:
        months = len(parts["BYMONTH"].split(",")) if "BYMONTH" in parts else 12
        return min(366, months * len(parts["BYMONTHDAY"].split(",")))
    return DAYS_PER_STEP[frequency]


def _ends(parts: dict[str, str], until: datetime) -> datetime:
    """The end of the rule where it has one before `until`, a day later for whatever zone that is in."""
    told = parts.get("UNTIL", "")
    if not told[:8].isdigit():
        return until
    return min(until, datetime.strptime(told[:8], "%Y%m%d").replace(tzinfo=UTC).replace(tzinfo=None) + timedelta(days=2))


def _check_steps(steps: int, start: datetime, most: int = STEPS_MOST) -> None:
    if steps > most:
        raise EventFaultError(f"its rule would have to be followed over {steps} steps from {start.date().isoformat()}")


def _number(parts: dict[str, str], name: str, low: int, high: int) -> int:
    text = parts.get(name, "1")
    if not text.isdigit() or not low <= int(text[:12]) <= high:
        raise EventFaultError(f"its rule says {name}={text[:20]}: from {low} to {high} would be right")
    return int(text)


def _check_falls_due(parts: dict[str, str], start: datetime, interval: int) -> None:
    """A rule that never falls due would be followed to the year 9999, so it is tried where that is near.

    It is moved by whole steps, and whole weeks, to so many years before the end of the calendar; there the search is short.
    """
    frequency = parts["FREQ"]
    first_year = 9998 - PROBE_YEARS[frequency]
    try:
        if frequency in ("DAILY", "WEEKLY"):
            step = timedelta(days=7 * interval)
            ahead = datetime(first_year, 1, 1, tzinfo=UTC).replace(tzinfo=None) - start
            probe = start + max(0, ahead // step) * step
        else:
            months = interval * (12 if frequency == "YEARLY" else 1)
            jumps = max(0, ((first_year - start.year) * 12) // months)
            month = start.month - 1 + jumps * months
            probe = start.replace(year=start.year + month // 12, month=month % 12 + 1, day=min(start.day, 28))
        kept = {name: value for name, value in parts.items() if name not in ("UNTIL", "COUNT")}
        if probe.day != start.day and not {"BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO"} & set(parts):
            return  # on the 29th to 31st of plain months, which come round
        found = next(iter(rrulestr(";".join(f"{name}={value}" for name, value in kept.items()), dtstart=probe)), None)
    except (ValueError, TypeError, OverflowError, IndexError, KeyError, AttributeError) as error:
        raise EventFaultError(f"its rule cannot be followed: {error}") from None
    if found is None:
        raise EventFaultError("its rule never falls due")
