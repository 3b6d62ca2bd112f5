"""What holds for every test."""

from hypothesis import HealthCheck, settings

# How long an example takes says nothing about the code when two workers share the machine with others.
settings.register_profile(
    "untimed", settings.get_profile("default"), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("untimed")
