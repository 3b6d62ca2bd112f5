"""The AWS services around the ingest, each reduced to what an adapter sees of it. They count, discard, and answer as AWS does."""

import shutil
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from goodstanding.core.fetches import Fetch, FetchState, StoredDocument
from goodstanding.core.marketplaces import Marketplace
from goodstanding.core.report_types import ReportType

_ANSWER = {"ResponseMetadata": {"HTTPStatusCode": 200, "RequestId": "0" * 52}}
_MOST_ACTIONS = 100  # in one TransactWriteItems
_PART = 8 << 20  # boto3's own part size


class Refused(Exception):
    """What boto3 raises; never raised here, but adapters name it."""


class DiscardingDynamoDB:
    """Takes transactions and keeps two counters. Refuses what DynamoDB refuses: too many actions, or two on one item."""

    exceptions = SimpleNamespace(TransactionCanceledException=Refused)

    def __init__(self) -> None:
        self.transactions = 0
        self.updates = 0

    def transact_write_items(self, *, TransactItems: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:  # noqa: N803 - boto3's own name
        """Answer as for a transaction that went through."""
        keys = {action["Update"]["Key"]["pk"]["S"] for action in TransactItems}
        if not len(keys) == len(TransactItems) <= _MOST_ACTIONS:
            raise ValueError("DynamoDB would refuse this transaction")
        self.transactions += 1
        self.updates += len(TransactItems)
        return _ANSWER


class FolderS3:
    """One object in a file."""

    exceptions = SimpleNamespace(ClientError=Refused)

    def __init__(self, folder: Path) -> None:
        self._file = folder / "object"

    def upload_fileobj(self, body: Any, _bucket: str, _key: str, **_: Any) -> None:
        """Write it, part by part."""
        with self._file.open("wb") as file:
            shutil.copyfileobj(body, file, _PART)

    def get_object(self, **_: str) -> Mapping[str, Any]:
        """Open it."""
        return {"Body": self._file.open("rb")}


class OneReport:
    """The health store, as far as the ingest asks: a ledger of one stored report."""

    def __init__(self, fetch: Fetch) -> None:
        self.kept = fetch

    def fetch(self, _seller_id: str, _marketplace: Marketplace, _run_on: date, _name: str) -> Fetch:
        """It."""
        return self.kept

    def put_fetch(self, _seller_id: str, _marketplace: Marketplace, _run_on: date, fetch: Fetch) -> None:
        """Keep what became of it."""
        self.kept = fetch


def stored_orders(stored: StoredDocument) -> Fetch:
    """An All Orders report that has just been stored."""
    return Fetch(
        name="all-orders-1",
        report_type=ReportType.ALL_ORDERS,
        start=datetime(2026, 9, 20, tzinfo=UTC),
        end=datetime(2026, 11, 20, tzinfo=UTC),
        state=FetchState.STORED,
        fetched_at=datetime(2026, 11, 20, 6, tzinfo=UTC),
        stored=stored,
    )
