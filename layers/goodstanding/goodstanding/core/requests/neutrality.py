"""Whether the buyers asked were chosen by mood: who was asked against who was not, by what became known of both later.

Compared are the orders that could have been asked: those that were, and those whose window ran out without. Orders that nobody may
ask about (cancelled, replacements, not sold on Amazon) are on neither side, nor is one that somebody else asked about.

A share is told with its 95 % interval (Wilson's), which is honest for few orders. Two shares differ beyond chance when the interval
of their difference (Newcombe's) leaves out zero; it is one of 99 %, because several shares are compared and one of them would too
often differ by chance. A side of fewer than `ENOUGH` orders shows nothing either way, and that is said.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from goodstanding.core.orders import NEGATIVE_STARS
from goodstanding.core.requests.record import OPEN, Reason, RequestRecord, RequestState

ENOUGH = 20
"""Orders a side needs; with fewer, not even a difference of ten per cent would show."""

_Z95, _Z99 = (
    Decimal("1.96"),
    Decimal("2.576"),
)  # how many standard deviations hold 95 % and 99 % of a normal distribution

_NOBODY_MAY_ASK = frozenset({Reason.CANCELLED, Reason.REPLACEMENT, Reason.NON_AMAZON})


class Trait(StrEnum):
    """What becomes known of an order later and may speak of the buyer's mood."""

    NEGATIVE = "negative"  # 1 or 2 stars
    NEUTRAL = "neutral"  # 3 stars
    RETURNED = "returned"
    LATE = "late"


class Verdict(StrEnum):
    """What comparing two sides comes to; MORE and FEWER say how often the trait is found among those asked."""

    TOO_FEW = "too_few"
    NO_DIFFERENCE = "no_difference"
    MORE = "more"
    FEWER = "fewer"


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What is known of a marketplace's orders today: stars (1 to 3, Amazon lists no others) and orders returned or shipped late.

    None is what is not known at all, because its report is missing.
    """

    stars: Mapping[str, int] | None
    returned: Collection[str] | None
    late: Collection[str]

    def orders(self, trait: Trait) -> Collection[str] | None:
        """The orders with a trait."""
        match trait:
            case Trait.RETURNED:
                return self.returned
            case Trait.LATE:
                return self.late
            case _:
                negative = trait is Trait.NEGATIVE
                stars = self.stars
                return stars and {order for order, given in stars.items() if (given in NEGATIVE_STARS) is negative}


@dataclass(frozen=True, slots=True)
class Share:
    """`count` of `of` orders."""

    count: int
    of: int

    @property
    def value(self) -> Decimal:
        """A fraction; 0 of none."""
        return Decimal(self.count) / self.of if self.of else Decimal(0)

    @property
    def interval(self) -> tuple[Decimal, Decimal]:
        """The 95 % interval; anything is possible of no orders."""
        return _wilson(self, _Z95)


@dataclass(frozen=True, slots=True)
class Comparison:
    """How often a trait is found among the orders asked about and among the others."""

    trait: Trait
    asked: Share
    others: Share

    @property
    def verdict(self) -> Verdict:
        """Whether the two differ beyond chance."""
        if min(self.asked.of, self.others.of) < ENOUGH:
            return Verdict.TOO_FEW
        low, high = _difference(self.asked, self.others)
        if low > 0:
            return Verdict.MORE
        return Verdict.FEWER if high < 0 else Verdict.NO_DIFFERENCE


@dataclass(frozen=True, slots=True)
class Neutrality:
    """The two sides, and what is known of them; a trait that is not known has no comparison."""

    asked: int
    others: int
    comparisons: tuple[Comparison, ...]

    @property
    def verdict(self) -> Verdict:
        """All in all; FEWER weighs most: the unhappy left out is what Amazon calls manipulation."""
        found = {each.verdict for each in self.comparisons}
        return next(verdict for verdict in _WEIGHT if verdict in found or verdict is Verdict.TOO_FEW)


_WEIGHT = (Verdict.FEWER, Verdict.MORE, Verdict.NO_DIFFERENCE, Verdict.TOO_FEW)


def neutrality(records: Iterable[RequestRecord], aftermath: Aftermath, as_of: datetime) -> Neutrality:
    """Who was asked and who was not by `as_of` (aware), compared by everything that is known."""
    asked: set[str] = set()
    others: set[str] = set()
    for record in records:
        if record.state is RequestState.SENT:
            asked.add(record.order_id)
        elif _was_passed_over(record, as_of):
            others.add(record.order_id)
    known = ((trait, aftermath.orders(trait)) for trait in Trait)
    return Neutrality(
        len(asked),
        len(others),
        tuple(
            Comparison(trait, Share(len(asked & set(found)), len(asked)), Share(len(others & set(found)), len(others)))
            for trait, found in known
            if found is not None
        ),
    )


def _was_passed_over(record: RequestRecord, as_of: datetime) -> bool:
    if record.state is RequestState.ALREADY_ASKED or record.state in OPEN or record.reason in _NOBODY_MAY_ASK:
        return False
    return as_of >= record.window.closes_at


def _wilson(share: Share, z: Decimal) -> tuple[Decimal, Decimal]:
    """Wilson's score interval."""
    if not share.of:
        return Decimal(0), Decimal(1)
    spread = z * z / share.of
    middle = share.value + spread / 2
    reach = z * ((share.value * (1 - share.value) + spread / 4) / share.of).sqrt()
    return max(Decimal(0), (middle - reach) / (1 + spread)), min(Decimal(1), (middle + reach) / (1 + spread))


def _difference(one: Share, other: Share) -> tuple[Decimal, Decimal]:
    """Newcombe's interval of the difference of two independent shares."""
    apart = one.value - other.value
    (low, high), (other_low, other_high) = _wilson(one, _Z99), _wilson(other, _Z99)
    below = ((one.value - low) ** 2 + (other_high - other.value) ** 2).sqrt()
    above = ((high - one.value) ** 2 + (other.value - other_low) ** 2).sqrt()
    return apart - below, apart + above
