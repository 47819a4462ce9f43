"""The desk of a running house."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenroom.reporting.desk import ReportDesk, emblems_of, key_of
from greenroom.reporting.scheduled import ScheduledReports
from reports.editions.shelf import FolderShelf

if TYPE_CHECKING:
    from greenroom.house import Running
    from greenroom.settings import Settings


def scheduled_reports(running: Running, settings: Settings) -> ScheduledReports:
    """The reports that the site files order, over the parts of that house. Raises KeyFileError, SettingError."""
    shelf = FolderShelf(settings.editions_path)
    desk = ReportDesk(running.store, running.books, shelf, key_of(settings), emblems_of(settings))
    clusters = {cluster.id: cluster for cluster in running.house.clusters}
    return ScheduledReports(desk, lambda: {**running.sites, **clusters}, running.clock, running.books.alarms)
