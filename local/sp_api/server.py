"""The simulator as an HTTP server on the loopback interface, for callers in other processes."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from local.sp_api.simulator import Simulator
from local.sp_api.wire import Answer, ConnectionFailed, Request

_CHUNK = 1 << 16
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER of no time: closing resets


@contextmanager
def serve(simulator: Simulator, port: int = 0) -> Iterator[str]:
    """Serve until the block ends; gives the base URL, without a trailing slash. Port 0 takes any free one."""
    server = _Server(simulator, port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="sp-api", daemon=True)
    thread.start()
    try:
        yield server.base_url
    finally:
        server.shutdown()
        server.hang_up()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    """Ends its connections, idle ones too, when it ends."""

    daemon_threads = False

    def __init__(self, simulator: Simulator, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.simulator = simulator
        self.base_url = f"http://127.0.0.1:{self.server_port}"
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._guard:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._guard:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that went away is no news."""

    def hang_up(self) -> None:
        with self._guard:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:  # the caller was faster
                    continue


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def log_message(self, *_parts: object) -> None:
        """Say nothing: request lines hold order ids."""

    def _answer(self) -> None:
        target = urlsplit(self.path)
        request = Request(
            method=self.command,
            base_url=self.server.base_url,
            path=target.path,
            query=parse_qs(target.query, keep_blank_values=True),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(int(self.headers.get("Content-Length") or 0)),
        )
        try:
            answer = self.server.simulator.answer(request)
        except ConnectionFailed as failed:
            self._fail(silent=failed.silent)
        else:
            self._send(answer)

    def _fail(self, *, silent: bool) -> None:
        self.close_connection = True
        if silent:
            self.rfile.read(1)  # returns when the caller gives up
        else:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)

    def _send(self, answer: Answer) -> None:
        with answer.body:
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(answer.length))
            self.end_headers()
            left = answer.length if answer.deliver_only is None else answer.deliver_only
            while left > 0 and (chunk := answer.body.read(min(_CHUNK, left))):
                left -= len(chunk)
                self.wfile.write(chunk)
        self.close_connection = self.close_connection or answer.deliver_only is not None


for _method in ("GET", "POST", "DELETE"):  # http.server looks for a method of this name
    setattr(_Handler, f"do_{_method}", _Handler._answer)
