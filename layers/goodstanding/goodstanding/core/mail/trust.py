"""Who sent a mail, and what of it is believed.

A sender is known by its exact domain: a buyer's relay alias by `marketplace.` and the domain of one of Amazon's marketplaces,
Amazon itself by that domain alone. Nothing is known by how a domain begins: `marketplace.amazon.de.example` is not Amazon.

What the receiving server found decides what is believed (`core.mail.authentication`, its topmost header only):

- failed, or signed only by somebody else: refused, nothing is believed;
- passed (DMARC, or a DKIM signature, for a domain that may speak for the sender): verified;
- nothing found: unverified. It may open a clock, because a missed message is worse than a false alarm. It never closes one,
  opts nobody out and counts no claim.

The seller's own mails need not have travelled: what a mail program filed under "sent" has neither such a header nor a
Received header, and is believed. One that travelled must be authenticated as any other; there SPF will do too.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from goodstanding.core.mail.message import Check, Mail, Method, Result
from goodstanding.core.marketplaces import MARKETPLACES, Marketplace

RELAY_DOMAINS: Mapping[str, Marketplace] = {f"marketplace.{store.domain}": store for store in MARKETPLACES}
SYSTEM_DOMAINS: Mapping[str, Marketplace] = {store.domain: store for store in MARKETPLACES}
_AMAZON_ONLY = frozenset({Method.DKIM, Method.DMARC})


class Sender(StrEnum):
    """Who a mail says it is from."""

    BUYER = "buyer"
    AMAZON = "amazon"
    OWN = "own"
    OTHER = "other"


class Trust(StrEnum):
    """How far a mail is believed."""

    VERIFIED = "verified"
    UNVERIFIED = "unverified"
    REFUSED = "refused"

    @property
    def opens(self) -> bool:
        """Whether it may open a clock or an alert."""
        return self is not Trust.REFUSED

    @property
    def settles(self) -> bool:
        """Whether it may close a clock, opt a buyer out, count or void a claim."""
        return self is Trust.VERIFIED


def sender_of(mail: Mail, own_addresses: frozenset[str]) -> Sender:
    """By exact domain, or by being one of the seller's own addresses (in lower case)."""
    if mail.sender is None:
        return Sender.OTHER
    if mail.sender.address in own_addresses:
        return Sender.OWN
    if mail.sender.domain in RELAY_DOMAINS:
        return Sender.BUYER
    return Sender.AMAZON if mail.sender.domain in SYSTEM_DOMAINS else Sender.OTHER


def trust_of(mail: Mail, sender: Sender) -> Trust:
    """How far the mail is believed; what others than buyers, Amazon and the seller send never settles anything."""
    if mail.sender is None:
        return Trust.UNVERIFIED
    if sender is Sender.OWN and not mail.checks and not mail.travelled:
        return Trust.VERIFIED
    found = _judged(mail.checks, mail.sender.domain, frozenset(Method) if sender is Sender.OWN else _AMAZON_ONLY)
    return Trust.UNVERIFIED if sender is Sender.OTHER and found is Trust.VERIFIED else found


def _judged(checks: tuple[Check, ...], domain: str, vouching: frozenset[Method]) -> Trust:
    if any(check.method is Method.DMARC and check.result is Result.FAIL for check in checks):
        return Trust.REFUSED
    passed = [check for check in checks if check.result is Result.PASS and check.method in vouching]
    if any(_speaks_for(check.domain or "", domain) for check in passed):
        return Trust.VERIFIED
    failed = any(check.result is Result.FAIL for check in checks)
    return Trust.REFUSED if failed or passed else Trust.UNVERIFIED


def _speaks_for(signer: str, domain: str) -> bool:
    """Amazon's domains speak for each other; of others, a domain speaks for those under it and those above it."""
    if domain in RELAY_DOMAINS or domain in SYSTEM_DOMAINS:
        return any(_is_within(signer, amazon) for amazon in SYSTEM_DOMAINS)
    return "." in signer and (_is_within(signer, domain) or _is_within(domain, signer))


def _is_within(domain: str, other: str) -> bool:
    return domain == other or domain.endswith("." + other)


def own_addresses_of(mails: Iterable[Mail]) -> frozenset[str]:
    """The seller's own addresses where none are set: whom Amazon's verified mails are addressed to.

    Mails that are unverified are asked only when no mail is verified, which is so where the receiving server checks nothing:
    else anybody could make an address the seller's own.
    """
    found: dict[Trust, set[str]] = {trust: set() for trust in Trust}
    for mail in mails:
        sender = sender_of(mail, frozenset())
        if sender in {Sender.BUYER, Sender.AMAZON}:
            found[trust_of(mail, sender)] |= own_candidates(mail)
    return frozenset(found[Trust.VERIFIED] or found[Trust.UNVERIFIED])


def own_candidates(mail: Mail) -> frozenset[str]:
    """Whom a mail is addressed to, Amazon's own addresses left out."""
    return frozenset(
        address.address
        for address in (*mail.to, *mail.delivered_to)
        if address.domain not in RELAY_DOMAINS and address.domain not in SYSTEM_DOMAINS
    )
