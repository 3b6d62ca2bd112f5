"""SP-API notifications as SQS delivers them, leniently: keys in any case, unknown keys and words kept out of the way.

Envelope and payload change their case from type to type (`NotificationType`, `notificationType`), so keys are compared without it.
"""

import json
from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, ValidationError

from goodstanding.core.orders import is_order_id
from goodstanding.core.reports.dates import is_plausible


class NotificationUnreadable(ValueError):
    """Not a notification; the message names what is missing, never what is there."""


def _none_if_empty(value: object) -> object:
    return None if value == "" else value


def _plausible(at: datetime | None) -> datetime | None:
    if at is not None and not is_plausible(at):
        raise ValueError("is out of range")
    return at


def _order_id(text: str) -> str:
    if not is_order_id(text):
        raise ValueError("is no order id")
    return text


def _words(value: object) -> object:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


Moment = Annotated[AwareDatetime | None, BeforeValidator(_none_if_empty), AfterValidator(_plausible)]
OrderId = Annotated[str, AfterValidator(_order_id)]
Words = Annotated[tuple[str, ...], BeforeValidator(_words)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class OrderSummary(_Part):
    """`Summary` of an ORDER_CHANGE."""

    marketplaceid: str
    orderstatus: str = ""
    fulfillmenttype: str = ""
    earliestdeliverydate: Moment = None
    latestdeliverydate: Moment = None
    latestshipdate: Moment = None
    orderprograms: Words = ()


class OrderChangeTrigger(_Part):
    """`OrderChangeTrigger` of an ORDER_CHANGE."""

    timeoforderchange: Moment = None


class OrderChange(_Part):
    """`Payload.OrderChangeNotification`."""

    sellerid: str
    amazonorderid: OrderId
    orderchangetrigger: OrderChangeTrigger = OrderChangeTrigger()
    summary: OrderSummary


class Notification(_Part):
    """The envelope."""

    notificationtype: str
    eventtime: Moment = None
    payload: dict[str, Any] = {}

    def order_change(self) -> OrderChange:
        """The payload of an ORDER_CHANGE. Raises NotificationUnreadable."""
        return _read(OrderChange, self.payload.get("orderchangenotification"))


ORDER_CHANGE = "ORDER_CHANGE"


def parse(body: str) -> Notification:
    """Read a message body. Raises NotificationUnreadable."""
    try:
        message = _lowered(json.loads(body))
    except (ValueError, RecursionError):
        raise NotificationUnreadable("is not JSON") from None
    return _read(Notification, message)


def _read[M: _Part](model: type[M], value: object) -> M:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        keys = ", ".join(".".join(map(str, fault["loc"])) or "(whole)" for fault in error.errors(include_input=False))
        raise NotificationUnreadable(f"{model.__name__}: {keys}") from None


def _lowered(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key).lower(): _lowered(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_lowered(each) for each in value]
    return value
