"""Virtual time: who waits how long, in which order."""

from datetime import UTC, datetime, timedelta

import pytest

from local.clock import RealClock, VirtualClock

START = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def clock():
    """Midnight, first of March."""
    return VirtualClock(START)


def test_sleeping_alone_moves_the_clock_by_that_much(clock):
    """Time passes without being waited for."""
    clock.sleep(90)
    assert clock.now() == START + timedelta(seconds=90)


def test_sleeping_for_nothing_returns_at_once(clock):
    """Zero and negative sleeps are no error and move nothing."""
    clock.sleep(0)
    clock.sleep(-5)
    assert clock.now() == START


def test_travel_sets_the_clock_forth_and_back(clock):
    """Between executions any moment can be made the present."""
    clock.travel(START + timedelta(days=3))
    clock.travel(START - timedelta(days=3))
    assert clock.now() == START - timedelta(days=3)


def test_start_without_a_time_zone_is_refused():
    """A naive start would make every later comparison a guess."""
    with pytest.raises(ValueError, match="aware"):
        VirtualClock(datetime(2026, 3, 1))  # noqa: DTZ001


def test_branches_sleep_at_the_same_time(clock):
    """Parallel branches take as long as the longest, not as long as all."""
    clock.gather([lambda: clock.sleep(60), lambda: clock.sleep(600), lambda: clock.sleep(10)])
    assert clock.now() == START + timedelta(seconds=600)


def test_branches_hand_over_in_order_of_waking(clock):
    """The order of what happens is that of virtual time, whatever the threads do."""
    seen = []

    def branch(name, *naps):
        for nap in naps:
            clock.sleep(nap)
            seen.append((name, (clock.now() - START).total_seconds()))

    clock.gather([lambda: branch("a", 30, 30), lambda: branch("b", 20, 20), lambda: branch("c", 20)])
    assert seen == [("b", 20), ("c", 20), ("a", 30), ("b", 40), ("a", 60)]


def test_branches_within_branches_join_before_their_parent_goes_on(clock):
    """A nested gather returns when its own branches have ended, while outer ones still sleep."""
    seen = []

    def outer():
        clock.gather([lambda: clock.sleep(5), lambda: clock.sleep(7)])
        seen.append((clock.now() - START).total_seconds())

    clock.gather([outer, lambda: clock.sleep(100)])
    assert seen == [7]
    assert clock.now() == START + timedelta(seconds=100)


def test_sleep_while_held_keeps_the_others_out(clock):
    """What holds the process's environment is not interrupted by another branch."""
    seen = []

    def holder():
        with clock.held():
            seen.append("in")
            clock.sleep(50)
            seen.append("out")

    def other():
        clock.sleep(1)
        seen.append("other")

    clock.gather([other, holder])
    assert seen == ["in", "out", "other"]


def test_failing_branch_raises_after_the_others_have_ended(clock):
    """No branch is left behind running."""
    seen = []

    def fails():
        raise ArithmeticError("one")

    def other():
        clock.sleep(9)
        seen.append("ended")

    with pytest.raises(ArithmeticError):
        clock.gather([fails, other])
    assert seen == ["ended"]


def test_travel_while_branches_sleep_is_refused(clock):
    """Sleeping branches have a common past."""

    def traveller():
        clock.travel(START)

    with pytest.raises(RuntimeError, match="time travel"):
        clock.gather([traveller, lambda: clock.sleep(1)])


def test_gathering_nothing_returns_at_once(clock):
    """A Map over no items is no special case for the caller."""
    clock.gather([])
    assert clock.now() == START


def test_real_clock_runs_branches_one_after_another():
    """Against a real endpoint what happens is still the same every time."""
    seen = []
    clock = RealClock()
    clock.gather([lambda: seen.append(1), lambda: seen.append(2)])
    clock.sleep(0)
    clock.travel(START)
    with clock.held():
        assert seen == [1, 2]
    assert clock.now().tzinfo is UTC


def test_real_branches_wait_at_the_same_time(monkeypatch):
    """A run against a real endpoint takes as long as its slowest branch, not as long as all together."""
    slept = []
    monkeypatch.setattr("local.clock.time.sleep", slept.append)
    monkeypatch.setattr(RealClock, "now", lambda _: START + timedelta(seconds=sum(slept)))
    clock = RealClock()
    clock.gather([lambda: clock.sleep(60), lambda: clock.sleep(90), lambda: clock.sleep(90)])
    assert sum(slept) == 90
