"""Faults published about other verifiers, each tried here.

GHSA-58hw-cg5m-88rp: no notBefore/notAfter, keyUsage, basicConstraints or signer-id check. GHSA-g258-q5gf-7hvx: a DER
length made the reader panic; only the first signature looked at; what was signed didn't cover what was read. The
checklist of a public JPKI server: text made by the server; nonce consumed first; the same leaf in every step; leaf not
a CA nor self-signed; issuer compared as DER; separate stores; accounts by (issuer, serial). identity facts: signature
"recovered and scanned"; expired list; "could not check" taken for valid; items at wrong places (test_parse.py).
"""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA1

from sekisho.contracts.evidence.jpki.model import CertificateId, UnverifiedSubmission
from sekisho.contracts.evidence.jpki.ports import MemoryNonces
from sekisho.contracts.evidence.jpki.verify import verify_signing
from sekisho.contracts.evidence.pki.certificate import parse_certificate
from sekisho.contracts.evidence.pki.path import require_issuers
from sekisho.contracts.evidence.pki.signature import verifier
from sekisho.contracts.evidence.steps import Report
from tests.contracts.evidence.fixtures import jpki_pki as pki
from tests.contracts.evidence.fixtures.jpki_pki import APPLICATION, MOMENT, TARO
from tests.contracts.evidence.jpki.test_verify import sign, stopped


def answer(certificate: bytes, signature: bytes | None = None) -> Report:
    """Somebody sends this certificate, with 太郎's signature unless another is given."""
    nonces, challenge = MemoryNonces(), pki.challenge()
    nonces.keep(challenge)
    made = pki.submission(challenge)
    return verify_signing(
        UnverifiedSubmission(challenge.nonce, certificate, signature or made.signature),
        application=APPLICATION,
        stated=TARO,
        moment=MOMENT,
        profile=pki.profile(),
        nonces=nonces,
        revocation=pki.stored_lists(),
    )


@pytest.mark.parametrize(
    ("label", "slug"),
    [
        ("future", "certificate_not_yet_valid"),
        ("expired", "certificate_expired"),
        ("key-encipherment", "wrong_key_usage"),
        ("leaf-that-is-an-authority", "leaf_is_authority"),
    ],
)
def test_ghsa_58hw_checks_that_were_missing(label: str, slug: str) -> None:
    """notBefore, notAfter, keyUsage and basicConstraints are each a step."""
    assert stopped(sign(label))[0] == slug


def test_ghsa_58hw_the_signer_is_the_certificate_that_was_checked() -> None:
    """A good certificate with somebody else's signature: the key is taken from the certificate that was verified."""
    assert stopped(sign("taro", key="rogue")) == ("signature_wrong", 9)


def test_ghsa_g258_a_length_that_lies_is_a_named_error() -> None:
    """Lengths past the end, at every place of the certificate, don't crash the reader."""
    whole = pki.certificate("taro")
    for at in range(1, len(whole)):
        damaged = whole[:at] + b"\x84\x7f\xff\xff\xff" + whole[at + 5 :]
        reason, step = stopped(answer(damaged))
        assert reason
        assert step in range(2, 12)


def test_ghsa_g258_what_is_read_is_what_was_signed() -> None:
    """One byte of any item changed, and the authority's signature doesn't cover it any more."""
    whole = pki.certificate("taro")
    for text in ("見本　太郎", "419900401", "東京都千代田区"):
        at = whole.index(text.encode())
        assert stopped(answer(whole[:at] + bytes((whole[at] ^ 1,)) + whole[at + 1 :]))[1] in {4, 11}


def test_the_padding_is_not_searched() -> None:
    """A signature whose padding holds another digest's identifier doesn't hold, whatever else is right."""
    nonces, challenge = MemoryNonces(), pki.challenge()
    nonces.keep(challenge)
    by_sha1 = pki.private_key("taro").sign(challenge.text, PKCS1v15(), SHA1())  # noqa: S303  refused by what is tested
    key = verifier(parse_certificate(pki.certificate("taro")).public_key, bits=frozenset({2048}))
    assert not key.holds(by_sha1, challenge.text)
    # Below the modulus and longer or shorter than it: never taken for the number that it is.
    good = pki.submission(challenge).signature
    for signature in (b"\0" + good, good[:-1], b"", b"\0" * 256, b"\xff" * 256):
        assert not key.holds(signature, challenge.text)


def test_the_issuer_is_compared_as_der() -> None:
    """A name that reads the same in another string type is another name."""
    whole = pki.certificate("taro")
    issuer = parse_certificate(whole).issuer
    other = issuer.replace(b"\x0c\x04JPKI", b"\x13\x04JPKI")
    assert other != issuer
    renamed = parse_certificate(whole.replace(issuer, other, 1))
    assert stopped(answer(renamed.der)) == ("issuer_unknown", 3)
    assert require_issuers(parse_certificate(whole), pki.signing_store())


def test_an_account_is_a_certificate_not_a_name() -> None:
    """Two people's certificates differ in (issuer, serial) even where the subject's name is the same."""
    assert CertificateId.of(pki.issued("taro")) != CertificateId.of(pki.issued("taro-phone"))
    assert CertificateId.of(pki.issued("taro")) == CertificateId.of(pki.issued("taro"))


def test_could_not_check_is_not_good() -> None:
    """No list at hand: the fact says so, and isn't "good"."""
    from sekisho.contracts.evidence.jpki.ports import StoredLists
    from sekisho.contracts.evidence.pki.crl import RevocationLists

    report = sign(revocation=StoredLists(RevocationLists(()), "nobody"))
    assert report.require_facts()["revocation"] == "could_not_check"
