"""Mails as they arrive in a seller's notification mailbox: every kind, in six languages, and every sort of forgery.

`build_mail(kind, language, …)` gives the bytes of one mail. People, orders and aliases are invented. The wording follows what
Amazon's mails are known to look like; what each is for is in the tests that use it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime

SENT_AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
ORDER = "302-1234567-7654321"
SELLER = "service@shop.example"
ALIAS = "k7f3q9x2m1"
RULE = "-------------"
LANGUAGES = ("en", "de", "fr", "it", "es", "pt")


@dataclass(frozen=True)
class Store:
    """Where a language's mails come from."""

    domain: str
    marketplace_id: str
    country: str


STORES = {
    "en": Store("amazon.co.uk", "A1F83G8C2ARO7P", "GB"),
    "de": Store("amazon.de", "A1PA6795UKMFR9", "DE"),
    "fr": Store("amazon.fr", "A13V1IB3VIYZZH", "FR"),
    "it": Store("amazon.it", "APJ6JRA9NG5V4", "IT"),
    "es": Store("amazon.es", "A1RKKUPIHCS9HS", "ES"),
    "pt": Store("amazon.com.br", "A2Q3Y263D00KWC", "BR"),
}

TYPES = {
    "buyer_message": "BBC_MESSAGE_SENT_TO_MERCHANT",
    "reply_copy": "BBC_MESSAGE_CONFIRMATION_TO_MERCHANT",
    "claim_opened": "A_Z_CLAIM_RESPONDENT_NOTIFY",
    "claim_closed": "A_Z_CLAIM_RESPONDENT_CLOSE",
    "return_request": "RETURN_REQUEST",
    "refund_issued": "REFUND_ISSUED",
    "cancel_request": "BRC_SELLER_NOTIFICATION",
}
"""Kinds for which Amazon's type header is known."""

MARKERS = {
    "en": ("Message:", "End message"),
    "de": ("Nachricht:", "Ende der Nachricht"),
    "fr": ("Début du message", "Fin du message"),
    "it": ("Messaggio:", "Fine messaggio"),
    "es": ("Mensaje:", "Finalizar mensaje"),
    "pt": ("Mensagem:", "Encerrar mensagem"),
}

BUYER_TEXTS = {
    "en": "Hello, where is my order? It has not arrived yet.",
    "de": "Guten Tag, wo bleibt mein Paket? Es ist noch nicht angekommen.",
    "fr": "Bonjour, où est mon colis ? Je n'ai toujours rien reçu.",
    "it": "Buongiorno, dov'è il mio pacco? Non è ancora arrivato.",
    "es": "Hola, ¿dónde está mi paquete? Todavía no ha llegado.",
    "pt": "Olá, onde está meu pacote? Ainda não recebi.",
}

SUBJECTS: dict[str, dict[str, str]] = {
    "buyer_message": {
        "en": "Order delivery inquiry from Amazon customer {name}(Order: {order})",
        "de": "Frage von Amazon-Kunde {name} (Bestellung: {order})",
        "fr": "Objet: Demande de renseignements de la part du client Amazon {name} (Commande : {order})",
        "it": "Richiesta di informazioni da parte del cliente Amazon {name} (Ordine: {order})",
        "es": "Consulta del cliente de Amazon {name} (Pedido: {order})",
        "pt": "Detalhes do produto Amazon {name} pergunta do cliente",
    },
    "reply_copy": {
        "en": "Your e-mail to {name}",
        "de": "Ihre E-Mail an {name}",
        "fr": "Votre e-mail à {name}",
        "it": "La tua e-mail a {name}",
        "es": "Tu correo electrónico para {name}",
        "pt": "Seu e-mail para {name}",
    },
    "claim_opened": {
        "en": "A-to-z Guarantee claim received for order {order}",
        "de": "A-bis-z-Garantieantrag zu Bestellung {order}",
        "fr": "Réclamation Garantie A à Z pour la commande {order}",
        "it": "Reclamo Garanzia dalla A alla Z per l'ordine {order}",
        "es": "Reclamación de la Garantía de la A a la Z del pedido {order}",
        "pt": "Reivindicação da Garantia de A a Z do pedido {order}",
    },
    "claim_decision": {
        "en": "Decision on the A-to-z Guarantee claim for order {order}",
        "de": "Entscheidung über den A-bis-z-Garantieantrag zu Bestellung {order}",
        "fr": "Décision concernant la réclamation Garantie A à Z, commande {order}",
        "it": "Decisione sul reclamo Garanzia dalla A alla Z per l'ordine {order}",
        "es": "Decisión sobre la reclamación de la Garantía de la A a la Z, pedido {order}",
        "pt": "Decisão sobre a reivindicação da Garantia de A a Z, pedido {order}",
    },
    "claim_closed": {
        "en": "A-to-z Guarantee claim for order {order} closed",
        "de": "A-bis-z-Garantieantrag zu Bestellung {order} geschlossen",
        "fr": "Réclamation Garantie A à Z {order} clôturée",
        "it": "Reclamo Garanzia dalla A alla Z {order} chiuso",
        "es": "Reclamación de la Garantía de la A a la Z {order} cerrada",
        "pt": "Reivindicação da Garantia de A a Z {order} encerrada",
    },
    "chargeback_opened": {
        "en": "Chargeback received for order {order}",
        "de": "Kreditkartenrückbuchung zu Bestellung {order}",
        "fr": "Contestation de paiement pour la commande {order}",
        "it": "Storno di addebito per l'ordine {order}",
        "es": "Contracargo recibido para el pedido {order}",
        "pt": "Chargeback recebido para o pedido {order}",
    },
    "chargeback_closed": {
        "en": "Chargeback for order {order} resolved",
        "de": "Entscheidung zur Rückbuchung, Bestellung {order}",
        "fr": "Décision sur la contestation de paiement, commande {order}",
        "it": "Decisione sul chargeback per l'ordine {order}",
        "es": "Decisión sobre el contracargo del pedido {order}",
        "pt": "Chargeback do pedido {order} encerrado",
    },
    "opt_out": dict.fromkeys(LANGUAGES, "Message for order {order}"),
    "return_request": {
        "en": "Return authorization notification for order {order}",
        "de": "Benachrichtigung über Rücksendegenehmigung für Bestellung {order}",
        "fr": "Notification d'autorisation de retour pour la commande {order}",
        "it": "Notifica di autorizzazione al reso per l'ordine {order}",
        "es": "Notificación de autorización de devolución para el pedido {order}",
        "pt": "Autorização de devolução do pedido {order}",
    },
    "refund_issued": {
        "en": "Refund issued for order {order}",
        "de": "Erstattung für Bestellung {order} veranlasst",
        "fr": "Remboursement effectué pour la commande {order}",
        "it": "Rimborso emesso per l'ordine {order}",
        "es": "Reembolso emitido para el pedido {order}",
        "pt": "Reembolso emitido para o pedido {order}",
    },
    "cancel_request": {
        "en": "Order cancellation request for order {order}",
        "de": "Stornierungsanfrage für Bestellung {order}",
        "fr": "Demande d'annulation de la commande {order}",
        "it": "Richiesta di annullamento dell'ordine {order}",
        "es": "Solicitud de cancelación del pedido para el número de pedido: {order}",
        "pt": "Solicitação de cancelamento do pedido {order}",
    },
    "feedback_removed": {
        "en": "The feedback for order {order} was removed",
        "de": "Bewertung zu Bestellung {order} entfernt",
        "fr": "Évaluation de la commande {order} supprimée",
        "it": "Feedback dell'ordine {order} rimosso",
        "es": "Valoración del pedido {order} eliminada",
    },
    "account_notice": {
        "en": "Your Amazon selling account has been deactivated",
        "de": "Ihr Amazon-Verkäuferkonto wurde deaktiviert",
        "fr": "Votre compte vendeur Amazon a été suspendu",
        "it": "Il tuo account venditore Amazon è stato sospeso",
        "es": "Tu cuenta de vendedor de Amazon ha sido desactivada",
        "pt": "Sua conta de vendedor foi suspensa",
    },
    "policy_notice": {
        "en": "Policy warning: please review your listings",
        "de": "Richtlinienwarnung zu Ihren Angeboten",
        "fr": "Avertissement: violation de la politique",
        "it": "Avviso di violazione delle norme sui prodotti",
        "es": "Aviso de incumplimiento de la política de productos",
        "pt": "Aviso de violação da política de produtos",
    },
    "own_reply": dict.fromkeys(LANGUAGES, "Re: order {order}"),
    "auto_reply": {
        "en": "Out of office: Re: order {order}",
        "de": "Abwesenheitsnotiz: Bestellung {order}",
        "fr": "Réponse automatique : commande {order}",
        "it": "Risposta automatica: ordine {order}",
        "es": "Respuesta automática: pedido {order}",
        "pt": "Resposta automática: pedido {order}",
    },
    "bounce": dict.fromkeys(LANGUAGES, "Undeliverable: Re: order {order}"),
    "canary": dict.fromkeys(LANGUAGES, "[goodstanding-canary] {order}"),
    "other": dict.fromkeys(LANGUAGES, "Amazon Seller News"),
}

BODIES: dict[str, dict[str, str]] = {
    "claim_opened": {
        "en": "A buyer has filed a claim. Amount: £24.90. Please respond within 48 hours.",
        "de": "Der Käufer hat einen Antrag gestellt. Betrag: 24,90 €. Bitte antworten Sie bis zum 24.11.2026.",
        "fr": "Montant : 24,90 €. Veuillez répondre avant le 24 novembre 2026.",
        "it": "Importo: 24,90 €. Rispondi entro 3 giorni di calendario.",
        "es": "Importe: 24,90 €. Responde en un plazo de 3 días.",
        "pt": "Valor: R$ 24,90. Responda em até 3 dias.",
    },
    "claim_decision": {
        "en": "The claim was granted and £24.90 was debited from your account. You may appeal by December 20, 2026.",
        "de": "Dem Antrag wurde stattgegeben. Ihr Konto wurde belastet.",
        "fr": "La réclamation a été accordée. Nous avons débité votre compte.",
        "it": "Il reclamo è stato accolto. Abbiamo addebitato l'importo sul tuo account.",
        "es": "La reclamación ha sido aprobada. Hemos cargado el importe en tu cuenta.",
        "pt": "A reivindicação foi concedida. O valor foi debitado de sua conta.",
    },
    "claim_closed": {
        "en": "The buyer has withdrawn the claim.",
        "de": "Der Käufer hat den Antrag zurückgezogen.",
        "fr": "L'acheteur a retiré sa réclamation.",
        "it": "L'acquirente ha ritirato il reclamo.",
        "es": "El comprador ha retirado la reclamación.",
        "pt": "O comprador retirou a reivindicação.",
    },
    "chargeback_opened": {
        "en": "Please respond by 27 November 2026.",
        "de": "Bitte antworten Sie innerhalb von sieben Tagen.",
        "fr": "Vous disposez de 7 jours.",
        "it": "Hai 7 giorni.",
        "es": "Tienes 7 días.",
        "pt": "Responda dentro de 7 dias.",
    },
    "chargeback_closed": {
        "en": "The chargeback was decided in your favour.",
        "de": "Zu Ihren Gunsten entschieden.",
        "fr": "La décision est en votre faveur.",
        "it": "Deciso a tuo favore.",
        "es": "Decidido a tu favor.",
        "pt": "Decidido a seu favor.",
    },
    "opt_out": {
        "en": "We were unable to deliver the message you sent for order [{order}] because the buyer has chosen to opt out of "
        "receiving unsolicited messages from sellers.",
        "de": "Der Käufer hat den Empfang unaufgeforderter Nachrichten von Verkäufern abbestellt ({order}).",
        "fr": "L'acheteur a choisi de ne pas recevoir de messages des vendeurs ({order}).",
        "it": "L'acquirente ha scelto di non ricevere messaggi dai venditori ({order}).",
        "es": "El comprador ha decidido no recibir mensajes de vendedores ({order}).",
        "pt": "O comprador optou por não receber mensagens ({order}).",
    },
}

GOOD = "mx.shop.example; dkim=pass header.d={domain}; spf=pass smtp.mailfrom=bounces.{domain}; dmarc=pass header.from={sender}"
FAILED = (
    "mx.shop.example; dkim=fail header.d={domain}; spf=fail smtp.mailfrom=evil.example; dmarc=fail header.from={sender}"
)
_FROM_BUYER = frozenset({"buyer_message"})
_FROM_SELLER = frozenset({"own_reply", "auto_reply", "canary"})


def build_mail(  # a table of what can be said of a mail
    kind: str,
    language: str = "de",
    *,
    at: datetime | None = SENT_AT,
    name: str = "Maren",
    order: str | None = ORDER,
    alias: str = ALIAS,
    case: str | None = None,
    text: str | None = None,
    subject: str | None = None,
    sender: str | None = None,
    to: str | None = None,
    message_id: str | None = None,
    in_reply_to: str | None = None,
    type_header: bool | str = True,
    authentication: str | None = GOOD,
    html: bool = False,
    headers: tuple[tuple[str, str], ...] = (),
    marked: bool = True,
    returned: str | None = None,
) -> bytes:
    """One mail. `authentication` is the topmost Authentication-Results header, None for none; `returned` a bounced Message-ID."""
    store = STORES[language]
    relay = f"{alias}+{case}@marketplace.{store.domain}" if case else f"{alias}@marketplace.{store.domain}"
    mail = EmailMessage()
    address = sender or _sender(kind, store, relay)
    travelled = kind not in _FROM_SELLER
    if travelled:
        if authentication:
            domain = address.rpartition("@")[2]
            mail["Authentication-Results"] = authentication.format(domain=store.domain, sender=domain)
        mail["Received"] = f"from mail.{store.domain} by mx.shop.example; {format_datetime(at or SENT_AT)}"
    mail["From"] = f'"{name}" <{address}>' if kind in _FROM_BUYER else address
    mail["To"] = to or (relay if kind in {"own_reply", "auto_reply"} else SELLER)
    if at:
        mail["Date"] = format_datetime(at)
    template = _without_order(SUBJECTS[kind][language], order) if subject is None else subject
    mail["Subject"] = template.format(name=name, order=order or "")
    if message_id:
        mail["Message-ID"] = f"<{message_id}>"
    if in_reply_to:
        mail["In-Reply-To"] = f"<{in_reply_to}>"
    if type_header and (named := type_header if isinstance(type_header, str) else TYPES.get(kind)):
        mail["X-Space-Notification-Type"] = named
        mail["X-Marketplace-ID"] = store.marketplace_id
    for header, value in headers:
        mail[header] = value
    _fill(mail, _body(kind, language, text, order, marked=marked), html=html)
    if returned:
        return _delivery_report(mail, returned)
    return mail.as_bytes()


def _delivery_report(mail: EmailMessage, returned: str) -> bytes:
    head = "".join(
        f"{name}: {value}\n" for name, value in mail.items() if not name.lower().startswith(("content-", "mime"))
    )
    return (
        f"{head}MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=rrr\n\n"
        "--rrr\nContent-Type: text/plain\n\nYour message could not be delivered.\n"
        "--rrr\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\nAction: failed\n"
        f"--rrr\nContent-Type: message/rfc822\n\nFrom: {SELLER}\nMessage-ID: <{returned}>\nSubject: Re\n\nHello\n--rrr--\n"
    ).encode()


def _sender(kind: str, store: Store, relay: str) -> str:
    if kind in _FROM_BUYER:
        return relay
    if kind in _FROM_SELLER:
        return SELLER
    return "mailer-daemon@mx.shop.example" if kind == "bounce" else f"donotreply@{store.domain}"


def _without_order(subject: str, order: str | None) -> str:
    return subject if order else subject.partition("(")[0].strip()


def _body(kind: str, language: str, text: str | None, order: str | None, *, marked: bool) -> str:
    if kind == "buyer_message":
        said = BUYER_TEXTS[language] if text is None else text
        return framed(said, language, order) if marked else said
    if kind == "reply_copy":
        return f"Copy\n\nIniciar mensagem\n\n{text or BUYER_TEXTS[language]}\n\nMensagem final\n\n[commMgrTok:A1B2C3]"
    if text is not None:
        return text
    return BODIES.get(kind, {}).get(language, "Guten Tag").format(order=order or "")


def framed(text: str, language: str, order: str | None = ORDER) -> str:
    """A buyer's text as Amazon frames it, its own links below."""
    begin, end = MARKERS[language]
    host = f"sellercentral.{STORES[language].domain}"
    block = f"# {order}:\n1 / Teapot, blue [ASIN: B0EXAMPLE1]\n" if order else ""
    return (
        f"Amazon\n\n{block}\n{RULE} {begin} {RULE}\n\n{text}\n\n{RULE} {end} {RULE}\n\n"
        f"https://{host}/messaging/no-response-needed?t=1&m=2&mp=3&c=4&h=sig&s=1\n"
        f"https://{host}/messaging/inbox?fi=caseId&ss=77&cc=77\n"
    )


def _fill(mail: EmailMessage, body: str, *, html: bool) -> None:
    if not html:
        mail.set_content(body)
        return
    lines = (
        f'<p><a href="{line}">open</a></p>' if line.startswith("https://") else f"<p>{line}</p>"
        for line in body.split("\n")
    )
    mail.set_content(
        "<html><head><style>p{color:red}</style></head><body>" + "".join(lines) + "</body></html>", subtype="html"
    )
