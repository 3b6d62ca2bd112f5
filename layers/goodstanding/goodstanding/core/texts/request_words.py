"""The words for feedback requests: where one stands, and why one is not asked, in German and in English."""

from goodstanding.core.requests.delivery import Confidence
from goodstanding.core.requests.neutrality import Trait, Verdict
from goodstanding.core.requests.record import Reason, RequestState

STATES: dict[str, dict[str, str]] = {
    RequestState.PLANNED: {"de": "geplant", "en": "planned"},
    RequestState.SENDING: {"de": "wird gestellt", "en": "being sent"},
    RequestState.SENT: {"de": "gestellt", "en": "asked"},
    RequestState.ALREADY_ASKED: {"de": "schon anderweitig gestellt", "en": "already asked by somebody else"},
    RequestState.OPTED_OUT: {"de": "abbestellt", "en": "opted out"},
    RequestState.EXCLUDED: {"de": "ausgenommen", "en": "excluded"},
    RequestState.NOT_ELIGIBLE: {"de": "von Amazon nicht angeboten", "en": "not offered by Amazon"},
    RequestState.WINDOW_CLOSED: {"de": "Zeitraum vorbei", "en": "window over"},
    RequestState.FAILED: {"de": "fehlgeschlagen", "en": "failed"},
}

WHY: dict[str, dict[str, str]] = {
    Reason.SELLER_LIST: {
        "de": "auf der eigenen Liste nicht zu kontaktierender Bestellungen",
        "en": "on the seller's own list of orders never to be contacted",
    },
    Reason.BUYER_OPT_OUT: {"de": "der Käufer will keine Nachrichten", "en": "the buyer wants no messages"},
    Reason.NON_AMAZON: {"de": "nicht auf Amazon verkauft", "en": "not sold on Amazon"},
    Reason.CANCELLED: {"de": "die Bestellung wurde storniert", "en": "the order was cancelled"},
    Reason.REPLACEMENT: {"de": "eine Ersatzlieferung", "en": "a replacement"},
    Reason.EXCLUDED_SKU: {"de": "SKU ausgenommen", "en": "its SKU is left out"},
    Reason.EXCLUDED_ASIN: {"de": "ASIN ausgenommen", "en": "its ASIN is left out"},
    Reason.EXCLUDED_COUNTRY: {"de": "Lieferland ausgenommen", "en": "its country is left out"},
    Reason.EXCLUDED_CHANNEL: {"de": "Versandart ausgenommen", "en": "its fulfilment channel is left out"},
    Reason.TOO_LATE: {
        "de": "bei der ersten Prüfung war der Zeitraum schon vorbei",
        "en": "its window was over when it was first looked at",
    },
    Reason.NOT_ASKED_IN_TIME: {
        "de": "im Zeitraum kam sie nicht an die Reihe",
        "en": "its turn did not come inside the window",
    },
    Reason.REQUESTS_DISABLED: {"de": "Anfragen sind ausgeschaltet", "en": "requests are switched off"},
    Reason.OBSERVING: {"de": "das Programm beobachtet nur", "en": "the program only observes"},
    Reason.STOPPED: {"de": "der Stoppschalter ist gesetzt", "en": "the stop switch is set"},
    Reason.DAILY_CAP: {"de": "die Tagesgrenze war erreicht", "en": "the day's cap was reached"},
    Reason.NO_ACTION_OFFERED: {"de": "Amazon bietet keine Anfrage an", "en": "Amazon offers no request"},
    Reason.OUTSIDE_AMAZON_WINDOW: {
        "de": "nach Amazons Rechnung außerhalb des Zeitraums",
        "en": "outside the window by Amazon's reckoning",
    },
    Reason.NOT_AVAILABLE: {
        "de": "Amazon sagt, sie sei nicht möglich (meist schon von Hand gestellt)",
        "en": "Amazon says it is not available (mostly: already requested by hand)",
    },
    Reason.ORDER_NOT_FOUND: {"de": "Amazon kennt die Bestellung nicht", "en": "Amazon does not know the order"},
    Reason.REFUSED: {"de": "Amazon lehnt die Anfrage ab", "en": "Amazon rejects the request"},
    Reason.THROTTLED: {"de": "Amazon drosselt", "en": "Amazon throttles"},
    Reason.UNAVAILABLE: {"de": "Amazon war nicht erreichbar", "en": "Amazon could not be reached"},
    Reason.NOT_AUTHORIZED: {"de": "Amazon verweigert den Zugriff", "en": "Amazon refuses access"},
    Reason.ANSWER_PENDING: {
        "de": "gestellt, die Antwort steht aus oder ging verloren",
        "en": "posted; the answer is awaited or was lost",
    },
    Reason.ANSWER_LOST: {
        "de": "die Antwort ging verloren; Amazon bietet keine zweite an, sie wurde also gestellt",
        "en": "the answer was lost; Amazon offers no second one, so it was sent",
    },
}

TRAITS: dict[str, dict[str, str]] = {
    Trait.NEGATIVE: {"de": "{share} mit 1-2 Sternen", "en": "{share} rated 1-2 stars"},
    Trait.NEUTRAL: {"de": "{share} mit 3 Sternen", "en": "{share} rated 3 stars"},
    Trait.RETURNED: {"de": "{share} mit Rücksendung", "en": "{share} returned"},
    Trait.LATE: {"de": "{share} verspätet versandt", "en": "{share} shipped late"},
}

VERDICTS: dict[str, dict[str, str]] = {
    Verdict.TOO_FEW: {"de": "zu wenige, um etwas zu sagen", "en": "too few to tell"},
    Verdict.NO_DIFFERENCE: {"de": "kein Unterschied über den Zufall hinaus", "en": "no difference beyond chance"},
    Verdict.MORE: {
        "de": "bei den Gefragten häufiger, mehr als durch Zufall",
        "en": "more often among those asked, beyond chance",
    },
    Verdict.FEWER: {
        "de": "bei den Gefragten seltener, mehr als durch Zufall: bitte die Ausschlüsse ansehen",
        "en": "less often among those asked, beyond chance: please look at what is left out",
    },
}

CONFIDENCES: dict[str, dict[str, str]] = {
    Confidence.PROMISED: {"de": "von Amazon zugesagt", "en": "promised by Amazon"},
    Confidence.ESTIMATED: {"de": "vom Paketdienst geschätzt", "en": "estimated by the carrier"},
    Confidence.GUESSED: {"de": "vom Kaufdatum her geschätzt", "en": "guessed from the day of purchase"},
}


def state_name(state: RequestState, language: str) -> str:
    """Where a request stands."""
    return STATES[state][language]


def why(reason: Reason, language: str) -> str:
    """Why a request is where it is."""
    return WHY[reason][language]
