"""The long ordeal: the intake killed with SIGKILL at random moments under load, the broker restarted in between.

    python -m bench.intake_crash [--kills 100] [--restarts 20] [--rate 2000] [--seed 1]

Compares what the broker acknowledged to the publisher with what is in the journal and in the store: nothing may be lost or
doubled, and the accounts are sampled every 2 ms in the process that is killed. Exit status 1 where any of it fails.
"""

from __future__ import annotations

import argparse
import tempfile
import threading
import time
from pathlib import Path

from tests.ingest_wire.crash import Outcome, ordeal
from tests.mosquitto import Mosquitto


def told(name: str, outcome: Outcome) -> bool:
    """Print the outcome in one line; whether it is as promised."""
    good = not (outcome.lost or outcome.doubled or outcome.missing or outcome.imbalance) and outcome.balanced
    print(
        f"{name}: {outcome.acknowledged} acknowledged by the broker, {outcome.received} received,"
        f" {len(outcome.lost)} lost, {len(outcome.doubled)} doubled ({len(outcome.published_twice)} more by the publisher itself),"
        f" {len(outcome.missing)} missing in the store,"
        f" accounts {'exact' if outcome.balanced and not outcome.imbalance else 'WRONG ' + outcome.imbalance}: "
        + ("as promised" if good else "BROKEN PROMISE"),
        flush=True,
    )
    return good


def restart_now_and_then(broker: Mosquitto, times: int, stop: threading.Event) -> None:
    """Restart the broker in an orderly way, so that it keeps what it acknowledged."""
    for _ in range(times):
        if stop.wait(1.5):
            return
        broker.stop()
        broker.start()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--restarts", type=int, default=20)
    parser.add_argument("--rate", type=float, default=2000.0)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    good = True
    for name, kills, restarts in (("killed", asked.kills, 0), ("broker restarted", 0, asked.restarts)):
        if not kills and not restarts:
            continue
        with tempfile.TemporaryDirectory(prefix="greenroom-bench-") as scratch:
            folder, of_broker = Path(scratch) / "intake", Path(scratch) / "broker"
            folder.mkdir()
            of_broker.mkdir()
            broker = Mosquitto(of_broker)
            broker.start()
            stop = threading.Event()
            restarter = threading.Thread(target=restart_now_and_then, args=(broker, restarts, stop))
            started = time.monotonic()
            restarter.start()
            outcome = ordeal(
                broker.url, broker.port, folder, kills, asked.rate, asked.seed, while_running=restarter.join if restarts else None
            )
            stop.set()
            restarter.join()
            broker.stop()
            good &= told(f"{name} {kills or restarts} times in {time.monotonic() - started:.0f} s", outcome)
    raise SystemExit(0 if good else 1)


if __name__ == "__main__":
    main()
