"""Every published fault of a passport verifier, and everything else that can be wrong: a named error, at its step.

Sources of the faults: ICAO 9303-11 §5.1; CVE-2020-0601 (a curve's generator not compared); GHSA-58hw-cg5m-88rp
(validity, key usage, basicConstraints and the signer's identifier not looked at); GHSA-g258-q5gf-7hvx (only a part
covered by the signature; panics on DER lengths); the checks gmrtd makes and naive verifiers omit (a group that isn't in
the SOD, the country, the challenge); pymrtd issue 11 (the wrong algorithm for some ECDSA signers).
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sekisho.contracts.evidence.passport.model import RevocationState, UnverifiedPassport
from sekisho.contracts.evidence.steps import StepState
from tests.contracts.evidence.faults import Faults, listed, refused_at
from tests.contracts.evidence.fixtures import passport as build
from tests.contracts.evidence.fixtures import state_pki
from tests.contracts.evidence.fixtures.der_writing import bits, integer, octets, oid, seq, set_of, tlv
from tests.contracts.evidence.passport.checking import candidate, imported, verify
from tests.contracts.evidence.passport.faults_of_files import ENCODING, GROUPS, SIZES
from tests.contracts.evidence.passport.made_wrong import (
    OTHER,
    SECURITY_OBJECT,
    attributes,
    by_certificate,
    changed,
    curve_of,
    digests,
    forged_generator,
    point_of,
    resigned,
    right,
    signer,
    zone_of,
)

ATTRIBUTES: Faults[UnverifiedPassport] = listed(
    {
        (1, "missing_signed_attribute"): {
            "no attributes": lambda: resigned(attributes=[]),
            "no content type": lambda: resigned(attributes=attributes()[1:]),
            "no message digest": lambda: resigned(attributes=attributes()[:1]),
        },
        (1, "duplicate_signed_attribute"): {
            "two content types": lambda: resigned(attributes=attributes(twice="contentType")),
            "two message digests": lambda: resigned(attributes=attributes(twice="messageDigest")),
        },
        (3, "signature_invalid"): {
            "another content type": lambda: resigned(attributes=attributes(kind="1.2.840.113549.1.7.1")),
            "another message digest": lambda: resigned(attributes=attributes(digest=bytes(32))),
            "a message digest cut short": lambda: resigned(
                attributes=attributes(digest=hashlib.sha256(b"").digest()[:1])
            ),
        },
    }
)

SIGNERS: Faults[UnverifiedPassport] = listed(
    {
        (1, "algorithm_refused"): {
            "a signature by SHA-1": lambda: resigned(hand=replace(signer().hand, digest="sha1")),
        },
        (1, "algorithm_parameters_refused"): {
            "PSS with another mask": lambda: resigned(
                by=build.signer("italy"),
                hand=replace(
                    build.signer("italy").hand,
                    algorithm_bytes=seq(
                        oid("1.2.840.113549.1.1.10"), state_pki.pss_parameters("sha256", mask="sha512")
                    ),
                ),
            ),
        },
        (4, "signature_invalid"): {
            "a signature over other data": lambda: resigned(signature=signer().hand.sign(b"other data")),
            "a signature over the content instead of the attributes": lambda: resigned(
                signature=signer().hand.sign(build.security_object(digests(), "sha256"))
            ),
            "an empty signature": lambda: resigned(signature=b""),
            "a signature of zeroes": lambda: resigned(signature=seq(integer(0), integer(0))),
            "somebody else's signature": lambda: resigned(hand=OTHER),
            "PSS said to have another salt": lambda: resigned(
                by=build.signer("italy"),
                hand=replace(
                    build.signer("italy").hand,
                    algorithm_bytes=seq(oid("1.2.840.113549.1.1.10"), state_pki.pss_parameters("sha256", salt=20)),
                ),
            ),
            "PKCS#1 v1.5 passed off as PSS": lambda: resigned(
                by=build.signer("france"),
                hand=replace(
                    build.signer("france").hand,
                    algorithm_bytes=seq(oid("1.2.840.113549.1.1.10"), state_pki.pss_parameters("sha256")),
                ),
            ),
            "the wrong hash for an ECDSA signer (pymrtd issue 11)": lambda: resigned(
                hand=replace(signer().hand, algorithm_bytes=seq(oid("1.2.840.10045.4.3.3")))
            ),
        },
        (4, "passport_signer_missing"): {
            "no certificate": lambda: resigned(certificates=[]),
        },
        (4, "passport_signer_other"): {
            "another signer's certificate": lambda: resigned(certificates=[build.signer("germany").certificate]),
            "another serial number": lambda: resigned(serial=7),
            "another key identifier": lambda: resigned(subject_key=bytes(20)),
        },
        (4, "passport_signer_usage"): {
            "a signer that is an authority": lambda: by_certificate(extensions=state_pki.AUTHORITY_EXTENSIONS),
            "a signer that is an authority and may sign documents": lambda: by_certificate(
                extensions=(*state_pki.SIGNER_EXTENSIONS, state_pki.AUTHORITY_EXTENSIONS[0])
            ),
            "the authority itself as the signer": lambda: resigned(
                by=state_pki.BuiltSigner(
                    build.authority("japan"),
                    build.authority("japan").name,
                    0xE3,
                    build.authority("japan").hand,
                    build.authority("japan").certificate,
                )
            ),
            "a self-signed signer": lambda: by_certificate(subject=build.authority("japan").name, by=signer().hand),
            "a signer without key usage": lambda: by_certificate(extensions=()),
            "a signer for encipherment": lambda: by_certificate(
                extensions=(state_pki.extension("2.5.29.15", bits(b"\x20", 5), critical=True),)
            ),
            "a signer of master lists": lambda: by_certificate(extensions=state_pki.LIST_SIGNER_EXTENSIONS),
        },
        (4, "duplicate_extension"): {
            "a duplicate extension": lambda: by_certificate(
                extensions=(*state_pki.SIGNER_EXTENSIONS, *state_pki.SIGNER_EXTENSIONS)
            ),
        },
        (4, "unknown_critical_extension"): {
            "an unknown critical extension": lambda: by_certificate(
                extensions=(*state_pki.SIGNER_EXTENSIONS, state_pki.extension("1.2.3.4", b"\x05\x00", critical=True))
            ),
        },
        (4, "algorithm_parameters_refused"): {
            "two algorithms in one certificate": lambda: by_certificate(
                inner_algorithm=seq(oid("1.2.840.10045.4.3.2"))
            ),
        },
        (4, "der_unexpected_element"): {
            "a certificate of version 1": lambda: by_certificate(version=0),
            "a certificate beside the SOD that isn't one": lambda: replace(
                resigned(certificates=[]), signer=b"\x30\x00"
            ),
        },
        (4, "curve_refused"): {
            "another generator (CVE-2020-0601)": forged_generator,
            "another order": lambda: curve_of(n=state_pki.CURVES["P-256"].n - 2),
            "another cofactor": lambda: curve_of(h=2),
            "another coefficient": lambda: curve_of(b=state_pki.CURVES["P-256"].b ^ 1),
        },
        (4, "point_refused"): {
            "a point off the curve": lambda: point_of(b"\x04" + bytes(63) + b"\x01"),
            "the point at infinity": lambda: point_of(b"\x00"),
        },
        (4, "key_size_refused"): {
            "RSA with 1024 bits": lambda: by_certificate(
                public=seq(
                    seq(oid("1.2.840.113549.1.1.1"), b"\x05\x00"), bits(seq(integer(1 << 1023 | 1), integer(65537)))
                )
            ),
        },
    }
)

CHAIN: Faults[UnverifiedPassport] = listed(
    {
        (5, "passport_signer_not_by_country"): {
            "a signer the authority didn't sign": lambda: by_certificate(
                by=OTHER, issuer_public=build.authority("japan").hand.spki()
            ),
            "a signer whose signature was altered": lambda: resigned(
                by=replace(signer(), certificate=changed(signer().certificate, -1)),
            ),
            "a signer by another country's authority": lambda: by_certificate(
                by=build.authority("germany").hand, issuer_public=build.authority("japan").hand.spki()
            ),
        },
        (5, "passport_certificate_outside_validity"): {
            "an expired signer": lambda: build.passport("japan-expired"),
            "a signer not yet valid": lambda: by_certificate(first=build.MOMENT + timedelta(seconds=1)),
        },
        (5, "passport_signed_outside_period"): {
            "signed before the signer was": lambda: resigned(signing_time=state_pki.FIRST - timedelta(days=1)),
            "signed in the future": lambda: resigned(signing_time=build.MOMENT + timedelta(seconds=1)),
        },
    }
)

DOCUMENT: Faults[UnverifiedPassport] = listed(
    {
        (6, "passport_check_digit_wrong"): {
            "a wrong check digit of the number": lambda: zone_of(lambda z: changed(z, 53)),
            "a wrong check digit of the birth date": lambda: zone_of(lambda z: changed(z, 63)),
            "a wrong check digit of the expiry date": lambda: zone_of(lambda z: changed(z, 71)),
            "a wrong composite check digit": lambda: zone_of(lambda z: changed(z, 87)),
        },
        (6, "passport_mrz_refused"): {
            "a short zone": lambda: zone_of(lambda z: z[:-1]),
            "a zone in lower case": lambda: zone_of(lambda z: z.lower()),
            "a zone of other bytes": lambda: zone_of(lambda z: b"\xff" * len(z)),
            "a zone without a name": lambda: zone_of(surname="", given=""),
            "born on 30 February": lambda: zone_of(birth="900230"),
            "a birth date of letters": lambda: zone_of(birth="90A401"),
            "expires on a day that doesn't exist": lambda: zone_of(expiry="310431"),
            "an unknown expiry date": lambda: zone_of(expiry="31<<<<"),
        },
        (6, "passport_other_document"): {
            "a visa": lambda: zone_of(code="V"),
            "an identity card": lambda: zone_of(code="ID"),
        },
        (7, "passport_country_mismatch"): {
            "a passport of another country": lambda: zone_of(issuer="FRA"),
            "a passport of no country": lambda: zone_of(issuer="UTO"),
            "a signer of another country": lambda: by_certificate(subject=state_pki.name("FR", "DSC")),
        },
        (10, "passport_expired"): {
            "an expired passport": lambda: zone_of(expiry="261122"),
        },
    }
)

ALL: Faults[UnverifiedPassport] = {**SIZES, **ENCODING, **GROUPS, **ATTRIBUTES, **SIGNERS, **CHAIN, **DOCUMENT}


@pytest.mark.parametrize("fault", ALL)
def test_a_fault_is_named_at_its_step(fault: str) -> None:
    """Each fault has one error, with the number of the step that found it, and nothing after it was done."""
    make, reason, step = ALL[fault]
    result = verify(make())
    refused_at(result.report, reason, step)
    assert result.verified is None
    for one in result.report.steps:
        expected = StepState.DONE if one.step.number < step else StepState.NOT_DONE
        if one.step.number == step:
            expected = StepState.FAILED
        if one.step.number == 9 and step == 10:
            expected = StepState.NOT_DONE  # no challenge was put
        assert one.state is expected


def test_the_right_passport_has_no_fault() -> None:
    """What the faults start from verifies, so each is refused for its own sake."""
    assert verify(right()).verified is not None
    assert verify(zone_of()).verified is not None
    assert verify(by_certificate()).verified is not None
    assert verify(resigned(attributes=attributes())).verified is not None
    assert verify(resigned(by=build.signer("italy"))).report.failure is not None  # Italy signed a Japanese passport


def test_an_expired_signer_is_said_to_be_expired() -> None:
    """The state of revocation of an expired certificate is neither good nor revoked."""
    assert verify(build.passport("japan-expired")).revocation is RevocationState.EXPIRED


def test_an_authority_that_has_expired() -> None:
    """A valid signer under an authority whose certificate has ended is refused."""
    old = build.authority("japan")
    ended = state_pki.certificate(
        subject=old.name,
        issuer=old.name,
        public=old.hand.spki(),
        by=old.hand,
        first=state_pki.AUTHORITY_FIRST,
        last=datetime(2026, 11, 1, tzinfo=UTC),
        extensions=state_pki.AUTHORITY_EXTENSIONS,
    )
    result = verify(right(), trust=imported(candidate(ended)).store)
    assert result.report.failure is not None
    assert (result.report.failure.reason, result.report.failure.step) == ("passport_certificate_outside_validity", 5)
    assert result.report.failure.fields["certificate"] == "country authority"
    # Of two certificates with one key, the one that is valid counts.
    both = imported(candidate(ended), candidate(old.certificate)).store
    assert verify(right(), trust=both).verified is not None


def test_two_signer_infos() -> None:
    """Which of two signers would count isn't said anywhere: refused."""
    content = build.security_object(digests(), "sha256")
    info = seq(integer(1), seq(build.authority("japan").name, integer(1)), seq(oid(state_pki.DIGEST_OIDS["sha256"])))
    body = seq(
        integer(3),
        set_of(seq(oid(state_pki.DIGEST_OIDS["sha256"]))),
        seq(oid(SECURITY_OBJECT), tlv(0xA0, octets(content))),
        set_of(info, info),
    )
    files = replace(right(), sod=tlv(0x77, seq(oid("1.2.840.113549.1.7.2"), tlv(0xA0, body))))
    failure = verify(files).report.failure
    assert failure is not None
    assert (failure.reason, failure.step) == ("der_unexpected_element", 1)
    assert failure.fields["expected"] == "exactly one signer"
