"""Write the golden files of the simulated devices anew: `python -m tests.simulators.renew_golden`, then read the difference."""

from __future__ import annotations

from tests.simulators.small_site import FILES
from tests.simulators.test_devices import GOLDEN, as_lines, posed


def main() -> None:
    GOLDEN.mkdir(exist_ok=True)
    messages = posed()
    for device, (_, topic) in FILES.items():
        (GOLDEN / f"{device}.jsonl").write_text("\n".join(as_lines(messages, topic)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
