"""Saying things in the language of who looks: messages, numbers, dates and reasons."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from gateway.languages import best_of
from premises.booking import Booking
from premises.catalogue import Catalogue
from premises.errors import UnknownNameError
from premises.reason import Reason
from premises.spoken import Spoken

MESSAGES = Catalogue("gateway.page", "messages")


class Words:
    """One language, and the zone in which clock times are told."""

    def __init__(self, language: str, zone: ZoneInfo) -> None:
        self.language = language
        self.zone = zone
        self._comma = MESSAGES.say(language, "number.decimal")
        self._thousands = MESSAGES.say(language, "number.thousands")

    def say(self, key: str, /, **values: object) -> str:
        """A message of the page."""
        spoken = {name: Spoken(v, self._comma) if isinstance(v, float) else v for name, v in values.items()}
        return MESSAGES.say(self.language, key, **spoken)

    def number(self, value: float | None, digits: int = 0) -> str:
        """A number with the signs of the language, an en dash where there is none."""
        if value is None:
            return "–"
        text = f"{value:,.{digits}f}".replace(",", "\0").replace(".", self._comma).replace("\0", self._thousands)
        return ("−" + text[1:]) if text.startswith("-") else text

    def kilowatts(self, watts: float | None) -> str:
        """Power in kW: one digit below 100 kW, none above."""
        return self.number(None if watts is None else watts / 1000, 1 if watts is None or abs(watts) < 99_950 else 0)

    def clock(self, instant: datetime | None) -> str:
        """Wall time of the site, 24 hours."""
        return "–" if instant is None else instant.astimezone(self.zone).strftime("%H:%M")

    def day(self, instant: datetime) -> str:
        """Weekday and day of the month."""
        local = instant.astimezone(self.zone)
        weekday = MESSAGES.say(self.language, f"weekday.{local.isoweekday()}")
        month = MESSAGES.say(self.language, f"month.{local.month}")
        return MESSAGES.say(self.language, "date.short", weekday=weekday, day=local.day, month=month)

    def when(self, instant: datetime, now: datetime) -> str:
        """Wall time; with `tomorrow` or the day where it is not today."""
        days = (instant.astimezone(self.zone).date() - now.astimezone(self.zone).date()).days
        if days == 0:
            return self.clock(instant)
        if days in (1, -1):
            return self.say("date.tomorrow" if days == 1 else "date.yesterday", clock=self.clock(instant))
        return f"{self.day(instant)} {self.clock(instant)}"

    def since(self, past: datetime | None, now: datetime) -> str:
        """How long ago."""
        if past is None:
            return self.say("ago.never")
        return self.say("ago.ago", span=self.span(now - past))

    def span(self, span: timedelta) -> str:
        """A length of time in its two greatest units."""
        seconds = max(0, int(span.total_seconds()))
        if seconds < 90:
            return self.say("span.seconds", n=seconds)
        hours, minutes = divmod(round(seconds / 60), 60)
        if hours == 0:
            return self.say("span.minutes", n=minutes)
        if hours < 48:
            return self.say("span.hours", h=hours, m=f"{minutes:02d}")
        return self.say("span.days", n=hours // 24)

    def reason(self, reason: Reason | None) -> str:
        """A reason of the rules in words, its numbers as the language writes them; by its code where it has no words yet."""
        if reason is None:
            return ""
        try:
            return reason.text(self.language)
        except (UnknownNameError, KeyError, IndexError, ValueError):
            return ", ".join([reason.code, *(f"{name} {value}" for name, value in reason.values.items())])

    def booking(self, booking: Booking) -> str:
        """What is booked: the kind of day, and the title where that says more."""
        kind = self.say(f"day_kind.{booking.day_kind.value}")
        same = booking.title.casefold() in ("", kind.casefold(), booking.day_kind.value.replace("_", " "))
        return kind if same else f"{kind} · {booking.title}"

    def alarm(self, text: Mapping[str, str]) -> str:
        """The alarm's text in this language, else in English, else in any."""
        return text.get(self.language) or text.get("en") or next(iter(text.values()), "")


def languages() -> tuple[str, ...]:
    """Languages that the page speaks, sorted."""
    return MESSAGES.languages()


def best_language(accepted: str) -> str:
    """The first language of an Accept-Language header that the page speaks, by weight; else English."""
    return best_of(accepted, languages())
