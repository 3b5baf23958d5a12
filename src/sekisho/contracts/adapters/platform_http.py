"""A platform operator's interface over HTTP: is this JPKI certificate revoked?

Only certified operators may ask J-LIS (法17条1項6号), and each sells its answers in an interface of its own. The form
below is **ours**, not any operator's: put a gateway that speaks it in front of the operator you have a contract with,
or write an adapter of the one method of ``RevocationSource`` in this one's place.

``POST {base}/certificate-status`` with ``Authorization: Bearer KEY`` ::

    {"issuer_sha256": "64 hex", "serial": "hex", "nonce": "32 hex"}

answered by ::

    {"issuer_sha256": "…", "serial": "…", "nonce": "…", "state": "good", "method": "crl", "answered_by": "…",
     "as_of": "2026-11-23T11:45:00+09:00"}

``state`` is good, revoked, expired, unknown or could_not_check. ``method`` is how the operator knows (crl, ocsp) and
``as_of`` of when that is; ``revoked_at`` stands beside revoked, ``problem`` beside could_not_check, which needs no
``as_of``. The question names the certificate and holds nothing of the person: an operator that wants the certificate
itself gets name, address and date of birth with it.

An answer isn't signed: TLS proves who gave it. The nonce keeps a cache in between from giving an old one.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sekisho.contracts.adapters.bounded_http import TIMEOUT_SECONDS, Host, Key, NoAnswer, post
from sekisho.contracts.errors import ApplicationRefused
from sekisho.contracts.evidence.document_fields import Fields
from sekisho.contracts.evidence.jpki.errors import RevocationNotChecked
from sekisho.contracts.evidence.jpki.model import CertificateId, RevocationAnswer, RevocationMethod, RevocationState
from sekisho.contracts.evidence.pki.path import IssuedCertificate

PATH: Final = "/certificate-status"
MAX_ANSWER_BYTES: Final = 4 * 1024
"""An answer has some 400 bytes."""

_NONCE_BYTES: Final = 16
_METHODS: Final = ("crl", "ocsp")
_REQUIRED: Final = frozenset({"issuer_sha256", "serial", "nonce", "state", "answered_by"})
_OPTIONAL: Final = frozenset({"method", "as_of", "revoked_at", "problem"})


@dataclass(frozen=True, slots=True)
class PlatformHttp:
    """A ``RevocationSource`` over HTTP. Thread-safe; keeps no connection."""

    host: Host
    key: Key
    timeout: float = TIMEOUT_SECONDS

    def status(self, issued: IssuedCertificate, moment: datetime) -> RevocationAnswer:  # noqa: ARG002  it says as of when
        """As ``RevocationSource.status``: every way of not answering is ``RevocationNotChecked``, never a state."""
        certificate = CertificateId.of(issued)
        asked = {
            "issuer_sha256": certificate.issuer_sha256,
            "serial": f"{certificate.serial:x}",
            "nonce": secrets.token_hex(_NONCE_BYTES),
        }
        try:
            body = post(
                self.host,
                PATH,
                body=json.dumps(asked).encode("ascii"),
                limit=MAX_ANSWER_BYTES,
                bearer=self.key,
                timeout=self.timeout,
            )
            return _read(body, asked, self.host.name)
        except NoAnswer as error:
            raise RevocationNotChecked(problem=f"{self.host.name}: {error}") from None
        except ApplicationRefused as error:
            raise RevocationNotChecked(problem=f"{self.host.name}: unintelligible ({error.reason})") from None


def _read(body: bytes, asked: dict[str, str], host: str) -> RevocationAnswer:
    root = Fields.of(body, required=_REQUIRED, optional=_OPTIONAL)
    if any(root.found[name] != value for name, value in asked.items()):
        raise NoAnswer("an answer to another question")
    state = RevocationState(root.choice("state", tuple(one.value for one in RevocationState)))
    who = root.slug("answered_by")
    if state is RevocationState.COULD_NOT_CHECK:
        why = root.slug("problem") if root.given("problem") else "no reason given"
        raise NoAnswer(f"{who} could not check: {why}")
    if not (root.given("as_of") and root.given("method")):
        raise NoAnswer("an answer that doesn't say how and as of when")
    revoked_at = root.moment("revoked_at") if root.given("revoked_at") else None
    if revoked_at is not None and state is not RevocationState.REVOKED:
        raise NoAnswer("an answer that contradicts itself")
    return RevocationAnswer(
        state,
        RevocationMethod.PLATFORM,
        root.moment("as_of"),
        f"{host}: {who} ({root.choice('method', _METHODS)})",
        revoked_at,
    )
