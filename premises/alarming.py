"""The causes of alarms: how urgent each is, and which follow from which, so that one root is told once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from premises.notice import Urgency
from premises.reason import REASONS
from premises.spoken import spoken

BROKER_AWAY = "broker_away"
WORKER_CUT_OFF = "worker_cut_off"
WILL_NOT_BE_READY = "will_not_be_ready"
DEVICE_AWAY = "device_away"
LOSS = "efficiency_loss"
NOTICE_FAILED = "notice_failed"
SCHEDULE_FAILED = "schedule_failed"
CHANNEL_ENDS = "channel_ends"


@dataclass(frozen=True, slots=True)
class Cause:
    """urgency: whether it may wait for the morning. roots: causes that, where they stand, explain this one.

    alone: there is one such alarm at a site, raised after a patience of its own, so that nothing is gained by waiting for more.
    """

    name: str
    urgency: Urgency
    roots: frozenset[str] = frozenset()
    alone: bool = False


_CUT_OFF = frozenset({BROKER_AWAY})

_ALL = (
    # a person must act now
    Cause("floor_missed", Urgency.URGENT),
    Cause("not_ready", Urgency.URGENT),
    Cause(WILL_NOT_BE_READY, Urgency.URGENT),
    Cause(BROKER_AWAY, Urgency.URGENT, alone=True),
    Cause("journal_away", Urgency.URGENT, alone=True),
    Cause("journal_nearly_full", Urgency.URGENT, frozenset({"store_away"}), alone=True),
    # a person must act today
    Cause("store_away", Urgency.WARNING),
    Cause(WORKER_CUT_OFF, Urgency.WARNING, frozenset({BROKER_AWAY})),
    Cause("sensor_lost", Urgency.WARNING, _CUT_OFF | {DEVICE_AWAY}),
    Cause("command_failed", Urgency.WARNING, _CUT_OFF | {DEVICE_AWAY}),
    Cause(DEVICE_AWAY, Urgency.WARNING, _CUT_OFF),
    Cause(SCHEDULE_FAILED, Urgency.WARNING, _CUT_OFF | {DEVICE_AWAY}),
    Cause("power_over", Urgency.WARNING),
    Cause("weather_unknown", Urgency.WARNING, _CUT_OFF | {DEVICE_AWAY}),
    Cause("quarantine_full", Urgency.WARNING),
    Cause(NOTICE_FAILED, Urgency.WARNING),
    Cause(CHANNEL_ENDS, Urgency.WARNING),
    # worth knowing
    Cause("calendar_away", Urgency.INFO),
    Cause("report_refused", Urgency.INFO),
    Cause(LOSS, Urgency.INFO),
)

CAUSES: Mapping[str, Cause] = {cause.name: cause for cause in _ALL}


def cause_named(name: str) -> Cause:
    """What is known of a cause; one that is not known is a warning with no root."""
    return CAUSES.get(name) or Cause(name, Urgency.WARNING)


def alarm_texts(key: str, /, **values: float | str) -> dict[str, str]:
    """What an alarm says, by every language of the house: the message `alarm.<key>` of the catalogue of reasons."""
    told: Mapping[str, float | str] = {name: str(value) if isinstance(value, int) else value for name, value in values.items()}
    return {language: REASONS.say(language, f"alarm.{key}", **spoken(REASONS, language, told)) for language in REASONS.languages()}
