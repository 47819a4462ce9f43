"""What holds for all tests: property tests are bounded in examples, never by the clock, and the same examples in every run."""

from hypothesis import HealthCheck, settings

settings.register_profile("greenroom", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("greenroom")
