"""When a deadline is due and when people are told before, by the policy packs.

Hours are elapsed hours, also across a change of the clock. Days are calendar days of the marketplace: a deadline in days is due at
the end of the last one. A date that Amazon's notice states goes before every rule.
"""

import hashlib
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from goodstanding.core.alerts import Severity
from goodstanding.core.deadlines import AT_DUE, Deadline, DeadlineKind, Step
from goodstanding.core.marketplaces import Marketplace
from goodstanding.core.metrics import Window
from goodstanding.core.policy import PolicyPack, PolicyRule
from goodstanding.core.windows import bounds, local_day

CRITICAL_STEPS_RULE = "critical_steps"
LONGEST_PAUSE_RULE = "longest_pause"

_LONGEST_PART = 120
_DIGEST_LENGTH = 32
_LEVELS = {"hours": "h", "days": "d"}


def deadline_id(kind: DeadlineKind, *parts: str) -> str:
    """The natural key of a deadline within its seller: `message_reply#<thread>#<first unanswered message>`.

    Different parts make different keys, also when they hold the separator; a part of any length makes a key that a table takes.
    """
    return "#".join([kind, *map(_part, parts)])


def _part(text: str) -> str:
    safe = text.replace("%", "%25").replace("#", "%23")
    if len(safe.encode()) <= _LONGEST_PART:
        return safe
    return f"%{hashlib.sha256(text.encode()).hexdigest()[:_DIGEST_LENGTH]}"


def due_by_rule(rule: PolicyRule, opened_at: datetime, marketplace: Marketplace) -> datetime:
    """The instant at which a rule's hours have passed, or the local day of the opening and its days are over (UTC).

    Raises ValueError for a rule in any other unit.
    """
    if rule.unit == "hours":
        return opened_at.astimezone(UTC) + _hours(rule.value)
    if rule.unit == "days":
        day = local_day(opened_at, marketplace)
        return bounds(Window(day, day + timedelta(days=int(rule.value))), marketplace)[1]
    raise ValueError(f"{rule.id} is in {rule.unit}; a deadline is in hours or days")


def new_deadline(
    identifier: str,
    kind: DeadlineKind,
    marketplace: Marketplace,
    opened_at: datetime,
    pack: PolicyPack,
    *,
    order_id: str | None = None,
    thread_id: str | None = None,
    stated: datetime | None = None,
    rule_id: str | None = None,
) -> Deadline:
    """A deadline that begins, with its steps, by the rules in force on the day of its opening.

    `stated` is the date that the notice itself gives (an order's latest ship time): it wins over the rule, but nothing is due
    before it was opened. `rule_id` names another rule than the kind's own, `a_to_z_follow_up_due`. A step as long as the
    rule's whole window is none; a stated date on short term keeps all steps, and those that are past make one message at once.
    Raises KeyError for a kind without a rule and without a stated date.
    """
    opened_at = opened_at.astimezone(UTC)
    day = local_day(opened_at, marketplace)
    if stated is None:
        rule = pack.rule(rule_id or f"{kind}_due", day, marketplace.country)
        due_at, unconfirmed = due_by_rule(rule, opened_at, marketplace), rule.unconfirmed
    else:
        due_at, unconfirmed = max(stated.astimezone(UTC), opened_at), False
    levels = pack.rule(f"{kind}_steps", day, marketplace.country)
    critical = int(pack.rule(CRITICAL_STEPS_RULE, day, marketplace.country).value)
    times = [
        (level, at)
        for level, at in _times(levels, due_at, marketplace)
        if stated is not None or level == AT_DUE or at > opened_at
    ]
    steps = tuple(
        Step(level, at, Severity.CRITICAL if left <= critical else Severity.WARNING)
        for left, (level, at) in zip(range(len(times), 0, -1), times, strict=True)
    )
    return Deadline(
        id=identifier,
        kind=kind,
        marketplace=marketplace.country,
        order_id=order_id,
        thread_id=thread_id,
        opened_at=opened_at,
        due_at=due_at,
        steps=steps,
        unconfirmed=unconfirmed,
    )


def longest_pause(pack: PolicyPack, now: datetime, marketplace: Marketplace) -> timedelta:
    """For how long acknowledging may pause a deadline's warnings."""
    return _hours(pack.rule(LONGEST_PAUSE_RULE, local_day(now, marketplace), marketplace.country).value)


def _times(rule: PolicyRule, due_at: datetime, marketplace: Marketplace) -> list[tuple[str, datetime]]:
    """Level and time of each step, in the order of time; the last one is at due, whatever the rule says."""
    before = sorted({value for value in rule.values if value > 0}, reverse=True)
    times = [(f"{value:f}{_LEVELS[rule.unit]}", _earlier(due_at, value, rule.unit, marketplace)) for value in before]
    return [*times, (AT_DUE, due_at)]


def _earlier(due_at: datetime, value: Decimal, unit: str, marketplace: Marketplace) -> datetime:
    """Hours before, or the same time of the clock so many calendar days before."""
    if unit == "hours":
        return due_at - _hours(value)
    return (due_at.astimezone(marketplace.zone) - timedelta(days=int(value))).astimezone(UTC)


def _hours(value: Decimal) -> timedelta:
    return timedelta(minutes=int(value * 60))
