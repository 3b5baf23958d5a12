"""A simulator served on loopback until it is closed, and what it can be told to do wrong."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final, Self

HEADER: Final = "X-Sekisho-Simulator"
"""Every answer of a simulator carries it, so that none passes for a real party's."""


@dataclass(slots=True)
class Fault:
    """What the simulator does wrong, until it is taken away: a status, other bytes, or another one's answer."""

    status: HTTPStatus | None = None
    body: bytes | None = None
    answer_for: str | None = None
    wait_seconds: float = 0.0
    redirect_to: str | None = None


@dataclass(slots=True)
class Served:
    """Something that is served on loopback. ``fault`` is what it does wrong."""

    fault: Fault = field(default_factory=Fault)
    _server: ThreadingHTTPServer | None = None
    _stopped: threading.Event = field(default_factory=threading.Event)

    @property
    def address(self) -> str:
        """Where it is served."""
        if self._server is None:
            raise ValueError("not started")
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def serve(self, port: int, handler: type[BaseHTTPRequestHandler]) -> None:
        """Begin; ``port`` 0 takes a free one. ``handler`` finds this object as ``running``."""
        bound = type("_Bound", (handler,), {"running": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", port), bound)
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        """End; whoever waits for an answer gets none."""
        self._stopped.set()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()

    def wait(self, seconds: float) -> bool:
        """Be slow, but not slower than the end; False where that has come, and nobody answers any more."""
        return not self._stopped.wait(seconds)

    def __enter__(self) -> Self:
        """Being served already."""
        return self

    def __exit__(self, *_: object) -> None:
        """As :meth:`close`."""
        self.close()


class LabelledHandler(BaseHTTPRequestHandler):
    """Answers that say whose they are, and no log: a question may hold a key or a person's data."""

    server_version = "simulator"
    sys_version = ""
    label = "Sekisho simulator"

    def send(self, status: HTTPStatus, body: bytes, *, media_type: str = "", location: str | None = None) -> None:
        """One whole answer."""
        self.send_response(status)
        self.send_header(HEADER, self.label)
        if media_type:
            self.send_header("Content-Type", media_type)
        if location is not None:
            self.send_header("Location", location)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def faulty(self, running: Served) -> bool:
        """Do what the fault says; whether that was all there is to answer."""
        fault = running.fault
        if not running.wait(fault.wait_seconds):
            self.close_connection = True
        elif fault.redirect_to is not None:
            self.send(HTTPStatus.FOUND, b"", location=fault.redirect_to)
        elif fault.status is not None:
            self.send(fault.status, b"")
        elif fault.body is not None:
            self.send(HTTPStatus.OK, fault.body)
        else:
            return False
        return True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  http.server's name
        """Say nothing."""
