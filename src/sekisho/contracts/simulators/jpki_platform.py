"""A simulated platform operator (プラットフォーム事業者) over real HTTP on loopback: it knows which cards are revoked.

``start()`` serves one until it is closed::

    with start() as running:
        running.know(jpki.id_of(card))                                          good
        running.know(jpki.id_of(lost), RevocationState.REVOKED)
        source = PlatformHttp(Host(running.address), Key("made-up-platform-key"))

A certificate it was told nothing of is unknown to it. The protocol is ours (see ``platform_http.py``); real operators
have their own. It charges nothing and counts what it was asked.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, Final

from sekisho.clock import Clock, SystemClock
from sekisho.contracts.adapters.platform_http import PATH
from sekisho.contracts.evidence.jpki.model import CertificateId, RevocationState
from sekisho.contracts.simulators.loopback import LabelledHandler, Served

DELAY: Final = timedelta(minutes=15)
"""How old its information is: the lists it reads come that often."""
MAX_QUESTION: Final = 4 * 1024
ANSWERS_AS: Final = "SIMULATOR platform operator"


@dataclass(slots=True)
class Running(Served):
    """A simulator that is being served. ``problem`` is why it can't check, while it can't; ``asked`` counts."""

    clock: Clock = field(default_factory=SystemClock)
    states: dict[CertificateId, tuple[RevocationState, datetime]] = field(default_factory=dict)
    problem: str = ""
    asked: int = 0

    def know(self, certificate: CertificateId, state: RevocationState = RevocationState.GOOD) -> None:
        """Answer so about this certificate from now on."""
        self.states[certificate] = (state, self.clock.now().replace(microsecond=0))

    def answer(self, question: dict[str, Any]) -> dict[str, Any]:
        """The answer to a question that can be read."""
        self.asked += 1
        said: dict[str, Any] = {**question, "answered_by": ANSWERS_AS, "method": "crl"}
        if self.problem:
            return {**said, "state": RevocationState.COULD_NOT_CHECK.value, "problem": self.problem}
        certificate = CertificateId(self.fault.answer_for or question["issuer_sha256"], int(question["serial"], 16))
        known = self.states.get(certificate)
        as_of = self.clock.now().replace(microsecond=0) - DELAY
        if known is None:
            return {**said, "state": RevocationState.UNKNOWN.value, "as_of": as_of.isoformat()}
        state, since = known
        if state is RevocationState.REVOKED:
            # A revocation is known as of when it happened, at the earliest.
            as_of = max(as_of, since)
            return {**said, "state": state.value, "as_of": as_of.isoformat(), "revoked_at": since.isoformat()}
        return {**said, "state": state.value, "as_of": as_of.isoformat()}


def start(port: int = 0, *, clock: Clock | None = None) -> Running:
    """Serve a platform operator on loopback."""
    running = Running(clock=clock or SystemClock())
    running.serve(port, _Handler)
    return running


class _Handler(LabelledHandler):
    running: Running
    label = "Sekisho simulator of a JPKI platform operator; made-up certificates"

    def do_POST(self) -> None:  # noqa: N802  http.server's name
        """The one question there is."""
        if self.faulty(self.running):
            return
        if self.path != PATH or not self.headers.get("Authorization", "").startswith("Bearer "):
            self.send(HTTPStatus.FORBIDDEN, b"")
            return
        announced = self.headers.get("Content-Length", "")
        size = int(announced) if announced.isdigit() else 0
        try:
            question = json.loads(self.rfile.read(min(size, MAX_QUESTION)))
            answer = self.running.answer({name: question[name] for name in ("issuer_sha256", "serial", "nonce")})
        except (ValueError, KeyError, TypeError):
            self.send(HTTPStatus.BAD_REQUEST, b"")
            return
        self.send(HTTPStatus.OK, json.dumps(answer).encode(), media_type="application/json")
