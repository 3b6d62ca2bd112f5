"""How many of the buyers' messages were answered in time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from goodstanding.core.mail.threads import Message
from goodstanding.core.marketplaces import Marketplace
from goodstanding.core.metrics import Window
from goodstanding.core.windows import bounds, rate_window

NO_MESSAGES = "no_messages"


@dataclass(frozen=True, slots=True)
class ResponseTime:
    """`in_time` of `counted` messages of the window; `value` is None when none counts."""

    in_time: int
    counted: int
    window: Window

    @property
    def value(self) -> Decimal | None:
        """The share."""
        return Decimal(self.in_time) / self.counted if self.counted else None


def contact_response_time(
    messages: Iterable[Message],
    as_of: datetime,
    days: int,
    marketplace: Marketplace,
    answer_within: timedelta = timedelta(hours=24),
) -> ResponseTime:
    """Share of buyer messages answered, or marked as needing no answer, within 24 hours.

    The messages of one marketplace that came on its last `days` local days, of which the last is that of `as_of`, and not after
    `as_of`. A message still open and younger than 24 hours is not counted yet; an older one counts as late. What happened
    after `as_of` is not known at `as_of`. Questions before a purchase count; answers given by machines do not.
    """
    window = rate_window(as_of, marketplace, days)
    start, _ = bounds(window, marketplace)
    in_time = counted = 0
    for message in messages:
        if message.marketplace != marketplace.country or not start <= message.received_at <= as_of:
            continue
        settlement = message.settlement if message.settlement and message.settlement.at <= as_of else None
        taken = (settlement.at if settlement else as_of) - message.received_at
        late = taken > answer_within if settlement else taken >= answer_within
        if settlement or late:
            counted += 1
            in_time += not late
    return ResponseTime(in_time, counted, window)
