"""Local days, looked up instead of worked out."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from goodstanding.core.marketplaces import MARKETPLACES
from goodstanding.core.orders import utc_text
from goodstanding.core.windows import LocalDays, local_day

SECONDS = st.integers(
    int(datetime(2024, 1, 1, tzinfo=UTC).timestamp()), int(datetime(2031, 1, 1, tzinfo=UTC).timestamp())
)
ZONES = st.sampled_from([UTC, timezone(timedelta(hours=-9, minutes=-30))])
INSTANTS = st.builds(datetime.fromtimestamp, SECONDS, ZONES)


@given(st.sampled_from(MARKETPLACES), st.lists(INSTANTS, min_size=1, max_size=20))
def test_any_instant_is_looked_up_on_the_day_that_is_its_own(marketplace, instants):
    """Whatever was asked before, in every marketplace, over all changes of its clock."""
    days = LocalDays(marketplace, lambda day: day)
    for at in instants:
        assert days.of(utc_text(at)) == local_day(at, marketplace)
        around = at.replace(minute=0, second=0, microsecond=0)
        assert days.of(utc_text(around)) == local_day(around, marketplace)


def test_day_is_worked_out_once():
    """That is what it is for."""
    asked = []
    days = LocalDays(MARKETPLACES[0], asked.append)
    for hour in range(24):
        days.of(utc_text(datetime(2026, 11, 20, hour, tzinfo=UTC)))
    assert len(asked) == 2
