"""The sample seller's mailbox and its notifications: a few, in the form in which Amazon sends them. All people are invented."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Protocol

SELLER_ID, MAILBOX = "A2EXAMPLE00001", "service@shop.example"
DOMAIN, MARKETPLACE_ID = "amazon.de", "A1PA6795UKMFR9"
_RELAY = f"marketplace.{DOMAIN}"
_CHECKED = "mx.shop.example; dkim=pass header.d={domain}; spf=pass smtp.mailfrom=bounces.{domain}; dmarc=pass header.from={sender}"


class Order(Protocol):
    """What of a sample's order is needed here."""

    @property
    def order_id(self) -> str:
        """Amazon's."""
        ...


def mails(orders: Sequence[Order]) -> Iterator[tuple[str, bytes]]:
    """File names and mails about five of DE's orders.

    A message that is open, one that was answered, a return that was asked for, a claim, and a buyer who wants no messages.
    """
    waiting, damaged, returned, claimed, quiet = (order.order_id for order in orders)
    missing_alias, damaged_alias = f"k3v9q7x1zz8@{_RELAY}", f"p8w2m4d6tt1@{_RELAY}"
    yield (
        "missing.eml",
        _mail(
            datetime(2026, 11, 19, 15, 42, tzinfo=UTC),
            f'"Maren" <{missing_alias}>',
            f"Frage von Amazon-Kunde Maren (Bestellung: {waiting})",
            _framed("Guten Tag, wo bleibt mein Paket? Es ist noch nicht angekommen.", waiting),
            "BBC_MESSAGE_SENT_TO_MERCHANT",
        ),
    )
    asked_at = datetime(2026, 11, 18, 8, 5, tzinfo=UTC)
    yield (
        "damaged.eml",
        _mail(
            asked_at,
            f'"Jonas" <{damaged_alias}>',
            f"Frage von Amazon-Kunde Jonas (Bestellung: {damaged})",
            _framed("Hallo, die Lampe kam beschädigt an. Was können wir tun?", damaged),
            "BBC_MESSAGE_SENT_TO_MERCHANT",
        ),
    )
    yield (
        "damaged-answer.eml",
        _mail(
            datetime(2026, 11, 18, 10, 20, tzinfo=UTC),
            MAILBOX,
            f"Re: Frage von Amazon-Kunde Jonas (Bestellung: {damaged})",
            "Guten Tag, das tut uns leid. Wir senden Ihnen heute Ersatz; die beschädigte Lampe können Sie behalten.\n",
            to=damaged_alias,
            answers=_message_id(asked_at),
        ),
    )
    yield (
        "return.eml",
        _mail(
            datetime(2026, 11, 19, 18, 30, tzinfo=UTC),
            f"donotreply@{DOMAIN}",
            f"Benachrichtigung über Rücksendegenehmigung für Bestellung {returned}",
            "Der Käufer möchte den Artikel zurücksenden.\n",
            "RETURN_REQUEST",
        ),
    )
    yield (
        "claim.eml",
        _mail(
            datetime(2026, 11, 19, 7, 15, tzinfo=UTC),
            f"donotreply@{DOMAIN}",
            f"A-bis-z-Garantieantrag zu Bestellung {claimed}",
            "Der Käufer hat einen Antrag gestellt. Betrag: 24,90 €. Bitte antworten Sie innerhalb von 48 Stunden.\n",
            "A_Z_CLAIM_RESPONDENT_NOTIFY",
        ),
    )
    yield (
        "opt-out.eml",
        _mail(
            datetime(2026, 11, 17, 9, 0, tzinfo=UTC),
            f"donotreply@{DOMAIN}",
            f"Nachricht zu Bestellung {quiet}",
            f"Der Käufer hat den Empfang unaufgeforderter Nachrichten von Verkäufern abbestellt ({quiet}).\n",
        ),
    )


def notifications(orders: Sequence[Order]) -> Iterator[tuple[str, bytes]]:
    """File names and ORDER_CHANGE notifications: one order is to be shipped today, the other tomorrow."""
    for number, order in enumerate(orders):
        changed_at = f"2026-11-20T05:{10 + number}:00Z"
        body = {
            "NotificationVersion": "1.0",
            "NotificationType": "ORDER_CHANGE",
            "PayloadVersion": "1.0",
            "EventTime": changed_at,
            "Payload": {
                "OrderChangeNotification": {
                    "NotificationLevel": "OrderLevel",
                    "SellerId": SELLER_ID,
                    "AmazonOrderId": order.order_id,
                    "OrderChangeType": "OrderStatusChange",
                    "OrderChangeTrigger": {"TimeOfOrderChange": changed_at, "ChangeReason": "OrderStatusChange"},
                    "Summary": {
                        "MarketplaceId": MARKETPLACE_ID,
                        "OrderStatus": "Unshipped",
                        "FulfillmentType": "MFN",
                        "EarliestDeliveryDate": f"2026-11-{23 + number}T07:00:00Z",
                        "LatestDeliveryDate": f"2026-11-{25 + number}T22:59:59Z",
                        "LatestShipDate": f"2026-11-{20 + number}T22:59:59Z",
                    },
                }
            },
        }
        yield f"order-{number + 1}.json", (json.dumps(body, indent=1) + "\n").encode()


def _mail(
    at: datetime,
    sender: str,
    subject: str,
    text: str,
    notification_type: str | None = None,
    *,
    to: str = MAILBOX,
    answers: str | None = None,
) -> bytes:
    mail = EmailMessage()
    if sender != MAILBOX:  # what the seller sent never travelled to this mailbox
        domain = sender.rpartition("@")[2].strip(">")
        mail["Authentication-Results"] = _CHECKED.format(domain=DOMAIN, sender=domain)
        mail["Received"] = f"from mail.{DOMAIN} by mx.shop.example; {format_datetime(at)}"
    mail["From"], mail["To"], mail["Date"], mail["Subject"] = sender, to, format_datetime(at), subject
    mail["Message-ID"] = _message_id(at)
    if answers:
        mail["In-Reply-To"] = answers
    if notification_type:
        mail["X-Space-Notification-Type"], mail["X-Marketplace-ID"] = notification_type, MARKETPLACE_ID
    mail.set_content(text)
    return mail.as_bytes()


def _message_id(at: datetime) -> str:
    return f"<{at:%Y%m%d%H%M%S}.sample@mail.{DOMAIN}>"


def _framed(text: str, order_id: str) -> str:
    """A buyer's text as Amazon frames it."""
    return (
        f"Sie haben eine Nachricht erhalten.\n\n# {order_id}:\n1 / Lampe [ASIN: B0EXAMPLE1]\n\n"
        f"-------------\nNachricht:\n\n{text}\n\n-------------\nEnde der Nachricht\n-------------\n"
    )
