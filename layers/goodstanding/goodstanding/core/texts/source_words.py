"""The words for reports and for why something is not known, in German and in English."""

import re
from collections.abc import Mapping

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
    "mail_gone": {
        "de": "die Mail lag nicht mehr im Bucket, als sie gelesen werden sollte",
        "en": "the mail was no longer in the bucket when it was to be read",
    },
    "aws_unavailable": {"de": "AWS war nicht erreichbar", "en": "AWS could not be reached"},
    "conflict": {"de": "zwei Läufe kamen einander in die Quere", "en": "two runs got in each other's way"},
    "invalid_payload": {
        "de": "ein Schritt des Programms erhielt unbrauchbare Daten",
        "en": "a step of this program was given unusable data",
    },
    "timeout": {"de": "die Zeit reichte nicht", "en": "time ran out"},
    "out_of_memory": {"de": "der Speicher reichte nicht", "en": "memory ran out"},
    "interrupted": {"de": "der Lauf wurde unterbrochen", "en": "the run was interrupted"},
    "not_available": {"de": "von Amazon nicht angegeben", "en": "not given by Amazon"},
    "no_messages": {"de": "keine Nachrichten im Zeitraum", "en": "no messages in the window"},
    "no_orders": {"de": "keine Bestellungen im Zeitraum", "en": "no orders in the window"},
    "no_mail_source": {"de": "kein Postfach angebunden", "en": "no mailbox connected"},
    "mailbox_unreachable": {
        "de": "der Server des Postfachs antwortet nicht, wie er sollte",
        "en": "the mailbox's server does not answer as it should",
    },
    "mailbox_refused": {
        "de": "der Server des Postfachs lehnt die Anmeldung oder den Ordner ab",
        "en": "the mailbox's server turns the login or the folder away",
    },
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
    "mailbox_unreachable": {
        "de": "Prüfen, ob das Postfach in einem Mailprogramm zu erreichen ist; im Secret des Postfachs Server und Port prüfen. Bis dahin "
        "Käufernachrichten in Seller Central ansehen.",
        "en": "Check whether a mail program reaches the mailbox; check host and port in the mailbox's secret. Until then look at buyers' "
        "messages in Seller Central.",
    },
    "mailbox_refused": {
        "de": "Im Secret des Postfachs Benutzer, Passwort und Ordnernamen prüfen. Bis dahin Käufernachrichten in Seller Central ansehen.",
        "en": "Check user, password and folder names in the mailbox's secret. Until then look at buyers' messages in Seller Central.",
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

DAMAGES: dict[str, dict[str, str]] = {
    "row_cut_off": {"de": "eine Zeile bricht mitten ab", "en": "a row breaks off"},
    "unreadable_date": {"de": "ein Datum ist unlesbar", "en": "a date cannot be read"},
    "unreadable_rating": {"de": "eine Bewertung ist unlesbar", "en": "a rating cannot be read"},
    "unreadable_order_id": {"de": "eine Bestellnummer ist unlesbar", "en": "an order id cannot be read"},
    "empty": {"de": "eine nötige Angabe fehlt", "en": "a required cell is empty"},
    "missing_column": {"de": "eine nötige Spalte fehlt", "en": "a required column is missing"},
    "missing_key": {"de": "ein nötiger Abschnitt fehlt", "en": "a required section is missing"},
    "marketplace_not_in_report": {
        "de": "der Marktplatz kommt im Bericht nicht vor",
        "en": "the marketplace is not in the report",
    },
    "no_header": {"de": "die Kopfzeile fehlt", "en": "the header is missing"},
    "no_time_frame": {"de": "kein Zeitraum ist angegeben", "en": "no time frame is given"},
    "invalid_json": {"de": "der Inhalt ist kein JSON", "en": "the content is not JSON"},
    "invalid_xml": {"de": "der Inhalt ist kein XML", "en": "the content is not XML"},
    "not_an_object": {"de": "der Inhalt ist kein JSON-Objekt", "en": "the content is no JSON object"},
    "gzip_damaged": {"de": "die Kompression ist beschädigt", "en": "the compression is damaged"},
    "gzip_truncated": {"de": "die komprimierte Datei bricht ab", "en": "the compressed file breaks off"},
    "gone": {"de": "die gespeicherte Datei ist nicht mehr da", "en": "the stored file is gone"},
}
"""What can be wrong in a report, by the codes of core.reports; see `Damage.reason`."""

_PLACE = {
    "de": {"line": "Zeile {line}", "column": "Spalte {column}", "more": "und {more} weitere"},
    "en": {"line": "line {line}", "column": "column {column}", "more": "and {more} more"},
}

_CODE = re.compile(r"[a-z0-9_]+")
_DAMAGE = re.compile(
    r"damaged: (?P<what>[a-z_]+) \(line (?P<line>\d+)(?:, column (?P<column>.+?))?\)(?: and (?P<more>\d+) more)?"
)


def reason_code(reason: str | None) -> str:
    """The stable code at the head of a reason; empty without one."""
    head = _CODE.match(reason or "")
    return head.group() if head else ""


def source_name(report_type: ReportType, language: str) -> str:
    """The name of a report."""
    return SOURCES[report_type][language]


def reason_text(reason: str | None, language: str) -> str:
    """A reason in words, its details behind it; a code without words is shown as it is."""
    if damage := _DAMAGE.fullmatch(reason or ""):
        return _damage_text(damage.groupdict(), language)
    code = reason_code(reason)
    words = REASONS.get(code, {}).get(language, code)
    details = (reason or "")[len(code) :].strip(" :;,-")
    return f"{words} ({details})" if details else words


def _damage_text(found: Mapping[str, str | None], language: str) -> str:
    """The kind of damage, then where; line 0 stands for the file as a whole."""
    what = found["what"] or ""
    given = {name: value for name, value in found.items() if value not in {None, "0"}}
    where = [phrase.format(**given) for name, phrase in _PLACE[language].items() if name in given]
    words = ", ".join([DAMAGES.get(what, {}).get(language, what), *where])
    return f"{REASONS['damaged'][language]}: {words}"


def remedy(reason: str | None, language: str) -> str:
    """What to do about a reason."""
    return REMEDIES.get(reason_code(reason), TRY_AGAIN)[language]
