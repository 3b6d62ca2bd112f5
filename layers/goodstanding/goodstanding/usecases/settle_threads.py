"""A person's word on a conversation or a clock."""

from datetime import datetime, timedelta

from goodstanding.contracts.tasks import (
    AcknowledgeInput,
    AcknowledgeOutput,
    ResolveThreadInput,
    ResolveThreadOutput,
)
from goodstanding.core import marketplaces
from goodstanding.core.deadline_rules import longest_pause
from goodstanding.core.deadlines import DeadlineState
from goodstanding.core.mail.events import EventKind, Hasher, thread_command
from goodstanding.core.mail.threads import ThreadState
from goodstanding.policy.loader import load
from goodstanding.ports.deadlines import DeadlineStore
from goodstanding.ports.sellers import SellerRegistry
from goodstanding.usecases.converse import ThreadStores, converse


def resolve_thread(
    request: ResolveThreadInput, registry: SellerRegistry, stores: ThreadStores, hashed: Hasher, now: datetime
) -> ResolveThreadOutput:
    """It was answered where we do not see it, or needs no answer: its clocks end now."""
    stored = stores.conversations.thread(request.seller_id, request.thread_id)
    if stored is None:
        return ResolveThreadOutput(found=False, open=False)
    kind = EventKind.NO_RESPONSE_NEEDED if request.no_response_needed else EventKind.ANSWERED
    event = thread_command(request.thread_id, kind, now, stored.thread.marketplace, hashed)
    converse(registry.get(request.seller_id), event, stores)
    after = stores.conversations.thread(request.seller_id, request.thread_id)
    return ResolveThreadOutput(found=True, open=after is not None and after.thread.state is ThreadState.OPEN)


def acknowledge(request: AcknowledgeInput, deadlines: DeadlineStore, now: datetime) -> AcknowledgeOutput:
    """Somebody is at it: its warnings pause, its critical steps do not."""
    known = deadlines.read(request.seller_id, [request.deadline_id])
    if not known:
        return AcknowledgeOutput(until=None)
    longest = longest_pause(load(), now, marketplaces.by_country(known[0].marketplace))
    until = now + timedelta(hours=request.hours)
    after = deadlines.acknowledge(request.seller_id, request.deadline_id, now, until, longest)
    standing = after is not None and after.state is DeadlineState.OPEN
    return AcknowledgeOutput(until=after.snoozed_until if after is not None and standing else None)
