"""The books: bookings, overrides, plans, commands, decisions, keys, audit and alarms in SQLite or PostgreSQL."""

from stores.book.opening import Books, open_books

__all__ = ["Books", "open_books"]
