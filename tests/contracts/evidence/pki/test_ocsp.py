"""OCSP: the question has a nonce, and only its own answer is believed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import ocsp as asn1_ocsp

from sekisho.contracts.evidence.jpki.model import RevocationState
from sekisho.contracts.evidence.jpki.ports import OcspSource
from sekisho.contracts.evidence.pki.errors import OcspUnusable
from sekisho.contracts.evidence.pki.ocsp import OcspAnswer, OcspStatus, ocsp_request, read_ocsp
from tests.contracts.evidence.fixtures import jpki_pki as pki
from tests.contracts.evidence.fixtures.jpki_pki import MOMENT

NONCE = bytes(range(32))


def asked(label: str = "taro", *, nonce: bytes = NONCE) -> bytes:
    """The question about a certificate."""
    return ocsp_request(pki.issued(label), nonce=nonce)


def read(data: bytes, label: str = "taro", *, nonce: bytes = NONCE, moment: datetime = MOMENT) -> OcspAnswer:
    """The answer about a certificate."""
    return read_ocsp(data, pki.issued(label), nonce=nonce, moment=moment)


def unusable(data: bytes, label: str = "taro", *, nonce: bytes = NONCE, moment: datetime = MOMENT) -> str:
    """The slug of why an answer can't be used."""
    with pytest.raises(OcspUnusable) as caught:
        read(data, label, nonce=nonce, moment=moment)
    return caught.value.reason


def test_the_question_is_what_another_reader_reads() -> None:
    """Serial number, hashes of the authority and nonce are where RFC 6960 has them."""
    request = asn1_ocsp.OCSPRequest.load(asked(), strict=True)
    about = request["tbs_request"]["request_list"][0]["req_cert"]
    assert about["serial_number"].native == pki.issued("taro").certificate.serial
    assert request.nonce_value.native == NONCE
    assert request.dump(force=True) == asked()


@pytest.mark.parametrize(("label", "status"), [("taro", OcspStatus.GOOD), ("taro-revoked", OcspStatus.REVOKED)])
def test_a_good_answer(label: str, status: OcspStatus) -> None:
    """Status, time and who signed."""
    answer = read(pki.ocsp_answer(asked(label)), label)
    assert answer.status is status
    assert answer.this_update == MOMENT
    assert (answer.revoked_at is not None) == (status is OcspStatus.REVOKED)
    assert len(answer.responder) == 64


def test_an_answer_to_another_question_is_refused() -> None:
    """Another nonce, another certificate, another generation."""
    assert unusable(pki.ocsp_answer(asked(nonce=b"x" * 32))) == "ocsp_nonce_wrong"
    assert unusable(pki.ocsp_answer(asked("taro-revoked"))) == "ocsp_other_certificate"
    assert unusable(pki.ocsp_answer(asked()), "taro-first-generation") in {
        "ocsp_responder_unknown",
        "ocsp_unreadable",
    }


def test_an_answer_without_a_nonce_is_refused() -> None:
    """An answer from before the revocation could be played back."""
    request = asn1_ocsp.OCSPRequest.load(asked())
    del request["tbs_request"]["request_extensions"]
    request["tbs_request"]["request_extensions"] = None
    assert unusable(pki.ocsp_answer(request.dump(force=True))) == "ocsp_nonce_wrong"


@pytest.mark.parametrize(
    ("responder", "reason"),
    [
        ("signing-not-appointed", "ocsp_responder_unknown"),
        ("signing-expired-responder", "ocsp_responder_unknown"),
        ("signing-other-generation", "ocsp_unreadable"),
        ("signing-wrong-key", "ocsp_signature_wrong"),
    ],
)
def test_only_an_appointed_responder_is_believed(responder: str, reason: str) -> None:
    """Without the purpose, out of its time, by another generation's key, or with a wrong signature: no answer."""
    assert unusable(pki.ocsp_answer(asked(), responder)) == reason


def test_an_answer_is_about_now() -> None:
    """A minute ahead is another machine's clock; more, or past its end, is no answer."""
    assert read(pki.ocsp_answer(asked(), at=MOMENT + timedelta(seconds=60))).status is OcspStatus.GOOD
    assert unusable(pki.ocsp_answer(asked(), at=MOMENT + timedelta(seconds=61))) == "ocsp_from_the_future"
    assert unusable(pki.ocsp_answer(asked(), at=MOMENT - timedelta(minutes=11))) == "ocsp_expired"


@pytest.mark.parametrize("status", ["malformed_request", "try_later", "unauthorized"])
def test_a_responder_that_couldnt_answer(status: str) -> None:
    """Its status is told; it says nothing about the certificate."""
    assert unusable(asn1_ocsp.OCSPResponse({"response_status": status}).dump()) == "ocsp_not_successful"


@pytest.mark.parametrize("cut", [0, 5, 100, 800])
def test_an_answer_that_is_cut_off_is_unreadable(cut: int) -> None:
    """At any place."""
    assert unusable(pki.ocsp_answer(asked())[:cut]) == "ocsp_unreadable"


def test_a_nonce_is_long_enough() -> None:
    """RFC 9654: 32 octets to 128."""
    for length in (31, 129):
        with pytest.raises(ValueError, match="32 to 128"):
            asked(nonce=b"x" * length)


class _Responder:
    name = "made-up responder"

    def ask(self, request: bytes) -> bytes:
        """Answers as declared."""
        return pki.ocsp_answer(request)


class _Replay:
    name = "made-up replay"

    def ask(self, request: bytes) -> bytes:  # noqa: ARG002  the protocol's
        """An old answer, whatever was asked."""
        return pki.ocsp_answer(asked())


def test_the_source_asks_with_a_fresh_nonce() -> None:
    """A responder's answer becomes good or revoked with its name; an old answer played back isn't one."""
    source = OcspSource(_Responder())
    good = source.status(pki.issued("taro"), MOMENT)
    assert good.state is RevocationState.GOOD
    assert good.answered_by.startswith("made-up responder (")
    revoked = source.status(pki.issued("taro-revoked"), MOMENT)
    assert revoked.state is RevocationState.REVOKED
    assert revoked.revoked_at == datetime(2026, 10, 1, 3, 0, tzinfo=UTC)
    with pytest.raises(OcspUnusable) as caught:
        OcspSource(_Replay()).status(pki.issued("taro"), MOMENT)
    assert caught.value.reason == "ocsp_nonce_wrong"
