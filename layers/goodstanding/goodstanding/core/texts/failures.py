"""What is said when the product itself fails, and how a message that may be a repeat is marked."""

from dataclasses import replace
from datetime import date

from goodstanding.core.alerts import Alert, AlertKind, Severity, Topic
from goodstanding.core.texts.limits import subject

_FAILURE = {
    "de": (
        "{where}: heutige Zahlen fehlen",
        (
            "{where}: Die Auswertung vom {day} ist abgebrochen ({reason}). Die anderen Marktplätze sind nicht betroffen.\n\n"
            "Was zu tun ist: nichts, wenn es morgen gelingt; bleibt die Meldung, sehen Sie im Betriebshandbuch unter „{reason}“ nach."
        ),
    ),
    "en": (
        "{where}: today's figures are missing",
        (
            "{where}: the evaluation of {day} broke off ({reason}). Other marketplaces are not affected.\n\n"
            'What to do: nothing if it succeeds tomorrow; if this message stays, look up "{reason}" in docs/operations.md.'
        ),
    ),
}
_REQUESTS_FAILURE = {
    "de": (
        "{where}: Bewertungsanfragen unterbrochen",
        (
            "{where}: Die Bewertungsanfragen vom {day} sind abgebrochen ({reason}). Keine geht verloren und keine geht doppelt hinaus: "
            "Der nächste Lauf macht weiter.\n\n"
            "Was zu tun ist: nichts, wenn es bald gelingt; bleibt die Meldung, sehen Sie im Betriebshandbuch unter „{reason}“ nach."
        ),
    ),
    "en": (
        "{where}: feedback requests interrupted",
        (
            "{where}: the feedback requests of {day} broke off ({reason}). None is lost and none is sent twice: the next run goes on.\n\n"
            'What to do: nothing if it succeeds soon; if this message stays, look up "{reason}" in docs/operations.md.'
        ),
    ),
}
_DEADLINES_FAILURE = {
    "de": (
        "{where}: Meldungen verzögert",
        (
            "Am {day} konnten Meldungen nicht sofort versandt werden ({reason}), auch solche zu Fristen. Keine geht verloren: "
            "Der nächste Lauf holt sie fünf Minuten später nach.\n\n"
            "Was zu tun ist: Sehen Sie im Seller Central nach offenen Nachrichten und Anträgen, bis die Meldungen da sind; bleibt "
            "diese Meldung, sehen Sie im Betriebshandbuch unter „{reason}“ nach."
        ),
    ),
    "en": (
        "{where}: messages are delayed",
        (
            "On {day} messages could not be sent at once ({reason}), those about deadlines among them. None is lost: the next run "
            "makes up for it five minutes later.\n\n"
            "What to do: look for open messages and claims in Seller Central until they have come; if this message stays, look up "
            '"{reason}" in docs/operations.md.'
        ),
    ),
}
_REPEAT = {
    "de": (
        "Wiederholung? ",
        "Diese Nachricht wurde vielleicht schon gesendet: Das Programm brach nach dem Senden ab.\n\n",
    ),
    "en": ("Repeat? ", "This message may have been sent before: the program broke off after sending.\n\n"),
}


def failure_alert(
    marketplace: str | None,
    reason: str,
    day: date,
    language: str,
    *,
    region: str | None = None,
    deadlines: bool = False,
) -> Alert:
    """A run that broke off: `marketplace` is a country code, None for the whole seller; `reason` a stable code.

    With a `region` it is the feedback requests' run, which knows no marketplaces; `deadlines`: it is the escalation sweep.
    """
    where = region or marketplace or "Amazon"
    title, text = (_DEADLINES_FAILURE if deadlines else _REQUESTS_FAILURE if region else _FAILURE)[language]
    return Alert(
        key=f"{day}#failure#{'deadlines' if deadlines else where}",
        topic=Topic.ALERTS,
        severity=Severity.WARNING,
        kind=AlertKind.SOURCE,
        marketplace=marketplace,
        order_id=None,
        subject=subject(title.format(where=where)),
        message=text.format(where=where, day=day.isoformat(), reason=reason),
        sms=None,
    )


def repeated(alert: Alert, language: str) -> Alert:
    """The same alert, marked as one that may have been sent before."""
    mark, note = _REPEAT[language]
    return replace(alert, subject=subject(mark + alert.subject), message=note + alert.message)
