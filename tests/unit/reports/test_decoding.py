"""Bytes to lines: gzip and charset are found out from the bytes."""

import gzip
import io

import pytest

from goodstanding.core.reports.decoding import Unreadable, lines, plain

LONG = "\n".join(f"row {number}\tGröße" for number in range(40_000))


def read(body: bytes, charset: str | None = None, *, japanese: bool = False) -> list[str]:
    """The lines of a body."""
    return list(lines(io.BytesIO(body), charset, japanese=japanese))


def test_plain_body_is_handed_on():
    """A body that is no gzip is taken as it is, whatever a flag said."""
    assert plain(io.BytesIO(b"a\tb\n")).read() == b"a\tb\n"


@pytest.mark.parametrize("body", [b"", b"\x1f", b"x" * 400_000])
def test_plain_body_of_any_length_is_handed_on(body):
    """Empty and one-byte bodies are no gzip; long ones come through whole."""
    assert plain(io.BytesIO(body)).read() == body


def test_gzipped_body_is_unzipped():
    """The magic bytes decide."""
    body = LONG.encode()
    assert plain(io.BytesIO(gzip.compress(body))).read() == body


def test_gzip_of_several_members_with_padding_is_read_to_its_end():
    """Members may follow on each other; zeros between and behind them mean nothing."""
    body = gzip.compress(b"one\n") + b"\0" * 7 + gzip.compress(b"two\n") + b"\0" * 20_000
    assert plain(io.BytesIO(body)).read() == b"one\ntwo\n"


@pytest.mark.parametrize("kept", [3, 12, -1, -9])
def test_truncated_gzip_says_so(kept):
    """A gzip that ends before its end is unreadable, not silently short."""
    with pytest.raises(Unreadable) as caught:
        plain(io.BytesIO(gzip.compress(LONG.encode())[:kept])).read()
    assert caught.value.reason == "gzip_truncated"


@pytest.mark.parametrize(
    "damage", [b"\x1f\x8bnonsense and more of it", gzip.compress(b"a", mtime=0) + b"tail"], ids=["nonsense", "tail"]
)
def test_damaged_gzip_says_so(damage):
    """A gzip with something else in it is unreadable."""
    with pytest.raises(Unreadable) as caught:
        plain(io.BytesIO(damage)).read()
    assert caught.value.reason == "gzip_damaged"


def test_checksum_of_gzip_is_verified():
    """A flipped bit in the checksum is damage."""
    body = bytearray(gzip.compress(b"hello"))
    body[-5] ^= 1
    with pytest.raises(Unreadable):
        plain(io.BytesIO(bytes(body))).read()


@pytest.mark.parametrize(
    "body",
    ["ä\tb\r\nc\r\n".encode(), b"\xef\xbb\xbf" + "ä\tb\nc\n".encode(), "ä\tb\nc\n".encode("cp1252")],
)
def test_line_ends_and_marks_are_taken_off(body):
    """CRLF and LF are both line ends; a byte order mark is no content."""
    assert read(body) == ["ä\tb", "c", ""]


@pytest.mark.parametrize("charset", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_known_with_and_without_its_mark(charset):
    """UTF-16 has zero bytes where no other charset has them."""
    assert read("a\tä\r\nb\n".encode(charset)) == ["a\tä", "b", ""]


def test_long_utf_16_is_read_to_its_end():
    """Pieces of a wide text that end within a line or a character are put together."""
    assert read(("x" + LONG).encode("utf-16")) == ("x" + LONG).split("\n")


def test_text_ending_in_newline_ends_with_an_empty_line():
    """So a reader can tell that the last row was written to its end."""
    assert read(b"a\n") == ["a", ""]
    assert read(b"a") == ["a"]
    assert read(b"") == [""]


def test_last_carriage_return_without_newline_is_taken_off():
    """A file cut between CR and LF has no CR in its last cell."""
    assert read(b"a\r\nb\r") == ["a", "b"]


@pytest.mark.parametrize(
    ("body", "charset", "japanese", "text"),
    [
        ("é".encode("cp1252"), "ISO-8859-1", False, "é"),
        ("€".encode("cp1252"), "ISO-8859-1", False, "€"),
        ("é".encode("cp1252"), "Cp1252", False, "é"),
        ("é".encode(), "UTF-8", False, "é"),
        ("é".encode("cp1252"), "UTF-8", False, "é"),
        ("é".encode(), None, False, "é"),
        ("é".encode("cp1252"), None, False, "é"),
        ("é".encode("cp1252"), "no-such-charset", False, "é"),
        ("é".encode("cp1252"), "rot13", False, "é"),
        ("é".encode("cp1252"), "utf-16", False, "é"),
        ("é".encode("cp1252"), "cp037", False, "é"),
        ("é".encode("cp1252"), "\0", False, "é"),
        ("é".encode("cp1252"), "us-ascii", False, "é"),
        ("評価①".encode("cp932"), "windows-31j", False, "評価①"),
        ("評価①".encode("cp932"), '"Shift_JIS"', False, "評価①"),
        ("評価①".encode("cp932"), None, True, "評価①"),
        ("評価".encode(), None, True, "評価"),
        ("評価".encode("euc_jp"), "EUC-JP", True, "評価"),
    ],
)
def test_charset_is_the_first_that_fits(body, charset, japanese, text):
    """Header, then UTF-8, then the region's charset; a header that lies or means nothing does no harm."""
    assert read(body, charset, japanese=japanese) == [text]


def test_byte_order_mark_goes_before_the_header():
    """A mark is in the bytes; the header is only said."""
    assert read(b"\xef\xbb\xbf" + "é".encode(), "cp1252") == ["é"]


def test_one_bad_byte_spoils_one_line_only():
    """The lines around it keep the charset of the file."""
    body = "größe\n".encode() + b"caf\xe9 \x81\n" + "größe".encode()
    first, _, last = read(body)
    assert (first, last) == ("größe", "größe")


def test_undecodable_line_is_kept_with_marks():
    """What no charset can decode is replaced, not lost and no error."""
    assert read(b"a\x81\xc3b", "UTF-8") == ["a\ufffdÃb"]


@pytest.mark.parametrize("body", [LONG.encode(), LONG.replace("\n", "\r\n").encode("cp1252"), b"x" * 700_000])
def test_long_body_comes_out_as_it_went_in(body):
    """Reading in pieces changes nothing, also where a line is longer than a piece."""
    assert "\n".join(read(body)) == body.decode("utf-8" if body == LONG.encode() else "cp1252").replace("\r\n", "\n")


class FakeTrickle(io.RawIOBase):
    """A network stream: gives one byte at a time."""

    def __init__(self, body: bytes) -> None:
        self._body = io.BytesIO(body)

    def read(self, size: int = -1) -> bytes:
        """At most two bytes."""
        return self._body.read(min(size, 2))


def test_stream_of_small_pieces_is_read_to_its_end():
    """A read that gives less than asked for is not the end."""
    body = gzip.compress("a\tö\nb\n".encode())
    assert list(lines(plain(FakeTrickle(body)), None, japanese=False)) == ["a\tö", "b", ""]
