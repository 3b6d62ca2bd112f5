"""The encodings of report files, in Amazon's spelling: which one a file has, and what a document's header says of it."""

import codecs
from collections.abc import Buffer
from dataclasses import dataclass

from goodstanding.core.marketplaces import Marketplace

UTF_8_MARK = codecs.BOM_UTF8
_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Encoding:
    """A Python codec and Amazon's name for it."""

    codec: str
    charset: str

    def decode(self, raw: bytes) -> str:
        """Text in which bytes that are none survive."""
        return raw.decode(self.codec, "surrogateescape")

    def encode(self, text: str) -> bytes:
        """The bytes again. Raises UnicodeEncodeError when the encoding lacks a character."""
        return text.encode(self.codec, "surrogateescape")


UTF_8 = Encoding("utf-8", "UTF-8")
WESTERN = Encoding("cp1252", "Cp1252")
JAPANESE = Encoding("cp932", "windows-31j")


def encoding_of(content: Buffer, marketplace: Marketplace) -> Encoding:
    """UTF-16 and UTF-8 by their marks, UTF-8 when all of it is, else the marketplace's old one."""
    view = memoryview(content)
    if wide := _wide(bytes(view[:2])):
        return wide
    if view[: len(UTF_8_MARK)] == UTF_8_MARK:
        return UTF_8
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for at in range(0, len(view), _CHUNK):
            decoder.decode(view[at : at + _CHUNK], at + _CHUNK >= len(view))
    except UnicodeDecodeError:
        return JAPANESE if marketplace.country == "JP" else WESTERN
    return UTF_8


def is_wide(head: bytes) -> bool:
    """Whether content that begins so is UTF-16."""
    return _wide(head[:2]) is not None


def narrowed(content: bytes) -> bytes:
    """UTF-16 as UTF-8, since rows are cut at newline bytes; anything else as it is."""
    wide = _wide(content[:2])
    return content if wide is None else content.decode(wide.codec, "replace").removeprefix("\ufeff").encode("utf-8")


def contradicting(charset: str) -> str:
    """A charset that a lying header may claim instead."""
    return WESTERN.charset if charset == UTF_8.charset else UTF_8.charset


def _wide(head: bytes) -> Encoding | None:
    if head in _WIDE_MARKS:
        return Encoding("utf-16", "UTF-16")
    if b"\0" not in head:
        return None
    return Encoding("utf-16-be" if head.startswith(b"\0") else "utf-16-le", "UTF-16")
