"""What a person must know of the intake: alarms at its bounds, and one line of health for each part."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from premises.alarming import BROKER_AWAY, WORKER_CUT_OFF, alarm_texts
from premises.errors import GreenroomError, RetryableError, StoreDeniedError
from premises.ports import Alarms, Check, IntakeStatus
from premises.site import GREENROOM

_log = logging.getLogger("greenroom.ingest.watch")
BROKER_PATIENCE = timedelta(minutes=1)
NEARLY_FULL_PCT = 80
_OF_INTAKE = (WORKER_CUT_OFF, "journal_away", "store_away", "journal_nearly_full", "quarantine_full")


class Watch:
    """Raises and clears the alarms of the intake, the same for every site that it serves.

    worker: the name of an intake beside a house. Both write into one book: its alarms are about itself, so that neither clears
    what the other has raised, and a link that only it has lost is no broker that is away.
    """

    def __init__(
        self, sites: Iterable[str], alarms: Alarms | None, counts: Callable[[], Mapping[str, int]], worker: str = ""
    ) -> None:
        self._sites = tuple(sites)
        self._worker = worker
        self._subject = worker or GREENROOM
        self._alarms = alarms
        self._counts = counts
        self._broker_away_since: datetime | None = None
        self._gave_way = counts().get("quarantine_dropped", 0)
        self._errors: dict[str, RetryableError] = {}
        self._alarms_failing = False
        self._quiet: set[tuple[str, str]] = set()  # alarms that are known not to stand: the book need not be asked each minute

    def trouble(self, part: str, clock: Callable[[], datetime]) -> Callable[[RetryableError | None], None]:
        """For a part that tells of each failure, and None when it succeeds again. part: `journal` or `store`."""

        def tell(error: RetryableError | None) -> None:
            if error is None:
                self._errors.pop(part, None)
                self._say(f"{part}_away", None, clock())
                return
            self._errors[part] = error
            how = "denied" if isinstance(error, StoreDeniedError) else "failing"
            self._say(f"{part}_away", alarm_texts(f"{part}_{how}", why=str(error)), clock())

        return tell

    def look(self, now: datetime, *, connected: bool) -> None:
        """Once a minute: the broker, the journal's size, the quarantine."""
        self._look_at_broker(now, connected)
        counts = self._counts()
        limit = counts.get("unsettled_limit", 0)
        filled = 100 * counts.get("unsettled_bytes", 0) // limit if limit else 0
        text = alarm_texts("journal_filling", filled=filled) if filled >= NEARLY_FULL_PCT else None
        self._say("journal_nearly_full", text, now)
        dropped = counts.get("quarantine_dropped", 0)
        if dropped > self._gave_way:
            self._gave_way = dropped
            self._say("quarantine_full", alarm_texts("quarantine_gave_way", dropped=dropped), now)

    def _look_at_broker(self, now: datetime, connected: bool) -> None:
        cause = WORKER_CUT_OFF if self._worker else BROKER_AWAY
        if connected:
            self._broker_away_since = None
            self._say(cause, None, now)
            return
        self._broker_away_since = self._broker_away_since or now
        if now - self._broker_away_since >= BROKER_PATIENCE:
            text = alarm_texts("worker_cut_off", name=self._worker) if self._worker else alarm_texts("broker_gone")
            self._say(cause, text, now)

    def withdraw(self, now: datetime) -> None:
        """A worker that is ended on purpose leaves no alarm behind that nobody would clear; a house looks at its own again."""
        if self._worker:
            for cause in _OF_INTAKE:
                self._say(cause, None, now)

    def _say(self, cause: str, text: Mapping[str, str] | None, at: datetime) -> None:
        if self._alarms is None:
            return
        for site in self._sites:
            try:
                if text is None:
                    if (site, cause) not in self._quiet:
                        self._alarms.clear(site, cause, self._subject, at)
                        self._quiet.add((site, cause))
                else:
                    self._quiet.discard((site, cause))
                    self._alarms.raise_(site, cause, self._subject, text, at)
            except GreenroomError as error:  # the disk that is full may be that of the alarms, too: the intake goes on
                if not self._alarms_failing:
                    _log.error("an alarm cannot be kept: %s", error)
                self._alarms_failing = True
            else:
                self._alarms_failing = False

    def checks(self, status: IntakeStatus) -> list[Check]:
        """Health, part by part."""
        counts = self._counts()
        told = (
            f"{status.received} received = {status.stored} stored + {status.journalled} journalled"
            f" + {status.quarantined} quarantined + {status.ignored} ignored + {status.in_flight} in flight"
        )
        return [
            Check("broker", status.connected, "connected" if status.connected else "away; trying again"),
            Check("journal", "journal" not in self._errors, str(self._errors.get("journal", "takes what arrives"))),
            Check("store of readings", "store" not in self._errors, str(self._errors.get("store", "takes readings"))),
            Check("accounts", status.balanced, told),
            Check("quarantine", not counts.get("quarantine_dropped"), f"{status.quarantined} messages for a person to look at"),
        ]
