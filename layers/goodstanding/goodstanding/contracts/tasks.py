"""What the state machines hand to the functions, and back. One pair for each function, in the order of the flow."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, Field

from goodstanding.contracts.base import Payload
from goodstanding.core.fetches import CheckOutcome, FetchOutcome
from goodstanding.core.mail.addressee import SES_PREFIX
from goodstanding.core.mail.kinds import MailKind
from goodstanding.core.mail.record import Fate
from goodstanding.core.marketplaces import Region
from goodstanding.core.report_types import ReportType

SellerId = Annotated[str, Field(pattern=r"^[A-Za-z0-9]{1,40}$")]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
Seconds = Annotated[int, Field(ge=0)]


class ListSellersInput(Payload):
    """From the schedule: the logical time of the run."""

    scheduled_at: AwareDatetime


class ListSellersOutput(Payload):
    """Where the manifest of sellers lies: a JSON array of {"seller_id", "marketplaces", "regions"}."""

    bucket: str
    key: str
    count: int


class CollectMailInput(Payload):
    """From the schedule: the logical time."""

    scheduled_at: AwareDatetime


class CollectMailOutput(Payload):
    """What came of a round over the mailboxes; `unreachable` counts sellers."""

    collected: int
    unreachable: int


class MarketplaceInput(Payload):
    """One marketplace of one seller in one run."""

    seller_id: SellerId
    marketplace: Country
    scheduled_at: AwareDatetime


class PlanReportsInput(MarketplaceInput):
    """`execution` names the execution that will fetch: a restarted run gets child executions of its own."""

    execution: str


class FetchInput(MarketplaceInput):
    """One report request of the plan; `name` is its natural key within the run."""

    name: str
    report_type: ReportType


class PlannedFetch(FetchInput):
    """A report request and the name of the execution that makes it."""

    execution_name: Annotated[str, Field(max_length=80)]


class PlanReportsOutput(Payload):
    """What to fetch, in the order of asking."""

    fetches: tuple[PlannedFetch, ...]


class RequestReportOutput(Payload):
    """requested: `report_id` is Amazon's; stored, no_data: an earlier attempt got further; paced: wait, then ask again.

    An id that is not there is empty, not null: JSONata takes null for "nothing".
    """

    outcome: FetchOutcome
    report_id: str
    wait_seconds: Seconds


class CheckReportInput(FetchInput):
    """A requested report."""

    report_id: str


class CheckReportOutput(Payload):
    """`wait_seconds` until it is worth asking again."""

    outcome: CheckOutcome
    document_id: str
    wait_seconds: Seconds


class StoreReportInput(FetchInput):
    """A finished report."""

    document_id: str


class StoreReportOutput(Payload):
    """stored, or paced: wait, then ask again."""

    outcome: FetchOutcome
    wait_seconds: Seconds


class IngestReportInput(FetchInput):
    """`cursor`: rows already ingested, handed back by the call that ran out of time."""

    cursor: Annotated[int, Field(ge=0)]


class IngestReportOutput(Payload):
    """`done` is false when time ran out: call again with the cursor."""

    done: bool
    cursor: int


class RecordFailureInput(Payload):
    """What failed, as far as it is known, and Step Functions' error and cause. `deadlines`: it is the sweep that failed a seller."""

    seller_id: SellerId | None = None
    marketplace: Country | None = None
    region: Region | None = None
    deadlines: bool = False
    name: str | None = None
    report_type: ReportType | None = None
    scheduled_at: AwareDatetime
    error: str
    cause: str


class RecordFailureOutput(Payload):
    """The stable reason code that was recorded."""

    reason: str


class ComputeMetricsOutput(Payload):
    """How many rows of each standing."""

    metrics: int
    bad: int
    warning: int
    unavailable: int


class JudgeHealthOutput(Payload):
    """How many statuses changed, and how many alerts that planned."""

    changes: int
    alerts: int


class SellerInput(Payload):
    """One seller of one run."""

    seller_id: SellerId
    scheduled_at: AwareDatetime


class WriteDigestInput(SellerInput):
    """The marketplaces to be told of."""

    marketplaces: tuple[Country, ...]


class WriteDigestOutput(Payload):
    """The key under which the digest stands in the ledger."""

    key: str


class PublishAlertsOutput(Payload):
    """Sent now; `pending` are claimed by somebody who may be at it: look again after `wait_seconds`."""

    sent: int
    pending: int
    wait_seconds: Seconds


class FinishRunInput(Payload):
    """The end of a run."""

    scheduled_at: AwareDatetime
    sellers: int


class FinishRunOutput(Payload):
    """How long the run took from its schedule on."""

    run_on: date
    finished_at: datetime


class RegionInput(SellerInput):
    """One region of one seller in one run: what shares an account of SP-API and its rates."""

    region: Region


class ReadPromisesOutput(Payload):
    """`promises` read; `reason` says why not all could be."""

    promises: int
    reason: str


class PlanRequestsOutput(Payload):
    """`considered` orders, of which `changed` have a new or another record; not done when time ran out: call again."""

    done: bool
    considered: int
    changed: int


class SendRequestsInput(RegionInput):
    """`holder` names who sends: nobody else does meanwhile."""

    holder: Annotated[str, Field(min_length=1, max_length=400)]


class SendOutcome(StrEnum):
    """more: call again at once; unsettled: call again after the wait; the rest is the end of the run for this region.

    done: nothing is due any more; held: nothing may be sent (switched off, observing, stopped); busy: another run is at it;
    refused: Amazon refuses the seller.
    """

    MORE = "more"
    UNSETTLED = "unsettled"
    DONE = "done"
    HELD = "held"
    BUSY = "busy"
    REFUSED = "refused"


class SendRequestsOutput(Payload):
    """What a batch did; `answered` and `unanswered`: to how many looks and posts Amazon gave a readable answer, and to how many none."""

    outcome: SendOutcome
    sent: int
    answered: int
    unanswered: int
    wait_seconds: Seconds


class ReceiveMailInput(Payload):
    """An object under `mail/` in the bucket. `arrived_at` stands in for the time of a mail that tells none."""

    key: Annotated[str, Field(pattern=r"^mail/[A-Za-z0-9]{1,40}/.+$", max_length=1024)]
    arrived_at: AwareDatetime | None = None

    @property
    def seller_id(self) -> str | None:
        """Whose mailbox; None for what SES stored, where the mail itself has to tell."""
        return None if self.key.startswith(SES_PREFIX) else self.key.split("/")[1]


class ReceiveMailOutput(Payload):
    """What became of it; `reason` is empty unless it was refused, could not be read, or was for nobody served here."""

    fate: Fate
    kind: MailKind
    reason: str


class SweepInput(Payload):
    """From the schedule; `cursor` goes on where the call before stopped, empty at the beginning."""

    scheduled_at: AwareDatetime
    cursor: str


class SweepOutput(Payload):
    """Alerts `planned` for these `sellers`; `cursor` is empty when nothing more is due."""

    planned: int
    sellers: tuple[SellerId, ...]
    cursor: str


class WatchMailboxesInput(Payload):
    """From the schedule."""

    scheduled_at: AwareDatetime


class WatchMailboxesOutput(Payload):
    """How many mailboxes are connected, and of how many something had to be told."""

    mailboxes: int
    troubled: int


class ResolveThreadInput(Payload):
    """A person's word: the thread was answered where we do not see it, or needs no answer."""

    seller_id: SellerId
    thread_id: Annotated[str, Field(min_length=1, max_length=200)]
    no_response_needed: bool


class ResolveThreadOutput(Payload):
    """Whether there is such a thread, and whether anything in it is still open."""

    found: bool
    open: bool


class AcknowledgeInput(Payload):
    """Somebody is at it: pause a deadline's warnings for some hours."""

    seller_id: SellerId
    deadline_id: Annotated[str, Field(min_length=1, max_length=900)]
    hours: Annotated[int, Field(ge=1, le=72)]


class AcknowledgeOutput(Payload):
    """Until when its warnings are paused: policy cuts long pauses; null for a deadline that is not known or not open."""

    until: AwareDatetime | None
