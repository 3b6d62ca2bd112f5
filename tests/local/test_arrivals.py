"""Notifications of a folder: each at its own date, those of no date first, for the stack to judge."""

import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from local.arrivals import arrivals

FIRST, SECOND, THIRD = "2026-11-10T12:00:00Z", "2026-11-11T12:00:00Z", "2026-11-12T14:00:00+02:00"
NO_DATE = datetime.min.replace(tzinfo=UTC)


def delivered(arrival) -> str:
    """What the notification queue gets."""
    sent = []
    queue = SimpleNamespace(send_message=lambda **message: sent.append(message["MessageBody"]))
    arrival.deliver(SimpleNamespace(client=lambda _: queue, resource=lambda name: name))
    return sent[0]


@pytest.fixture
def folder(tmp_path) -> Any:
    """Writes files, and is the folder that holds them."""

    class Folder:
        def __init__(self) -> None:
            self.notifications: list[Any] = []
            self.mail = None

        def write(self, name: str, content: bytes | dict[str, Any]) -> None:
            """One file."""
            path = tmp_path / name
            path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
            self.notifications.append(path)

        def dates(self) -> list[datetime]:
            """When they arrive."""
            return [each.at for each in arrivals([self])]

    return Folder()


def test_files_arrive_in_the_order_of_their_dates(folder):
    """Whatever their names; an offset is reckoned with."""
    for name, at in (("a.json", THIRD), ("b.json", FIRST), ("c.json", SECOND)):
        folder.write(name, {"EventTime": at})
    assert folder.dates() == [datetime(2026, 11, day, 12, tzinfo=UTC) for day in (10, 11, 12)]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ({"EventTime": SECOND, "Payload": {"X": {"OrderChangeTrigger": {"TimeOfOrderChange": FIRST}}}}, FIRST),
        ({"eventTime": SECOND, "notificationMetadata": {"publishTime": THIRD}}, SECOND),
        ({"NotificationMetadata": {"PublishTime": THIRD}}, THIRD),
        ({"EventTime": "2026-11-10T12:00:00", "NotificationMetadata": {"PublishTime": THIRD}}, THIRD),
        ({"EventTime": FIRST, "Payload": {"EventTime": SECOND}}, FIRST),
    ],
)
def test_date_is_that_of_the_change_then_of_the_event_then_of_sending(folder, message, expected):
    """Keys in any case; a date without an offset is none; the outermost of one name counts."""
    folder.write("a.json", message)
    assert folder.dates() == [datetime.fromisoformat(expected)]


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff\xfe\x00", b"null", b"[]", b"{}", b'{"EventTime": 5}', b"[" * 100_000]
)
def test_file_without_a_date_arrives_first_and_as_it_is(folder, content):
    """The stack has a dead-letter queue for it."""
    folder.write("b.json", {"EventTime": FIRST})
    folder.write("z.json", content)
    found = arrivals([folder])
    assert [each.at for each in found] == [NO_DATE, datetime.fromisoformat(FIRST)]
    assert delivered(found[0]) == (content.decode(errors="replace") or " ")


def test_file_that_is_too_long_for_a_message_is_cut_off(folder):
    """It cannot have come out of a queue; what is left of it is for the stack to judge."""
    folder.write("a.json", b'{"EventTime": "' + FIRST.encode() + b'", "x": "' + b"a" * 1_100_000 + b'"}')
    (arrival,) = arrivals([folder])
    assert len(delivered(arrival)) < 300_000


def test_byte_order_mark_is_no_part_of_the_message(folder):
    """Editors put it there."""
    folder.write("a.json", b"\xef\xbb\xbf" + json.dumps({"EventTime": FIRST}).encode())
    (arrival,) = arrivals([folder])
    assert (arrival.at, json.loads(delivered(arrival))["EventTime"]) == (datetime.fromisoformat(FIRST), FIRST)


def test_several_sellers_arrive_together(folder, tmp_path):
    """By date, whoever they are for."""
    folder.write("a.json", {"EventTime": SECOND})
    other = tmp_path / "other.json"
    other.write_text(json.dumps({"EventTime": FIRST}))
    found = arrivals([folder, SimpleNamespace(notifications=[other], mail=None)])
    assert [each.at.day for each in found] == [10, 11]
