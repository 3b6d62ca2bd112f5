"""Notifications come twice, late, in any order and unsound; requests.jsonl stands as if they had come once, in order and whole."""

import json
import random
from collections import Counter
from datetime import UTC, datetime
from itertools import chain

import pytest

from cli.main import main
from local.arrivals import bring_notification
from local.clock import VirtualClock
from local.runner import TEMPLATE, enrol, request_ledger
from local.seller_folder import load_all
from local.stack import EmbeddedStack
from tests.contract.selling import DAY, Habits, messages, sales, write
from tests.local.sp_api_world import order_change, seller_folder
from tests.unsound_notifications import OF_NO_USE, REFUSED, SOUND, STRANGE

AS_OF = datetime(2026, 11, 20, 12, tzinfo=UTC)
pytestmark = pytest.mark.slow


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


def test_notifications_twice_reordered_and_among_unsound_ones_change_nothing(made, undisturbed, tmp_path):
    """Each is an upsert guarded by when it was so; what cannot be read, or is of no order that a report tells of, is nobody's news."""
    texts = [text for sale in made for text in messages(sale)] * 2
    everything = [*texts, "", *REFUSED.values(), *OF_NO_USE.values(), *STRANGE.values(), SOUND]
    random.Random(5).shuffle(everything)
    assert requests(tmp_path, made, everything) == undisturbed


def test_messages_that_are_refused_are_kept_in_the_dead_letter_queue_and_no_others(tmp_path):
    """On the way that SP-API's take: good ones among them are in the table, none is left waiting in the queue."""
    (seller,) = load_all([seller_folder(tmp_path / "seller", {}, marketplaces="DE")])
    good = [order_change(f"302-0000000-{number:07}", "2026-11-19T10:00:00Z") for number in range(len(REFUSED))]
    others = [*OF_NO_USE.values(), *STRANGE.values()]
    with EmbeddedStack(TEMPLATE, {}, VirtualClock(AS_OF)) as stack:
        enrol(stack, seller)
        for text in [*chain.from_iterable(zip(REFUSED.values(), good, strict=True)), *others]:
            bring_notification(stack, text)
        assert Counter(_waiting(stack, "NotificationsDeadLetterQueue")) == Counter(REFUSED.values())
        assert _waiting(stack, "NotificationsQueue") == []
        ledger = request_ledger(stack)
        (germany,) = seller.marketplaces
        known = {flagged.order_id for flagged in ledger.flagged(seller.seller_id, germany)}
        assert known == {
            json.loads(text)["Payload"]["OrderChangeNotification"]["AmazonOrderId"] for text in (*good, SOUND)
        }


def _waiting(stack, queue):
    """The bodies of the messages in a queue."""
    sqs, url = stack.client("sqs"), stack.resource(queue)
    found = iter(lambda: sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"), None)
    return [message["Body"] for messages_ in found for message in messages_]
