"""Days and ranges, in all marketplaces, around every midnight and clock change."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from goodstanding.core.marketplaces import MARKETPLACES, by_country
from goodstanding.core.metrics import Window
from goodstanding.core.report_types import Range, ReportRule
from goodstanding.core.windows import bounds, days_of, local_day, rate_window, request_ranges

ZONES = st.sampled_from(MARKETPLACES)
INSTANTS = st.integers(1_420_000_000, 2_140_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
DAYS = st.dates(date(2015, 1, 1), date(2037, 12, 1))
TICK = timedelta(microseconds=1)


@given(DAYS, st.integers(0, 90), ZONES)
@example(date(2026, 10, 25), 0, by_country("DE"))
@example(date(2026, 3, 29), 0, by_country("DE"))
@example(date(2026, 4, 24), 0, by_country("EG"))
@example(date(2026, 10, 30), 0, by_country("EG"))
@example(date(2018, 11, 4), 0, by_country("BR"))
def test_bounds_hold_exactly_the_instants_of_the_days(first, length, marketplace):
    """The first and the last instant are inside, those beside them are not."""
    window = Window(first, first + timedelta(days=length))
    start, end = bounds(window, marketplace)
    assert local_day(start, marketplace) == window.from_
    assert local_day(start - TICK, marketplace) < window.from_
    assert local_day(end - TICK, marketplace) == window.to
    assert local_day(end, marketplace) > window.to


@given(INSTANTS, ZONES, st.integers(1, 120))
def test_rate_window_has_its_days_and_ends_today(at, marketplace, days):
    """On the marketplace's clock."""
    window = rate_window(at, marketplace, days)
    found = list(days_of(window))
    assert len(found) == days
    assert found[-1] == window.to == local_day(at, marketplace)
    assert found[0] == window.from_
    start, end = bounds(window, marketplace)
    assert start <= at < end


@given(INSTANTS, INSTANTS, ZONES)
def test_instant_is_in_the_bounds_iff_its_day_is_in_the_window(as_of, at, marketplace):
    """Two ways of asking the same."""
    window = rate_window(as_of, marketplace)
    start, end = bounds(window, marketplace)
    assert (start <= at < end) == (window.from_ <= local_day(at, marketplace) <= window.to)


@given(INSTANTS, st.none() | INSTANTS, st.integers(0, 400), st.integers(0, 10), st.integers(1, 60), ZONES)
def test_closed_ranges_cover_what_is_needed_without_gap_or_excess(as_of, covered, reach, overlap, longest, marketplace):
    """Each within what Amazon allows, in whatever zone `as_of` is given."""
    rule = ReportRule(Range.CLOSED, timedelta(days=reach), timedelta(days=overlap), timedelta(days=longest))
    ranges = request_ranges(rule, as_of.astimezone(marketplace.zone), covered)
    start = as_of - rule.reach
    if covered is not None:
        start = max(start, covered - rule.overlap)
    edges = [edge for pair in ranges for edge in pair]
    assert edges == sorted(edges)
    assert all(end - begin <= rule.longest and begin < end for begin, end in ranges)
    assert all(one[1] == other[0] for one, other in pairwise(ranges))
    assert (edges[0], edges[-1]) == (start, as_of) if start < as_of else not edges
