"""Whether Amazon offers anything to anybody."""

from datetime import date

import pytest

from goodstanding.core.requests.drought import ENOUGH_LOOKS, DayOfLooks, drought_since

TODAY = date(2026, 11, 20)


def day(of_november: int, looks: int, offers: int = 0) -> DayOfLooks:
    """A day's counts."""
    return DayOfLooks(date(2026, 11, of_november), looks, offers)


@pytest.mark.parametrize(
    ("days", "since"),
    [
        ([], None),
        ([day(20, ENOUGH_LOOKS - 1)], None),
        ([day(20, ENOUGH_LOOKS)], 20),
        ([day(20, ENOUGH_LOOKS, 1)], None),
        ([day(19, ENOUGH_LOOKS - 1), day(20, 1)], 19),
        ([day(19, 5, 1), day(20, ENOUGH_LOOKS)], None),
        ([day(18, ENOUGH_LOOKS), day(20, 1)], None),
        ([day(15, 9, 2), day(17, 3), day(19, ENOUGH_LOOKS)], 17),
        ([day(15, 3), day(16, 9, 2), day(19, ENOUGH_LOOKS)], 19),
        ([day(15, 0), day(17, 0), day(20, ENOUGH_LOOKS)], 20),
        ([day(20, ENOUGH_LOOKS), day(21, 9, 9)], 20),
        ([day(20, ENOUGH_LOOKS - 2), day(20, 2)], 20),
    ],
)
def test_drought_is_as_old_as_the_last_offer(days, since):
    """Enough empty lists today and yesterday, and none with an offer; since the first look after the last offer."""
    assert drought_since(days, TODAY) == (None if since is None else date(2026, 11, since))
