"""A-to-z claims and chargebacks as notices tell of them, and whether they count towards the order defect rate.

Only what is verified counts: an unverified notice may start a clock, but must not darken a figure. Notices come in any order and
more than once; what stands is the earliest opening and the latest decision.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from goodstanding.core.mail.outcomes import Outcome, Payer


class ClaimKind(StrEnum):
    """What the buyer turned to: Amazon's guarantee, or the bank."""

    A_TO_Z = "a_to_z"
    CHARGEBACK = "chargeback"


@dataclass(frozen=True, slots=True)
class ClaimNotice:
    """What one verified notice says. `outcome` and `payer` are None where it does not say; `decided`: it tells of an end."""

    order_id: str
    kind: ClaimKind
    at: datetime
    decided: bool
    outcome: Outcome | None = None
    payer: Payer | None = None


@dataclass(frozen=True, slots=True)
class ClaimFact:
    """A claim on an order. `opened_at` is the earliest notice; `decided_at` the latest that tells of an end.

    `outcome` and `payer` are those of the latest notice that says how it ended, which is of `told_at`.
    """

    order_id: str
    kind: ClaimKind
    opened_at: datetime
    decided_at: datetime | None = None
    outcome: Outcome | None = None
    payer: Payer | None = None
    told_at: datetime | None = None


def noted(known: ClaimFact | None, notice: ClaimNotice) -> ClaimFact:
    """What stands after a notice."""
    fact = known or ClaimFact(notice.order_id, notice.kind, notice.at)
    fact = replace(fact, opened_at=min(fact.opened_at, notice.at))
    if not notice.decided:
        return fact
    fact = replace(fact, decided_at=max(fact.decided_at or notice.at, notice.at))
    if notice.outcome is None or (
        fact.told_at is not None and _said(fact) > (notice.at, notice.outcome, notice.payer or "")
    ):
        return fact
    return replace(fact, outcome=notice.outcome, payer=notice.payer, told_at=notice.at)


def _said(fact: ClaimFact) -> tuple[datetime | None, str, str]:
    """Of two notices of one moment, which stands must not depend on which came first."""
    return fact.told_at, fact.outcome or "", fact.payer or ""


def appealable(fact: ClaimFact) -> bool:
    """Whether its last decision is against the seller."""
    return fact.outcome is Outcome.GRANTED and fact.payer is not Payer.AMAZON


_NOT_COUNTED = frozenset({Outcome.DENIED, Outcome.WITHDRAWN})


def counts(fact: ClaimFact) -> bool:
    """Whether it counts: granted at the seller's cost, refunded by the seller, or not decided yet (or nobody says how).

    A claim that Amazon paid, that was denied or withdrawn, and a chargeback reversed in the seller's favour do not.
    """
    if fact.outcome in _NOT_COUNTED:
        return False
    return fact.outcome is not Outcome.GRANTED or appealable(fact)
