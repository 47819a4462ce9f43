"""The demo: a studio run on embedded parts, first through the last days at full speed, then live."""
