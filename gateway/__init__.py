"""The front door: HTTP API for booking systems and people, calendars and webhooks in and out."""
