"""A tile server on loopback that counts what it is asked, and may be told not to answer."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

from PIL import Image


def picture(colour: tuple[int, int, int] = (120, 160, 120)) -> bytes:
    """Give a PNG of one colour, 256 pixels wide."""
    file = io.BytesIO()
    Image.new("RGB", (256, 256), colour).save(file, "PNG")
    return file.getvalue()


@dataclass
class TileServer:
    """What was asked, and how it answers: `fine`, `broken` (503) or `slow` (not before `released`); pages by path."""

    address: str = ""
    answers: str = "fine"
    asked: list[str] = field(default_factory=list)
    released: Event = field(default_factory=Event)
    pages: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    tile: tuple[str, bytes] = field(default_factory=lambda: ("image/png", picture()))


@contextmanager
def tile_server() -> Iterator[TileServer]:
    """Serve the same picture for every tile."""
    known = TileServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known.asked.append(self.path)
            if self.path in known.pages:
                self._send(200, *known.pages[self.path])
                return
            if known.answers == "slow":
                known.released.wait(20)
            fine = known.answers == "fine"
            self._send(200 if fine else 503, known.tile[0], known.tile[1] if fine else b"")

        def _send(self, status: int, kind: str, content: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    known.address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield known
    finally:
        known.released.set()
        server.shutdown()
        server.server_close()
