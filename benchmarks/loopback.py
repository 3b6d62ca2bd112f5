"""Serves one file over HTTP on the loopback interface, in a process of its own: `python -m benchmarks.loopback FILE` prints the port."""

import shutil
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path


def serve(path: Path) -> None:
    """Answer every GET with the file, until killed."""

    class OneFile(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/tab-separated-values;charset=UTF-8")
            self.send_header("Content-Length", str(path.stat().st_size))
            self.end_headers()
            with path.open("rb") as file:
                shutil.copyfileobj(file, self.wfile, 1 << 18)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), OneFile) as server:
        print(server.server_port, flush=True)
        server.serve_forever()


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
