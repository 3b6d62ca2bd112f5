"""The queue's function: each message on its own, into the deployed table; those that fail are named, for SQS to send again."""

import copy
import importlib.util
import json
from itertools import batched
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from goodstanding.adapters.dynamodb.requests import DynamoRequestLedger
from goodstanding.core.marketplaces import by_country
from goodstanding.runtime import wiring
from goodstanding.runtime.queue import QueueTask
from tests.unsound_notifications import OF_NO_USE, REFUSED, STRANGE
from tests.unsound_notifications import ORDER as UNSOUND_ORDER

EVENT = json.loads(Path("events/receive_notifications.json").read_text())
DE = by_country("DE")
SELLER = "A2EXAMPLE00001"
CONTEXT = SimpleNamespace(function_name="receive", get_remaining_time_in_millis=lambda: 30_000)


@pytest.fixture
def queue(lasting_aws, monkeypatch, clock) -> Any:
    """The function with its environment, and the orders it has flagged."""
    bucket = lasting_aws.names["DataBucket"]
    settings = json.dumps({"seller_id": SELLER, "marketplaces": ["DE"]})
    lasting_aws.client("s3").put_object(Bucket=bucket, Key=f"sellers/{SELLER}.yaml", Body=settings.encode())
    monkeypatch.setenv("BUCKET", bucket)
    monkeypatch.setenv("ORDERS_TABLE", lasting_aws.names["OrdersTable"])
    monkeypatch.setenv("DEADLINES_TABLE", lasting_aws.names["DeadlinesTable"])
    spec = importlib.util.spec_from_file_location("receive_notifications_app", "functions/receive_notifications/app.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert isinstance(module.handler, QueueTask)
    ledger = DynamoRequestLedger(lasting_aws.client("dynamodb"), lasting_aws.names["OrdersTable"], clock)
    with wiring.installed(wiring.World()):
        yield SimpleNamespace(
            handle=lambda event: module.handler(event, CONTEXT),
            flagged=lambda: [each.order_id for each in ledger.flagged(SELLER, DE)],
        )
    lasting_aws.clear("OrdersTable")


def batch(*bodies: str) -> dict[str, Any]:
    """An event with these messages, called m-1, m-2 and so on."""
    records = []
    for number, body in enumerate(bodies, start=1):
        record = copy.deepcopy(EVENT["Records"][0])
        records.append(record | {"body": body, "messageId": f"m-{number}"})
    return {"Records": records}


def a_change(number: int) -> str:
    """A notification of an order."""
    body: str = EVENT["Records"][0]["body"]
    return body.replace("302-0000000-0000001", f"302-0000000-{number:07}")


def failed(answer: dict[str, Any]) -> list[str]:
    """The messages that will come again."""
    return [each["itemIdentifier"] for each in answer["batchItemFailures"]]


def test_sample_event_is_taken_in(queue):
    """As the deployed function receives it."""
    assert failed(queue.handle(EVENT)) == []
    assert queue.flagged() == ["302-0000000-0000001"]


def test_bad_message_costs_no_other(queue):
    """Only it comes again, and ends in the dead-letter queue."""
    answer = queue.handle(batch(a_change(1), "no notification", a_change(2), "{}"))
    assert failed(answer) == ["m-2", "m-4"]
    assert queue.flagged() == ["302-0000000-0000001", "302-0000000-0000002"]


@pytest.mark.parametrize(
    "unsound", [*batched([*REFUSED, *OF_NO_USE, *STRANGE], 5, strict=False)], ids=lambda names: names[0]
)
def test_whatever_is_wrong_with_a_message_the_good_ones_around_it_are_kept(queue, unsound):
    """Every way to be wrong that we know: refused ones come again, what is of no use does not, and what is merely strange is kept."""
    bodies = {**REFUSED, **OF_NO_USE, **STRANGE}
    mixed = [body for number, name in enumerate(unsound) for body in (bodies[name], a_change(number))]
    expected = [f"m-{2 * number + 1}" for number, name in enumerate(unsound) if name in REFUSED]
    assert failed(queue.handle(batch(*mixed))) == expected
    strange = [UNSOUND_ORDER] if STRANGE.keys() & set(unsound) else []
    assert queue.flagged() == [f"302-0000000-{number:07}" for number in range(len(unsound))] + strange


def test_batch_of_bad_messages_is_answered_too(queue):
    """An exception would send everything again without telling why."""
    assert failed(queue.handle(batch("{", "}"))) == ["m-1", "m-2"]


def test_same_message_twice_is_taken_twice_and_known_once(queue):
    """SQS delivers at least once."""
    assert failed(queue.handle(batch(a_change(1), a_change(1)))) == []
    assert failed(queue.handle(batch(a_change(1)))) == []
    assert queue.flagged() == ["302-0000000-0000001"]


def test_log_names_messages_and_never_their_content(queue, capsys):
    """What failed is found by its id."""
    canary = json.dumps({"NotificationType": "ORDER_CHANGE", "Payload": {"OrderChangeNotification": "canary"}})
    queue.handle(batch(canary))
    said = capsys.readouterr().out
    assert "m-1" in said
    assert "invalid_payload" in said
    assert "canary" not in said
