"""The solver in a process of its own, so that one that hangs can be ended: time limits are not always kept inside."""

from __future__ import annotations

import multiprocessing
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

import structlog

from rules.lp_solve import TIME_LIMIT_S, Solver
from rules.lp_task import Solution, Task

log = structlog.get_logger(__name__)

GRACE_S = 3.0
START_S = 30.0


def _work(pipe: Connection, time_limit_s: float) -> None:
    solver = Solver(time_limit_s)
    pipe.send("ready")
    while True:
        try:
            task = pipe.recv()
        except (EOFError, KeyboardInterrupt):
            return
        pipe.send(solver.solve(task))


class ProcessSolver:
    """Solves tasks in a child process that is started when first needed, and ended when it does not answer in time."""

    def __init__(self, time_limit_s: float = TIME_LIMIT_S, grace_s: float = GRACE_S) -> None:
        self._time_limit_s, self._grace_s = time_limit_s, grace_s
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None

    def solve(self, task: Task) -> Solution | None:
        """As `Solver.solve`; None also where the process hangs or dies. The next call starts a new one."""
        try:
            pipe = self._pipe or self._start()
            pipe.send(task)
            if pipe.poll(self._time_limit_s + self._grace_s):
                answer: Solution | None = pipe.recv()
                return answer
            log.warning("the solver hangs and is ended", limit_s=self._time_limit_s)
        except (EOFError, OSError) as error:
            log.warning("the solver died", error=str(error))
        self.close()
        return None

    def _start(self) -> Connection:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(theirs, self._time_limit_s), name="greenroom-solver", daemon=True)
        self._process.start()
        theirs.close()
        self._pipe = ours
        if not ours.poll(START_S):
            raise EOFError("it did not start")
        ours.recv()
        return ours

    def close(self) -> None:
        """End the process."""
        if self._pipe is not None:
            self._pipe.close()
        if self._process is not None:
            self._process.kill()
            self._process.join()
        self._process = self._pipe = None
