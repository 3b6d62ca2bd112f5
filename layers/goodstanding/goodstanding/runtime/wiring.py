"""The composition root: which adapter stands behind each port. Everything is made on first use and kept for the container's life."""

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from goodstanding.core.marketplaces import Region

if TYPE_CHECKING:
    import httpx

    from goodstanding.adapters.sp_api.client import Connection
    from goodstanding.contracts.settings import (
        ClockSettings,
        CollectSettings,
        DownloadSettings,
        HealthSettings,
        MailboxSettings,
        MailSettings,
        PublishSettings,
        SellersSettings,
        SpApiSettings,
        ThreadSettings,
    )
    from goodstanding.core.mail.events import Hasher
    from goodstanding.core.mail.message import Mail
    from goodstanding.core.mail.words import MailWords
    from goodstanding.ports.alerts import AlertLedger, Alerts
    from goodstanding.ports.canaries import CanaryStore
    from goodstanding.ports.clock import Clock
    from goodstanding.ports.conversations import ConversationStore
    from goodstanding.ports.deadlines import DeadlineStore
    from goodstanding.ports.health import HealthStore
    from goodstanding.ports.mail_archive import MailArchive, MailDrop
    from goodstanding.ports.mailboxes import Mailboxes, MailboxStore
    from goodstanding.ports.orders import OrderStore
    from goodstanding.ports.pace import PaceStore
    from goodstanding.ports.promises import OrdersApi, PromiseStore
    from goodstanding.ports.report_archive import ReportArchive
    from goodstanding.ports.requests import RequestLedger
    from goodstanding.ports.sellers import SellerRegistry
    from goodstanding.ports.selling_partner import SellingPartner
    from goodstanding.ports.solicitations import Solicitations
    from goodstanding.usecases.converse import ThreadStores
    from goodstanding.usecases.receive_mail import MailStores, Parse
    from goodstanding.usecases.watch_mailboxes import Canaries


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Aware, UTC."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Really wait."""
        if seconds > 0:
            time.sleep(seconds)


@dataclass(eq=False)
class World:
    """What a process has around it. A local run installs one with a virtual clock and its own HTTP transport."""

    clock: "Clock" = field(default_factory=SystemClock)
    http_transport: "httpx.BaseTransport | None" = None
    _kept: dict[object, tuple[datetime, Any]] = field(default_factory=dict)

    def by(self, clock: "Clock") -> "World":
        """The same world by another clock."""
        return World(clock, self.http_transport, self._kept)

    def once[T](self, key: object, make: Callable[[], T], for_: timedelta = timedelta.max) -> T:
        """Make it the first time, then hand out the same (for `for_`, by this world's clock)."""
        now = self.clock.now()
        made_at, kept = self._kept.get(key, (now, None))
        if kept is None or not (for_ == timedelta.max or timedelta(0) <= now - made_at <= for_):
            kept = make()
            self._kept[key] = (now, kept)
        return cast("T", kept)

    @cached_property
    def _session(self) -> Any:
        import boto3

        return boto3.session.Session()

    def aws(self, service: str) -> Any:
        """A boto3 client with short time-outs and few retries: Step Functions retries what lasts."""

        def make() -> Any:
            from botocore.config import Config

            config = Config(connect_timeout=5, read_timeout=30, retries={"mode": "standard", "max_attempts": 4})
            return self._session.client(service, config=config)

        return self.once(("aws", service), make)


_installed: list[World] = [World()]


def world() -> World:
    """The world in force."""
    return _installed[-1]


@contextmanager
def installed(other: World) -> Iterator[World]:
    """Put another world in force for a while."""
    _installed.append(other)
    try:
        yield other
    finally:
        _installed.remove(other)


def clock() -> "Clock":
    """The time of effects."""
    return world().clock


def health_store(settings: "HealthSettings") -> "HealthStore":
    """Account health in DynamoDB."""
    from goodstanding.adapters.dynamodb.health import DynamoHealthStore

    here = world()
    return here.once(
        ("health", settings.health_table), lambda: DynamoHealthStore(here.aws("dynamodb"), settings.health_table)
    )


def order_store(orders_table: str) -> "OrderStore":
    """Order facts in DynamoDB."""
    from goodstanding.adapters.dynamodb.orders import DynamoOrderStore

    here = world()
    return here.once(("orders", orders_table), lambda: DynamoOrderStore(here.aws("dynamodb"), orders_table))


def alert_ledger(settings: "HealthSettings") -> "AlertLedger":
    """Planned, claimed and sent alerts in DynamoDB."""
    from goodstanding.adapters.dynamodb.alerts import DynamoAlertLedger

    here = world()
    return here.once(
        ("alerts", settings.health_table),
        lambda: DynamoAlertLedger(here.aws("dynamodb"), settings.health_table, here.clock),
    )


def pace_store(settings: "HealthSettings") -> "PaceStore":
    """Token buckets in DynamoDB."""
    from goodstanding.adapters.dynamodb.pace import DynamoPaceStore

    here = world()
    return here.once(
        ("pace", settings.health_table),
        lambda: DynamoPaceStore(here.aws("dynamodb"), settings.health_table, here.clock),
    )


def alerts(settings: "PublishSettings") -> "Alerts":
    """SNS."""
    from goodstanding.adapters.sns import SnsAlerts

    here = world()
    topics = {"alerts": settings.alerts_topic_arn, "digest": settings.digest_topic_arn}
    return here.once(("sns", *topics.values()), lambda: SnsAlerts(here.aws("sns"), topics))


def archive(bucket: str) -> "ReportArchive":
    """The raw bucket."""
    from goodstanding.adapters.s3 import S3ReportArchive

    here = world()
    return here.once(("archive", bucket), lambda: S3ReportArchive(here.aws("s3"), bucket))


def registry(bucket: str) -> "SellerRegistry":
    """The sellers' settings in the bucket."""
    from goodstanding.adapters.sellers import S3SellerRegistry

    here = world()
    return here.once(("registry", bucket), lambda: S3SellerRegistry(here.aws("s3"), bucket))


def credential_ages(settings: "SellersSettings") -> Callable[[str], float | None]:
    """Days since a seller's secret was last changed."""
    from goodstanding.adapters.secrets import SellerSecrets

    here = world()
    secrets = SellerSecrets(here.aws("secretsmanager"), settings.seller_secret_prefix)
    return lambda seller_id: secrets.age_days(seller_id, here.clock.now())


def mailboxes(settings: "CollectSettings") -> "Mailboxes":
    """Sellers' mailboxes over IMAP, by the certificate authorities of the system."""
    import ssl

    from goodstanding.adapters.imap import ImapMailboxes
    from goodstanding.adapters.secrets import MailboxSecrets

    here = world()
    secrets = MailboxSecrets(here.aws("secretsmanager"), settings.mailbox_secret_prefix)
    return here.once(
        ("mailboxes", settings.mailbox_secret_prefix), lambda: ImapMailboxes(secrets.read, ssl.create_default_context())
    )


def mailbox_store(settings: "HealthSettings") -> "MailboxStore":
    """How far mailboxes were read, in DynamoDB."""
    from goodstanding.adapters.dynamodb.mailboxes import DynamoMailboxStore

    here = world()
    return here.once(
        ("mailbox store", settings.health_table),
        lambda: DynamoMailboxStore(here.aws("dynamodb"), settings.health_table),
    )


def mail_drop(bucket: str) -> "MailDrop":
    """Where mails arrive in the bucket."""
    from goodstanding.adapters.s3 import S3MailDrop

    here = world()
    return here.once(("mail drop", bucket), lambda: S3MailDrop(here.aws("s3"), bucket))


def request_ledger(orders_table: str) -> "RequestLedger":
    """Feedback requests in DynamoDB."""
    from goodstanding.adapters.dynamodb.requests import DynamoRequestLedger

    here = world()
    return here.once(
        ("requests", orders_table), lambda: DynamoRequestLedger(here.aws("dynamodb"), orders_table, here.clock)
    )


def deadline_store(settings: "ClockSettings") -> "DeadlineStore":
    """Clocks in DynamoDB, with the alert ledger that their steps are planned into, for those who take steps."""
    from goodstanding.adapters.dynamodb.deadlines import DynamoDeadlineStore

    here = world()
    return here.once(
        ("deadlines", settings.deadlines_table),
        lambda: DynamoDeadlineStore(
            here.aws("dynamodb"), settings.deadlines_table, getattr(settings, "health_table", "")
        ),
    )


def conversation_store(conversations_table: str) -> "ConversationStore":
    """What is kept of mails in DynamoDB."""
    from goodstanding.adapters.dynamodb.conversations import DynamoConversationStore

    here = world()
    return here.once(
        ("conversations", conversations_table),
        lambda: DynamoConversationStore(here.aws("dynamodb"), conversations_table, here.clock),
    )


def canaries(settings: "MailboxSettings") -> "Canaries":
    """How canaries are sent, and where they are noted."""
    from goodstanding.adapters.ses import SesMailer
    from goodstanding.usecases.watch_mailboxes import Canaries

    here = world()
    return Canaries(
        store=canary_store(settings.conversations_table),
        mailer=here.once("ses", lambda: SesMailer(here.aws("sesv2"))),
        sender=settings.canary_sender,
        address=settings.canary_address,
        nonce=lambda: secrets.token_hex(16),
    )


def canary_store(conversations_table: str) -> "CanaryStore":
    """The canaries in DynamoDB."""
    from goodstanding.adapters.dynamodb.canaries import DynamoCanaryStore

    here = world()
    return here.once(
        ("canaries", conversations_table), lambda: DynamoCanaryStore(here.aws("dynamodb"), conversations_table)
    )


def thread_stores(settings: "ThreadSettings") -> "ThreadStores":
    """Where conversations and their clocks are kept."""
    from goodstanding.usecases.converse import ThreadStores

    return ThreadStores(conversation_store(settings.conversations_table), deadline_store(settings))


def mail_stores(settings: "MailSettings") -> "MailStores":
    """Where the effects of a mail go."""
    from goodstanding.adapters.dynamodb.claims import DynamoClaimStore
    from goodstanding.usecases.receive_mail import MailStores

    here = world()
    return MailStores(
        conversations=conversation_store(settings.conversations_table),
        canaries=canary_store(settings.conversations_table),
        deadlines=deadline_store(settings),
        claims=here.once(
            ("claims", settings.orders_table), lambda: DynamoClaimStore(here.aws("dynamodb"), settings.orders_table)
        ),
        requests=request_ledger(settings.orders_table),
        alerts=alert_ledger(settings),
    )


def mail_hashes(settings: "ThreadSettings") -> "Callable[[str], Hasher]":
    """Keyed hashes of each seller."""
    from goodstanding.adapters.mail_archive import sellers_hashes

    here = world()
    secret = settings.mail_key_secret
    return here.once(("mail key", secret), lambda: sellers_hashes(here.aws("secretsmanager"), secret))


def mail_archive(bucket: str) -> "MailArchive":
    """Raw mails in the bucket."""
    from goodstanding.adapters.mail_archive import S3MailArchive

    here = world()
    return here.once(("mails", bucket), lambda: S3MailArchive(here.aws("s3"), bucket))


def mail_parser() -> "Parse":
    """Raw bytes → a mail, or why it is none."""
    from goodstanding.adapters.mail_parser import Unreadable, parse_mail

    def parse(raw: bytes) -> "Mail | str":
        try:
            return parse_mail(raw)
        except Unreadable as error:
            return error.reason

    return parse


def mail_words() -> "MailWords":
    """The words by which mails are understood."""
    from goodstanding.policy.mail_words import load_mail_words

    return load_mail_words()


def promise_store(orders_table: str) -> "PromiseStore":
    """Promises of delivery in DynamoDB."""
    from goodstanding.adapters.dynamodb.promises import DynamoPromiseStore

    here = world()
    return here.once(("promises", orders_table), lambda: DynamoPromiseStore(here.aws("dynamodb"), orders_table))


def selling_partner(settings: "SpApiSettings | DownloadSettings") -> "Callable[[str, Region], SellingPartner]":
    """Reports of a seller and region."""

    def make(connection: "Connection") -> "SellingPartner":
        from goodstanding.adapters.sp_api.client import SpApi

        return SpApi(connection)

    return _connected(settings, "reports", make)


def solicitations(settings: "SpApiSettings") -> "Callable[[str, Region], Solicitations]":
    """Solicitations of a seller and region."""

    def make(connection: "Connection") -> "Solicitations":
        from goodstanding.adapters.sp_api.solicitations import SpApiSolicitations

        return SpApiSolicitations(connection)

    return _connected(settings, "solicitations", make)


def orders_api(settings: "SpApiSettings") -> "Callable[[str, Region], OrdersApi]":
    """Orders of a seller and region."""

    def make(connection: "Connection") -> "OrdersApi":
        from goodstanding.adapters.sp_api.orders import SpApiOrders

        return SpApiOrders(connection)

    return _connected(settings, "orders", make)


def _connected[C](
    settings: "SpApiSettings", kind: str, make: "Callable[[Connection], C]"
) -> Callable[[str, Region], C]:
    """A client for a seller and region; made when first asked for, so that the stop switch needs no secret."""

    def connect(seller_id: str, region: Region) -> C:
        from goodstanding.adapters.secrets import SellerSecrets
        from goodstanding.adapters.sp_api.client import Connection
        from goodstanding.contracts.errors import AmazonCallsStopped

        if settings.amazon_calls != "on":
            raise AmazonCallsStopped("the parameter AmazonCalls is off")
        here = world()

        def connection() -> C:
            credentials = SellerSecrets(here.aws("secretsmanager"), settings.seller_secret_prefix).read(seller_id)
            return make(
                Connection(
                    credentials, region, here.clock, endpoint=settings.sp_api_endpoint, transport=here.http_transport
                )
            )

        # Made anew now and then: a seller that re-authorised must not wait for this container to die.
        return here.once((kind, settings.sp_api_endpoint, seller_id, region), connection, for_=timedelta(minutes=15))

    return connect
