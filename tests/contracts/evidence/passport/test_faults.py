"""Every published fault of a passport verifier, and everything else that can be wrong: a named error, at its step.

Sources of the faults: ICAO 9303-11 §5.1; CVE-2020-0601 (a curve's generator not compared); GHSA-58hw-cg5m-88rp
(validity, key usage, basicConstraints and the signer's identifier not looked at); GHSA-g258-q5gf-7hvx (only a part
covered by the signature; panics on DER lengths); the checks gmrtd makes and naive verifiers omit (a group that isn't in
the SOD, the country, the challenge); pymrtd issue 11 (the wrong algorithm for some ECDSA signers).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from sekisho.contracts.evidence.passport import profile
from sekisho.contracts.evidence.passport.model import ActiveAnswer, RevocationState, UnverifiedPassport
from sekisho.contracts.evidence.steps import StepState
from tests.contracts.evidence.fixtures import passport as build
from tests.contracts.evidence.fixtures.der_writing import bits, integer, octets, oid, seq, set_of, tlv
from tests.contracts.evidence.passport.checking import candidate, imported, verify

OTHER = build.Hand(build.private_key("P-256", "somebody else"), "sha256")
SECURITY_OBJECT = "2.23.136.1.1.1"
Faults = dict[str, tuple[Callable[[], UnverifiedPassport], str, int]]


def right() -> UnverifiedPassport:
    """A passport with nothing wrong."""
    return build.passport("japan")


def signer() -> build.BuiltSigner:
    """Its signer."""
    return build.signer("japan")


def resigned(**other: Any) -> UnverifiedPassport:
    """The same groups under a SOD made otherwise."""
    return replace(right(), sod=build.sod(other.pop("by", signer()), right().groups, **other))


def digests() -> dict[int, bytes]:
    """The right digests of the groups."""
    return {number: hashlib.sha256(data).digest() for number, data in right().groups.items()}


def object_of(content: bytes) -> UnverifiedPassport:
    """A SOD over any content."""
    return resigned(content=content)


def by_certificate(**other: Any) -> UnverifiedPassport:
    """A SOD by a signer whose certificate is made otherwise."""
    return resigned(by=build.make_signer(build.authority("japan"), signer().hand, **other))


def zone_of(change: Callable[[bytes], bytes] = lambda zone: zone, **other: str) -> UnverifiedPassport:
    """A passport whose zone is otherwise, signed by the state all the same."""
    spec = build.DECLARED["passports"]["japan"]
    groups = {1: build.group_1(change(build.zone(spec, **other))), 2: build.group_2()}
    return replace(right(), groups=groups, sod=build.sod(signer(), groups))


def changed(data: bytes, at: int, by: int = 1) -> bytes:
    """One byte of ``data`` otherwise."""
    at %= len(data)
    return data[:at] + bytes([data[at] ^ by]) + data[at + 1 :]


def attributes(*, digest: bytes | None = None, kind: str = SECURITY_OBJECT, twice: str = "") -> list[bytes]:
    """The signed attributes, with something wrong."""
    content = build.security_object(digests(), "sha256")
    found = [
        build.attribute("1.2.840.113549.1.9.3", oid(kind)),
        build.attribute("1.2.840.113549.1.9.4", octets(digest or hashlib.sha256(content).digest())),
    ]
    if twice == "contentType":
        found.append(build.attribute("1.2.840.113549.1.9.3", oid(kind)))
    if twice == "messageDigest":
        found[1] = build.attribute("1.2.840.113549.1.9.4", octets(bytes(32)), octets(hashlib.sha256(content).digest()))
    return found


def curve_of(**other: Any) -> UnverifiedPassport:
    """A signer whose certificate has other curve parameters, by the authority's own hand."""
    curve = build.CURVES["P-256"]
    public = build.spki(signer().hand.key, parameters=build.explicit_parameters(curve, **other))
    return by_certificate(public=public)


def forged_generator() -> UnverifiedPassport:
    """CVE-2020-0601: the real public key, under a generator for which the forger has a private key."""
    real = signer().hand.key
    assert isinstance(real, ec.EllipticCurvePrivateKey)
    public = build.spki(
        real, parameters=build.explicit_parameters(build.CURVES["P-256"], base=build.public_point(real))
    )
    return by_certificate(public=public)


def point_of(point: bytes) -> UnverifiedPassport:
    """A signer whose public point is wrong."""
    return by_certificate(public=build.spki(signer().hand.key, point=point))


def given(groups: Mapping[int, bytes]) -> UnverifiedPassport:
    """The right SOD with other groups."""
    return replace(right(), groups=groups)


def indefinite() -> bytes:
    """The SOD with its outermost length left open."""
    body = right().sod[4:]
    return b"\x77\x80" + body + b"\x00\x00"


SIZES: Faults = {
    "a huge SOD": (lambda: replace(right(), sod=bytes(profile.MAX_SOD + 1)), "passport_file_too_large", 0),
    "a huge group": (lambda: given({**right().groups, 2: bytes(profile.MAX_GROUP + 1)}), "passport_file_too_large", 0),
    "many large groups": (
        lambda: given(dict.fromkeys(range(1, 6), bytes(profile.MAX_GROUP))),
        "passport_file_too_large",
        0,
    ),
    "a huge EF.COM": (lambda: replace(right(), com=bytes(profile.MAX_COM + 1)), "passport_file_too_large", 0),
    "a huge certificate": (lambda: replace(right(), signer=bytes(20_000)), "passport_file_too_large", 0),
    "a huge answer": (
        lambda: replace(right(), active=ActiveAnswer(bytes(8), bytes(2000))),
        "passport_file_too_large",
        0,
    ),
    "group 17": (lambda: given({**right().groups, 17: b"\x61\x00"}), "passport_file_malformed", 0),
}

ENCODING: Faults = {
    "an empty SOD": (lambda: replace(right(), sod=b""), "der_truncated", 1),
    "a truncated SOD": (lambda: replace(right(), sod=right().sod[:-1]), "der_truncated", 1),
    "a SOD with more after it": (lambda: replace(right(), sod=right().sod + b"\x00"), "der_trailing_bytes", 1),
    "an indefinite length": (lambda: replace(right(), sod=indefinite()), "der_indefinite_length", 1),
    "an overlong length": (
        lambda: replace(right(), sod=b"\x77\x83\x00" + right().sod[2:]),
        "der_overlong_length",
        1,
    ),
    "a length bomb": (lambda: replace(right(), sod=b"\x77\x84\x7f\xff\xff\xff\x30\x00"), "der_truncated", 1),
    "nothing but depth": (lambda: replace(right(), sod=b"\x77\x80" * 5), "der_indefinite_length", 1),
    "too many elements": (
        lambda: replace(right(), sod=tlv(0x77, b"\x05\x00" * 10_000)),
        "der_too_many_elements",
        1,
    ),
    "another tag": (lambda: replace(right(), sod=b"\x78" + right().sod[1:]), "der_unexpected_element", 1),
    "signed data of version 2": (
        lambda: replace(right(), sod=right().sod.replace(b"\x02\x01\x03\x31", b"\x02\x01\x02\x31", 1)),
        "der_unexpected_element",
        1,
    ),
    "more certificates than any": (
        lambda: resigned(certificates=[signer().certificate] * 9),
        "der_unexpected_element",
        1,
    ),
    "a signer of version 2": (
        lambda: resigned(signer_version=2),
        "der_unexpected_element",
        1,
    ),
    "not signed data": (
        lambda: replace(right(), sod=right().sod.replace(oid("1.2.840.113549.1.7.2"), oid("1.2.840.113549.1.7.1"), 1)),
        "der_unexpected_element",
        1,
    ),
    "another content": (
        lambda: replace(
            right(),
            sod=tlv(
                0x77,
                build.signed_data(
                    "2.23.136.1.1.2",
                    build.security_object(digests(), "sha256"),
                    signer().hand,
                    issuer=signer().authority.name,
                    serial=signer().serial,
                    certificates=[signer().certificate],
                ),
            ),
        ),
        "der_unexpected_element",
        1,
    ),
    "a security object with more after it": (
        lambda: object_of(build.security_object(digests(), "sha256") + b"\x00"),
        "der_trailing_bytes",
        1,
    ),
    "a security object of version 2": (
        lambda: object_of(build.security_object(digests(), "sha256", version=2)),
        "der_unexpected_element",
        1,
    ),
    "a security object of version 2 without versions": (
        lambda: object_of(build.security_object(digests(), "sha256").replace(b"\x02\x01\x00", b"\x02\x01\x02", 1)),
        "der_unexpected_element",
        1,
    ),
    "version 1 without its versions": (
        lambda: object_of(build.security_object(digests(), "sha256").replace(b"\x02\x01\x00", b"\x02\x01\x01", 1)),
        "der_unexpected_element",
        1,
    ),
    "one group listed twice": (
        lambda: object_of(build.security_object([*digests().items(), (2, bytes(32))], "sha256")),
        "passport_group_listed_twice",
        1,
    ),
    "group 17 listed": (
        lambda: object_of(build.security_object({**digests(), 17: bytes(32)}, "sha256")),
        "der_unexpected_element",
        1,
    ),
    "a list of one": (
        lambda: object_of(build.security_object({1: digests()[1]}, "sha256")),
        "der_unexpected_element",
        1,
    ),
    "a list of none": (lambda: object_of(build.security_object({}, "sha256")), "der_unexpected_element", 1),
    "short digests": (
        lambda: object_of(build.security_object({1: b"", 2: b""}, "sha256")),
        "der_unexpected_element",
        1,
    ),
    "digests by SHA-1": (
        lambda: object_of(
            build.security_object(
                {n: hashlib.sha1(data, usedforsecurity=False).digest() for n, data in right().groups.items()}, "sha1"
            )
        ),
        "algorithm_refused",
        1,
    ),
    "EF.COM lists what isn't signed": (
        lambda: replace(right(), com=build.com([1, 2, 15])),
        "passport_group_not_signed",
        1,
    ),
    "an EF.COM in another order": (
        lambda: replace(right(), com=tlv(0x60, b"\x5f\x36\x06040000", b"\x5f\x01\x040107", tlv(0x5C, b"\x61\x75"))),
        "passport_file_malformed",
        1,
    ),
    "an EF.COM with more in it": (
        lambda: replace(right(), com=tlv(0x60, build.com([1, 2])[2:], b"\x05\x00")),
        "passport_file_malformed",
        1,
    ),
    "an EF.COM with more after it": (
        lambda: replace(right(), com=build.com([1, 2]) + b"\x00"),
        "der_trailing_bytes",
        1,
    ),
    "EF.COM lists an unknown tag": (
        lambda: replace(right(), com=build.com([1, 2])[:-1] + b"\x01"),
        "passport_file_malformed",
        1,
    ),
    "an EF.COM that is something else": (
        lambda: replace(right(), com=b"\x61" + build.com([1, 2])[1:]),
        "passport_file_malformed",
        1,
    ),
}

GROUPS: Faults = {
    "a group that isn't signed": (
        lambda: given({**right().groups, 11: tlv(0x6B, b"\x5c\x00")}),
        "passport_group_not_signed",
        2,
    ),
    "a chip key that isn't signed": (
        lambda: given({**right().groups, 15: build.group_15(OTHER.spki())}),
        "passport_group_not_signed",
        2,
    ),
    "an altered zone": (
        lambda: given({**right().groups, 1: build.group_1(build.zone(build.DECLARED["passports"]["japan-named"]))}),
        "passport_group_altered",
        2,
    ),
    "another face": (
        lambda: given({**right().groups, 2: changed(right().groups[2], -1)}),
        "passport_group_altered",
        2,
    ),
    "a wrong digest in the SOD": (
        lambda: object_of(build.security_object({**digests(), 2: bytes(32)}, "sha256")),
        "passport_group_altered",
        2,
    ),
    "no zone": (lambda: given({2: right().groups[2]}), "passport_group_missing", 2),
    "no group at all": (lambda: given({}), "passport_group_missing", 2),
    "groups exchanged": (
        lambda: given({1: right().groups[2], 2: right().groups[1]}),
        "passport_group_mislabelled",
        2,
    ),
    "an empty group": (lambda: given({**right().groups, 2: b""}), "passport_group_mislabelled", 2),
    "a group with more after it": (
        lambda: given({**right().groups, 2: right().groups[2] + b"\x00"}),
        "der_trailing_bytes",
        2,
    ),
    "a truncated group": (lambda: given({**right().groups, 2: right().groups[2][:-1]}), "der_truncated", 2),
}

ATTRIBUTES: Faults = {
    "no attributes": (lambda: resigned(attributes=[]), "missing_signed_attribute", 1),
    "no content type": (lambda: resigned(attributes=attributes()[1:]), "missing_signed_attribute", 1),
    "no message digest": (lambda: resigned(attributes=attributes()[:1]), "missing_signed_attribute", 1),
    "two content types": (
        lambda: resigned(attributes=attributes(twice="contentType")),
        "duplicate_signed_attribute",
        1,
    ),
    "two message digests": (
        lambda: resigned(attributes=attributes(twice="messageDigest")),
        "duplicate_signed_attribute",
        1,
    ),
    "another content type": (
        lambda: resigned(attributes=attributes(kind="1.2.840.113549.1.7.1")),
        "signature_invalid",
        3,
    ),
    "another message digest": (lambda: resigned(attributes=attributes(digest=bytes(32))), "signature_invalid", 3),
    "a message digest cut short": (
        lambda: resigned(attributes=attributes(digest=hashlib.sha256(b"").digest()[:1])),
        "signature_invalid",
        3,
    ),
}

SIGNERS: Faults = {
    "a signature over other data": (
        lambda: resigned(signature=signer().hand.sign(b"other data")),
        "signature_invalid",
        4,
    ),
    "a signature over the content instead of the attributes": (
        lambda: resigned(signature=signer().hand.sign(build.security_object(digests(), "sha256"))),
        "signature_invalid",
        4,
    ),
    "an empty signature": (lambda: resigned(signature=b""), "signature_invalid", 4),
    "a signature of zeroes": (
        lambda: resigned(signature=seq(integer(0), integer(0))),
        "signature_invalid",
        4,
    ),
    "somebody else's signature": (lambda: resigned(hand=OTHER), "signature_invalid", 4),
    "a signature by SHA-1": (
        lambda: resigned(hand=replace(signer().hand, digest="sha1")),
        "algorithm_refused",
        1,
    ),
    "no certificate": (lambda: resigned(certificates=[]), "passport_signer_missing", 4),
    "another signer's certificate": (
        lambda: resigned(certificates=[build.signer("germany").certificate]),
        "passport_signer_other",
        4,
    ),
    "another serial number": (lambda: resigned(serial=7), "passport_signer_other", 4),
    "another key identifier": (lambda: resigned(subject_key=bytes(20)), "passport_signer_other", 4),
    "a signer that is an authority": (
        lambda: by_certificate(extensions=build.AUTHORITY_EXTENSIONS),
        "passport_signer_usage",
        4,
    ),
    "a signer that is an authority and may sign documents": (
        lambda: by_certificate(extensions=(*build.SIGNER_EXTENSIONS, build.AUTHORITY_EXTENSIONS[0])),
        "passport_signer_usage",
        4,
    ),
    "the authority itself as the signer": (
        lambda: resigned(
            by=build.BuiltSigner(
                build.authority("japan"),
                build.authority("japan").name,
                0xE3,
                build.authority("japan").hand,
                build.authority("japan").certificate,
            )
        ),
        "passport_signer_usage",
        4,
    ),
    "a self-signed signer": (
        lambda: by_certificate(subject=build.authority("japan").name, by=signer().hand),
        "passport_signer_usage",
        4,
    ),
    "a signer without key usage": (lambda: by_certificate(extensions=()), "passport_signer_usage", 4),
    "a signer for encipherment": (
        lambda: by_certificate(extensions=(build.extension("2.5.29.15", bits(b"\x20", 5), critical=True),)),
        "passport_signer_usage",
        4,
    ),
    "a signer of master lists": (
        lambda: by_certificate(extensions=build.LIST_SIGNER_EXTENSIONS),
        "passport_signer_usage",
        4,
    ),
    "a duplicate extension": (
        lambda: by_certificate(extensions=(*build.SIGNER_EXTENSIONS, *build.SIGNER_EXTENSIONS)),
        "duplicate_extension",
        4,
    ),
    "an unknown critical extension": (
        lambda: by_certificate(
            extensions=(*build.SIGNER_EXTENSIONS, build.extension("1.2.3.4", b"\x05\x00", critical=True))
        ),
        "unknown_critical_extension",
        4,
    ),
    "two algorithms in one certificate": (
        lambda: by_certificate(inner_algorithm=seq(oid("1.2.840.10045.4.3.2"))),
        "algorithm_parameters_refused",
        4,
    ),
    "a certificate of version 1": (lambda: by_certificate(version=0), "der_unexpected_element", 4),
    "another generator (CVE-2020-0601)": (forged_generator, "curve_refused", 4),
    "another order": (lambda: curve_of(n=build.CURVES["P-256"].n - 2), "curve_refused", 4),
    "another cofactor": (lambda: curve_of(h=2), "curve_refused", 4),
    "another coefficient": (lambda: curve_of(b=build.CURVES["P-256"].b ^ 1), "curve_refused", 4),
    "a point off the curve": (lambda: point_of(b"\x04" + bytes(63) + b"\x01"), "point_refused", 4),
    "the point at infinity": (lambda: point_of(b"\x00"), "point_refused", 4),
    "RSA with 1024 bits": (
        lambda: by_certificate(
            public=seq(seq(oid("1.2.840.113549.1.1.1"), b"\x05\x00"), bits(seq(integer(1 << 1023 | 1), integer(65537))))
        ),
        "key_size_refused",
        4,
    ),
    "PSS with another mask": (
        lambda: resigned(
            by=build.signer("italy"),
            hand=replace(
                build.signer("italy").hand,
                algorithm_bytes=seq(oid("1.2.840.113549.1.1.10"), build.pss_parameters("sha256", mask="sha512")),
            ),
        ),
        "algorithm_parameters_refused",
        1,
    ),
    "PSS said to have another salt": (
        lambda: resigned(
            by=build.signer("italy"),
            hand=replace(
                build.signer("italy").hand,
                algorithm_bytes=seq(oid("1.2.840.113549.1.1.10"), build.pss_parameters("sha256", salt=20)),
            ),
        ),
        "signature_invalid",
        4,
    ),
    "PKCS#1 v1.5 passed off as PSS": (
        lambda: resigned(
            by=build.signer("france"),
            hand=replace(
                build.signer("france").hand,
                algorithm_bytes=seq(oid("1.2.840.113549.1.1.10"), build.pss_parameters("sha256")),
            ),
        ),
        "signature_invalid",
        4,
    ),
    "the wrong hash for an ECDSA signer (pymrtd issue 11)": (
        lambda: resigned(hand=replace(signer().hand, algorithm_bytes=seq(oid("1.2.840.10045.4.3.3")))),
        "signature_invalid",
        4,
    ),
    "a certificate beside the SOD that isn't one": (
        lambda: replace(resigned(certificates=[]), signer=b"\x30\x00"),
        "der_unexpected_element",
        4,
    ),
}

CHAIN: Faults = {
    "a signer the authority didn't sign": (
        lambda: by_certificate(by=OTHER, issuer_public=build.authority("japan").hand.spki()),
        "passport_signer_not_by_country",
        5,
    ),
    "a signer whose signature was altered": (
        lambda: resigned(
            by=replace(signer(), certificate=changed(signer().certificate, -1)),
        ),
        "passport_signer_not_by_country",
        5,
    ),
    "a signer by another country's authority": (
        lambda: by_certificate(by=build.authority("germany").hand, issuer_public=build.authority("japan").hand.spki()),
        "passport_signer_not_by_country",
        5,
    ),
    "an expired signer": (lambda: build.passport("japan-expired"), "passport_certificate_outside_validity", 5),
    "a signer not yet valid": (
        lambda: by_certificate(first=build.MOMENT + timedelta(seconds=1)),
        "passport_certificate_outside_validity",
        5,
    ),
    "signed before the signer was": (
        lambda: resigned(signing_time=build.FIRST - timedelta(days=1)),
        "passport_signed_outside_period",
        5,
    ),
    "signed in the future": (
        lambda: resigned(signing_time=build.MOMENT + timedelta(seconds=1)),
        "passport_signed_outside_period",
        5,
    ),
}

DOCUMENT: Faults = {
    "a wrong check digit of the number": (lambda: zone_of(lambda z: changed(z, 53)), "passport_check_digit_wrong", 6),
    "a wrong check digit of the birth date": (
        lambda: zone_of(lambda z: changed(z, 63)),
        "passport_check_digit_wrong",
        6,
    ),
    "a wrong check digit of the expiry date": (
        lambda: zone_of(lambda z: changed(z, 71)),
        "passport_check_digit_wrong",
        6,
    ),
    "a wrong composite check digit": (lambda: zone_of(lambda z: changed(z, 87)), "passport_check_digit_wrong", 6),
    "a short zone": (lambda: zone_of(lambda z: z[:-1]), "passport_mrz_refused", 6),
    "a zone in lower case": (lambda: zone_of(lambda z: z.lower()), "passport_mrz_refused", 6),
    "a zone of other bytes": (lambda: zone_of(lambda z: b"\xff" * len(z)), "passport_mrz_refused", 6),
    "a zone without a name": (lambda: zone_of(surname="", given=""), "passport_mrz_refused", 6),
    "born on 30 February": (lambda: zone_of(birth="900230"), "passport_mrz_refused", 6),
    "a birth date of letters": (lambda: zone_of(birth="90A401"), "passport_mrz_refused", 6),
    "expires on a day that doesn't exist": (lambda: zone_of(expiry="310431"), "passport_mrz_refused", 6),
    "an unknown expiry date": (lambda: zone_of(expiry="31<<<<"), "passport_mrz_refused", 6),
    "a visa": (lambda: zone_of(code="V"), "passport_other_document", 6),
    "an identity card": (lambda: zone_of(code="ID"), "passport_other_document", 6),
    "a passport of another country": (lambda: zone_of(issuer="FRA"), "passport_country_mismatch", 7),
    "a passport of no country": (lambda: zone_of(issuer="UTO"), "passport_country_mismatch", 7),
    "a signer of another country": (
        lambda: by_certificate(subject=build.name("FR", "DSC")),
        "passport_country_mismatch",
        7,
    ),
    "an expired passport": (lambda: zone_of(expiry="261122"), "passport_expired", 10),
}

ALL: Faults = {**SIZES, **ENCODING, **GROUPS, **ATTRIBUTES, **SIGNERS, **CHAIN, **DOCUMENT}


@pytest.mark.parametrize("fault", ALL)
def test_a_fault_is_named_at_its_step(fault: str) -> None:
    """Each fault has one error, with the number of the step that found it, and nothing after it was done."""
    make, reason, step = ALL[fault]
    result = verify(make())
    failure = result.report.failure
    assert failure is not None
    assert (failure.reason, failure.step) == (reason, step)
    assert result.report.facts is None
    assert result.verified is None
    for one in result.report.steps:
        expected = StepState.DONE if one.step.number < step else StepState.NOT_DONE
        if one.step.number == step:
            expected = StepState.FAILED
        if one.step.number == 9 and step == 10:
            expected = StepState.NOT_DONE  # no challenge was put
        assert one.state is expected
    assert failure.sentence("ja") != failure.sentence("en")


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
    ended = build.certificate(
        subject=old.name,
        issuer=old.name,
        public=old.hand.spki(),
        by=old.hand,
        first=build.AUTHORITY_FIRST,
        last=datetime(2026, 11, 1, tzinfo=UTC),
        extensions=build.AUTHORITY_EXTENSIONS,
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
    info = seq(integer(1), seq(build.authority("japan").name, integer(1)), seq(oid(build.DIGEST_OIDS["sha256"])))
    body = seq(
        integer(3),
        set_of(seq(oid(build.DIGEST_OIDS["sha256"]))),
        seq(oid(SECURITY_OBJECT), tlv(0xA0, octets(content))),
        set_of(info, info),
    )
    files = replace(right(), sod=tlv(0x77, seq(oid("1.2.840.113549.1.7.2"), tlv(0xA0, body))))
    failure = verify(files).report.failure
    assert failure is not None
    assert (failure.reason, failure.step) == ("der_unexpected_element", 1)
    assert failure.fields["expected"] == "exactly one signer"
