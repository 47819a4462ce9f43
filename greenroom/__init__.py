"""The command `greenroom` and the wiring: the only place that knows all rooms."""
