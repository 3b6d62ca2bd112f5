"""What is said of each kind of deadline, in German and in English, and the page of Seller Central where it is worked on.

Pages are top pages only, which outlive the rest; where a page has moved with time, the way through the menu stands beside it.
"""

from collections.abc import Mapping

from goodstanding.core.deadlines import DeadlineKind
from goodstanding.core.marketplaces import Marketplace

NAMES: Mapping[str, Mapping[str, str]] = {
    DeadlineKind.MESSAGE_REPLY: {"de": "Antwort an Käufer", "en": "reply to buyer"},
    DeadlineKind.A_TO_Z_RESPONSE: {"de": "Antwort auf A-bis-z-Antrag", "en": "response to A-to-z claim"},
    DeadlineKind.A_TO_Z_APPEAL: {"de": "Einspruch gegen A-bis-z-Entscheidung", "en": "appeal of A-to-z decision"},
    DeadlineKind.CHARGEBACK_RESPONSE: {"de": "Antwort auf Rückbuchung", "en": "response to chargeback"},
    DeadlineKind.FEEDBACK_REMOVAL: {"de": "Entfernung einer Bewertung", "en": "removal of feedback"},
    DeadlineKind.FEEDBACK_REMOVAL_FOLLOWUP: {
        "de": "Nachfassen zur Bewertung",
        "en": "follow-up on feedback removal",
    },
    DeadlineKind.PLAN_OF_ACTION: {"de": "Maßnahmenplan", "en": "plan of action"},
    DeadlineKind.SHIP_BY: {"de": "Versandbestätigung", "en": "dispatch confirmation"},
}
"""In a few words, as subjects, SMS and the digest need them."""

REASONS: Mapping[str, Mapping[str, str]] = {
    DeadlineKind.MESSAGE_REPLY: {
        "de": "Auf eine Nachricht eines Käufers vom {opened} haben wir keine Antwort gesehen.",
        "en": "We have not seen a reply to a buyer's message of {opened}.",
    },
    DeadlineKind.A_TO_Z_RESPONSE: {
        "de": "Zu einem A-bis-z-Antrag vom {opened} haben wir keine Stellungnahme gesehen.",
        "en": "We have not seen a response to an A-to-z claim of {opened}.",
    },
    DeadlineKind.A_TO_Z_APPEAL: {
        "de": "Ein A-bis-z-Antrag wurde am {opened} gegen Sie entschieden; einen Einspruch haben wir nicht gesehen.",
        "en": "An A-to-z claim was decided against you on {opened}; we have not seen an appeal.",
    },
    DeadlineKind.CHARGEBACK_RESPONSE: {
        "de": "Zu einer Rückbuchung vom {opened} haben wir keine Stellungnahme gesehen.",
        "en": "We have not seen a response to a chargeback of {opened}.",
    },
    DeadlineKind.FEEDBACK_REMOVAL: {
        "de": "Eine negative Bewertung vom {opened} steht noch; die Zeit, ihre Entfernung zu verlangen, läuft ab.",
        "en": "Negative feedback of {opened} still stands; the time to ask for its removal runs out.",
    },
    DeadlineKind.FEEDBACK_REMOVAL_FOLLOWUP: {
        "de": "Am {opened} wurde die Entfernung einer Bewertung verlangt; eine Antwort haben wir nicht gesehen.",
        "en": "The removal of feedback was asked for on {opened}; we have not seen an answer.",
    },
    DeadlineKind.PLAN_OF_ACTION: {
        "de": "Das Konto wurde am {opened} eingeschränkt; einen Maßnahmenplan haben wir nicht gesehen.",
        "en": "The account was restricted on {opened}; we have not seen a plan of action.",
    },
    DeadlineKind.SHIP_BY: {
        "de": "Für diese Bestellungen haben wir keine Versandbestätigung gesehen:",
        "en": "We have not seen a dispatch confirmation for these orders:",
    },
}
"""Why there is a clock. Only what was seen is said: somebody may have acted where this program does not look."""

STEPS: Mapping[str, Mapping[str, str]] = {
    DeadlineKind.MESSAGE_REPLY: {
        "de": "Persönlich antworten, auch verspätet; ist keine Antwort nötig, die Nachricht so kennzeichnen. "
        "Eine automatische Antwort hält die Frist nicht an.",
        "en": "Reply in person, even if late; if no reply is needed, mark the message so. An automatic reply "
        "does not stop the clock.",
    },
    DeadlineKind.A_TO_Z_RESPONSE: {
        "de": "Den Antrag öffnen und erstatten oder mit Belegen (Sendungsverfolgung, Schriftwechsel) Stellung nehmen. Ohne "
        "Antwort entscheidet Amazon gegen Sie.",
        "en": "Open the claim and refund, or respond with proof (tracking, correspondence). Without an answer Amazon "
        "decides against you.",
    },
    DeadlineKind.A_TO_Z_APPEAL: {
        "de": "Nur mit neuen Belegen Einspruch einlegen; sonst die Entscheidung hinnehmen.",
        "en": "Appeal only with new proof; otherwise leave the decision as it is.",
    },
    DeadlineKind.CHARGEBACK_RESPONSE: {
        "de": "Die Rückbuchung öffnen und erstatten oder Versanddatum, Versandart und Sendungsnummer angeben.",
        "en": "Open the chargeback and refund, or give the ship date, the shipping method and the tracking number.",
    },
    DeadlineKind.FEEDBACK_REMOVAL: {
        "de": "Prüfen, ob ein Grund nach Amazons Regeln vorliegt, und nur dann die Entfernung beantragen; sonst das Anliegen "
        "lösen oder sachlich öffentlich antworten.",
        "en": "See whether a ground of Amazon's rules holds, and only then ask for the removal; otherwise solve what is "
        "wrong, or answer in public.",
    },
    DeadlineKind.FEEDBACK_REMOVAL_FOLLOWUP: {
        "de": "Den Fall in Seller Central ansehen und erneut vorlegen.",
        "en": "Look at the case in Seller Central and raise it again.",
    },
    DeadlineKind.PLAN_OF_ACTION: {
        "de": "Einen Maßnahmenplan mit Ursachen, Abhilfe und Vorbeugung einreichen. Offene Bestellungen trotzdem erfüllen.",
        "en": "Submit a plan of action with root causes, what was done and what prevents a repeat. Fulfil open orders all "
        "the same.",
    },
    DeadlineKind.SHIP_BY: {
        "de": "Versenden und den Versand mit Sendungsnummer bestätigen; spät versandt ist besser als nicht bestätigt.",
        "en": "Dispatch and confirm with a tracking number; late is better than never confirmed.",
    },
}

_PAGES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    DeadlineKind.MESSAGE_REPLY: ("/messaging/inbox", {"de": "Nachrichten", "en": "Messages"}),
    DeadlineKind.A_TO_Z_RESPONSE: (
        "/performance/dashboard",
        {"de": "Leistung > A-bis-z-Garantieanträge", "en": "Performance > A-to-z Guarantee claims"},
    ),
    DeadlineKind.A_TO_Z_APPEAL: (
        "/performance/dashboard",
        {"de": "Leistung > A-bis-z-Garantieanträge", "en": "Performance > A-to-z Guarantee claims"},
    ),
    DeadlineKind.CHARGEBACK_RESPONSE: (
        "/gp/chargebacks/home.html",
        {"de": "Leistung > Rückbuchungen", "en": "Performance > Chargeback claims"},
    ),
    DeadlineKind.FEEDBACK_REMOVAL: (
        "/feedback-manager/index.html",
        {"de": "Leistung > Feedback", "en": "Performance > Feedback"},
    ),
    DeadlineKind.FEEDBACK_REMOVAL_FOLLOWUP: (
        "/feedback-manager/index.html",
        {"de": "Leistung > Feedback", "en": "Performance > Feedback"},
    ),
    DeadlineKind.PLAN_OF_ACTION: (
        "/performance/dashboard",
        {"de": "Leistung > Kontozustand", "en": "Performance > Account Health"},
    ),
    DeadlineKind.SHIP_BY: ("/orders-v3", {"de": "Bestellungen verwalten", "en": "Manage orders"}),
}


def page(kind: DeadlineKind, marketplace: Marketplace, language: str) -> str:
    """Where to click: the marketplace's own Seller Central, and the way through its menu."""
    path, menu = _PAGES[kind]
    return f"https://sellercentral.{marketplace.domain}{path} ({menu[language]})"
