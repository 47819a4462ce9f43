"""The newest plan of each site, and some before it."""

from __future__ import annotations

import threading

from sqlalchemy import delete, insert, select

from premises.plan import Plan
from stores.book.database import Database
from stores.book.plan_form import pack, unpack
from stores.book.schema import plans

_OF = plans.c


class SqlPlanBook:
    """PlanBook in SQL. Packing is done before the transaction."""

    def __init__(self, database: Database, keep: int) -> None:
        self.database = database
        self.keep = keep
        self._decoded: dict[str, tuple[int, Plan]] = {}
        self._lock = threading.Lock()

    def save(self, plan: Plan) -> None:
        """Keep the plan as the site's newest; those beyond the bound go."""
        content = pack(plan)
        with self.database.writing() as connection:
            adding = insert(plans).values(site=plan.site, made_at=plan.made_at, content=content).returning(_OF.number)
            number = int(connection.execute(adding).scalar_one())
            oldest_kept = (
                select(_OF.number).where(_OF.site == plan.site).order_by(_OF.number.desc()).offset(self.keep).limit(1)
            ).scalar_subquery()
            connection.execute(delete(plans).where(_OF.site == plan.site, _OF.number <= oldest_kept))
        self._remember(plan.site, number, plan)

    def latest(self, site: str) -> Plan | None:
        """The plan that was saved last. It is decoded once, however often it is asked for."""
        newest = select(_OF.number).where(_OF.site == site).order_by(_OF.number.desc()).limit(1)
        with self.database.reading() as connection:
            number = connection.execute(newest).scalar_one_or_none()
            if number is None:
                return None
            with self._lock:
                known = self._decoded.get(site)
            if known is not None and known[0] == number:
                return known[1]
            content = connection.execute(select(_OF.content).where(_OF.number == number)).scalar_one_or_none()
        if content is None:  # another process replaced it between the two questions
            return self.latest(site)
        plan = unpack(content)
        self._remember(site, number, plan)
        return plan

    def history(self, site: str, limit: int = 48) -> list[Plan]:
        """Kept plans, newest first."""
        wanted = select(_OF.content).where(_OF.site == site).order_by(_OF.number.desc()).limit(limit)
        with self.database.reading() as connection:
            return [unpack(content) for content in connection.execute(wanted).scalars()]

    def _remember(self, site: str, number: int, plan: Plan) -> None:
        with self._lock:
            known = self._decoded.get(site)
            if known is None or known[0] < number:
                self._decoded[site] = (number, plan)
