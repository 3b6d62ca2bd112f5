"""Words that tell what a mail is, as data: phrases of many languages, each rule with its source.

A phrase is compared with folded text: lower case, no accents, single spaces, straight quotes and dashes. In a phrase

- `*` in or after a word stands for any further letters of it,
- `(a|b|)` for one of these, ` ... ` for up to 60 characters of the same sentence,
- `{name}`, `{n}` and `{date}` for a buyer's name, a number and a calendar day, which are handed back.

There is no other sign in it, so nobody needs to know regular expressions to add one, and none can be slow.
All languages are tried on every mail: a marketplace's language says little about what its buyers write. Phrases are never
taken out of force; Amazon may use again what it used once.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

_ELISION = re.compile(r"(?<=\w)'(?=\w)")
_SPACES = re.compile(r"\s+")
_STRAIGHT = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201a\u00b4`\u02bc", "'")
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-")
    | dict.fromkeys("\u201c\u201d\u201e\u00ab\u00bb", '"')
)
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u2060\ufeff]")
_TOKEN = re.compile(r" \.\.\. |\{\w+\}|[(|)*]|[^(|)*{} ]+| |.")

_WEEKDAY = r"(?:[a-z]{2,12}(?:-feira)?,? (?:(?:the|den|dem|el|le|il|o) )?)?"
_DAY_MONTH = r"\d{1,2}(?:st|nd|rd|th|er|o|\.)? (?:de |of )?[a-z]{3,10}\.?,? (?:de |del )?\d{4}"
_MONTH_DAY = r"[a-z]{3,10}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}"
_NUMBERS = r"\d{4}[./-]\d{1,2}[./-]\d{1,2}|\d{1,2}[./-]\d{1,2}[./-]\d{4}|\d{1,2}[./-]\d{1,2}[./-]\d{2}"
_SLOTS = {
    "name": r"(?P<name>(?:[^()\[\]:;,.!?\"]|(?<=\b[a-z])\.){1,60})",
    "n": r"(?P<n>\d{1,3}|[a-z]{2,12})",
    "date": rf"{_WEEKDAY}(?P<date>{_NUMBERS}|{_DAY_MONTH}|{_MONTH_DAY})",
}
_OPERATORS = {" ... ": r" (?:[^.!?]{0,60}? )?", "(": "(?:", "|": "|", ")": ")", "*": r"\w*"}


def fold(text: str) -> str:
    """Text as phrases are compared with it. A word is cut at its apostrophe: what follows an article is a word of its own."""
    plain = unicodedata.normalize("NFKD", _INVISIBLE.sub("", text).translate(_STRAIGHT)).translate(_STRAIGHT)
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return _SPACES.sub(" ", _ELISION.sub("' ", plain.casefold())).strip()


@dataclass(frozen=True, slots=True)
class WordRule:
    """One rule of a pack. `language` is None for what holds in all languages."""

    id: str
    language: str | None
    phrases: tuple[str, ...]
    source: str
    effective_from: date
    unconfirmed: bool = False


class Phrase:
    """One phrase, ready to be looked for."""

    def __init__(self, text: str) -> None:
        tokens = _TOKEN.findall(fold(text))
        self._pattern = re.compile(r"(?<!\w)" + "".join(map(_pattern_of, tokens)) + r"(?!\w)")
        self._needed = _longest_certain(tokens)

    def find(self, folded: str) -> re.Match[str] | None:
        """Its first place."""
        return self._pattern.search(folded) if self._needed in folded else None

    def find_all(self, folded: str) -> Iterator[re.Match[str]]:
        """All its places that do not overlap."""
        return self._pattern.finditer(folded) if self._needed in folded else iter(())

    def cut(self, folded: str) -> tuple[str, int]:
        """The text without all its places, and how many there were."""
        return self._pattern.subn(" . ", folded) if self._needed in folded else (folded, 0)


def _pattern_of(token: str) -> str:
    if token.startswith("{") and token.endswith("}"):
        return _SLOTS[token[1:-1]]
    return _OPERATORS.get(token) or re.escape(token)


def _longest_certain(tokens: Iterable[str]) -> str:
    """The longest text without which the phrase cannot be there: most phrases are ruled out by looking for it alone."""
    depth, runs = 0, [""]
    for token in tokens:
        depth += {"(": 1, ")": -1}.get(token, 0)
        if depth or token in _OPERATORS or token.startswith("{"):
            runs.append("")
        else:
            runs[-1] += token
    return max(runs, key=len)


class MailWords:
    """Every rule of every pack, by id, all languages together."""

    def __init__(self, rules: Iterable[WordRule]) -> None:
        self.rules: dict[str, tuple[WordRule, ...]] = {}
        for rule in rules:
            self.rules[rule.id] = (*self.rules.get(rule.id, ()), rule)
        self._phrases: dict[str, tuple[Phrase, ...]] = {}

    def texts(self, rule_id: str) -> tuple[str, ...]:
        """The phrases of a rule as they are written; none for a rule that no pack has."""
        return tuple(phrase for rule in self.rules.get(rule_id, ()) for phrase in rule.phrases)

    def phrases(self, rule_id: str) -> tuple[Phrase, ...]:
        """The phrases of a rule, each once, compiled on first use: a mail needs a few of the rules only."""
        if rule_id not in self._phrases:
            self._phrases[rule_id] = tuple(map(Phrase, dict.fromkeys(self.texts(rule_id))))
        return self._phrases[rule_id]

    def find(self, rule_id: str, folded: str) -> re.Match[str] | None:
        """The first place at which a phrase of the rule stands."""
        found = [match for phrase in self.phrases(rule_id) if (match := phrase.find(folded))]
        return min(found, key=re.Match.start, default=None)

    def count(self, rule_id: str, folded: str) -> int:
        """How many phrases of the rule stand in the text."""
        return sum(phrase.find(folded) is not None for phrase in self.phrases(rule_id))

    @cached_property
    def months(self) -> Mapping[str, int]:
        """Names of months, folded, of all languages."""
        return {fold(name): number for number in range(1, 13) for name in self.texts(f"month.{number}")}

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """Numbers in words, folded, of all languages."""
        return {fold(word): number for number in range(1, 31) for word in self.texts(f"number.{number}")}
