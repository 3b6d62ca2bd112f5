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
    """A claim on an order. `opened_at` is the earliest notice; `decided_at` the latest that tells of an end."""

    order_id: str
    kind: ClaimKind
    opened_at: datetime
    decided_at: datetime | None = None
    outcome: Outcome | None = None
    payer: Payer | None = None


def noted(known: ClaimFact | None, notice: ClaimNotice) -> ClaimFact:
    """What stands after a notice."""
    fact = known or ClaimFact(notice.order_id, notice.kind, notice.at)
    fact = replace(fact, opened_at=min(fact.opened_at, notice.at))
    if not notice.decided or (fact.decided_at is not None and notice.at < fact.decided_at):
        return fact
    told = notice.outcome is not None or fact.outcome is None
    return replace(
        fact,
        decided_at=notice.at,
        outcome=notice.outcome if told else fact.outcome,
        payer=notice.payer if told else fact.payer,
    )


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
