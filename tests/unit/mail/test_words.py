"""Phrases, stated deadlines, categories and the packs they come from."""

from datetime import UTC, date, datetime

import pytest

from goodstanding.core.mail.categories import Category, Urgency, categorise, urgency_of
from goodstanding.core.mail.markers import without_quotes
from goodstanding.core.mail.stated_deadlines import stated_due_at
from goodstanding.core.mail.words import MailWords, Phrase, WordRule, fold
from goodstanding.core.marketplaces import by_country
from goodstanding.policy.mail_words import RULES, load_mail_words, mail_words
from goodstanding.policy.pack_files import PolicyPackInvalid

SENT_AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)  # a Friday
LANGUAGES = {"en", "de", "fr", "it", "es", "pt"}
WORDS = load_mail_words()
PACK = "language: de\nrules:\n  - {id: urgency.high, value: [eilig], source: own, effective_from: 2026-11-01}\n"


@pytest.mark.parametrize(
    ("phrase", "text", "holds"),
    [
        ("where is my (order|parcel)", "Hi, WHERE  is\nmy Parcel?", True),
        ("where is my (order|parcel)", "where is my orders", False),
        ("refund*", "refunded", True),
        ("refund", "refunded", False),
        ("not ... arrived", "has not yet really arrived", True),
        ("not ... arrived", "not arrived", True),
        ("not ... arrived", "I did not. It arrived", False),
        ("not ... arrived", "not " + "x " * 40 + "arrived", False),
        ("n'a pas", "n\u2019a pas", True),
        ("beschädigt", "BESCHÄDIGT", True),
        ("a-to-z", "A\u2011to\u2013z", True),
        ("danke", "dan\u200bke", True),
        ("a.b", "axb", False),
    ],
)
def test_phrase_stands_in_folded_text(phrase, text, holds):
    """Whole words, whatever the case, the accents, the dashes and what cannot be seen."""
    assert bool(Phrase(phrase).find(fold(text))) is holds
    assert bool(list(Phrase(phrase).find_all(fold(text)))) is holds
    assert Phrase(phrase).cut(fold(text))[1] == int(holds)


def test_first_place_of_several_phrases_is_found():
    """Wherever they stand in the pack."""
    rule = WordRule("urgency.high", None, ("two", "one"), "own", date(2026, 11, 1))
    words = MailWords([rule])
    assert words.find("urgency.high", "one two").group() == "one"
    assert words.find("urgency.high", "three") is None
    assert words.find("urgency.low", "one") is None
    assert words.count("urgency.high", "one two one") == 2
    assert MailWords([rule, rule]).rules["urgency.high"] == (rule, rule)


@pytest.mark.parametrize(
    ("text", "country", "due"),
    [
        ("Please respond within 48 hours.", "GB", datetime(2026, 11, 22, 9, 30, tzinfo=UTC)),
        ("Bitte antworten Sie binnen drei Tagen.", "DE", datetime(2026, 11, 23, 23, tzinfo=UTC)),
        ("Rispondi entro 3 giorni di calendario.", "IT", datetime(2026, 11, 23, 23, tzinfo=UTC)),
        ("Répondez dans un délai de 2 jours ouvrables.", "FR", datetime(2026, 11, 24, 23, tzinfo=UTC)),
        ("Respond within 3 business days.", "US", datetime(2026, 11, 26, 8, tzinfo=UTC)),
        ("Responde antes del martes, 24 de noviembre de 2026.", "ES", datetime(2026, 11, 24, 23, tzinfo=UTC)),
        ("Antworten Sie bis zum 24.11.2026.", "DE", datetime(2026, 11, 24, 23, tzinfo=UTC)),
        ("Antworten Sie bis zum 24.11.2026, 18:00 Uhr.", "DE", datetime(2026, 11, 24, 17, tzinfo=UTC)),
        ("Respond by November 24, 2026 at 5:30 p.m.", "US", datetime(2026, 11, 25, 1, 30, tzinfo=UTC)),
        ("Respond by 24 Nov 2026 12:15 am", "GB", datetime(2026, 11, 24, 0, 15, tzinfo=UTC)),
        ("Respond by 2026-11-24 10:00 UTC.", "DE", datetime(2026, 11, 24, 10, tzinfo=UTC)),
        ("Respond by 12/1/2026.", "US", datetime(2026, 12, 2, 8, tzinfo=UTC)),
        ("Répondez avant le 1er décembre 2026.", "FR", datetime(2026, 12, 1, 23, tzinfo=UTC)),
        ("Responda até 24/11/2026.", "BR", datetime(2026, 11, 25, 3, tzinfo=UTC)),
        ("Respond within 5 days, by 22 November 2026.", "GB", datetime(2026, 11, 23, tzinfo=UTC)),
        (
            "It was to arrive by 12 November 2026. Respond within 48 hours.",
            "GB",
            datetime(2026, 11, 22, 9, 30, tzinfo=UTC),
        ),
        ("Respond by 24 November 2026, 10:00.", None, datetime(2026, 11, 24, 10, tzinfo=UTC)),
        ("Respond by 24 November 2026.", None, datetime(2026, 11, 25, tzinfo=UTC)),
        ("Respond within 2 days.", None, datetime(2026, 11, 23, tzinfo=UTC)),
        ("Respond by 12/1/2026.", None, None),
        ("Respond by 31 November 2026.", "GB", None),
        ("Respond by 24 Smarch 2026.", "GB", None),
        ("Respond within 0 hours, within some days, or by 24 November 2029.", "GB", None),
        ("Your claim was received.", "GB", None),
    ],
)
def test_stated_deadline_is_read(text, country, due):
    """Days end on the marketplace's clock, hours are elapsed, the earliest one after the notice counts."""
    assert stated_due_at(text, SENT_AT, by_country(country) if country else None, WORDS) == due


SAYINGS = {
    Category.WHERE_IS_MY_ORDER: (
        "Where is my parcel? The tracking says nothing.",
        "Wann kommt meine Bestellung?",
        "Où est ma commande ?",
        "Il pacco non è ancora arrivato.",
        "No he recibido mi pedido.",
    ),
    Category.NOT_AS_DESCRIBED: (
        "You sent the wrong colour.",
        "Das ist der falsche Artikel, entspricht nicht der Beschreibung.",
        "Ce n'est pas conforme, mauvaise taille.",
        "Il prodotto non corrisponde alla foto.",
        "El producto no corresponde a la descripción.",
    ),
    Category.DAMAGED: (
        "The vase arrived broken.",
        "Die Tasse ist kaputt.",
        "La tasse est cassée.",
        "La tazza è rotta.",
        "La taza está rota.",
    ),
    Category.RETURN: (
        "I want to return it.",
        "Ich möchte den Artikel zurückgeben.",
        "Je souhaite retourner cet article.",
        "Vorrei restituire l'articolo.",
        "Quiero devolver el producto.",
    ),
    Category.REFUND: (
        "Please refund me.",
        "Ich möchte mein Geld zurück.",
        "Je veux un remboursement.",
        "Vorrei un rimborso.",
        "Quiero un reembolso.",
    ),
    Category.CANCEL: (
        "Please cancel my order.",
        "Bitte stornieren Sie die Bestellung.",
        "Je veux annuler ma commande.",
        "Vorrei annullare l'ordine.",
        "Quiero cancelar el pedido.",
    ),
    Category.ADDRESS_CHANGE: (
        "I need to change the delivery address.",
        "Die Lieferadresse ist falsch.",
        "Je dois changer l'adresse de livraison.",
        "Devo cambiare l'indirizzo.",
        "Necesito cambiar la dirección.",
    ),
    Category.INVOICE: (
        "Can I have an invoice?",
        "Ich brauche eine Rechnung.",
        "Il me faut une facture.",
        "Mi serve la fattura.",
        "Necesito una factura.",
    ),
    Category.PRODUCT_QUESTION: (
        "Is it compatible with a 12 mm rail?",
        "Welche Abmessungen hat der Koffer?",
        "Quelles sont les dimensions ?",
        "Quali sono le dimensioni?",
        "¿Cuáles son las medidas?",
    ),
    Category.COMPLAINT: (
        "This is unacceptable, I am very unhappy.",
        "Das ist eine Frechheit!",
        "C'est inadmissible.",
        "È una vergogna.",
        "Es una vergüenza.",
    ),
    Category.THANKS: ("Thank you!", "Vielen Dank!", "Merci beaucoup.", "Grazie mille!", "Muchas gracias."),
    Category.OTHER: ("Hello.", "Guten Tag.", "Bonjour.", "Buongiorno.", "Hola."),
}


@pytest.mark.parametrize(("category", "text"), [(key, text) for key, texts in SAYINGS.items() for text in texts])
def test_category_is_what_the_buyer_says(category, text):
    """In every language."""
    assert categorise("", text, WORDS) is category


def test_buyers_choice_in_the_subject_counts_twice():
    """And thanks said along with a question are no category."""
    assert (
        categorise("Order delivery inquiry from Amazon customer", "Please refund me, thanks.", WORDS)
        is Category.WHERE_IS_MY_ORDER
    )


@pytest.mark.parametrize(
    ("category", "text", "urgency"),
    [
        (Category.OTHER, "It is urgent!", Urgency.HIGH),
        (Category.OTHER, "Ich gehe zum Anwalt.", Urgency.HIGH),
        (Category.DAMAGED, "L'appareil a pris feu, brûlure à la main.", Urgency.HIGH),
        (Category.CANCEL, "", Urgency.HIGH),
        (Category.ADDRESS_CHANGE, "", Urgency.HIGH),
        (Category.THANKS, "", Urgency.LOW),
        (Category.INVOICE, "No rush.", Urgency.LOW),
        (Category.INVOICE, "Soon, please.", Urgency.NORMAL),
    ],
)
def test_urgency_is_high_where_time_or_more_is_at_stake(category, text, urgency):
    """And low where nothing is asked."""
    assert urgency_of(category, text, WORDS) is urgency


@pytest.mark.parametrize(
    "introduction",
    [
        "On 3 Nov 2026, Shop wrote:",
        "Am 3.11.2026 um 10:00 schrieb Laden:",
        "Le 3 nov. 2026, Boutique a écrit :",
        "> quoted",
    ],
)
def test_quoted_messages_are_not_judged(introduction):
    """Only what is new."""
    rest = "" if introduction.startswith(">") else "\nplease cancel"
    assert without_quotes(f"Thanks\n{introduction}{rest}", WORDS) == "Thanks"


def test_every_shipped_rule_has_a_source_a_language_and_a_use():
    """A rule that nobody can trace judges nothing, and no language lacks what the others have."""
    rules = [rule for versions in WORDS.rules.values() for rule in versions]
    assert {rule.language for rule in rules} == LANGUAGES
    assert all(rule.source and rule.effective_from and rule.phrases for rule in rules)
    assert any(rule.unconfirmed for rule in rules)
    assert any(not rule.unconfirmed for rule in rules)
    assert load_mail_words() is WORDS
    for category in Category:
        asked = {rule.language for rule in WORDS.rules.get(f"category.{category}", ())}
        assert asked == (set() if category is Category.OTHER else LANGUAGES)


@pytest.mark.parametrize("rule_id", sorted(WORDS.rules))
def test_every_shipped_phrase_can_be_found(rule_id):
    """Each compiles, and none matches an empty text."""
    assert rule_id in RULES
    assert all(phrase.find("") is None for phrase in WORDS.phrases(rule_id))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (PACK.replace("source: own, ", ""), "1.yaml: urgency.high: has no source"),
        (PACK.replace("[eilig]", "[]"), "has no value"),
        (PACK.replace("[eilig]", "eilig"), "value is a list of phrases"),
        (PACK.replace("[eilig]", "['']"), "value is a list of phrases"),
        (PACK.replace("[eilig]", "[3]"), "value is a list of phrases"),
        (PACK.replace("eilig", "'(eilig'"), "a bracket is not closed"),
        (PACK.replace("urgency.high", "urgency.hihg"), "no rule of this id"),
        (PACK.replace("source:", "sauce:"), "unknown key sauce"),
        (PACK.replace("2026-11-01", "lately"), "effective_from is a day"),
        (PACK + PACK.partition("rules:\n")[2], "stands twice"),
        (PACK.replace("language: de\n", ""), "a mapping with language and rules"),
        (PACK.replace("language: de", "language: 3"), "a mapping with language and rules"),
        ("language: de\nrules: [3]", "rule 1: a rule is a mapping"),
        ("[]", "a pack is a mapping"),
    ],
)
def test_unusable_pack_of_words_says_what_to_mend(text, says):
    """The file and the rule are named."""
    with pytest.raises(PolicyPackInvalid, match=says):
        mail_words([("1.yaml", text)])


def test_pack_of_any_language_has_none():
    """What holds everywhere."""
    words = mail_words([("1.yaml", PACK.replace("language: de", "language: any"))])
    assert [rule.language for rule in words.rules["urgency.high"]] == [None]
    assert words.rules["urgency.high"][0].phrases == ("eilig",)
