"""The words of the report and the terminal summary that the alerts do not have, in German and in English."""

WORDS: dict[str, dict[str, str]] = {
    "title": {"de": "Kontozustand", "en": "Account health"},
    "as_of": {"de": "Stand", "en": "As of"},
    "seller": {"de": "Verkäufer", "en": "Seller"},
    "overview": {"de": "Auf einen Blick", "en": "At a glance"},
    "skip": {"de": "Zum Inhalt springen", "en": "Skip to content"},
    "tile.bad": {"de": "schlecht", "en": "bad"},
    "tile.warning": {"de": "Warnung", "en": "warning"},
    "tile.good": {"de": "gut", "en": "good"},
    "tile.missing": {"de": "fehlende Berichte", "en": "missing reports"},
    "marketplace": {"de": "Marktplatz", "en": "Marketplace"},
    "account_status": {"de": "Kontostatus", "en": "Account status"},
    "account_status.unknown": {"de": "nicht bekannt", "en": "not known"},
    "attention": {"de": "Was Aufmerksamkeit braucht", "en": "What needs attention"},
    "attention.none": {
        "de": "Nichts: kein Zielwert verfehlt, keine Warnung.",
        "en": "Nothing: no target missed, no warning.",
    },
    "others": {"de": "Alle übrigen Kennzahlen ({count})", "en": "All other metrics ({count})"},
    "metric": {"de": "Kennzahl", "en": "Metric"},
    "status": {"de": "Bewertung", "en": "Status"},
    "value": {"de": "Wert", "en": "Value"},
    "target": {"de": "Ziel", "en": "Target"},
    "allowance": {"de": "Spielraum verbraucht", "en": "Allowance used"},
    "window": {"de": "Zeitraum", "en": "Window"},
    "window.from": {"de": "{day}", "en": "{day}"},
    "window.to": {"de": "bis {day}", "en": "to {day}"},
    "figure": {"de": "Zahl von", "en": "Figure of"},
    "step": {"de": "Was tun:", "en": "What to do:"},
    "no_metrics": {"de": "Keine Kennzahlen.", "en": "No metrics."},
    "sources": {"de": "Berichte", "en": "Reports"},
    "sources.missing": {"de": "Es fehlt", "en": "Missing"},
    "sources.all": {"de": "Alle Berichte ({count})", "en": "All reports ({count})"},
    "source": {"de": "Bericht", "en": "Report"},
    "state": {"de": "Zustand", "en": "State"},
    "fetched": {"de": "Abgerufen", "en": "Fetched"},
    "reason": {"de": "Grund", "en": "Reason"},
    "requests": {"de": "Bewertungsanfragen", "en": "Feedback requests"},
    "requests.refused": {"de": "Warum nicht gestellt", "en": "Why not asked"},
    "requests.count": {"de": "Bestellungen", "en": "Orders"},
    "messages": {"de": "Nachrichten dieses Laufs", "en": "Messages of this run"},
    "messages.none": {"de": "Keine: es hat sich nichts geändert.", "en": "None: nothing changed."},
    "severity.critical": {"de": "kritisch", "en": "critical"},
    "severity.warning": {"de": "Warnung", "en": "warning"},
    "severity.info": {"de": "Information", "en": "information"},
    "topic.digest": {"de": "Tagesübersicht", "en": "daily digest"},
    "sms": {"de": "SMS:", "en": "SMS:"},
    "foot": {
        "de": "Erstellt von goodstanding aus den Berichten von Amazon. Maßgeblich ist, was Seller Central zeigt.",
        "en": "Made by goodstanding from Amazon's reports. What Seller Central shows is what counts.",
    },
}


def word(key: str, language: str, **fields: object) -> str:
    """A text of the report, its places filled."""
    return WORDS[key][language].format(**fields)
