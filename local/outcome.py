"""What a local run leaves behind: the standing of every seller and every message that was published."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from goodstanding.core.deadlines import Deadline
from goodstanding.core.mail.threads import Thread
from goodstanding.core.marketplaces import Marketplace
from goodstanding.core.metrics import JudgedMetric, MetricStatus
from goodstanding.core.requests.record import RequestRecord
from goodstanding.core.requests.tally import Tally, tally
from goodstanding.core.sources import Source, SourceState
from goodstanding.core.texts.source_words import reason_code
from local.dossiers import Dossier

MISSING = frozenset({SourceState.STALE, SourceState.UNAVAILABLE})
_CUT_OFF = frozenset({"not_authorized", "sp_api_unavailable"})


@dataclass(frozen=True, slots=True)
class MarketplaceOutcome:
    """One marketplace at the end of the run; `metrics` are those of the last day judged, in reading order.

    `requests` are all that were ever considered, by day of purchase; `orders` is what is known of each order.
    """

    marketplace: Marketplace
    account_status: str | None
    sources: Sequence[Source]
    metrics: Sequence[JudgedMetric]
    requests: Sequence[RequestRecord] = ()
    orders: Sequence[Dossier] = ()

    def count(self, status: MetricStatus) -> int:
        """How many metrics have this status."""
        return sum(row.status is status for row in self.metrics)

    def requests_counted(self, as_of: datetime) -> Tally:
        """How its feedback requests stand at the end of the run."""
        sent = [record.sent_at for record in self.requests if record.sent_at is not None]
        return tally(self.requests, max([as_of, *sent]))

    @property
    def missing(self) -> Sequence[Source]:
        """Reports that could not be read."""
        return [source for source in self.sources if source.state in MISSING]


@dataclass(frozen=True, slots=True)
class SellerOutcome:
    """One seller: its marketplaces, every clock that runs or ran, and the conversations with buyers."""

    seller_id: str
    language: str
    marketplaces: Sequence[MarketplaceOutcome]
    deadlines: Sequence[Deadline] = ()
    threads: Sequence[Thread] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """One message as SNS got it; `at` is aware."""

    at: datetime
    seller_id: str | None
    topic: str
    severity: str
    kind: str
    marketplace: str | None
    order_id: str | None
    subject: str
    message: str
    sms: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """A whole run; `as_of` is the logical time of its end. `failures` are workflows that did not come to their end.

    `regions_cut_off`: seller, region and reason code where the last feedback requests did not get through.
    """

    as_of: datetime
    sellers: Sequence[SellerOutcome]
    messages: Sequence[Message]
    failures: Sequence[str] = ()
    regions_cut_off: Sequence[tuple[str, str, str]] = ()

    def cut_off(self) -> Iterator[tuple[str, str, str]]:
        """Where Amazon refused access or could not be reached at the end: seller, place and reason code, each once.

        A place is a marketplace whose reports are missing, or a region whose feedback requests did not get through.
        """
        for seller in self.sellers:
            for place in seller.marketplaces:
                codes = {reason_code(source.reason) for source in place.missing}
                for code in sorted(codes & _CUT_OFF):
                    yield seller.seller_id, place.marketplace.country, code
        yield from (found for found in self.regions_cut_off if found[2] in _CUT_OFF)
