"""How long a plan takes on one core: 8 zones over 48 h and 16 over 72 h, from nothing and from the plan before.

python -m bench.rules_plan
"""

from __future__ import annotations

import time

import numpy as np

from rules.lp_solve import Solver
from rules.lp_task import PlantTask, Task, ZoneTask


def a_task(zones: int, slots: int, shift: int, sun: bool) -> Task:
    """Zones side by side with a booking a day each, day and night tariff, and PV on two of three plans; `shift` slots later."""
    dice, steps = np.random.default_rng(1), np.arange(slots) + shift
    outdoor = 3 + 4 * np.sin(steps / 96 * 2 * np.pi)
    price = np.where((steps // 4) % 24 < 6, 0.12, 0.20)
    found = []
    for place in range(zones):
        low, penalty = np.full(slots, 12.0), np.full(slots, 2.0)
        for day in range(slots // 96 + 1):
            first = day * 96 + int(dice.integers(28, 60)) - shift
            low[max(first, 0) : max(first + 40, 0)], penalty[max(first, 0) : max(first + 40, 0)] = 20.0, 20.0
        rates = np.stack([1 / (3.5 + 0.05 * outdoor), 1 / (2.5 + 0.04 * outdoor), 1 / (1.5 + 0.03 * outdoor)])
        found.append(
            ZoneTask(
                id=f"zone-{place}", plant=0, mass=0.04, outdoor=0.01, heat=0.02, delay=place % 3, tau_h=32.0,
                neighbours=(((place + 1) % zones, 0.005),), air_c=14 + float(dice.random()), mass_c=14.0, still=0.0,
                past_kw=(0.0,) * (place % 3), free_k=np.zeros(slots), low_c=low, penalty=penalty,
                caps_kw=np.full((3, slots), 20.0), rates=rates, end_air=0.3, end_mass=0.5,
            )
        )  # fmt: skip
    surplus = np.maximum(0.0, 30 * np.sin((steps % 96 - 24) / 96 * 2 * np.pi)) if sun else np.zeros(slots)
    return Task(
        outdoor, tuple(found), (PlantTask("plant", np.full(slots, 36.0 * zones), price, True),), surplus, np.full(slots, 0.1)
    )


def main() -> None:
    """Print processor seconds: the best of three, so that other work on the machine counts less."""
    print(f"{'':28}{'from nothing':>14}{'a slot later':>14}   (processor s)")
    for zones, slots in ((8, 192), (16, 288)):
        for sun in (False, True):
            cold: list[float] = []
            warm: list[float] = []
            for _ in range(3):
                solver = Solver(60.0)
                for shift, times in ((0, cold), (1, warm)):
                    task = a_task(zones, slots, shift, sun)
                    begun = time.process_time()
                    if solver.solve(task) is None:
                        raise SystemExit("no plan was found")
                    times.append(time.process_time() - begun)
            print(f"{zones:>3} zones, {slots // 4} h{', PV' if sun else '':12}{min(cold):>20.2f}{min(warm):>14.2f}")


if __name__ == "__main__":
    main()
