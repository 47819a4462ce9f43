"""Losses of efficiency, found each night from what the day before left behind; as the French BACS decree asks (R175-3, 2°)."""
