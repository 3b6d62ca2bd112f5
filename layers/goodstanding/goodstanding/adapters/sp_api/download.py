"""Report documents: streamed, never trusted. The library's own download checks no status and believes the gzip flag."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import Message
from typing import BinaryIO, cast

import httpx

from goodstanding.contracts.errors import SpApiRefused, SpApiUnavailable
from goodstanding.ports.selling_partner import Document

_OK, _EXPIRED, _SERVER_ERROR = 200, 403, 500


@contextmanager
def open_download(client: httpx.Client, link: Callable[[], str]) -> Iterator[Document]:
    """Open what `link()` points to; on 403 (an expired link) ask for a new one, once.

    Raises SpApiUnavailable for outages and broken downloads, SpApiRefused when the new link is refused too.
    """
    try:
        for last in (False, True):
            with client.stream("GET", link()) as response:
                if response.status_code == _EXPIRED and not last:
                    continue
                if response.status_code >= _SERVER_ERROR:
                    raise SpApiUnavailable(f"document HTTP {response.status_code}")
                if response.status_code != _OK:
                    raise SpApiRefused(f"document HTTP {response.status_code}")
                body = cast("BinaryIO", io.BufferedReader(_Body(response), buffer_size=1 << 20))
                yield Document(body, _charset(response.headers.get("content-type", "")))
                return
    except (httpx.HTTPError, httpx.StreamError) as error:
        raise SpApiUnavailable(f"document {type(error).__name__}") from None


class _Body(io.RawIOBase):
    """A response's raw bytes as a file: gzip stays gzip, whoever claims what."""

    def __init__(self, response: httpx.Response) -> None:
        self._chunks = response.iter_raw(1 << 18)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # io's own annotation is wider than its use
        if not self._rest:
            self._rest = next(self._chunks, b"")
        taken = min(len(buffer), len(self._rest))
        buffer[:taken] = self._rest[:taken]
        self._rest = self._rest[taken:]
        return taken


def _charset(content_type: str) -> str | None:
    header = Message()
    header["content-type"] = content_type
    return header.get_content_charset()
