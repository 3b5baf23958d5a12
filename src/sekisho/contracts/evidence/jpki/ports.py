"""Whom the verifier asks: who keeps the challenges, and who knows what is revoked. Each with a simulator.

Only certified operators may ask J-LIS about revocation (法17条1項6号), so others ask one of them (a platform operator).
Each platform has an interface of its own: an adapter is a class with the one method of :class:`RevocationSource`.
Simulators implement the same protocol and say so in ``answered_by``.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from sekisho.contracts.evidence.errors import NotCheckable
from sekisho.contracts.evidence.jpki.errors import (
    NonceExpired,
    NonceForAnother,
    NonceUnknown,
    NonceUsed,
    RevocationNotChecked,
)
from sekisho.contracts.evidence.jpki.model import (
    CertificateId,
    Challenge,
    RevocationAnswer,
    RevocationMethod,
    RevocationState,
)
from sekisho.contracts.evidence.pki.crl import RevocationLists
from sekisho.contracts.evidence.pki.ocsp import OcspStatus, ocsp_request, read_ocsp
from sekisho.contracts.evidence.pki.path import IssuedCertificate
from sekisho.engine.facts import Text

NONCE_BYTES = 32
CHALLENGE_LIFE = timedelta(minutes=10)
"""Long enough to find the card and the PIN; short enough that a stolen answer is soon worth nothing."""


class Challenges(Protocol):
    """Knows the challenges that were issued, each to be answered once: all that a verification needs."""

    @property
    def limits(self) -> Text:
        """What this one can't know; it stands in the report beside step 1."""
        ...

    def consume(self, nonce: bytes, *, purpose: str, application: str, moment: datetime) -> Challenge:
        """The challenge of ``nonce``, which is used up by this call whatever comes of it; in one atomic act.

        Raises ``NonceUnknown``, ``NonceUsed``, ``NonceExpired`` or ``NonceForAnother``.
        """
        ...


class NonceStore(Challenges, Protocol):
    """Keeps new challenges too: what issues them needs."""

    def keep(self, challenge: Challenge) -> None:
        """Keep a new challenge."""
        ...


class RevocationSource(Protocol):
    """Somebody who knows whether a certificate is revoked."""

    def status(self, issued: IssuedCertificate, moment: datetime) -> RevocationAnswer:
        """What is known at ``moment``; raises ``NotCheckable`` where there is no answer."""
        ...


class OcspTransport(Protocol):
    """Carries an OCSP question to its responder and brings the answer back."""

    name: str
    """Who answers, for the record."""

    def ask(self, request: bytes) -> bytes:
        """The responder's bytes, unread; raises ``RevocationNotChecked`` where it can't be reached."""
        ...


def new_challenge(*, purpose: str, application: str, agreed_to: str, moment: datetime) -> Challenge:
    """A text for one person to sign once: what it is for, what is agreed to, and a fresh nonce.

    ``agreed_to`` names what the signature stands for (such as the SHA-256 of the contract document). Both texts are of
    printable characters on one line, so that neither can pass for another line of the text.
    """
    if not (application.isprintable() and agreed_to.isprintable() and application and agreed_to):
        raise ValueError("application and agreed_to are of printable characters")
    nonce = secrets.token_bytes(NONCE_BYTES)
    expires_at = moment + CHALLENGE_LIFE
    lines = (
        "Sekisho 本人確認 / identity verification",
        f"用途 / purpose: {purpose}",
        f"申込み / application: {application}",
        f"内容 / contents: {agreed_to}",
        f"ノンス / nonce: {nonce.hex()}",
        f"期限 / expires: {expires_at.isoformat()}",
    )
    return Challenge(nonce, purpose, application, "\n".join(lines).encode("utf-8"), expires_at)


class MemoryNonces:
    """A nonce store in this process: for tests, demonstrations and a single server. Forgets everything when it ends.

    Used and expired challenges are remembered for one more life, so that a replay is called one.
    """

    limits = Text("このプロセスの中で一度だけ", "once within this process")

    def __init__(self) -> None:
        """Empty."""
        self._lock = threading.Lock()
        self._kept: dict[bytes, Challenge] = {}
        self._used: set[bytes] = set()

    def keep(self, challenge: Challenge) -> None:
        """Keep a new challenge, and forget those long past."""
        with self._lock:
            self._kept[challenge.nonce] = challenge
            # Issued in order of their ends, so the oldest stand first.
            for nonce in list(self._kept):
                if self._kept[nonce].expires_at + CHALLENGE_LIFE > challenge.expires_at - CHALLENGE_LIFE:
                    break
                del self._kept[nonce]
                self._used.discard(nonce)

    def consume(self, nonce: bytes, *, purpose: str, application: str, moment: datetime) -> Challenge:
        """As :meth:`Challenges.consume`."""
        with self._lock:
            challenge = self._kept.get(nonce)
            if challenge is None:
                raise NonceUnknown
            used = nonce in self._used
            self._used.add(nonce)
        if used:
            raise NonceUsed
        if moment >= challenge.expires_at:
            raise NonceExpired(expires_at=challenge.expires_at.isoformat())
        if (challenge.purpose, challenge.application) != (purpose, application):
            raise NonceForAnother
        return challenge


@dataclass(frozen=True, slots=True)
class StoredLists:
    """Answers from revocation lists that the operator holds."""

    lists: RevocationLists
    answered_by: str

    def status(self, issued: IssuedCertificate, moment: datetime) -> RevocationAnswer:
        """Good or revoked by the newest current list; raises ``CrlUnusable`` where none can answer."""
        current = self.lists.for_certificate(issued, moment)
        entry = current.revocation(issued.certificate.serial)
        state = RevocationState.GOOD if entry is None else RevocationState.REVOKED
        return RevocationAnswer(
            state,
            RevocationMethod.CRL,
            current.this_update,
            self.answered_by,
            None if entry is None else entry.revoked_at,
        )


@dataclass(frozen=True, slots=True)
class OcspSource:
    """Asks an OCSP responder, with a fresh nonce each time."""

    transport: OcspTransport

    def status(self, issued: IssuedCertificate, moment: datetime) -> RevocationAnswer:
        """What the responder says; raises ``OcspUnusable`` or ``RevocationNotChecked``."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        answer = read_ocsp(self.transport.ask(ocsp_request(issued, nonce=nonce)), issued, nonce=nonce, moment=moment)
        states = {
            OcspStatus.GOOD: RevocationState.GOOD,
            OcspStatus.REVOKED: RevocationState.REVOKED,
            OcspStatus.UNKNOWN: RevocationState.UNKNOWN,
        }
        return RevocationAnswer(
            states[answer.status],
            RevocationMethod.OCSP,
            answer.this_update,
            f"{self.transport.name} ({answer.responder[:16]})",
            answer.revoked_at,
        )


@dataclass(frozen=True, slots=True)
class FirstAnswer:
    """Asks several in turn until one knows: good, revoked or expired. Otherwise the last one's lack of an answer."""

    sources: Sequence[RevocationSource]

    def status(self, issued: IssuedCertificate, moment: datetime) -> RevocationAnswer:
        """The first that knows; raises the last ``NotCheckable`` where nobody gave an answer."""
        failure: NotCheckable = RevocationNotChecked(problem="nobody to ask")
        unknown: RevocationAnswer | None = None
        for source in self.sources:
            try:
                answer = source.status(issued, moment)
            except NotCheckable as error:
                failure = error
                continue
            if answer.state not in (RevocationState.UNKNOWN, RevocationState.COULD_NOT_CHECK):
                return answer
            unknown = answer
        if unknown is None:
            raise failure
        return unknown


@dataclass(slots=True)
class SimulatedPlatform:
    """A platform operator that answers from a table: for tests and ``sekisho demo``.

    ``states`` is by certificate; a certificate that isn't there is unknown. ``down`` says that it doesn't answer.
    ``delay`` is how old its information is. Counts what it was asked (``asked``), as real platforms charge for it.
    """

    states: Mapping[CertificateId, RevocationState] = field(default_factory=dict)
    delay: timedelta = timedelta(minutes=15)
    down: str = ""
    asked: int = 0

    def status(self, issued: IssuedCertificate, moment: datetime) -> RevocationAnswer:
        """The table's answer; raises ``RevocationNotChecked`` while ``down``."""
        self.asked += 1
        if self.down:
            raise RevocationNotChecked(problem=self.down)
        state = self.states.get(CertificateId.of(issued), RevocationState.UNKNOWN)
        as_of = moment - self.delay
        revoked_at = as_of if state is RevocationState.REVOKED else None
        return RevocationAnswer(state, RevocationMethod.PLATFORM, as_of, "simulator: platform operator", revoked_at)
