"""Opening the books: connect, bring the tables up to date, hand out one adapter per port."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from stores.book.alarms import SqlAlarms
from stores.book.audit import SqlAuditLog
from stores.book.bookings import SqlBookingBook
from stores.book.commands import SqlCommandLog
from stores.book.corrections import SqlCorrectionBook
from stores.book.database import Database
from stores.book.decisions import SqlDecisionBook
from stores.book.keys import SqlKeyBook
from stores.book.losses import SqlLossBook
from stores.book.migrate import bring_up_to_date
from stores.book.outbox import SqlOutbox
from stores.book.overrides import SqlOverrideBook
from stores.book.people import SqlPeopleBook
from stores.book.plans import SqlPlanBook
from stores.book.webhooks import SqlWebhookBook


@dataclass(frozen=True, slots=True)
class Books:
    """All books of one database. Safe to use from several threads; several processes may have the same books open."""

    bookings: SqlBookingBook
    overrides: SqlOverrideBook
    plans: SqlPlanBook
    commands: SqlCommandLog
    decisions: SqlDecisionBook
    keys: SqlKeyBook
    people: SqlPeopleBook
    audit: SqlAuditLog
    alarms: SqlAlarms
    outbox: SqlOutbox
    webhooks: SqlWebhookBook
    losses: SqlLossBook
    corrections: SqlCorrectionBook
    database: Database

    def check(self) -> str:
        """Name and version of what answers. Raises StoreUnavailableError or StoreDeniedError."""
        return self.database.version()

    def close(self) -> None:
        """End all connections."""
        self.database.close()


def open_books(url: str, *, keep_plans: int = 48, keep_log: timedelta = timedelta(days=400)) -> Books:
    """Open the books at `sqlite:///path` or `postgresql://user:password@host/name`, making or migrating the tables.

    keep_plans: plans of each site that are kept; keep_log: how long commands and decisions are kept. Raises SettingError for
    a wrong address or a book of a newer Greenroom, StoreUnavailableError or StoreDeniedError where the database does not answer.
    """
    database = Database(url)
    try:
        bring_up_to_date(database)
    except BaseException:
        database.close()
        raise
    return Books(
        bookings=SqlBookingBook(database),
        overrides=SqlOverrideBook(database),
        plans=SqlPlanBook(database, keep_plans),
        commands=SqlCommandLog(database, keep_log),
        decisions=SqlDecisionBook(database, keep_log),
        keys=SqlKeyBook(database),
        people=SqlPeopleBook(database),
        audit=SqlAuditLog(database),
        alarms=SqlAlarms(database),
        outbox=SqlOutbox(database),
        webhooks=SqlWebhookBook(database),
        losses=SqlLossBook(database),
        corrections=SqlCorrectionBook(database),
        database=database,
    )
