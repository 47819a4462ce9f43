"""Following the calendars of the site files: who asks, and where from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.calendars.fetching import Fetched, fetch
from gateway.following import CalendarFollower

if TYPE_CHECKING:
    from greenroom.settings import Settings
    from premises.ports import House


def follower_of(house: House, settings: Settings) -> CalendarFollower | None:
    """The follower of all sites' calendars; None where there are none, or the settings turn it off.

    `file:` addresses that are relative lie in the data folder.
    """
    if not settings.calendars or not any(site.calendars for site in house.sites.values()):
        return None

    def ask(address: str, etag: str, modified: str) -> Fetched:
        return fetch(address, etag, modified, allow_private=settings.private_calendars, folder=settings.data)

    return CalendarFollower(house, ask)
