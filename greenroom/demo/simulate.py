"""The simulators' process of the demo: it loads the physics and nothing of the house, and the house nothing of the physics.

So this module imports next to nothing: both processes import it, the one to name the function, the other to run it.
"""

from __future__ import annotations

import threading
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from premises.booking import Booking
from premises.time import Interval


def simulate(answer: Connection, site_file: Path, broker_url: str, span: Interval, arguments: dict[str, Any]) -> None:
    """Run the devices; beside, in a thread, tell kWh of always-on heating over the span. What comes back through `answer` later are
    the bookings by which people come from then on."""
    from premises.sitefile import load_site
    from simulators.counterfactual import always_on
    from simulators.running import run_demo

    def otherwise() -> None:
        answer.send(always_on(load_site(site_file), arguments["seed"], span, arguments["bookings"]).total_kwh)

    threading.Thread(target=otherwise, name="always-on", daemon=True).start()
    run_demo(site_file, broker_url, news=partial(last_word, answer), **arguments)


def last_word(house: Connection) -> tuple[Booking, ...] | None:
    """What the house told last; None where it told nothing new."""
    told: tuple[Booking, ...] | None = None
    try:
        while house.poll():
            told = house.recv()
    except (EOFError, OSError):
        return told
    return told
