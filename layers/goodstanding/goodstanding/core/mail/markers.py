"""The buyer's own words inside a mail, and Amazon's own links after them.

Amazon puts a buyer's text between two lines of dashes with a word in them. A buyer may write such lines too, so the text goes
from the first line that opens to the last one that closes: whatever a buyer pastes stays inside it, and a link counts as
Amazon's only after that last line and only on Amazon's own hosts. Without such lines the whole mail is the text and no link
counts. Links are for a person to open; nothing ever fetches them.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from goodstanding.core.mail.message import Link, Mail, Part
from goodstanding.core.mail.words import MailWords, fold
from goodstanding.core.marketplaces import MARKETPLACES

_BLANK = (
    r"[ \t\u00a0]*+"  # possessive, as all that repeats here: a mail full of dashes must not be looked through twice
)
_ANY_WORDS = re.compile(r"^[ \t>]*+-{6,}+[ \t\u00a0]*+[^\W\d_][^\n-]{0,40}-{6,}[ \t]*$", re.MULTILINE)
_HOSTS = frozenset(f"sellercentral.{store.domain}" for store in MARKETPLACES) | {
    "sellercentral-europe.amazon.com",
    "sellercentral-japan.amazon.com",
}
_NO_RESPONSE_NEEDED = re.compile(r"/(?:messaging|communication-manager)/no-response-needed(?:\.html)?/?")
_CASE = re.compile(r"/messaging/(?:inbox|reply|thread)\b.*")


@dataclass(frozen=True, slots=True)
class Marked:
    """What the markers set apart. `frame` is what Amazon wrote around the buyer's text; both are empty in an empty mail."""

    text: str
    frame: str
    no_response_needed_url: str | None
    case_url: str | None


def read_marked(mail: Mail, words: MailWords) -> Marked:
    """The text between the markers, in whichever language they are."""
    opened, closed = _span(mail.text, words)
    text = mail.text[opened[1] : closed[0]]
    frame = mail.text[: opened[0]] + "\n" + mail.text[closed[1] :]
    links = [link for part in Part for link in _trusted(mail, part, words)]
    return Marked(
        text.strip(),
        frame.strip(),
        next((link.url for link in links if _NO_RESPONSE_NEEDED.fullmatch(urlsplit(link.url).path)), None),
        next((link.url for link in links if _CASE.fullmatch(urlsplit(link.url).path)), None),
    )


def without_quotes(text: str, words: MailWords) -> str:
    """A message without the earlier ones that it quotes, so that only what is new is judged."""
    kept = []
    for line in text.split("\n"):
        if line.lstrip().startswith(">"):
            continue
        if len(line) < _LONGEST_INTRODUCTION and words.find("quote.introduction", fold(line).replace(".", "")):
            break
        kept.append(line)
    return "\n".join(kept).strip()


_LONGEST_INTRODUCTION = 200


def _span(text: str, words: MailWords) -> tuple[tuple[int, int], tuple[int, int]]:
    """Start and end of the line that opens and of the line that closes; empty ones at the ends of the text for none."""
    opens, closes = _marker(words.texts("marker.begin")), _marker(words.texts("marker.end"))
    unknown = [match.span() for match in _ANY_WORDS.finditer(text)]
    begin = next((match.span() for match in opens.finditer(text)), None)
    known_ends = [match.span() for match in closes.finditer(text)]
    if begin is None:  # a language that no pack has: the first such line opens, if the last one can close
        begin = unknown[0] if len(unknown) > 1 and unknown[0] not in known_ends else (0, 0)
    ends = [end for end in known_ends or unknown if end[0] >= begin[1]]
    return begin, max(ends, default=(len(text), len(text)))


def _trusted(mail: Mail, part: Part, words: MailWords) -> list[Link]:
    text = mail.plain if part is Part.PLAIN else mail.html
    end = _span(text, words)[1][1]
    if _span(text, words)[1][0] == len(text):
        return []
    return [link for link in mail.links if link.part is part and link.offset >= end and _is_seller_central(link.url)]


def _is_seller_central(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" and parts.netloc.lower() in _HOSTS  # no user, no port: the host and nothing else
    except ValueError:
        return False


@lru_cache(maxsize=8)
def _marker(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """Between dashes anywhere; alone on a line only if it has several words, since one may stand in any letter."""
    words = ["[ \\t\\u00a0]+".join(map(re.escape, phrase.split())) for phrase in phrases]
    several = [pattern for pattern, phrase in zip(words, phrases, strict=True) if " " in phrase]
    dashed = rf"(?<!-)-{{3,}}+{_BLANK}(?:{'|'.join(words)}){_BLANK}:?{_BLANK}-{{3,}}"
    alone = rf"^{_BLANK}(?:{'|'.join(several)}){_BLANK}:?{_BLANK}$"
    return re.compile(f"{dashed}|{alone}" if several else dashed, re.IGNORECASE | re.MULTILINE)
