"""One report on its way."""

from datetime import timedelta

import pytest

from goodstanding.core.fetches import PATIENCE, CheckOutcome, ProcessingStatus, outcome, pause


@pytest.mark.parametrize(
    ("status", "document_id", "age", "expected"),
    [
        ("DONE", "d", timedelta(0), CheckOutcome.DONE),
        ("DONE", "d", PATIENCE * 2, CheckOutcome.DONE),
        ("DONE", None, timedelta(0), CheckOutcome.NO_DATA),
        ("CANCELLED", None, timedelta(0), CheckOutcome.NO_DATA),
        ("CANCELLED", "d", timedelta(0), CheckOutcome.NO_DATA),
        ("FATAL", "d", timedelta(0), CheckOutcome.FATAL),
        ("IN_QUEUE", None, PATIENCE, CheckOutcome.PENDING),
        ("IN_PROGRESS", None, PATIENCE + timedelta(seconds=1), CheckOutcome.STUCK),
        ("unknown", None, timedelta(0), CheckOutcome.PENDING),
        ("unknown", None, PATIENCE * 2, CheckOutcome.STUCK),
    ],
)
def test_status_of_a_report_has_one_meaning(status, document_id, age, expected):
    """A cancelled or empty one has no data, a pending one is stuck when patience ends."""
    assert outcome(ProcessingStatus(status), document_id, age) is expected


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (timedelta(0), timedelta(seconds=30)),
        (timedelta(minutes=4), timedelta(minutes=1)),
        (timedelta(hours=2), timedelta(minutes=5)),
    ],
)
def test_pause_grows_with_age_within_bounds(age, expected):
    """Slow reports cost few calls, quick ones are seen soon."""
    assert pause(age) == expected
