"""The simulator in-process: a transport for httpx, whatever host the request is for."""

from collections.abc import Iterator

import httpx

from local.sp_api.simulator import Simulator
from local.sp_api.wire import Answer, ConnectionFailed, Request

_CHUNK = 1 << 16


class SpApiTransport(httpx.BaseTransport):
    """Give it to httpx.Client(transport=…)."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request. Raises httpx's own errors where a connection fails."""
        query: dict[str, list[str]] = {}
        for name, value in request.url.params.multi_items():
            query.setdefault(name, []).append(value)
        asked = Request(
            method=request.method,
            base_url=f"{request.url.scheme}://{request.url.netloc.decode('ascii')}",
            path=request.url.raw_path.decode("ascii").partition("?")[0],
            query=query,
            headers={name.lower(): value for name, value in request.headers.items()},
            body=request.read(),
        )
        try:
            answer = self._simulator.answer(asked)
        except ConnectionFailed as failed:
            if failed.silent:
                raise httpx.ReadTimeout("The read operation timed out", request=request) from None
            raise httpx.ReadError("[Errno 104] Connection reset by peer", request=request) from None
        headers = {**answer.headers, "Content-Length": str(answer.length)}
        return httpx.Response(answer.status, headers=headers, stream=_Body(answer, request))


class _Body(httpx.SyncByteStream):
    """A body that is read while it is delivered, and may break off."""

    def __init__(self, answer: Answer, request: httpx.Request) -> None:
        self._answer = answer
        self._request = request

    def __iter__(self) -> Iterator[bytes]:
        whole = self._answer.deliver_only is None
        left = self._answer.length if self._answer.deliver_only is None else self._answer.deliver_only
        while left > 0 and (chunk := self._answer.body.read(min(_CHUNK, left))):
            left -= len(chunk)
            yield chunk
        if not whole:
            raise httpx.RemoteProtocolError(
                "peer closed connection without sending complete message body", request=self._request
            )

    def close(self) -> None:
        self._answer.body.close()
