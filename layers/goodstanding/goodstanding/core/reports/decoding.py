"""Bytes to lines: whether a report is gzipped and which charset it is in is found out from the bytes.

What Amazon says is not trusted. Its gzip flag lies, so the magic bytes decide. Its charset header lies too; the order is
byte order mark → charset header → strict UTF-8 → the regional charset (Windows-31J in Japan, CP-1252 elsewhere), and a
piece of text that one charset cannot decode is tried with the next, so nothing fails and one bad byte spoils one line.
Nothing here holds more than some 100 KiB of a report, however long it is (only a single longer line is held whole).
"""

import codecs
import io
import re
import zlib
from collections.abc import Buffer, Iterator
from functools import partial
from itertools import chain
from typing import BinaryIO

_GZIP_MAGIC = b"\x1f\x8b"
_GZIP_WINDOW = zlib.MAX_WBITS | 16  # expect a gzip header and verify its checksum
_GZIP_READ = 1 << 14  # small, because one byte of gzip may stand for a thousand
_READ = 1 << 17

_UTF8_MARK = codecs.BOM_UTF8
_WIDE_MARKS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}

_STRAY_ZEROS = 50  # at most one byte of so many is a zero by accident

_SUPERSETS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "shift_jis": "cp932",
    "windows-31j": "cp932",
    "x-windows-31j": "cp932",
    "ms932": "cp932",
}
"""What Amazon's header names, and what it means by it: Windows' superset of the charset (or a name that Python lacks)."""

_TEXT_CHARSETS = re.compile(r"utf-8|cp\d+|iso8859-\d+|shift_jis\w*|euc_\w+|gb\w+|big5\w*")
"""Python's names of charsets that contain ASCII; its others (escapes, host names, EBCDIC) are no charset of a report."""


class Unreadable(Exception):
    """A body that cannot be read to its end. `reason` is a stable code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _Pieces(io.RawIOBase):
    """Pieces of bytes, as a stream."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        super().__init__()
        self._pieces = pieces
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer, /) -> int:
        while not len(self._rest):
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        target = memoryview(buffer)
        count = min(len(target), len(self._rest))
        target[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count


def _gunzipped(compressed: Iterator[bytes]) -> Iterator[bytes]:
    """One or several gzip members, zero padding between and after them ignored. Raises Unreadable."""
    member = zlib.decompressobj(_GZIP_WINDOW)
    try:
        for piece in compressed:
            rest = piece
            while rest:
                if member.eof:
                    rest = rest.lstrip(b"\0")
                    if not rest:
                        break
                    member = zlib.decompressobj(_GZIP_WINDOW)
                yield member.decompress(rest)
                rest = member.unused_data
    except zlib.error as error:
        raise Unreadable("gzip_damaged") from error
    if not member.eof:
        raise Unreadable("gzip_truncated")


def plain(stream: BinaryIO) -> BinaryIO:
    """The body of a report without its gzip, streaming, whatever a flag says about it.

    Reading the result raises Unreadable when the gzip is truncated or damaged.
    """
    head = stream.read(len(_GZIP_MAGIC))
    if head != _GZIP_MAGIC:
        return io.BufferedReader(_Pieces(chain((head,), iter(partial(stream.read, _READ), b""))), _READ)
    compressed = chain((head,), iter(partial(stream.read, _GZIP_READ), b""))
    return io.BufferedReader(_Pieces(_gunzipped(compressed)), _READ)


def lines(stream: BinaryIO, charset: str | None, *, japanese: bool) -> Iterator[str]:
    """The lines of a plain body, without their ends (LF or CRLF), in the charset found as the module head says.

    As `str.split` does, a text that ends with a newline ends with an empty line; so a reader can tell that the last row
    was written to its end. `charset` is what the download's header names, known or not, true or not.
    """
    head = stream.read(_READ)
    wide = _wide_charset(head)
    if wide:
        return _wide_lines(head, stream, wide)
    marked = "utf-8" if head.startswith(_UTF8_MARK) else None
    candidates = (marked, _header_charset(charset), "utf-8", "cp932" if japanese else "cp1252")
    return _byte_lines(head.removeprefix(_UTF8_MARK), stream, tuple(filter(None, candidates)))


def _wide_charset(head: bytes) -> str | None:
    """UTF-16 by its byte order mark, or by the zero bytes of its tabs and digits, which stand on one side only."""
    if head[:2] in _WIDE_MARKS:
        return _WIDE_MARKS[head[:2]]
    left, right = head[0::2].count(0), head[1::2].count(0)
    if (left + right) * _STRAY_ZEROS < len(head) or left == right:
        return None
    return "utf-16-be" if left > right else "utf-16-le"


def _header_charset(charset: str | None) -> str | None:
    """Python's name of the charset that a header names, None when it names none that is known."""
    name = (charset or "").strip(" \"'").lower()
    try:
        known = codecs.lookup(_SUPERSETS.get(name, name)).name
    except (LookupError, ValueError):
        return None
    known = _SUPERSETS.get(known, known)
    return known if _TEXT_CHARSETS.fullmatch(known) and b"a".decode(known) == "a" else None


def _wide_lines(head: bytes, stream: BinaryIO, charset: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(charset)("replace")
    rest = decoder.decode(head).removeprefix("\ufeff")
    while piece := stream.read(_READ):
        *whole, rest = rest.split("\n")
        yield from (line.removesuffix("\r") for line in whole)
        rest += decoder.decode(piece)
    rest += decoder.decode(b"", final=True)
    yield from (line.removesuffix("\r") for line in rest.split("\n"))


def _byte_lines(head: bytes, stream: BinaryIO, candidates: tuple[str, ...]) -> Iterator[str]:
    piece = head
    begun: list[bytes] = []  # a line that no newline has ended yet
    while piece:
        cut = piece.rfind(b"\n")
        if cut < 0:
            begun.append(piece)
        else:
            yield from _decoded(b"".join((*begun, piece[:cut])), candidates)
            begun = [piece[cut + 1 :]]
        piece = stream.read(_READ)
    yield from _decoded(b"".join(begun), candidates)


def _decoded(block: bytes, candidates: tuple[str, ...]) -> list[str]:
    """Whole lines decoded, at once if the first charset can, else each line with the first that can."""
    block = block.replace(b"\r\n", b"\n").removesuffix(b"\r")
    try:
        return block.decode(candidates[0]).split("\n")
    except UnicodeDecodeError:
        return [_decoded_line(line, candidates) for line in block.split(b"\n")]


def _decoded_line(line: bytes, candidates: tuple[str, ...]) -> str:
    for charset in candidates:
        try:
            return line.decode(charset)
        except UnicodeDecodeError:
            continue
    return line.decode(candidates[-1], "replace")
