"""The clocks of a conversation, and their names."""

from datetime import UTC, datetime, timedelta

from goodstanding.core.mail.categories import Category, Urgency
from goodstanding.core.mail.clocks import Clock, clocks
from goodstanding.core.mail.threads import Message, SettledBy, Settlement, Thread

AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
FIRST, SECOND = (Settlement(AT + number * HOUR, SettledBy.REPLY) for number in (3, 6))


def thread(*messages: tuple[str, int, Settlement | None]) -> Thread:
    """Messages by id, hour and what settled them."""
    return Thread(
        "t", "DE", None,
        tuple(
            Message(name, "t", "DE", AT + hour * HOUR, Category.OTHER, Urgency.NORMAL, settled)
            for name, hour, settled in messages
        ),
    )  # fmt: skip


def test_messages_that_waited_for_the_same_answer_share_a_clock():
    """It begins with the first of them and bears its name."""
    found = clocks(thread(("a", 0, FIRST), ("b", 1, FIRST), ("c", 4, SECOND), ("d", 7, None), ("e", 8, None)), {})
    assert found == (
        Clock("a", AT, FIRST, ("a", "b")),
        Clock("c", AT + 4 * HOUR, SECOND, ("c",)),
        Clock("d", AT + 7 * HOUR, None, ("d", "e")),
    )


def test_older_message_that_comes_late_does_not_rename_the_clock():
    """No warning is given twice."""
    (clock,) = clocks(thread(("a", 0, None), ("b", 1, None)), {"b": "b"})
    assert (clock.name, clock.started_at) == ("b", AT)


def test_clock_that_is_parted_gives_its_later_half_a_name_of_its_own():
    """Nor a name that was in use once: an ended clock never runs again."""
    parted = thread(("a", 0, FIRST), ("b", 4, None))
    names = {"a": "b", "b": "b"}
    assert [clock.name for clock in clocks(parted, names)] == ["b", "1.b"]
    assert [clock.name for clock in clocks(parted, {"a": "b", "b": "1.b"})] == ["b", "1.b"]
    again = thread(("a", 0, FIRST), ("b", 4, SECOND), ("c", 7, None))
    assert [clock.name for clock in clocks(again, {"a": "b", "b": "1.b", "c": "1.b"})] == ["b", "1.b", "c"]


def test_thread_without_messages_has_no_clock():
    """There is nothing to answer."""
    assert clocks(thread(), {"a": "a"}) == ()
