"""Reads the packs of words by which mails are understood: `<year>-<month>-mail-<language>.yaml`, one for each language.

`any` is the pack of what holds in every language. Which rules there are is said by `RULES`: a misspelt one would never be asked.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any

from goodstanding.core.mail.categories import Category
from goodstanding.core.mail.kinds import MailKind, ToldBy
from goodstanding.core.mail.outcomes import Outcome, Payer
from goodstanding.core.mail.words import MailWords, WordRule
from goodstanding.policy.pack_files import (
    PolicyPackInvalid,
    check_complete,
    check_known,
    numbered_rules,
    read_pack,
    shipped,
)

_REQUIRED = ("id", "value", "source", "effective_from")
_OPTIONAL = ("unconfirmed",)
_EVERY_LANGUAGE = "any"

RULES = frozenset(
    {
        *(f"{kind}.{told_by}" for kind in MailKind for told_by in (ToldBy.SUBJECT, ToldBy.BODY)),
        *(f"category.{category}" for category in Category),
        *(f"topic.{category}" for category in Category),
        *(f"outcome.{outcome}" for outcome in Outcome),
        *(f"payer.{payer}" for payer in Payer),
        *(f"month.{number}" for number in range(1, 13)),
        *(f"number.{number}" for number in range(1, 31)),
        "marker.begin",
        "marker.end",
        "quote.introduction",
        "buyer_message.name",
        "reply_copy.name",
        "urgency.high",
        "urgency.low",
        "deadline.date",
        "deadline.days",
        "deadline.business_days",
        "deadline.hours",
    }
)
"""Every rule that is ever asked for."""


@cache
def load_mail_words() -> MailWords:
    """Every shipped pack. Raises PolicyPackInvalid."""
    return mail_words(shipped("mail"))


def mail_words(packs: Iterable[tuple[str, str]]) -> MailWords:
    """Packs, given as file name and YAML, as one."""
    return MailWords(rule for name, text in packs for rule in _rules(name, text))


def _rules(name: str, text: str) -> Iterable[WordRule]:
    pack = read_pack(name, text)
    if set(pack) != {"language", "rules"} or not isinstance(pack["language"], str):
        raise PolicyPackInvalid(f"{name}: a pack of words is a mapping with language and rules")
    language = None if pack["language"] == _EVERY_LANGUAGE else pack["language"]
    seen = set[str]()
    for where, entry in numbered_rules(name, pack["rules"]):
        check_known(where, entry, _REQUIRED + _OPTIONAL)
        rule = _rule(where, entry, language)
        if rule.id in seen:
            raise PolicyPackInvalid(f"{where}: stands twice; put its phrases together")
        seen.add(rule.id)
        yield rule


def _rule(where: str, entry: dict[str, Any], language: str | None) -> WordRule:
    effective_from = check_complete(where, entry, _REQUIRED)
    if entry["id"] not in RULES:
        raise PolicyPackInvalid(f"{where}: no rule of this id is ever asked for")
    phrases = entry["value"]
    if not isinstance(phrases, list) or not all(isinstance(phrase, str) and phrase.strip() for phrase in phrases):
        raise PolicyPackInvalid(f"{where}: value is a list of phrases")
    for phrase in phrases:
        _check_phrase(where, phrase)
    return WordRule(
        id=entry["id"],
        language=language,
        phrases=tuple(phrases),
        source=str(entry["source"]),
        effective_from=effective_from,
        unconfirmed=bool(entry.get("unconfirmed", False)),
    )


def _check_phrase(where: str, phrase: str) -> None:
    if phrase.count("(") != phrase.count(")") or phrase.count("{") != phrase.count("}"):
        raise PolicyPackInvalid(f"{where}: {phrase!r}: a bracket is not closed")
