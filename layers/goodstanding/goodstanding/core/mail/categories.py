"""What a buyer wants, and how soon it should be looked at, told by words.

Each phrase that stands in the message speaks for its category, each in the subject (which Amazon makes from what the buyer chose)
twice. Where two are even, the one goes first that is worse to miss. Categories and urgency order a person's work and decide nothing.
"""

from enum import IntEnum, StrEnum

from goodstanding.core.mail.words import MailWords, fold


class Category(StrEnum):
    """What a buyer wants; the order is that in which they go where words speak for several alike."""

    CANCEL = "cancel"
    ADDRESS_CHANGE = "address_change"
    DAMAGED = "damaged"
    NOT_AS_DESCRIBED = "not_as_described"
    WHERE_IS_MY_ORDER = "where_is_my_order"
    RETURN = "return"
    REFUND = "refund"
    INVOICE = "invoice"
    PRODUCT_QUESTION = "product_question"
    COMPLAINT = "complaint"
    THANKS = "thanks"
    OTHER = "other"


class Urgency(IntEnum):
    """How soon; a greater one goes before."""

    LOW = 0
    NORMAL = 1
    HIGH = 2

    @property
    def word(self) -> str:
        """As outputs write it."""
        return self.name.lower()


_SUBJECT_WEIGHT = 2
_HIGH = frozenset({Category.CANCEL, Category.ADDRESS_CHANGE})  # too late once it is shipped
_LONGEST = 8_000  # characters; twice what a buyer may write


def categorise(subject: str, text: str, words: MailWords) -> Category:
    """The category for which most words speak."""
    subject, text = fold(subject), fold(text[:_LONGEST])
    score = {
        category: words.count(f"category.{category}", text)
        + _SUBJECT_WEIGHT * words.count(f"topic.{category}", subject)
        for category in Category
    }
    thanks = score.pop(Category.THANKS)  # is said along with anything
    best = max(score, key=score.__getitem__)
    if score[best]:
        return best
    return Category.THANKS if thanks else Category.OTHER


def urgency_of(category: Category, text: str, words: MailWords) -> Urgency:
    """High where time or more than a sale is at stake, low where nothing is asked."""
    folded = fold(text[:_LONGEST])
    if category in _HIGH or words.find("urgency.high", folded):
        return Urgency.HIGH
    return Urgency.LOW if category is Category.THANKS or words.find("urgency.low", folded) else Urgency.NORMAL
