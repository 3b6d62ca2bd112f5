"""Messages as no notification should be, for everything that takes in notifications: what is wrong with each is its name."""

import json
from collections.abc import Callable
from typing import Any

from tests.local.sp_api_world import order_change

ORDER = "305-7654321-1234567"
AT = "2026-11-19T10:00:00Z"
DE, JP = "A1PA6795UKMFR9", "A1VC38T7YXB528"

type Change = Callable[[dict[str, Any]], object]


def _changed(change: Change, **summary: Any) -> str:
    """The text of a sound notification of an order in Germany after a change to its payload's notification, or to all of it."""
    message: dict[str, Any] = json.loads(order_change(ORDER, AT, **{"MarketplaceId": DE, **summary}))
    change(message)
    return json.dumps(message)


def _inside(change: Change) -> Change:
    return lambda message: change(message["Payload"]["OrderChangeNotification"])


SOUND = _changed(lambda _: None)

_FROM_SNS = {
    "Type": "Notification",
    "MessageId": "1",
    "TopicArn": "arn:aws:sns:x:1:t",
    "Message": SOUND,
    "Timestamp": AT,
}
_FROM_EVENTS = {"version": "0", "id": "1", "detail-type": "ORDER_CHANGE", "source": "aws.partner", "time": AT}

REFUSED: dict[str, str] = {
    "blank": " ",
    "no JSON": "{",
    "cut off": SOUND[: len(SOUND) // 2],
    "null": "null",
    "a list": f"[{SOUND}]",
    "a text": json.dumps(SOUND),
    "a number of many digits": "1" * 5_000,
    "nested deeply": "[" * 100_000,
    "of another shape": '{"orders": [{"AmazonOrderId": "305-7654321-1234567"}]}',
    "a type that is no text": _changed(lambda message: message.update(NotificationType=["ORDER_CHANGE"])),
    "a payload that is a list": _changed(lambda message: message.update(Payload=[message["Payload"]])),
    "a payload of another type": _changed(lambda message: message.update(Payload={"AnyOfferChangedNotification": {}})),
    "a seller that is a number": _changed(_inside(lambda change: change.update(SellerId=2))),
    "no seller": _changed(_inside(lambda change: change.pop("SellerId"))),
    "another seller": _changed(_inside(lambda change: change.update(SellerId="A9EXAMPLE99999"))),
    "a seller that is a path": _changed(_inside(lambda change: change.update(SellerId="../sellers/A2EXAMPLE00001"))),
    "no order": _changed(_inside(lambda change: change.pop("AmazonOrderId"))),
    "an order that is a key": _changed(_inside(lambda change: change.update(AmazonOrderId=f"{ORDER}#REQUEST"))),
    "no summary": _changed(_inside(lambda change: change.pop("Summary"))),
    "a summary that is a list": _changed(_inside(lambda change: change.update(Summary=[]))),
    "no marketplace": _changed(_inside(lambda change: change["Summary"].pop("MarketplaceId"))),
    "a status that is a number": _changed(lambda _: None, OrderStatus=1),
    "no date at all": _changed(
        lambda message: (message.pop("EventTime"), _inside(lambda change: change.pop("OrderChangeTrigger"))(message))
    ),
    "a date of change without a zone": _changed(
        _inside(lambda change: change["OrderChangeTrigger"].update(TimeOfOrderChange="2026-11-19T10:00:00"))
    ),
    "a promise without a zone": _changed(lambda _: None, LatestDeliveryDate="2026-11-21T10:00:00"),
    "a promise that is no date": _changed(lambda _: None, LatestDeliveryDate="soon"),
    "a promise for never": _changed(lambda _: None, LatestDeliveryDate="9999-12-31T23:59:59Z"),
    "a change at the beginning of time": _changed(
        _inside(lambda change: change["OrderChangeTrigger"].update(TimeOfOrderChange="0001-01-01T00:00:00Z"))
    ),
    "to be shipped never": _changed(lambda _: None, OrderStatus="Unshipped", LatestShipDate="9999-12-31T23:59:59Z"),
    "a quarter of a megabyte": SOUND[:-1] + " " * 250_000,
    "wrapped by SNS": json.dumps(_FROM_SNS),
    "wrapped by EventBridge": json.dumps(_FROM_EVENTS | {"detail": json.loads(SOUND)}),
}
"""None of these may be lost: it comes again, and is kept in the end."""

OF_NO_USE: dict[str, str] = {
    "another type": _changed(lambda message: message.update(NotificationType="REPORT_PROCESSING_FINISHED")),
    "a type that nobody knows": _changed(lambda message: message.update(NotificationType="ORDER_DREAM")),
    "a type in other case": '{"notificationType": "ACCOUNT_STATUS_CHANGED", "payload": {}}',
    "a marketplace that is none": _changed(lambda _: None, MarketplaceId="A2ZV50J4W1RKNI"),
    "a marketplace that is not the seller's": _changed(lambda _: None, MarketplaceId=JP),
}
"""Received, and done."""

STRANGE: dict[str, str] = {
    "with much beside": _changed(lambda message: message.update(Extra={"x": "a" * 250_000})),
    "in other case": _changed(lambda message: message.update(notificationtype=message.pop("NotificationType"))),
    "with programs that are none": _changed(lambda _: None, OrderPrograms={"Replacement": True}),
    "with an empty promise": _changed(lambda _: None, LatestDeliveryDate=""),
    "without a date of change": _changed(
        _inside(lambda change: change["OrderChangeTrigger"].update(TimeOfOrderChange=None))
    ),
}
"""As good as the sound one."""
