"""What holds for all tests: property tests are bounded in examples, never by the clock, and the same examples in every run.

A test that shares the machine with other processes (a broker, a database, a browser, an interpreter that it kills) is tried once
more where it fails, and the summary names it as rerun: what a machine short of processor does to a socket is not what it tests.
All others must pass at once.
"""

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("greenroom", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("greenroom")

OTHER_PROCESSES = frozenset({"mosquitto", "broker_url", "postgres_server", "postgres_url", "chromium", "browser"})


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        fixtures = OTHER_PROCESSES.intersection(getattr(item, "fixturenames", ()))
        if fixtures or any(item.get_closest_marker(name) for name in ("slow", "browser")):
            item.add_marker(pytest.mark.flaky(reruns=1))
