"""Deadlines and conversations in the terminal and in the report."""

import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from rich.console import Console

from cli.report import render
from cli.summary import show
from goodstanding.core.deadline_rules import new_deadline
from goodstanding.core.deadlines import ClosedBy, Closing, DeadlineKind, closed
from goodstanding.core.mail.categories import Category, Urgency
from goodstanding.core.mail.threads import Message, SettledBy, Settlement, Thread
from goodstanding.core.marketplaces import by_country
from goodstanding.policy.loader import load
from tests.cli.conftest import AS_OF, outcome_of, place

HOUR = timedelta(hours=1)


def deadline(number, opened_ago, kind=DeadlineKind.MESSAGE_REPLY, country="DE"):
    """A clock that began so long ago."""
    order = f"302-0000000-{number:07}"
    return new_deadline(f"c{number}", kind, by_country(country), AS_OF - opened_ago, load(), order_id=order)


def thread(number, country, settled_by=None):
    """A conversation of one message."""
    settlement = Settlement(AS_OF, settled_by) if settled_by else None
    message = Message(f"m{number}", f"t{number}", country, AS_OF, Category.REFUND, Urgency.NORMAL, settlement)
    return Thread(f"t{number}", country, None, (message,))


def outcome(deadlines=(), threads=(), language="en"):
    """A run of two marketplaces."""
    made = outcome_of(place("DE"), place("FR"), language=language)
    return replace(made, sellers=[replace(made.sellers[0], deadlines=deadlines, threads=threads)])


def printed(made):
    """The summary without its table."""
    out = io.StringIO()
    show(made, Path("out"), Console(file=out, width=160))
    return [line for line in out.getvalue().splitlines() if line[:8] in {"due     ", "overdue ", "buyers  ", " " * 8}]


CLOCKS = [
    deadline(1, 30 * HOUR),
    deadline(2, 20 * HOUR, country="FR"),
    deadline(3, 23 * HOUR),
    closed(deadline(4, HOUR), Closing(AS_OF, ClosedBy.REPLY)),
]


def test_summary_lists_open_deadlines_the_next_due_first():
    """What is overdue is said in words; what is done is not listed."""
    assert printed(outcome(CLOCKS)) == [
        "due     DE  reply to buyer, order 302-0000000-0000003: 20 Nov 2026, 08:00 CET (1 hour left)",
        "due     FR  reply to buyer, order 302-0000000-0000002: 20 Nov 2026, 11:00 CET (4 hours left)",
        "overdue DE  reply to buyer, order 302-0000000-0000001: 20 Nov 2026, 01:00 CET (6 hours overdue)",
    ]


def test_summary_of_many_deadlines_names_the_file():
    """A screen, not a list of hundreds."""
    lines = printed(outcome([deadline(number, HOUR) for number in range(12)]))
    assert len(lines) == 11
    assert lines[-1].strip() == "and 2 more in deadlines.json"


def test_conversations_are_counted_by_marketplace():
    """One of no known marketplace counts at the first."""
    threads = [
        thread(1, "FR"),
        thread(2, None),
        thread(3, "DE", SettledBy.REPLY),
        thread(4, "DE", SettledBy.NO_RESPONSE_NEEDED),
    ]
    assert printed(outcome(threads=threads)) == [
        "buyers  DE  conversations: 1 open, 1 answered, 1 without need of an answer",
        "buyers  FR  conversations: 1 open, 0 answered, 0 without need of an answer",
    ]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Open deadlines (3)", "6 hours overdue", "Conversations with buyers", "1 open, 0 answered")),
        ("de", ("Offene Fristen (3)", "6 Stunden überfällig", "Gespräche mit Käufern", "1 offen, 0 beantwortet")),
    ],
)
def test_report_shows_deadlines_and_conversations(language, words):
    """In the seller's language; a table with a name, whose overdue rows differ by words and not by colour only."""
    page = render(outcome(CLOCKS, [thread(1, "FR")], language))
    assert [text for text in words if text not in page] == []
    assert page.index("0000003") < page.index("0000002") < page.index("0000001")
    assert "0000004" not in page
    assert page.count('aria-labelledby="clocks-A2EXAMPLE00001"') == 2


def test_report_without_any_says_nothing():
    """No empty table."""
    page = render(outcome())
    assert "Open deadlines" not in page
    assert "Conversations" not in page
