"""The optimiser that an engine is given: a solver, in this process or in one of its own, behind one call."""

from __future__ import annotations

from premises.plan import Plan
from rules.lp_solve import TIME_LIMIT_S, Solver
from rules.optimise import optimised_plan
from rules.simple_plan import Outlook
from rules.solver_process import ProcessSolver


class LinearOptimiser:
    """Call it with an outlook; the plan, or None where there is nothing learned or no answer in time.

    apart: solve in a process that can be ended (for servers); else here (for replays, studies and open loops).
    """

    def __init__(self, *, apart: bool = False, time_limit_s: float | None = None) -> None:
        limit_s = TIME_LIMIT_S if time_limit_s is None else time_limit_s
        self._solver = ProcessSolver(limit_s) if apart else Solver(limit_s)

    def __call__(self, outlook: Outlook) -> Plan | None:
        return optimised_plan(outlook, self._solver.solve)

    def close(self) -> None:
        """End the solver's process, if there is one."""
        if isinstance(self._solver, ProcessSolver):
            self._solver.close()
