"""XML read with recovery: Amazon has delivered its XML report without some `<`, and best effort is asked of it.

Elements are found by their ends (`name>`), so a lost `<` is no loss; an end without a beginning is passed over, a
beginning without an end ends with its parent. What was open when the text broke off is not believed: its text may be half
of itself. Names are compared without namespace and case; attributes are read like children. Entities of a document type
are not expanded.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_NO_ELEMENTS = re.compile(r"<!--.*?-->|<\?.*?\?>|<!DOCTYPE[^>]*>", re.DOTALL)
_LITERAL = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_NAME = r"[A-Za-z_][\w.-]*"
_TAG = re.compile(
    rf"""(?P<open><?)(?P<end>/?)(?:{_NAME}:)?(?P<name>{_NAME})(?P<attributes>(?:\s+[\w.:-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(?P<empty>/?)>"""
)
_ATTRIBUTE = re.compile(r"""(?:[\w.-]+:)?([\w.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")


@dataclass(slots=True, eq=False)
class Element:
    """One element: its name in lower case without namespace, its own text, what is in it, and whether it ever ended."""

    name: str
    text: str = ""
    children: list["Element"] = field(default_factory=list)
    is_whole: bool = True

    def all(self, name: str) -> Iterator["Element"]:
        """Every element of this name below this one, in reading order.

        An element of this one's own name below it is a sibling (its end was lost), so what is in that one is not this one's.
        """
        for child in self.children:
            if child.name == name:
                yield child
            if child.name != self.name or child.name == name:
                yield from child.all(name)

    def value(self, *names: str) -> str | None:
        """The text of the first element below that has one of these names and a text."""
        return next((found.text for name in names for found in self.all(name) if found.text), None)


@dataclass(frozen=True, slots=True)
class Document:
    """What could be read, in an element without a name; `fault` is the line of the first thing wrong, None for a sound one."""

    root: Element
    fault: int | None


def read(text: str) -> Document:
    """The elements of a text, whatever state it is in."""
    text = _NO_ELEMENTS.sub(lambda found: "\n" * found.group().count("\n"), text)
    text = _LITERAL.sub(lambda found: html.escape(found[1]), text)
    stack = [Element("")]
    fault: int | None = None
    behind = 0
    for tag in _TAG.finditer(text):
        stack[-1].text += text[behind : tag.start()]
        behind = tag.end()
        known = _end(stack, tag["name"].lower()) if tag["end"] else _begin(stack, tag)
        if fault is None and not (known and tag["open"]):
            fault = _line(text, tag.start())
    if fault is None and (len(stack) > 1 or not stack[0].children):
        fault = _line(text, len(text))
    for unfinished in stack:
        unfinished.text, unfinished.is_whole = "", False
    return Document(_cleaned(stack[0]), fault)


def _begin(stack: list[Element], tag: re.Match[str]) -> bool:
    element = Element(tag["name"].lower())
    for name, quoted, apostrophed in _ATTRIBUTE.findall(tag["attributes"]):
        element.children.append(Element(name.lower(), quoted or apostrophed))
    stack[-1].children.append(element)
    if not tag["empty"]:
        stack.append(element)
    return True


def _end(stack: list[Element], name: str) -> bool:
    """Leave the innermost open element of this name; whether it is the one that was to end now."""
    open_names = [element.name for element in stack]
    if name not in open_names:
        return False
    depth = len(open_names) - 1 - open_names[::-1].index(name)
    expected = depth == len(stack) - 1
    del stack[depth:]
    return expected


def _cleaned(element: Element) -> Element:
    element.text = html.unescape(element.text).strip()
    for child in element.children:
        _cleaned(child)
    return element


def _line(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1
