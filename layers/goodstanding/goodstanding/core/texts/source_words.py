"""The words for reports and for why something is not known, in German and in English."""

import re

from goodstanding.core.report_types import ReportType

SOURCES: dict[str, dict[str, str]] = {
    ReportType.PERFORMANCE_V2: {"de": "Leistungsbericht (V2)", "en": "Performance report (V2)"},
    ReportType.PERFORMANCE_V1: {"de": "Leistungsbericht (V1)", "en": "Performance report (V1)"},
    ReportType.FEEDBACK: {"de": "Verkäuferbewertungen", "en": "Seller feedback"},
    ReportType.ALL_ORDERS: {"de": "Alle Bestellungen", "en": "All orders"},
    ReportType.FBA_SHIPMENTS: {"de": "Sendungen mit Versand durch Amazon", "en": "FBA shipments"},
    ReportType.MFN_RETURNS: {"de": "Rücksendungen (eigener Versand)", "en": "Returns (own fulfilment)"},
    ReportType.FBA_RETURNS: {"de": "Rücksendungen (Versand durch Amazon)", "en": "FBA returns"},
    ReportType.DATA_KIOSK: {"de": "Data Kiosk, Verkäuferanalysen", "en": "Data Kiosk, seller analytics"},
}

REASONS: dict[str, dict[str, str]] = {
    "not_authorized": {
        "de": "Amazon verweigert den Zugriff; die Autorisierung fehlt oder wurde widerrufen",
        "en": "Amazon refuses access; the authorisation is missing or was revoked",
    },
    "not_configured": {
        "de": "die Einstellungen oder Zugangsdaten dieses Verkäufers fehlen oder sind fehlerhaft",
        "en": "this seller's settings or credentials are missing or malformed",
    },
    "throttled": {"de": "Amazon drosselt die Anfragen", "en": "Amazon throttles the requests"},
    "sp_api_unavailable": {
        "de": "die Schnittstelle von Amazon ist nicht erreichbar",
        "en": "Amazon's interface cannot be reached",
    },
    "sp_api_refused": {"de": "Amazon hat die Anfrage abgelehnt", "en": "Amazon rejected the request"},
    "report_fatal": {
        "de": "Amazon konnte den Bericht nicht erstellen",
        "en": "Amazon could not create the report",
    },
    "report_stuck": {
        "de": "Amazon hat den Bericht nicht rechtzeitig fertiggestellt",
        "en": "Amazon did not finish the report in time",
    },
    "damaged": {"de": "der Bericht ist beschädigt", "en": "the report is damaged"},
    "internal_error": {"de": "ein Fehler in diesem Programm", "en": "a fault of this program"},
    "stopped": {
        "de": "alle Aufrufe bei Amazon sind durch den Stoppschalter abgestellt",
        "en": "the stop switch has ended all calls to Amazon",
    },
    "aws_unavailable": {"de": "AWS war nicht erreichbar", "en": "AWS could not be reached"},
    "conflict": {"de": "zwei Läufe kamen einander in die Quere", "en": "two runs got in each other's way"},
    "invalid_payload": {
        "de": "ein Schritt des Programms erhielt unbrauchbare Daten",
        "en": "a step of this program was given unusable data",
    },
    "interrupted": {"de": "der Lauf wurde unterbrochen", "en": "the run was interrupted"},
    "not_available": {"de": "von Amazon nicht angegeben", "en": "not given by Amazon"},
    "no_orders": {"de": "keine Bestellungen im Zeitraum", "en": "no orders in the window"},
    "no_mail_source": {"de": "kein Postfach angebunden", "en": "no mailbox connected"},
    "mail_not_read": {"de": "das Postfach wurde noch nicht gelesen", "en": "the mailbox was not read yet"},
    "orders_unavailable": {"de": "die Bestellungen fehlen", "en": "the orders are missing"},
    "feedback_unavailable": {"de": "die Bewertungen fehlen", "en": "the feedback is missing"},
    "returns_unavailable": {"de": "die Rücksendungen fehlen", "en": "the returns are missing"},
}

REMEDIES: dict[str, dict[str, str]] = {
    "not_authorized": {
        "de": "In Seller Central unter Apps und Services die Anwendung erneut autorisieren und das neue Refresh-Token im "
        "Secret dieses Verkäufers hinterlegen.",
        "en": "Authorise the application again in Seller Central under Apps and Services, and put the new refresh token "
        "into this seller's secret.",
    },
    "not_configured": {
        "de": "Einstellungen und Secret dieses Verkäufers prüfen.",
        "en": "Check this seller's settings and secret.",
    },
    "damaged": {
        "de": "Den Bericht im Rohdaten-Bucket ansehen; bleibt es dabei, den Verkäufersupport von Amazon fragen.",
        "en": "Look at the report in the raw bucket; if it stays so, ask Amazon's seller support.",
    },
    "sp_api_refused": {
        "de": "Die Rollen der Anwendung prüfen; stimmen sie, ist es ein Fehler dieses Programms: bitte melden.",
        "en": "Check the roles of the application; if they are right it is a fault of this program: please report it.",
    },
    "stopped": {
        "de": "Den Stoppschalter (Parameter AmazonCalls) wieder einschalten, sobald die Ursache behoben ist.",
        "en": "Turn the stop switch (parameter AmazonCalls) on again once its cause is mended.",
    },
    "invalid_payload": {
        "de": "Das Protokoll des Laufs ansehen und den Fehler melden.",
        "en": "Look at the log of the run and report the fault.",
    },
    "internal_error": {
        "de": "Das Protokoll des Laufs ansehen und den Fehler melden.",
        "en": "Look at the log of the run and report the fault.",
    },
}
"""What a person can do about a reason. The others mend themselves: the next run tries again."""

TRY_AGAIN: dict[str, str] = {
    "de": "Nichts zu tun: der nächste Lauf versucht es erneut. Bleibt es zwei Tage dabei, in Seller Central nachsehen.",
    "en": "Nothing to do: the next run tries again. If it stays so for two days, look in Seller Central.",
}

_CODE = re.compile(r"[a-z0-9_]+")


def reason_code(reason: str | None) -> str:
    """The stable code at the head of a reason; empty without one."""
    head = _CODE.match(reason or "")
    return head.group() if head else ""


def source_name(report_type: ReportType, language: str) -> str:
    """The name of a report."""
    return SOURCES[report_type][language]


def reason_text(reason: str | None, language: str) -> str:
    """A reason in words, its details behind it; a code without words is shown as it is."""
    code = reason_code(reason)
    words = REASONS.get(code, {}).get(language, code)
    details = (reason or "")[len(code) :].strip(" :;,-()")
    return f"{words} ({details})" if details else words


def remedy(reason: str | None, language: str) -> str:
    """What to do about a reason."""
    return REMEDIES.get(reason_code(reason), TRY_AGAIN)[language]
