"""One report on its way: the states of a request, and what each answer of Amazon's makes of it.

planned → requested → stored → ingested, with the exits no_data and failed. Each state holds all that is needed to go on from it,
so a run that is started again repeats no request and no download.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from goodstanding.core.report_types import ReportType

PATIENCE = timedelta(hours=3)
"""A report still pending after this is given up for the day (Amazon now and then leaves one IN_QUEUE for ever)."""

_FIRST_LOOK = timedelta(seconds=30)
_LONGEST_PAUSE = timedelta(minutes=5)


class ProcessingStatus(StrEnum):
    """Amazon's words for a report; UNKNOWN keeps a new word from being a crash."""

    IN_QUEUE = "IN_QUEUE"
    IN_PROGRESS = "IN_PROGRESS"
    DONE = "DONE"
    CANCELLED = "CANCELLED"
    FATAL = "FATAL"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A report's body in the raw bucket (claim check): no body ever enters a state."""

    bucket: str
    key: str
    sha256: str
    size: int
    charset: str | None


class FetchState(StrEnum):
    """How far a report request came: each state holds all that is needed to go on from it after a crash."""

    PLANNED = "planned"
    REQUESTED = "requested"
    STORED = "stored"
    INGESTED = "ingested"
    NO_DATA = "no_data"
    FAILED = "failed"


class FetchOutcome(StrEnum):
    """What a step of a fetch came to; PACED = our own rate limit, wait and call again."""

    REQUESTED = "requested"
    STORED = "stored"
    NO_DATA = "no_data"
    PACED = "paced"


class CheckOutcome(StrEnum):
    """What Amazon says of a requested report; STUCK = pending for longer than a run is patient."""

    DONE = "done"
    NO_DATA = "no_data"
    PENDING = "pending"
    FATAL = "fatal"
    STUCK = "stuck"


@dataclass(frozen=True, slots=True)
class Fetch:
    """The ledger record of one report request of one run: asked for once, stored once, however often the run is started.

    `slot_at` is when our own rate allows the next step, for a step that had to queue.
    """

    name: str
    report_type: ReportType
    start: datetime | None
    end: datetime | None
    state: FetchState = FetchState.PLANNED
    report_id: str | None = None
    requested_at: datetime | None = None
    fetched_at: datetime | None = None
    stored: StoredDocument | None = None
    reason: str | None = None
    slot_at: datetime | None = None


_OUTCOMES = {
    ProcessingStatus.DONE: CheckOutcome.DONE,
    ProcessingStatus.CANCELLED: CheckOutcome.NO_DATA,  # Amazon cancels what has no rows
    ProcessingStatus.FATAL: CheckOutcome.FATAL,
}


def outcome(status: ProcessingStatus, document_id: str | None, age: timedelta) -> CheckOutcome:
    """What a status means for a report asked for `age` ago; a word of Amazon's that is not known counts as pending.

    DONE without a document has no rows either.
    """
    found = _OUTCOMES.get(status, CheckOutcome.STUCK if age > PATIENCE else CheckOutcome.PENDING)
    return CheckOutcome.NO_DATA if found is CheckOutcome.DONE and document_id is None else found


def pause(age: timedelta) -> timedelta:
    """How long to wait before looking again: a quarter of the age, so that slow reports cost few calls."""
    return min(max(age / 4, _FIRST_LOOK), _LONGEST_PAUSE)
