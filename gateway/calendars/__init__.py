"""Calendars in: RFC 5545 as it is really sent, read so that one bad event never drops the feed."""

from gateway.calendars.reader import CalendarReading, read_calendar, read_feed

__all__ = ["CalendarReading", "read_calendar", "read_feed"]
