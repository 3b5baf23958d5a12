"""What a hostile sender sends in place of a signature: a named error each, with the number of the failing step."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from sekisho.contracts.errors import ApplicationRefused
from sekisho.contracts.evidence.jpki.kind import JPKI
from sekisho.contracts.evidence.jpki.ports import MemoryNonces
from sekisho.contracts.evidence.verifier import Asked, Person
from sekisho.contracts.evidence.verifiers import VERIFIERS
from tests.contracts.evidence.fixtures import jpki_pki as pki
from tests.contracts.evidence.fixtures.examples import AT, example
from tests.contracts.evidence.fixtures.jpki_pki import APPLICATION, MOMENT
from tests.contracts.evidence.jpki.test_published_faults import answer
from tests.contracts.evidence.jpki.test_verify import stopped

WHOLE = pki.certificate("taro")
INNER = WHOLE[4:]
"""What stands inside the certificate's outermost frame, whose length has two bytes of its own."""

WRITTEN: dict[str, tuple[bytes, str]] = {
    "cut short": (WHOLE[:-1], "der_truncated"),
    "nothing but a frame": (WHOLE[:4], "der_truncated"),
    "more after it": (WHOLE + b"\x00", "der_trailing_bytes"),
    "an indefinite length": (b"\x30\x80" + INNER + b"\x00\x00", "der_indefinite_length"),
    "a length longer than it need be": (b"\x30\x83\x00" + WHOLE[2:4] + INNER, "der_length_not_minimal"),
    "a length bomb": (b"\x30\x84\x7f\xff\xff\xff" + INNER, "der_truncated"),
    "a length of 126 bytes": (b"\x30\xfe" + b"\xff" * 126, "der_too_big"),
    "depth without end": (b"\x30\x80" * 4_000, "der_indefinite_length"),
    "another thing": (b"\x31" + WHOLE[1:], "der_wrong_structure"),
}


@pytest.mark.parametrize("form", WRITTEN)
def test_what_isnt_der_stops_at_step_2(form: str) -> None:
    """Truncated, overlong, indefinite or endless: refused where the certificate is read."""
    certificate, reason = WRITTEN[form]
    assert stopped(answer(certificate)) == (reason, 2)


def document(text: bytes, nonce: bytes) -> dict[str, Any]:
    """The example's document, with a signature of the card over this text and the nonce of ours."""
    made: dict[str, Any] = json.loads(example("jpki").document)
    signature = pki.private_key("taro").sign(text, PKCS1v15(), SHA256())
    made["application"] = APPLICATION
    made["challenge"] |= {"nonce": nonce.hex(), "text": base64.b64encode(text).decode("ascii")}
    made["signature"] = base64.b64encode(signature).decode("ascii")
    return made


def test_the_text_is_the_servers_whatever_text_is_sent() -> None:
    """Another text with our nonce in it, signed well: what counts is the text that was issued, so it doesn't hold."""
    prepared = JPKI.prepare(example("jpki").trust, moment=AT)
    for changed, expected in ((False, None), (True, ("signature_wrong", 9))):
        nonces, challenge = MemoryNonces(), pki.challenge()
        nonces.keep(challenge)
        text = challenge.text.replace(APPLICATION.encode(), b"A-2026-9999") if changed else challenge.text
        assert (text != challenge.text) is changed
        assert challenge.nonce.hex().encode() in text
        raw = json.dumps(document(text, challenge.nonce)).encode()
        report = prepared.verify(raw, Asked(APPLICATION, MOMENT, Person(), nonces)).report
        assert (None if report.facts is not None else stopped(report)) == expected


@pytest.mark.parametrize("kind", VERIFIERS)
def test_no_kind_takes_a_pdf(kind: str) -> None:
    """GHSA-g258: only the first of a PDF's signatures was verified. No document here is a PDF, signed or not."""
    pdf = b"%PDF-1.7\n1 0 obj << /Type /Sig /ByteRange [0 10 20 30] /Contents <30> >> endobj\n%%EOF"
    prepared = VERIFIERS[kind].prepare(example(kind).trust, moment=AT)
    with pytest.raises(ApplicationRefused):
        prepared.verify(pdf, Asked(APPLICATION, AT))
