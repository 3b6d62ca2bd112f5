"""Clocks that run against sellers, in memory; passes the contract tests of its adapter."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from goodstanding.core.alerts import Alert
from goodstanding.core.deadlines import Closing, Deadline, Escalation, acknowledged, closed, next_step_at, opened
from goodstanding.ports.deadlines import DuePage, Round
from tests.fakes.alerts import FakeAlertLedger
from tests.fakes.place import Place


@dataclass
class FakeDeadlineStore:
    """Every clock by seller and id, an end that waits for its opening among them; its alerts go to the ledger."""

    ledger: FakeAlertLedger
    known: dict[Place, Deadline | Closing] = field(default_factory=dict)
    rounds: dict[Place, int] = field(default_factory=dict)

    def open(self, seller_id: str, deadline: Deadline) -> Deadline:
        """Note an opening."""
        return self._write((seller_id, deadline.id), opened(self.known.get((seller_id, deadline.id)), deadline))

    def close(self, seller_id: str, deadline_id: str, closing: Closing) -> Deadline | None:
        """Note an end."""
        after = closed(self.known.get((seller_id, deadline_id)), closing)
        if isinstance(after, Deadline):
            return self._write((seller_id, deadline_id), after)
        self.known[seller_id, deadline_id] = after
        return None

    def acknowledge(
        self, seller_id: str, deadline_id: str, now: datetime, until: datetime, longest: timedelta
    ) -> Deadline | None:
        """Pause a deadline's warnings."""
        known = self.known.get((seller_id, deadline_id))
        if not isinstance(known, Deadline):
            return None
        return self._write((seller_id, deadline_id), acknowledged(known, now, until, longest))

    def read(self, seller_id: str, deadline_ids: Iterable[str]) -> Sequence[Deadline]:
        """Those that are known, in the order of their ids."""
        wanted = set(deadline_ids)
        return tuple(one for one in self.all(seller_id) if one.id in wanted)

    def all(self, seller_id: str, prefix: str = "") -> Iterator[Deadline]:
        """In the order of their ids."""
        for (seller, identifier), one in sorted(self.known.items(), key=lambda entry: entry[0]):
            if seller == seller_id and isinstance(one, Deadline) and identifier.startswith(prefix):
                yield one

    def next_step_at(self) -> datetime | None:
        """When the next step of any seller is due."""
        return min((at for at, _ in self._steps()), default=None)

    def due(self, now: datetime, limit: int, cursor: str | None = None) -> DuePage:
        """Pages by place, so that what is taken meanwhile moves none of the others."""
        found = sorted(
            place for at, place in self._steps() if at <= now and (cursor is None or "/".join(place) > cursor)
        )
        page = tuple(found[:limit])
        return DuePage(page, "/".join(page[-1]) if len(found) > limit else None)

    def take(self, seller_id: str, day: date, alert: Alert, escalation: Escalation) -> bool:
        """The steps and their alert, or neither."""
        return self._take(seller_id, day, alert, [escalation])

    def round(self, seller_id: str, marketplace: str) -> Round:
        """The marketplace's last round."""
        return Round(marketplace, self.rounds.get((seller_id, marketplace), 0))

    def take_round(
        self, seller_id: str, day: date, alert: Alert, escalations: Sequence[Escalation], after: Round
    ) -> bool:
        """All of it, or nothing."""
        if self.round(seller_id, after.marketplace) != after or not self._take(seller_id, day, alert, escalations):
            return False
        self.rounds[seller_id, after.marketplace] = after.number + 1
        return True

    def _take(self, seller_id: str, day: date, alert: Alert, escalations: Sequence[Escalation]) -> bool:
        stands = all(self.known.get((seller_id, one.before.id)) == one.before for one in escalations)
        if not stands or (seller_id, alert.key) in self.ledger.entries:
            return False
        self.ledger.plan(seller_id, day, [alert])
        for one in escalations:
            self._write((seller_id, one.before.id), one.after)
        return True

    def _steps(self) -> Iterator[tuple[datetime, Place]]:
        for place, one in self.known.items():
            at = next_step_at(one) if isinstance(one, Deadline) else None
            if at is not None:
                yield at, place

    def _write(self, place: Place, after: Deadline) -> Deadline:
        known = self.known.get(place)
        if after != known:
            waiting = isinstance(known, Closing)
            after = replace(after, revision=(known.revision if isinstance(known, Deadline) else int(waiting)) + 1)
            self.known[place] = after
        return after
