"""Notifications come twice, late, in any order and broken; requests.jsonl stands as if they had come once, in order and whole."""

import json
import random
from datetime import UTC, datetime

import pytest

from cli.main import main
from tests.contract.selling import DAY, MARKETPLACE_IDS, Habits, messages, sales, write
from tests.local.sp_api_world import order_change

AS_OF = datetime(2026, 11, 20, 12, tzinfo=UTC)
UNKNOWN = "305-7654321-1234567"

pytestmark = pytest.mark.slow

BROKEN = [
    "",
    "{",
    "null",
    "[]",
    '"ORDER_CHANGE"',
    "{}",
    '{"NotificationType": "ORDER_CHANGE"}',
    '{"NotificationType": "ORDER_CHANGE", "EventTime": "yesterday", "Payload": {"OrderChangeNotification": {}}}',
    '{"NotificationType": "ACCOUNT_STATUS_CHANGED", "Payload": {}}',
    "[" * 100_000,
    order_change(UNKNOWN, "2026-11-19T10:00:00", MarketplaceId=MARKETPLACE_IDS["DE"]),
    order_change(UNKNOWN, "2026-11-19T10:00:00Z", MarketplaceId="A0NOWHERE"),
    order_change(UNKNOWN, "2026-11-19T10:00:00Z", MarketplaceId=MARKETPLACE_IDS["DE"], LatestDeliveryDate="soon"),
]
"""Nothing of these is about an order of the seller's that a report tells of."""


def requests(path, made, notifications):
    """The lines of a run over these orders and notifications, in the order of file names."""
    folder = write(path / "seller", made, Habits())
    for old in (folder / "notifications").iterdir():
        old.unlink()
    for number, text in enumerate(notifications):
        (folder / "notifications" / f"{number:05}.json").write_text(text)
    assert main(["run", str(folder), "--as-of", AS_OF.isoformat(), "--out", str(path / "out")]) == 0
    return sorted((path / "out" / "requests.jsonl").read_text().splitlines())


@pytest.fixture(scope="module")
def made():
    """Orders of every kind, bought so long ago that all news of them is old."""
    return sales(["DE"], 28, AS_OF - 40 * DAY, AS_OF - 8 * DAY, random.Random(3))


@pytest.fixture(scope="module")
def undisturbed(made, tmp_path_factory):
    """Each notification once, in order."""
    return requests(tmp_path_factory.mktemp("undisturbed"), made, [text for sale in made for text in messages(sale)])


def test_notifications_matter(made, undisturbed, tmp_path):
    """Without them the windows are others, or the comparison would prove nothing."""
    assert requests(tmp_path, made, []) != undisturbed
    assert {json.loads(line)["state"] for line in undisturbed} >= {"SENT", "PLANNED", "EXCLUDED", "OPTED_OUT"}


def test_notifications_twice_reordered_and_among_broken_ones_change_nothing(made, undisturbed, tmp_path):
    """Each is an upsert guarded by when it was so; what cannot be read is nobody's news."""
    texts = [text for sale in made for text in messages(sale)] * 2
    everything = [*texts, *BROKEN, order_change(UNKNOWN, "2026-11-19T10:00:00Z", MarketplaceId=MARKETPLACE_IDS["DE"])]
    random.Random(5).shuffle(everything)
    assert requests(tmp_path, made, everything) == undisturbed
