"""The house's side of lockstep: simulated days pass as fast as the house can deal with them, through the real path."""

from __future__ import annotations

import queue
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import structlog

from greenroom.clock import SwitchingClock
from greenroom.house import Running
from greenroom.rounds import Rounds
from premises.errors import GreenroomError
from premises.lockstep import Mark, clock_topic, proceed_topic
from premises.reading import RawMessage
from premises.time import ManualClock

PATIENCE_S = 120.0
_LOOK_S = 0.005
log = structlog.get_logger(__name__)


class CatchUp:
    """Deals with one step after another: flush the intake, run a round, answer `proceed`.

    `extras` goes to the connection: marks are taken in the receiving thread, in order with the readings.
    """

    def __init__(self, site: str, clock: SwitchingClock, start: datetime) -> None:
        self._site = site
        self._replayed = ManualClock(start)
        clock.follow(self._replayed)
        self._marks: queue.Queue[Mark] = queue.Queue()
        self._live: Callable[[Mark], None] | None = None
        self._last: Mark | None = None

    @property
    def extras(self) -> dict[str, Callable[[RawMessage], None]]:
        return {clock_topic(self._site): self._told}

    def _told(self, message: RawMessage) -> None:
        try:
            mark = Mark.decode(message.payload)
        except ValueError as error:
            log.warning("a mark of time that is none", why=str(error))
            return
        if self._live is not None:
            self._live(mark)
        elif mark.phase == "begin":
            self._replayed.set(mark.at)
        elif mark.phase == "end":
            self._marks.put(mark)

    def run(
        self,
        running: Running,
        rounds: Rounds,
        done: Callable[[datetime], bool],
        alive: Callable[[], bool],
        told: Callable[[Mark], None],
    ) -> datetime:
        """Until `done` says so of a step's instant, which is returned. told: called after each step, for progress.

        The last step is left unanswered, so that nothing more comes and what was reached can be looked at: see `let_go`.
        Raises GreenroomError where the simulator ends or says nothing for two minutes.
        """
        waited = 0.0
        while True:
            try:
                mark = self._marks.get(timeout=_LOOK_S)
            except queue.Empty:
                running.intake.flush()  # decode what has come so far while the rest is under way
                waited += _LOOK_S
                if not alive():
                    raise GreenroomError(
                        "the simulator ended before the replayed days were over; run with --verbose to see why"
                    ) from None
                if waited > PATIENCE_S:
                    raise GreenroomError(f"the simulator said nothing for {PATIENCE_S:.0f} s; is the broker still there?") from None
                continue
            waited = 0.0
            running.intake.flush()
            rounds.run(mark.at)
            told(mark)
            if done(mark.at):
                self._last = mark
                return mark.at
            self._proceed(running, mark)

    def let_go(self, running: Running) -> None:
        """Let the simulator go on, first from the last step, then at the house's present time.

        Steps that it still makes are answered at once.
        """
        assert self._last is not None
        self._live = lambda late: self._proceed(running, late) if late.phase == "end" else None
        self._proceed(running, self._last)
        self._proceed(running, replace(self._last, at=running.clock.now()))

    def _proceed(self, running: Running, mark: Mark) -> None:
        running.connection.publish(proceed_topic(self._site), Mark("proceed", mark.step, mark.at).encode())
