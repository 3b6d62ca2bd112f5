"""How a claim or a chargeback ended, and who pays, as far as a notice says it.

These words decide whether a defect counts (policy: defects), so a notice that can be read in two ways is read in none.
"""

from enum import StrEnum

from goodstanding.core.mail.message import Mail
from goodstanding.core.mail.words import MailWords, fold


class Outcome(StrEnum):
    """GRANTED: to the buyer; DENIED: in the seller's favour; REFUNDED: the seller paid the buyer; None elsewhere: not said."""

    GRANTED = "granted"
    DENIED = "denied"
    WITHDRAWN = "withdrawn"
    REFUNDED = "refunded"


class Payer(StrEnum):
    """Who pays."""

    SELLER = "seller"
    AMAZON = "amazon"


_LONGEST = 12_000
_OUTCOMES = (Outcome.WITHDRAWN, Outcome.DENIED, Outcome.REFUNDED, Outcome.GRANTED)
_PAYERS = (Payer.AMAZON, Payer.SELLER)


def outcome_of(mail: Mail, words: MailWords) -> Outcome | None:
    """What the subject says, else the body."""
    return _only(_OUTCOMES, "outcome", mail, words)


def payer_of(mail: Mail, words: MailWords) -> Payer | None:
    """Who pays, where it is said."""
    return _only(_PAYERS, "payer", mail, words)


def _only[Answer: StrEnum](answers: tuple[Answer, ...], rule: str, mail: Mail, words: MailWords) -> Answer | None:
    """Each answer's words are cut out before the next is tried, because "not granted" has "granted" in it."""
    for text in (mail.subject, mail.text[:_LONGEST]):
        folded = fold(text)
        found = []
        for answer in answers:
            for phrase in words.phrases(f"{rule}.{answer}"):
                folded, times = phrase.cut(folded)
                found += [answer] * times
        if found:
            return found[0] if len(set(found)) == 1 else None
    return None
