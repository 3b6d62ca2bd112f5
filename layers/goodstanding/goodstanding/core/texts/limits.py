"""What the channels can carry: SMS in the GSM 7-bit alphabet (3GPP TS 23.038), SNS subjects in ASCII (SNS Publish API).

Both cut at a word and never fail: a message that arrives shortened is better than one that SNS refuses.
"""

import re
import unicodedata

SMS_LENGTH = 140  # septets: one SMS holds 160; the rest is left for what carriers add
SUBJECT_LENGTH = 99  # "less than 100 characters long"

_BASIC = frozenset(
    "@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("^{}\\[~]|€")  # sent as two septets each
_GSM = _BASIC | _EXTENSION
_ASCII = frozenset(map(chr, range(0x20, 0x7F)))

_TYPOGRAPHY = {
    "\u2018": "'", "\u2019": "'", "\u201a": "'", "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u00ab": '"', "\u00bb": '"',
    "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-",
    "\u2026": "...", "\u2192": "->", "\u2264": "<=", "\u2265": ">=", "\u00d7": "x", "\u00b7": "-", "\u2022": "-",
}  # fmt: skip
_GERMAN = {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "ẞ": "SS", "€": "EUR"}
_LETTERS = {
    "ł": "l",
    "Ł": "L",
    "đ": "d",
    "Đ": "D",
    "\u0131": "i",
    "œ": "oe",
    "Œ": "OE",
    "æ": "ae",
    "Æ": "AE",
    "ø": "o",
    "Ø": "O",
}
_CUT = "..."


def sms(text: str, *, ending: str = "") -> str:
    """The text as one SMS of at most 140 septets, all on one line; when it is too long it loses words before `ending`, never `ending`."""
    tail = _cut(_fold(ending, _GSM, _TYPOGRAPHY | _LETTERS), SMS_LENGTH // 2)
    tail = f" {tail}" if tail else ""
    return _cut(_fold(text, _GSM, _TYPOGRAPHY | _LETTERS), SMS_LENGTH - septets(tail)) + tail


def subject(text: str) -> str:
    """The text as an SNS subject: printable ASCII on one line, fewer than 100 characters, umlauts written out."""
    return _cut(_fold(text, _ASCII, _TYPOGRAPHY | _GERMAN | _LETTERS), SUBJECT_LENGTH) or "-"


def septets(text: str) -> int:
    """The length of a text in the GSM alphabet: characters of the extension table count twice."""
    return len(text) + sum(character in _EXTENSION for character in text)


def is_gsm(text: str) -> bool:
    """Whether every character is in the GSM basic or extension table (line breaks are not: an SMS is one line here)."""
    return _GSM.issuperset(text)


def _fold(text: str, alphabet: frozenset[str], replacements: dict[str, str]) -> str:
    line = _one_line(unicodedata.normalize("NFC", text))
    return _one_line("".join(_letter(character, alphabet, replacements) for character in line))


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _letter(character: str, alphabet: frozenset[str], replacements: dict[str, str]) -> str:
    if character in alphabet:
        return character
    if character in replacements:
        return replacements[character]
    kept = "".join(part for part in unicodedata.normalize("NFKD", character) if part in alphabet)
    return kept or "?"


def _cut(text: str, length: int) -> str:
    """The longest run of whole words that fits, marked as cut; one word too long is cut inside."""
    if septets(text) <= length:
        return text
    room = length - len(_CUT)
    fitting = 0
    while septets(text[: fitting + 1]) <= room:
        fitting += 1
    kept = text[:fitting]
    if text[fitting] != " ":
        kept = kept.rpartition(" ")[0] or kept
    return kept.rstrip() + _CUT
