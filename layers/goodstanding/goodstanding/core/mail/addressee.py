"""Whose a mail is that SES received: SES stores the mails of all sellers of a domain under `mail/ses/`, in no order.

The address it was delivered to is only in the `Received` header that SES itself puts on top of every mail: "… by
inbound-smtp.<region>.amazonaws.com with SMTP id … for <seller_id>@<domain>; <date>". `To` is written by the sender, and a mail that
was redirected still has the one of the mailbox it came from. `Received` headers further down are the sender's words, too.
"""

import re
from collections.abc import Iterable

SES_PREFIX = "mail/ses/"
"""Where SES stores mails; every other object is under `mail/<seller_id>/`."""

_HEAD = 65_536
"""Bytes at the beginning in which the topmost header is looked for."""

_FIELD = re.compile(r"^received:[ \t]*(.*(?:\r?\n[ \t].*)*)", re.IGNORECASE | re.MULTILINE)
_BY_SES = re.compile(  # the last "by …" of the line counts: the name by which a sender greets comes before it, and may say anything
    r".*\bby inbound-smtp\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)? with \S+ id \S+ for <?([^\s<>@;]+)@[^\s<>@;]+>?;[^;]*",
    re.IGNORECASE,
)


def addressee(mail: bytes, seller_ids: Iterable[str]) -> str | None:
    """The seller that a mail was delivered to, by the part before the `@`, in whatever case; None for any other address."""
    head = re.split(r"\r?\n\r?\n", mail[:_HEAD].decode("latin-1"), maxsplit=1)[0]
    topmost = _FIELD.search(head)
    noted = _BY_SES.fullmatch(" ".join(topmost[1].split())) if topmost else None
    if noted is None:
        return None
    local_part = noted[1].casefold()
    return next((seller_id for seller_id in seller_ids if seller_id.casefold() == local_part), None)
