"""The words for metrics: titles, what they count, and what to do when one misses its target. In German and in English."""

from dataclasses import dataclass
from enum import StrEnum


class Unit(StrEnum):
    """How a metric's value is written."""

    RATE = "rate"  # a fraction, shown as a percentage
    SCORE = "score"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class MetricWords:
    """One metric for people. `counted` names what its denominator counts; `step` is a key of `NEXT_STEPS`."""

    de: str
    en: str
    unit: Unit = Unit.RATE
    counted: str = "orders"
    step: str = "look_closer"


METRICS: dict[str, MetricWords] = {
    "order_defect_rate": MetricWords("Rate an Bestellmängeln", "Order defect rate", step="defects"),
    "negative_feedback_rate": MetricWords("Rate negativer Bewertungen", "Negative feedback rate", step="feedback"),
    "a_to_z_claim_rate": MetricWords("Rate der A-bis-z-Garantieanträge", "A-to-z claim rate", step="claims"),
    "chargeback_rate": MetricWords("Rate der Rückbuchungen", "Chargeback rate", step="chargebacks"),
    "late_shipment_rate": MetricWords("Rate verspäteter Lieferungen", "Late shipment rate", step="shipping"),
    "late_shipment_rate_10d": MetricWords(
        "Rate verspäteter Lieferungen (10 Tage)", "Late shipment rate (10 days)", step="shipping"
    ),
    "pre_fulfillment_cancellation_rate": MetricWords(
        "Stornorate vor Versand", "Pre-fulfilment cancellation rate", step="cancellations"
    ),
    "valid_tracking_rate": MetricWords(
        "Rate gültiger Sendungsnummern", "Valid tracking rate", counted="parcels", step="tracking"
    ),
    "on_time_delivery_rate": MetricWords(
        "Rate pünktlicher Lieferungen", "On-time delivery rate", counted="parcels", step="delivery"
    ),
    "unit_on_time_delivery_rate": MetricWords(
        "Rate pünktlich gelieferter Einheiten", "Unit on-time delivery rate", counted="units", step="delivery"
    ),
    "invoice_defect_rate": MetricWords("Rate mangelhafter Rechnungen", "Invoice defect rate", step="invoices"),
    "account_health_rating": MetricWords(
        "Bewertung des Kontozustands", "Account health rating", unit=Unit.SCORE, step="account_health"
    ),
    "contact_response_time": MetricWords(
        "Nachrichten binnen 24 Stunden beantwortet",
        "Messages answered within 24 hours",
        counted="messages",
        step="answers",
    ),
    "contact_response_time_7d": MetricWords(
        "Nachrichten binnen 24 Stunden beantwortet (7 Tage)",
        "Messages answered within 24 hours (7 days)",
        counted="messages",
        step="answers",
    ),
    "contact_response_time_30d": MetricWords(
        "Nachrichten binnen 24 Stunden beantwortet (30 Tage)",
        "Messages answered within 24 hours (30 days)",
        counted="messages",
        step="answers",
    ),
    "contact_response_time_90d": MetricWords(
        "Nachrichten binnen 24 Stunden beantwortet (90 Tage)",
        "Messages answered within 24 hours (90 days)",
        counted="messages",
        step="answers",
    ),
    "warning_states": MetricWords("Warnungen von Amazon", "Amazon's warnings", unit=Unit.COUNT, step="account_health"),
}

VIOLATIONS: dict[str, MetricWords] = {
    key: MetricWords(de, en, unit=Unit.COUNT, step="violations")
    for key, de, en in (
        ("listing_policy_violations", "Verstöße gegen Angebotsrichtlinien", "Listing policy violations"),
        (
            "product_authenticity_customer_complaints",
            "Kundenbeschwerden zur Echtheit",
            "Product authenticity complaints",
        ),
        ("product_condition_customer_complaints", "Kundenbeschwerden zum Zustand", "Product condition complaints"),
        ("product_safety_customer_complaints", "Kundenbeschwerden zur Sicherheit", "Product safety complaints"),
        (
            "received_intellectual_property_complaints",
            "Eingegangene Beschwerden zu Schutzrechten",
            "Received intellectual property complaints",
        ),
        (
            "restricted_product_policy_violations",
            "Verstöße bei eingeschränkten Produkten",
            "Restricted product violations",
        ),
        (
            "suspected_intellectual_property_violations",
            "Vermutete Verletzungen von Schutzrechten",
            "Suspected intellectual property violations",
        ),
        (
            "food_and_product_safety_issues",
            "Probleme mit Lebensmittel- und Produktsicherheit",
            "Food and product safety issues",
        ),
        (
            "customer_product_reviews_policy_violations",
            "Verstöße gegen die Richtlinie für Rezensionen",
            "Customer product review violations",
        ),
        ("other_policy_violations", "Andere Verstöße gegen Richtlinien", "Other policy violations"),
        ("document_requests", "Angeforderte Dokumente", "Document requests"),
    )
}

COUNTED: dict[str, dict[str, str]] = {
    "orders": {"de": "Bestellungen", "en": "orders"},
    "parcels": {"de": "Sendungen", "en": "parcels"},
    "units": {"de": "Einheiten", "en": "units"},
    "messages": {"de": "Nachrichten", "en": "messages"},
}

NEXT_STEPS: dict[str, dict[str, str]] = {
    "defects": {
        "de": "Offene A-bis-z-Anträge und Rückbuchungen zuerst beantworten, dann jede Bestellung mit 1 oder 2 Sternen "
        "ansehen: Kundin oder Kunde anschreiben, das Problem lösen. Ein Mangel zählt 60 Tage ab Bestelldatum.",
        "en": "Answer open A-to-z claims and chargebacks first, then look at every order with 1 or 2 stars: write to the "
        "buyer and solve the problem. A defect counts for 60 days from the day of the order.",
    },
    "feedback": {
        "de": "Jede Bewertung mit 1 oder 2 Sternen ansehen und das Problem lösen. Eine Entfernung nur dort beantragen, "
        "wo ein Grund von Amazon zutrifft.",
        "en": "Look at every rating of 1 or 2 stars and solve the problem. Ask for removal only where one of Amazon's "
        "grounds holds.",
    },
    "claims": {
        "de": "Offene A-bis-z-Anträge in Seller Central unter Leistung beantworten, bevor ihre Frist endet.",
        "en": "Answer open A-to-z claims in Seller Central under Performance before their time runs out.",
    },
    "chargebacks": {
        "de": "Offene Rückbuchungen binnen 7 Tagen mit Belegen beantworten.",
        "en": "Answer open chargebacks with evidence within 7 days.",
    },
    "shipping": {
        "de": "Offene Bestellungen bis zum zugesagten Versanddatum bestätigen; Bearbeitungszeit erhöhen, wenn sie nicht "
        "zu halten ist.",
        "en": "Confirm open orders by their promised ship date; raise the handling time if it cannot be kept.",
    },
    "cancellations": {
        "de": "Bestände abgleichen: Stornieren wegen fehlender Ware vermeiden. Den Wunsch von Kunden als Grund angeben, "
        "wo er es ist.",
        "en": "Reconcile stock so that no order is cancelled for want of it. State the buyer's wish as the reason where "
        "it is the reason.",
    },
    "tracking": {
        "de": "Bei jeder Sendung eine gültige Sendungsnummer und den richtigen Zusteller angeben.",
        "en": "Give a valid tracking number and the right carrier for every parcel.",
    },
    "delivery": {
        "de": "Versandart und Lieferzeiten der Versandvorlagen prüfen; langsame Strecken anders zusagen oder schneller "
        "versenden.",
        "en": "Check carrier and transit times of the shipping templates; promise slow routes differently or ship them "
        "faster.",
    },
    "invoices": {
        "de": "Fehlende Rechnungen binnen eines Werktags nach Versand hochladen.",
        "en": "Upload missing invoices within one business day of shipping.",
    },
    "account_health": {
        "de": "Seller Central, Leistung, Kontozustand öffnen und die dort genannten Punkte nacheinander abarbeiten.",
        "en": "Open Seller Central, Performance, Account Health and work through what it lists.",
    },
    "answers": {
        "de": "Offene Nachrichten jetzt beantworten; die Frist von 24 Stunden gilt auch am Wochenende. Was keine Antwort "
        "braucht, so kennzeichnen.",
        "en": "Answer open messages now; the 24 hours count on weekends too. Mark those that need no answer.",
    },
    "violations": {
        "de": "Seller Central, Leistung, Kontozustand öffnen, die betroffenen Angebote ansehen und antworten.",
        "en": "Open Seller Central, Performance, Account Health, look at the listings concerned and respond.",
    },
    "look_closer": {
        "de": "Seller Central, Leistung, Kontozustand öffnen und die Einzelheiten ansehen.",
        "en": "Open Seller Central, Performance, Account Health and look at the details.",
    },
}

_VIOLATION_PREFIX = "policy_violations."


def words_of(metric: str) -> MetricWords:
    """The words for a metric; one that is not known yet is named by its own name, so that a new key of Amazon's is shown and not lost."""
    if metric in METRICS:
        return METRICS[metric]
    if not metric.startswith(_VIOLATION_PREFIX):
        plain = metric.replace("_", " ")
        return MetricWords(plain, plain)
    key = metric.removeprefix(_VIOLATION_PREFIX)
    plain = key.replace("_", " ")
    return VIOLATIONS.get(key, MetricWords(plain, plain, unit=Unit.COUNT, step="violations"))


def metric_name(metric: str, language: str) -> str:
    """The title of a metric, without its fulfilment."""
    words = words_of(metric)
    return {"de": words.de, "en": words.en}[language]
