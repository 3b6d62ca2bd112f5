"""How feedback requests stand: asked, waiting, held, and refused with the reason. Plain counts, for people to read."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from goodstanding.core.requests.record import Reason, RequestRecord, RequestState

_LATELY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Refusal:
    """How many orders ended in a state for a reason."""

    state: RequestState
    reason: Reason
    count: int


@dataclass(frozen=True, slots=True)
class Tally:
    """Of one marketplace's requests: `held` are those of the waiting that were due but for something of ours, by reason."""

    asked: int
    asked_lately: int
    waiting: int
    held: tuple[tuple[Reason, int], ...]
    refusals: tuple[Refusal, ...]

    @property
    def considered(self) -> int:
        """All together."""
        return self.asked + self.waiting + self.refused

    @property
    def refused(self) -> int:
        """Those that were not asked and, as things stand, will not be."""
        return sum(each.count for each in self.refusals)


def tally(records: Iterable[RequestRecord], as_of: datetime, hold: Reason | None = None) -> Tally:
    """Count the requests as of a moment (aware); `hold`: nothing may be sent at all these days, and why."""
    asked = asked_lately = waiting = 0
    held: Counter[Reason] = Counter()
    refused: Counter[tuple[RequestState, Reason]] = Counter()
    for record in records:
        if record.state is RequestState.SENT:
            asked += 1
            asked_lately += record.sent_at is not None and as_of - _LATELY < record.sent_at <= as_of
        elif record.is_open:
            waiting += 1
            reason = _held_for(record, as_of, hold)
            if reason is not None:
                held[reason] += 1
        elif record.state is not None and record.reason is not None:
            refused[record.state, record.reason] += 1
    return Tally(
        asked,
        asked_lately,
        waiting,
        tuple(held.most_common()),
        tuple(Refusal(state, reason, count) for (state, reason), count in refused.most_common()),
    )


def _held_for(record: RequestRecord, as_of: datetime, hold: Reason | None) -> Reason | None:
    if hold is not None:
        return hold if record.window.eligible_from <= as_of else None
    return Reason.DAILY_CAP if record.reason is Reason.DAILY_CAP else None
