"""Deadlines as messages: one for each deadline and step; of orders to be shipped one for all that are due in a marketplace.

Each says what, where, how long is left, what to do and where to click, and whether it comes late. Of the buyer it says nothing.
"""

import shlex
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from goodstanding.core.alerts import Alert, AlertKind, Severity, Topic
from goodstanding.core.deadlines import Deadline, DeadlineKind, Escalation
from goodstanding.core.marketplaces import Marketplace, by_country
from goodstanding.core.texts.deadline_words import NAMES, REASONS, STEPS, page
from goodstanding.core.texts.figures import moment, span
from goodstanding.core.texts.limits import sms, subject
from goodstanding.core.texts.phrases import say

_MOST_ORDERS = 60
"""Of one message: who has more opens the page."""

_MINUTE = timedelta(minutes=1)


class _Writer:
    """What the messages of one marketplace at one moment have in common."""

    def __init__(self, seller_id: str, marketplace: Marketplace, now: datetime, language: str) -> None:
        self.seller_id = seller_id
        self.marketplace = marketplace
        self.now = now
        self.language = language

    def say(self, key: str, **fields: object) -> str:
        return say(key, self.language, marketplace=self.marketplace.country, seller_id=self.seller_id, **fields)

    def moment(self, at: datetime) -> str:
        return moment(at.astimezone(self.marketplace.zone), self.language)

    def left(self, due_at: datetime) -> str:
        return time_left(due_at, self.now, self.language)

    def alert(self, key: str, severity: Severity, order_id: str | None, line: str, parts: Iterable[str]) -> Alert:
        short = sms(line + ".", ending=self.say("sms.ending")) if severity is Severity.CRITICAL else None
        return Alert(
            key=f"{AlertKind.DEADLINE}#{key}",
            topic=Topic.ALERTS,
            severity=severity,
            kind=AlertKind.DEADLINE,
            marketplace=self.marketplace.country,
            order_id=order_id,
            subject=subject(line),
            message="\n\n".join([self.say("deadline.head"), *filter(None, parts)]) + "\n",
            sms=short,
        )

    def action(self, kind: DeadlineKind) -> str:
        return "\n".join(
            [
                f"{self.say('label.step')}: {STEPS[kind][self.language]}",
                f"{self.say('deadline.where')}: {page(kind, self.marketplace, self.language)}",
            ]
        )

    def lateness(self, escalations: Iterable[Escalation]) -> str:
        """Empty when all are in time."""
        since = [one.late_since for one in escalations if one.late_since is not None]
        if not since:
            return ""
        return self.say(
            "deadline.late", moment=self.moment(min(since)), span=span(self.now - min(since), self.language)
        )


def time_left(due_at: datetime, now: datetime, language: str) -> str:
    """How long is left, or since when it is over, in words."""
    if now < due_at:
        return say("deadline.left", language, span=span(due_at - now, language))
    passed = span(now - due_at, language)
    return say("deadline.overdue" if now - due_at >= _MINUTE else "deadline.now", language, span=passed)


def deadline_alert(escalation: Escalation, *, seller_id: str, now: datetime, language: str) -> Alert:
    """The message that is due for one deadline. Its key, `deadline#<deadline>#<level>`, is natural within the seller."""
    deadline = escalation.after
    writer = _Writer(seller_id, by_country(deadline.marketplace), now, language)
    name = NAMES[deadline.kind][language]
    left = writer.left(deadline.due_at)
    line = writer.say("deadline.line", name=name, left=left)
    if deadline.order_id is not None:
        line = writer.say("deadline.line_order", name=name, left=left, order=deadline.order_id)
    facts = [
        REASONS[deadline.kind][language].format(opened=writer.moment(deadline.opened_at)),
        *([f"{writer.say('deadline.order')}: {deadline.order_id}"] if deadline.order_id is not None else []),
        f"{writer.say('deadline.due')}: {writer.moment(deadline.due_at)} ({left})",
    ]
    return writer.alert(
        f"{deadline.id}#{escalation.step.level}",
        escalation.step.severity,
        deadline.order_id,
        line,
        [
            "\n".join(facts),
            writer.say("deadline.unconfirmed") if deadline.unconfirmed else "",
            writer.action(deadline.kind),
            _commands(writer, deadline),
            writer.lateness([escalation]),
            _what_follows(writer, deadline),
        ],
    )


def _commands(writer: _Writer, deadline: Deadline) -> str:
    """What to type to end or to pause it; nothing for what is overdue, whose messages have all been sent."""
    told = []
    if deadline.thread_id is not None:
        told.append(writer.say("deadline.resolve", thread=shlex.quote(deadline.thread_id)))
    if any(step.sent_at is None for step in deadline.steps):
        told.append(writer.say("deadline.ack", deadline=shlex.quote(deadline.id)))
    return "\n".join(told)


def _what_follows(writer: _Writer, deadline: Deadline) -> str:
    coming = [step.at for step in deadline.steps if step.sent_at is None]
    return writer.say("deadline.next", moment=writer.moment(min(coming))) if coming else writer.say("deadline.last")


def ship_by_alert(
    escalations: Sequence[Escalation], *, round_: int, seller_id: str, now: datetime, language: str
) -> Alert:
    """One message for all orders of one marketplace whose dispatch is due to be told of, the most urgent first.

    At least one. `round_` counts the marketplace's messages of this kind and makes its key.
    """
    escalations = sorted(escalations, key=lambda one: (one.after.due_at, one.after.id))
    first = escalations[0].after
    critical = any(one.step.severity is Severity.CRITICAL for one in escalations)
    writer = _Writer(seller_id, by_country(first.marketplace), now, language)
    name, left = NAMES[DeadlineKind.SHIP_BY][language], writer.left(first.due_at)
    if len(escalations) == 1:
        line = writer.say("deadline.line_order", name=name, left=left, order=_order(first))
    else:
        line = writer.say("deadline.line_orders", name=name, left=left, count=len(escalations))
    orders = [
        f"* {_order(one.after)}: {writer.moment(one.after.due_at)} ({writer.left(one.after.due_at)})"
        for one in escalations[:_MOST_ORDERS]
    ]
    if len(escalations) > _MOST_ORDERS:
        orders.append(writer.say("digest.cut", count=len(escalations) - _MOST_ORDERS))
    return writer.alert(
        f"{DeadlineKind.SHIP_BY}#{first.marketplace}#{round_}",
        Severity.CRITICAL if critical else Severity.WARNING,
        first.order_id if len(escalations) == 1 else None,
        line,
        [
            "\n".join([REASONS[DeadlineKind.SHIP_BY][language], *orders]),
            writer.action(DeadlineKind.SHIP_BY),
            writer.lateness(escalations),
        ],
    )


def _order(deadline: Deadline) -> str:
    return deadline.order_id or deadline.id


def open_clocks(deadlines: Iterable[Deadline], now: datetime) -> list[Deadline]:
    """What is not done. What still runs comes first, the next due before the others; then what is overdue, the latest first."""
    open_ = [one for one in deadlines if one.closing is None]
    return sorted(open_, key=lambda one: (one.due_at <= now, abs(one.due_at - now), one.id))


def clock_rows(deadlines: Iterable[Deadline], now: datetime, language: str) -> list[tuple[str, ...]]:
    """The section "open clocks" of the digest: marketplace, what, order, due, how long is left."""
    return [
        (
            one.marketplace,
            NAMES[one.kind][language],
            one.order_id or "",
            moment(one.due_at.astimezone(by_country(one.marketplace).zone), language),
            time_left(one.due_at, now, language),
        )
        for one in open_clocks(deadlines, now)
    ]
