"""OCSP: the question has a nonce, and only its own answer is believed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import core
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from sekisho.contracts.evidence.jpki.model import RevocationState
from sekisho.contracts.evidence.jpki.ports import OcspSource
from sekisho.contracts.evidence.pki.errors import OcspUnusable
from sekisho.contracts.evidence.pki.ocsp import MAX_AGE, OcspAnswer, OcspStatus, ocsp_request, read_ocsp
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
        ("signing-responder-authority", "ocsp_unreadable"),
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


def resigned(change: Callable[[asn1_ocsp.ResponseData], None]) -> bytes:
    """A good answer with ``change`` made to it and signed by the responder again."""
    response = asn1_ocsp.OCSPResponse.load(pki.ocsp_answer(asked()))
    basic = response.basic_ocsp_response
    data = basic["tbs_response_data"].copy()
    change(data)
    signed = data.dump(force=True)
    made = asn1_ocsp.BasicOCSPResponse(
        {
            "tbs_response_data": asn1_ocsp.ResponseData.load(signed),
            "signature_algorithm": basic["signature_algorithm"].copy(),
            "signature": pki.private_key("responder").sign(signed, PKCS1v15(), SHA256()),
            "certs": basic["certs"].copy(),
        }
    )
    der: bytes = asn1_ocsp.OCSPResponse(
        {
            "response_status": "successful",
            "response_bytes": {
                "response_type": "basic_ocsp_response",
                "response": core.ParsableOctetString(made.dump()),
            },
        }
    ).dump()
    return der


def test_a_responder_may_be_named_by_its_name() -> None:
    """byName and byKey both name the certificate that signed (RFC 6960 §4.2.2.3)."""

    def by_name(data: asn1_ocsp.ResponseData) -> None:
        subject = asn1_x509.Certificate.load(pki.certificate("responder")).subject
        data["responder_id"] = asn1_ocsp.ResponderId("by_name", subject)

    assert read(resigned(by_name)).status is OcspStatus.GOOD


def test_the_authority_itself_may_answer() -> None:
    """Without a responder's certificate: the issuer's own signature."""
    assert read(pki.ocsp_answer(asked(), "signing-authority-itself")).status is OcspStatus.GOOD


def test_a_critical_extension_nobody_knows_makes_an_answer_unreadable() -> None:
    """In the response and in the single answer."""
    unknown = {"extn_id": "1.2.3", "critical": True, "extn_value": core.ParsableOctetString(core.Null().dump())}

    def of_the_response(data: asn1_ocsp.ResponseData) -> None:
        data["response_extensions"].append(asn1_ocsp.ResponseDataExtension(unknown))

    def of_the_answer(data: asn1_ocsp.ResponseData) -> None:
        data["responses"][0]["single_extensions"] = [asn1_ocsp.SingleResponseExtension(unknown)]

    for change in (of_the_response, of_the_answer):
        assert unusable(resigned(change)) == "ocsp_unreadable"


def test_an_answer_about_a_certificate_named_with_sha256() -> None:
    """A responder may name the authority by SHA-256; by anything else it names nobody."""

    def named(algorithm: str) -> Callable[[asn1_ocsp.ResponseData], None]:
        issuer = asn1_x509.Certificate.load(pki.certificate("sign-ca-2"))

        def change(data: asn1_ocsp.ResponseData) -> None:
            about = data["responses"][0]["cert_id"]
            about["hash_algorithm"] = {"algorithm": algorithm}
            about["issuer_name_hash"] = issuer.subject.sha256
            about["issuer_key_hash"] = issuer.public_key.sha256

        return change

    assert read(resigned(named("sha256"))).status is OcspStatus.GOOD
    assert unusable(resigned(named("sha384"))) == "ocsp_other_certificate"


def test_an_answer_without_an_end_is_good_for_half_an_hour() -> None:
    """RFC 6960 §4.2.2.1: without nextUpdate newer information is always available, so an old answer isn't one."""

    def endless(data: asn1_ocsp.ResponseData) -> None:
        data["responses"][0]["next_update"] = None

    answer = resigned(endless)
    assert read(answer, moment=MOMENT + MAX_AGE).status is OcspStatus.GOOD
    assert unusable(answer, moment=MOMENT + MAX_AGE + timedelta(seconds=1)) == "ocsp_expired"


def test_an_unknown_certificate_is_unknown() -> None:
    """The responder's "unknown" is neither good nor revoked."""

    def unknown(data: asn1_ocsp.ResponseData) -> None:
        data["responses"][0]["cert_status"] = asn1_ocsp.CertStatus("unknown", core.Null())

    assert read(resigned(unknown)).status is OcspStatus.UNKNOWN


def test_an_answer_of_another_type_is_unreadable() -> None:
    """There is one type of response; what it isn't is not guessed at."""
    data = pki.ocsp_answer(asked())
    assert (
        unusable(data.replace(bytes.fromhex("06092b0601050507300101"), bytes.fromhex("06092b0601050507300109"), 1))
        == "ocsp_unreadable"
    )


def test_the_longest_nonce_is_asked_with() -> None:
    """128 octets make a question longer than one byte of length can say."""
    nonce = b"n" * 128
    assert read(pki.ocsp_answer(asked(nonce=nonce)), nonce=nonce).status is OcspStatus.GOOD


def test_the_responders_certificate_is_found_among_others() -> None:
    """An answer may bring other certificates too; one without the responder's brings nobody."""

    def answer(*labels: str) -> bytes:
        response = asn1_ocsp.OCSPResponse.load(pki.ocsp_answer(asked()))
        basic = response.basic_ocsp_response.copy()
        basic["certs"] = [asn1_x509.Certificate.load(pki.certificate(label)) for label in labels]
        response["response_bytes"]["response"] = core.ParsableOctetString(basic.dump(force=True))
        der: bytes = response.dump(force=True)
        return der

    assert read(answer("taro", "responder")).status is OcspStatus.GOOD
    assert unusable(answer("taro", "taro-phone")) == "ocsp_responder_unknown"
    assert unusable(answer(*["taro"] * 4, "responder")) == "ocsp_responder_unknown"


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
