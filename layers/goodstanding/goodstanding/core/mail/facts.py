"""What a mail says of the order, the marketplace and the buyer it is about."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from goodstanding.core.mail.kinds import MailKind
from goodstanding.core.mail.markers import Marked
from goodstanding.core.mail.message import Address, Mail
from goodstanding.core.mail.trust import RELAY_DOMAINS, SYSTEM_DOMAINS
from goodstanding.core.mail.words import MailWords, fold
from goodstanding.core.marketplaces import Marketplace, by_id

_ORDER_ID = re.compile(r"(?<![\w-])\d{3}-\d{7}-\d{7}(?![\w-])", re.ASCII)
_AMAZON_SUFFIX = re.compile(r"\s*(?:-|\bvia\b|\(|\bwith\b)?\s*\bamazon\b.*$")


@dataclass(frozen=True, slots=True)
class Relay:
    """A buyer's relay address: the alias without its case, in lower case, and the case behind the `+`."""

    alias: str
    case: str | None


def order_id(mail: Mail, marked: Marked) -> str | None:
    """From the subject, else from what Amazon wrote around the buyer's text, else from the text."""
    for text in (mail.subject, marked.frame, marked.text):
        if found := _ORDER_ID.search(text):
            return found.group()
    return None


def relay_of(mail: Mail) -> Relay | None:
    """The buyer's alias: of the sender, else the only one among whom the mail is to."""
    senders = [mail.sender] if mail.sender else []
    found = {_relay(address) for address in senders if address.domain in RELAY_DOMAINS}
    found = found or {_relay(address) for address in mail.to if address.domain in RELAY_DOMAINS}
    return found.pop() if len(found) == 1 else None


def _relay(address: Address) -> Relay:
    alias, _, case = address.local_part.partition("+")
    return Relay(f"{alias}@{address.domain}", case or None)


def marketplace_of(mail: Mail, relay: Relay | None, sells_in: Sequence[Marketplace] = ()) -> Marketplace | None:
    """By the id that Amazon's header names, else the relay alias, else the sender.

    Amazon writes from one address (amazon.com) about many marketplaces: where the seller does not sell in the sender's, the first
    one that the seller sells in is meant.
    """
    if stated := by_id(mail.marketplace_id or ""):
        return stated
    if relay:
        return RELAY_DOMAINS[relay.alias.rpartition("@")[2]]
    told = SYSTEM_DOMAINS.get(mail.sender.domain) if mail.sender else None
    return told if told is None or told in sells_in or not sells_in else sells_in[0]


def buyer_name(mail: Mail, kind: MailKind, words: MailWords) -> str | None:
    """The buyer's display name, folded. Amazon's copies of answers name the buyer in the subject or in the first lines."""
    texts = [mail.subject]
    if kind is MailKind.BUYER_MESSAGE:
        shown = mail.sender.name if mail.sender else ""
        if name := _AMAZON_SUFFIX.sub("", fold(shown)).strip(" -\"'"):
            return name
    elif kind is MailKind.REPLY_COPY:
        texts.append(mail.text[:_BEGINNING])
    else:
        return None
    found = (words.find(f"{kind}.name", fold(text)) for text in texts)
    return next((name for match in found if match and (name := match["name"].strip(" -\"'"))), None)


_BEGINNING = 1000
