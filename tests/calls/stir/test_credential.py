"""Certificates and their path: each fault refused for its own reason, at the moment it can be known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from sekisho.calls.stir.credential import MAX_CHAIN, Credential, TrustSet, establish
from sekisho.calls.stir.errors import (
    CertificateNotReadable,
    Expired,
    IssuerSignatureWrong,
    IssuerUnknown,
    NotYetValid,
    NumbersElsewhere,
    PathWrong,
    RevocationUnknown,
    Revoked,
    StirFault,
)
from sekisho.calls.stir.extensions import (
    ENHANCED_JWT_CLAIM_CONSTRAINTS,
    JWT_CLAIM_CONSTRAINTS,
    STIR_TN_LIST,
    TN_AUTH_LIST,
)
from sekisho.calls.stir.refusals import RevocationListRefused
from sekisho.calls.stir.revocation import Revocations, read_revocation_list
from tests.calls.stir import pki
from tests.calls.stir.pki import MIDDLE, MOMENT, ROOT, SIGNER, Plan, der, issue, key, pem, tn_auth_list, usage

SECOND = timedelta(seconds=1)


def _established(*plans: Plan) -> Credential:
    return establish(pem(*plans), pki.trust())


def test_a_chain_to_the_root_is_established() -> None:
    """Signer, intermediate, configured root: the credential has the numbers of the signer's TNAuthList."""
    found = _established(SIGNER, MIDDLE)
    assert "81312345650" in found.authorization.numbers
    assert "81501234567" in found.authorization.numbers
    assert "81312345700" not in found.authorization.numbers


def test_the_root_may_come_along_and_the_order_of_the_others_is_free() -> None:
    """Files carry the root too, or authorities in any order after the signer's."""
    signer = pem(SIGNER)
    for others in (pem(MIDDLE), pem(MIDDLE, ROOT), pem(ROOT, MIDDLE)):
        assert len(establish(signer + others, pki.trust()).path) == 2


def test_der_alone_is_a_chain_of_one() -> None:
    """A signer issued by the configured authority itself, as DER."""
    plan = replace(SIGNER, issuer="root")
    certificate = issue(plan)
    found = establish(certificate.public_bytes(serialization.Encoding.DER), pki.trust())
    assert found.fingerprint == certificate.fingerprint(hashes.SHA256()).hex()


def test_a_credential_is_not_made_by_hand() -> None:
    """Only the path check makes one, so nobody can hold an unchecked one."""
    made = _established(SIGNER, MIDDLE)
    with pytest.raises(TypeError):
        replace(made, made=object())


FAULTS: dict[str, tuple[Sequence[Plan], type[StirFault]]] = {
    "no path": ((SIGNER,), IssuerUnknown),
    "another authority": (
        (replace(SIGNER, issuer="elsewhere"), Plan("elsewhere", "elsewhere", ca=True, usage=usage(authority=True))),
        IssuerUnknown),
    "forged in the root's name": ((replace(SIGNER, issuer="root", signed_by=key("forger")),), IssuerSignatureWrong),
    "forged in the intermediate's name": ((replace(SIGNER, signed_by=key("forger")), MIDDLE), IssuerUnknown),
    "intermediate no authority": ((SIGNER, replace(MIDDLE, ca=False, path_length=None)), PathWrong),
    "intermediate without basicConstraints": ((SIGNER, replace(MIDDLE, ca=None)), PathWrong),
    "intermediate may not sign certificates": ((SIGNER, replace(MIDDLE, usage=usage(sign=True))), PathWrong),
    "intermediate without keyUsage": ((SIGNER, replace(MIDDLE, usage=None)), PathWrong),
    "path too long": (
        (replace(SIGNER, issuer="lower"), Plan("lower", "middle", ca=True, usage=usage(authority=True)), MIDDLE),
        PathWrong),
    "signer is an authority": ((replace(SIGNER, ca=True), MIDDLE), PathWrong),
    "signer may sign certificates": ((replace(SIGNER, usage=usage(sign=True, authority=True)), MIDDLE), PathWrong),
    "signer may not sign": ((replace(SIGNER, usage=usage()), MIDDLE), PathWrong),
    "signer without keyUsage": ((replace(SIGNER, usage=None), MIDDLE), PathWrong),
    "P-384": ((replace(SIGNER, public=ec.generate_private_key(ec.SECP384R1()).public_key()), MIDDLE), PathWrong),
    "SHA-384": ((replace(SIGNER, hashed=hashes.SHA384()), MIDDLE), PathWrong),
    "no TNAuthList": ((replace(SIGNER, extensions=()), MIDDLE), PathWrong),
    "TNAuthList elsewhere": (
        (replace(SIGNER, extensions=(), more=((x509.AuthorityInformationAccess([x509.AccessDescription(
            x509.ObjectIdentifier(STIR_TN_LIST), x509.UniformResourceIdentifier("https://sti.example.jp/numbers"))]),
            False),)), MIDDLE), NumbersElsewhere),
    "TNAuthList malformed": (
        (replace(SIGNER, extensions=((TN_AUTH_LIST, False, b"\x30\x80\x00\x00"),)), MIDDLE), CertificateNotReadable),
    "unknown critical extension": (
        (replace(SIGNER, extensions=(*SIGNER.extensions, ("1.2.3.4", True, b"\x05\x00"))), MIDDLE), PathWrong),
    "critical name constraints": (
        (SIGNER, replace(MIDDLE, more=((x509.NameConstraints([x509.DNSName("example.jp")], None), True),))), PathWrong),
    "both kinds of claim constraints": (
        (replace(SIGNER, extensions=(*SIGNER.extensions,
            (JWT_CLAIM_CONSTRAINTS, False, der(0x30, der(0xA0, der(0x30, der(0x16, b"origid"))))),
            (ENHANCED_JWT_CLAIM_CONSTRAINTS, False, der(0x30, der(0xA2, der(0x30, der(0x16, b"rcd"))))))), MIDDLE),
        PathWrong),
    "numbers beyond the authority's": (
        (SIGNER, replace(MIDDLE, extensions=((TN_AUTH_LIST, False, tn_auth_list(pki.span("81312345600", 100))),))),
        PathWrong),
    "provider beyond the authority's": (
        (pki.provider("1234"), replace(MIDDLE, extensions=((TN_AUTH_LIST, False, tn_auth_list(pki.spc("99"))),))),
        PathWrong),
    "too many certificates": ((SIGNER, *[MIDDLE] * MAX_CHAIN), CertificateNotReadable),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_of_a_path_is_refused(fault: str) -> None:
    """Each fault alone keeps the chain from being established, for its own reason."""
    plans, expected = FAULTS[fault]
    with pytest.raises(expected):
        _established(*plans)


def test_a_delegate_within_its_authoritys_numbers_is_established() -> None:
    """RFC 9060: numbers within the range of the authority above, or of a provider whose numbers it doesn't list."""
    for scope in (tn_auth_list(pki.span("81312345000", 1000), pki.one("81501234567")), tn_auth_list(pki.spc("99"))):
        assert _established(SIGNER, replace(MIDDLE, extensions=((TN_AUTH_LIST, False, scope),)))


def test_a_new_generation_of_an_authority_is_unknown_not_forged() -> None:
    """An authority's next key bears the same name; a certificate that names that key is no forgery, we lack the key."""
    old, new = key("root").public_key(), key("root of tomorrow").public_key()
    trust = TrustSet.of([pem(replace(ROOT, more=((x509.SubjectKeyIdentifier.from_public_key(old), False),)))])
    named = replace(SIGNER, issuer="root", signed_by=key("root of tomorrow"))
    for public, expected in ((new, IssuerUnknown), (old, IssuerSignatureWrong)):
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(public)
        with pytest.raises(expected):
            establish(pem(replace(named, more=((identifier, False),))), trust)


@pytest.mark.parametrize(
    "data",
    [b"", b"\x30", b"\x30\x82\xff\xff", b"hello", pem(SIGNER) + b"x", b"x" + pem(SIGNER), b"\x30" + b"\x00" * 70_000,
     b"-----BEGIN CERTIFICATE-----\nAAA\n-----END CERTIFICATE-----\n",
     pem(SIGNER).replace(b"CERTIFICATE", b"X509 CRL")],
)
def test_what_is_no_chain_is_not_readable(data: bytes) -> None:
    """Anything but DER or PEM and nothing else is refused before it is looked into."""
    with pytest.raises(CertificateNotReadable):
        establish(data, pki.trust())


def test_only_an_authority_can_be_trusted() -> None:
    """A signer's certificate configured as an authority is refused at once, not at the first call."""
    with pytest.raises(PathWrong):
        TrustSet.of([pem(SIGNER)])


@pytest.mark.parametrize("at", ["signer", "middle", "root"])
def test_validity_is_asked_of_the_whole_path_at_each_call(at: str) -> None:
    """Both ends belong to the period; a second outside, the whole path doesn't hold, whichever certificate it is."""
    start, end = MOMENT - timedelta(hours=1), MOMENT + timedelta(hours=1)
    plans = {"signer": SIGNER, "middle": MIDDLE, "root": ROOT}
    plans[at] = replace(plans[at], start=start, end=end)
    credential = establish(pem(plans["signer"], plans["middle"]), TrustSet.of([pem(plans["root"])]))
    lists = pki.revocations(end=MOMENT + timedelta(days=2))
    for moment in (start, end):
        credential.require_current(moment, lists, signed_at=moment)
    credential.require_current(end + SECOND / 2, lists, signed_at=end)
    with pytest.raises(Expired):
        credential.require_current(end + SECOND, lists, signed_at=MOMENT)
    with pytest.raises(NotYetValid):
        credential.require_current(start - SECOND, lists, signed_at=MOMENT)


def test_nothing_is_signed_before_the_certificate_began() -> None:
    """A token dated before its certificate's validity was not made with it."""
    credential = _established(replace(SIGNER, start=MOMENT - 5 * SECOND), MIDDLE)
    with pytest.raises(NotYetValid):
        credential.require_current(MOMENT, pki.revocations(), signed_at=MOMENT - 6 * SECOND)


@pytest.mark.parametrize("serial", [SIGNER.serial, MIDDLE.serial])
def test_a_revoked_certificate_anywhere_in_the_path_is_refused(serial: int) -> None:
    """The signer's on the intermediate's list, or the intermediate on the root's."""
    credential = _established(SIGNER, MIDDLE)
    with pytest.raises(Revoked):
        credential.require_current(MOMENT, pki.revocations(serial), signed_at=MOMENT)


def test_without_a_current_list_nothing_is_good() -> None:
    """No list, only the root's list, a list of tomorrow, one that ran out: unknown, not good."""
    credential = _established(SIGNER, MIDDLE)
    root = read_revocation_list(pki.revocation_list(ROOT), issue(ROOT))
    tomorrow = read_revocation_list(
        pki.revocation_list(MIDDLE, start=MOMENT + SECOND, end=MOMENT + timedelta(days=9)), issue(MIDDLE)
    )
    for lists in (Revocations.NONE, Revocations([root]), Revocations([root, tomorrow])):
        with pytest.raises(RevocationUnknown):
            credential.require_current(MOMENT, lists, signed_at=MOMENT)
    with pytest.raises(RevocationUnknown):
        credential.require_current(MOMENT + timedelta(days=1, seconds=1), pki.revocations(), signed_at=MOMENT)


def test_of_two_lists_the_later_counts() -> None:
    """A revocation on the newer list counts in either order."""
    credential = _established(SIGNER, MIDDLE)
    root = read_revocation_list(pki.revocation_list(ROOT), issue(ROOT))
    older = read_revocation_list(pki.revocation_list(MIDDLE, start=MOMENT - timedelta(days=2)), issue(MIDDLE))
    newer = read_revocation_list(pki.revocation_list(MIDDLE, SIGNER.serial), issue(MIDDLE))
    for lists in ((root, older, newer), (root, newer, older)):
        with pytest.raises(Revoked):
            credential.require_current(MOMENT, Revocations(lists), signed_at=MOMENT)


def test_lists_that_cannot_be_relied_on_are_refused() -> None:
    """Another's signature or name, no DER, too large, an authority that may not sign lists, a partial list."""
    good = pki.revocation_list(MIDDLE)
    partial = (
        x509.CertificateRevocationListBuilder().issuer_name(pki.name("middle")).last_update(MOMENT)
        .next_update(MOMENT + SECOND).add_extension(x509.DeltaCRLIndicator(1), critical=True)
        .sign(key("middle"), hashes.SHA256()).public_bytes(serialization.Encoding.DER)
    )
    for data, issuer in (
        (good, issue(ROOT)),
        (good, issue(replace(MIDDLE, public=key("forger").public_key()))),
        (good, issue(replace(MIDDLE, usage=usage(sign=True)))),
        (good, issue(replace(MIDDLE, usage=None))),
        (good[:-1], issue(MIDDLE)),
        (b"", issue(MIDDLE)),
        (b"\x00" * (4 * 1024 * 1024 + 1), issue(MIDDLE)),
        (partial, issue(MIDDLE)),
    ):
        with pytest.raises(RevocationListRefused):
            read_revocation_list(data, issuer)
