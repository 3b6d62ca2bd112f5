"""The HTML of a mail as text, with its links and where they stand.

Anything is read in a time that grows with its length. The parser of the standard library looks through all the rest of a
text for the end of each tag that has none, so tags are closed, and quotes in them made even, before it sees them.
"""

import re
from dataclasses import dataclass
from typing import TypeGuard

from bs4 import BeautifulSoup, ParserRejectedMarkup
from bs4.element import NavigableString, Tag

_TAG = re.compile(r"<(?:[^<>]*>)?")
_EVEN_QUOTES = re.compile(r"(?:[^\"']|\"[^\"]*\"|'[^']*')*")
_SPACES = re.compile(r"[ \t\r\n\f\v]+")
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_UNSEEN = frozenset({"script", "style", "head", "title", "template", "noscript"})
_BLOCKS = frozenset(
    {
        "address",
        "article",
        "blockquote",
        "body",
        "br",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
    }
    | {
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
    }
    | {"thead", "tr", "ul"}
)


@dataclass(frozen=True, slots=True)
class ReadHtml:
    """Lines of text as a reader sees them, and each link's target with the number of characters before it."""

    text: str
    links: tuple[tuple[str, int], ...]


def read_html(markup: str) -> ReadHtml:
    """Never raises; markup that cannot be parsed at all is no text."""
    try:
        # The tag in front tells the parser that this is no file name and no XML, of which it would warn.
        soup = BeautifulSoup("<html>" + _TAG.sub(_mended, _without_comments(markup)), "html.parser")
    except ParserRejectedMarkup:
        return ReadHtml("", ())
    return _Reader().read(soup)


def _without_comments(markup: str) -> str:
    kept = []
    while True:
        before, opened, rest = markup.partition("<!--")
        kept.append(before)
        if not opened:
            return "".join(kept)
        markup = rest.partition("-->")[2]


def _mended(tag: re.Match[str]) -> str:
    text = tag.group()
    if len(text) == 1:
        return "&lt;"
    if text[1] in "!?":  # declarations: no text, and some of them no parser takes
        return ""
    return text if _EVEN_QUOTES.fullmatch(text) else text.replace('"', "").replace("'", "")


class _Reader:
    """Walks the tree without recursion: it may be as deep as the mail is long."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._links: list[tuple[str, int]] = []

    def read(self, soup: BeautifulSoup) -> ReadHtml:
        waiting: list[Tag | NavigableString | None] = [soup]  # None: here a block ends
        while waiting:
            node = waiting.pop()
            if node is None:
                self._end_line()
            elif not isinstance(node, Tag):
                self._add(_SPACES.sub(" ", node))
            elif node.name not in _UNSEEN and not _HIDDEN.search(str(node.get("style") or "")):
                self._open(node)
                waiting += [None] if node.name in _BLOCKS else []
                waiting += [child for child in reversed(node.contents) if _is_seen(child)]
        return ReadHtml("".join(self._pieces), tuple(self._links))

    def _open(self, tag: Tag) -> None:
        if tag.name in _BLOCKS:
            self._end_line()
        if tag.name == "a" and tag.get("href"):
            self._links.append((str(tag["href"]).strip(), self._length))

    def _add(self, text: str) -> None:
        if not self._pieces or self._pieces[-1][-1] in "\n ":
            text = text.lstrip(" ")
        if text:
            self._pieces.append(text)
            self._length += len(text)

    def _end_line(self) -> None:
        if self._pieces and self._pieces[-1] != "\n":
            self._pieces.append("\n")
            self._length += 1


def _is_seen(node: object) -> TypeGuard[Tag | NavigableString]:
    return isinstance(node, Tag) or type(node) is NavigableString  # its subclasses are comments, scripts, declarations
