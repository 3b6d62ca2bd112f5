"""Promises of delivery: where they are read, and where they are kept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from goodstanding.core.marketplaces import Marketplace
from goodstanding.core.orders import PromiseFact


@dataclass(frozen=True, slots=True)
class PromisePage:
    """A page of promises and the token of the next one."""

    promises: Sequence[tuple[Marketplace, PromiseFact]]
    next_token: str | None


class OrdersApi(Protocol):
    """One seller's Orders API 2026-01-01, one region. Raises what SellingPartner raises."""

    def promises(
        self, marketplaces: Sequence[Marketplace], changed_after: datetime, changed_before: datetime, token: str | None
    ) -> PromisePage:
        """The seller-fulfilled orders that changed in between, a hundred at a time."""
        ...


@dataclass(frozen=True, slots=True)
class PromiseCursor:
    """How far promises were read: all that changed before `until`; of the span after it, up to `before`, `token` has the rest."""

    until: datetime
    before: datetime | None = None
    token: str | None = None


class PromiseStore(Protocol):
    """Promises of delivery, in the orders' partitions."""

    def put_promises(self, seller_id: str, marketplace: Marketplace, promises: Iterable[PromiseFact]) -> None:
        """Keep each, by order, source and when it was said."""
        ...

    def promise_cursor(self, seller_id: str, region: str) -> PromiseCursor | None:
        """How far the Orders API was read."""
        ...

    def put_promise_cursor(self, seller_id: str, region: str, cursor: PromiseCursor) -> None:
        """Remember it."""
        ...
