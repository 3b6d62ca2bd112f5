"""A seller's mailbox in memory: mails go in as bytes, and what came of them can be looked at."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from goodstanding.contracts.tasks import ReceiveMailInput, ReceiveMailOutput
from goodstanding.core.deadlines import Deadline, DeadlineKind, DeadlineState
from goodstanding.core.mail.events import hasher
from goodstanding.core.mail.threads import Thread
from goodstanding.core.marketplaces import Marketplace, by_country
from goodstanding.ports.sellers import Seller
from goodstanding.runtime.wiring import mail_parser, mail_words
from goodstanding.usecases.receive_mail import MailStores, receive_mail
from tests.fakes.alerts import FakeAlertLedger
from tests.fakes.canaries import FakeCanaryStore
from tests.fakes.claims import FakeClaimStore
from tests.fakes.clock import FakeClock
from tests.fakes.conversations import FakeConversationStore
from tests.fakes.deadlines import FakeDeadlineStore
from tests.fakes.mail_archive import FakeMailArchive
from tests.fakes.requests import FakeRequests
from tests.fakes.sellers import FakeSellerRegistry
from tests.life import Life

SELLER_ID = "A2EXAMPLE00001"
ARRIVED = datetime(2026, 11, 25, 8, tzinfo=UTC)
MARKETPLACES = tuple(map(by_country, ("DE", "FR", "IT", "ES", "GB")))
HASHED = hasher(b"key")


@dataclass
class Mailbox:
    """Every port that a mail reaches."""

    marketplaces: tuple[Marketplace, ...] = MARKETPLACES
    own_addresses: frozenset[str] = frozenset()
    clock: FakeClock = field(default_factory=lambda: FakeClock(ARRIVED))

    def __post_init__(self) -> None:
        self.archive = FakeMailArchive()
        self.alerts = FakeAlertLedger(self.clock)
        self.conversations = FakeConversationStore()
        self.deadlines = FakeDeadlineStore(self.alerts)
        self.claims = FakeClaimStore()
        self.requests = FakeRequests(self.clock)
        self.canaries = FakeCanaryStore()
        seller = Seller(SELLER_ID, self.marketplaces, "en", mailbox=True, own_addresses=self.own_addresses)
        self.registry = FakeSellerRegistry({SELLER_ID: seller})
        self.stores = MailStores(
            conversations=self.conversations,
            deadlines=self.deadlines,
            claims=self.claims,
            requests=self.requests,
            alerts=self.alerts,
            canaries=self.canaries,
        )

    def receive(
        self, raw: bytes, life: Life | None = None, arrived_at: datetime = ARRIVED, key: str | None = None
    ) -> ReceiveMailOutput:
        """One mail; `life` is the process that receives it."""
        key = key or f"mail/{SELLER_ID}/{len(self.archive.mails)}.eml"
        self.archive.mails[key] = raw
        return self.notified(key, life or Life(), arrived_at)

    def notified(self, key: str, life: Life | None = None, arrived_at: datetime = ARRIVED) -> ReceiveMailOutput:
        """Of an object in the bucket."""
        life = life or Life()
        ports = ("conversations", "deadlines", "claims", "requests", "alerts", "canaries")
        return receive_mail(
            ReceiveMailInput(key=key, arrived_at=arrived_at),
            life.through(self.archive),
            self.registry,
            MailStores(**{name: life.through(getattr(self, name)) for name in ports}),
            mail_parser(),
            mail_words(),
            lambda _: HASHED,
            self.clock,
        )

    def receive_all(self, mails: Iterable[bytes]) -> "Mailbox":
        """One after the other."""
        for raw in mails:
            self.receive(raw)
        return self

    # ---- what came of it ------------------------------------------------------------------------------------------------------

    @property
    def threads(self) -> list[Thread]:
        """Every conversation."""
        return [stored.thread for stored in self.conversations.threads(SELLER_ID)]

    def clocks(self, kind: DeadlineKind | None = None) -> list[Deadline]:
        """Every clock, of one kind if it is given."""
        return [one for one in self.deadlines.all(SELLER_ID) if kind in {None, one.kind}]

    @property
    def opted_out(self) -> set[str]:
        """Orders of buyers who want no messages."""
        return {order for _, order in self.requests.opt_outs}

    @property
    def alerts_by_day(self) -> list[str]:
        """The keys of the planned alerts."""
        return sorted(key for _, key in self.alerts.entries)

    def effects(self) -> dict[str, Any]:
        """All that must not depend on the order or the number of arrivals."""
        return {
            "threads": self.threads,
            "clocks": sorted(
                (
                    one.kind, one.order_id or "", one.thread_id or "", one.opened_at, one.due_at, one.state,
                    one.closed_at or datetime.min.replace(tzinfo=UTC), one.closed_by or "",
                )
                for one in self.clocks()
                if one.state is not DeadlineState.VOID or one.kind is not DeadlineKind.MESSAGE_REPLY
            ),
            "claims": self.claims.claims,
            "opted out": self.opted_out,
            "records": set(self.conversations.records),
            "own": self.conversations.own_addresses(SELLER_ID),
            "aside": [aside for aside in self.conversations.aside.values() if aside],
        }  # fmt: skip
