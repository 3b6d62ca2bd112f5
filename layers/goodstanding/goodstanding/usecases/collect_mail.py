"""Collecting the mails of sellers' mailboxes: each is stored in the bucket, and only then passed over.

A round ends before its time does and goes on in the next one. Whatever breaks in between, a mail may be stored twice under the same
key, and none is skipped.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from goodstanding.contracts.errors import MailboxRefused, MailboxUnreachable, SellerNotConfigured
from goodstanding.contracts.tasks import CollectMailInput, CollectMailOutput
from goodstanding.core.mail.collecting import Cursor, mail_key, oldest_day, read_up_to
from goodstanding.core.runs import run_on
from goodstanding.core.texts.mailbox import mailbox_alert
from goodstanding.ports.alerts import AlertLedger
from goodstanding.ports.mail_archive import MailDrop
from goodstanding.ports.mailboxes import Mailboxes, MailboxStore, MailFolder
from goodstanding.ports.sellers import Seller, SellerRegistry

BATCH = 200
"""Mails of one folder that are looked up at once."""

RESERVE = timedelta(seconds=30)
"""The end of the invocation is kept free: the last mail of a round may be a large one of a slow server."""

PATIENCE = timedelta(seconds=15)
"""How long a server may take for one answer."""

LEAST_SHARE = timedelta(seconds=1)
"""With less time than this no mailbox is opened; its turn comes in another round."""


@dataclass(frozen=True, slots=True)
class Post:
    """Where mails come from, how far they were read, and where they go."""

    mailboxes: Mailboxes
    store: MailboxStore
    drop: MailDrop


def collect_mail(
    request: CollectMailInput,
    registry: SellerRegistry,
    post: Post,
    ledger: AlertLedger,
    remaining: Callable[[], timedelta],
    report: Callable[[Mapping[str, float]], None],
    complain: Callable[[str, str], None],
) -> CollectMailOutput:
    """One round over all mailboxes. One that cannot be read costs no other more than a share of the time.

    It is counted, named to `complain` with what is wrong, and told to people when it stays so.
    """
    counts: Counter[str] = Counter(MailsCollected=0, MailsTooLarge=0, MailboxesUnreachable=0)
    sellers = _in_turn(_connected(registry, complain), request.scheduled_at)
    for place, seller in enumerate(sellers):
        share = (remaining() - RESERVE) / (len(sellers) - place)
        if share < LEAST_SHARE:
            break
        round_ = _Round(seller.seller_id, request.scheduled_at, post, remaining, remaining() - share, counts)
        try:
            round_.collect(min(PATIENCE, share))
        except (MailboxUnreachable, MailboxRefused, SellerNotConfigured) as error:
            counts["MailboxesUnreachable"] += 1
            complain(seller.seller_id, f"{error.reason}: {error}")
            _tell_if_it_lasts(seller, request.scheduled_at, error.reason, post.store, ledger)
    report(counts)
    return CollectMailOutput(collected=counts["MailsCollected"], unreachable=counts["MailboxesUnreachable"])


def _connected(registry: SellerRegistry, complain: Callable[[str, str], None]) -> Iterator[Seller]:
    """Sellers with a mailbox. Settings that cannot be read are counted and alarmed on where the day's sellers are listed."""
    for seller_id in registry.list():
        try:
            seller = registry.get(seller_id)
        except SellerNotConfigured as error:
            complain(seller_id, f"{error.reason}: {error}")
            continue
        if seller.mailbox:
            yield seller


def _in_turn(sellers: Iterator[Seller], at: datetime) -> Sequence[Seller]:
    """In another order each round, so that whom the time did not suffice for is not always the same."""
    return sorted(sellers, key=lambda one: hashlib.sha256(f"{at.isoformat()} {one.seller_id}".encode()).digest())


def _tell_if_it_lasts(seller: Seller, at: datetime, reason: str, store: MailboxStore, ledger: AlertLedger) -> None:
    outage = store.failed(seller.seller_id, at)
    if outage.is_to_be_told:
        alert = mailbox_alert(outage.since, reason, seller.seller_id, seller.language)
        ledger.plan(seller.seller_id, run_on(outage.since), [alert])


@dataclass(frozen=True, slots=True)
class _Round:
    """One seller's part of a round; it ends when no more than `until` of the invocation remains."""

    seller_id: str
    at: datetime
    post: Post
    remaining: Callable[[], timedelta]
    until: timedelta
    counts: Counter[str]

    def collect(self, patience: timedelta) -> None:
        """Every folder that there is; one that is refused is told of when the others were read."""
        refused: MailboxRefused | None = None
        with self.post.mailboxes.open(self.seller_id, patience) as mailbox:
            if mailbox is None:
                return
            for name in mailbox.folders:
                try:
                    folder = mailbox.examine(name)
                except MailboxRefused as error:
                    refused = error
                else:
                    self._empty(folder)
        if refused:
            raise refused
        self.post.store.recovered(self.seller_id)

    def _empty(self, folder: MailFolder) -> None:
        uid = read_up_to(self.post.store.cursor(self.seller_id, folder.id), folder.uid_validity)
        oldest = oldest_day(self.at)
        while self._has_time and (batch := folder.after(uid, oldest, BATCH)):
            for mail in batch:
                if not self._has_time:
                    return
                if mail.is_too_large:
                    self.counts["MailsTooLarge"] += 1
                else:
                    self._take(folder, mail.uid)
                uid = mail.uid
                self.post.store.advance(self.seller_id, folder.id, Cursor(folder.uid_validity, uid))

    def _take(self, folder: MailFolder, uid: int) -> None:
        mail = folder.read(uid)
        if mail is not None:
            self.post.drop.put(mail_key(self.seller_id, folder.id, folder.uid_validity, uid), mail)
            self.counts["MailsCollected"] += 1

    @property
    def _has_time(self) -> bool:
        return self.remaining() > self.until
