"""Passports with one thing wrong, most of them signed by the state all the same."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from sekisho.contracts.evidence.passport.model import UnverifiedPassport
from tests.contracts.evidence.fixtures import passport as build
from tests.contracts.evidence.fixtures import state_pki
from tests.contracts.evidence.fixtures.der_writing import octets, oid

OTHER = state_pki.Hand(state_pki.private_key("P-256", "somebody else"), "sha256")
SECURITY_OBJECT = "2.23.136.1.1.1"


def right() -> UnverifiedPassport:
    """A passport with nothing wrong."""
    return build.passport("japan")


def signer() -> state_pki.BuiltSigner:
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
    return resigned(by=state_pki.make_signer(build.authority("japan"), signer().hand, **other))


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
        state_pki.attribute("1.2.840.113549.1.9.3", oid(kind)),
        state_pki.attribute("1.2.840.113549.1.9.4", octets(digest or hashlib.sha256(content).digest())),
    ]
    if twice == "contentType":
        found.append(state_pki.attribute("1.2.840.113549.1.9.3", oid(kind)))
    if twice == "messageDigest":
        found[1] = state_pki.attribute(
            "1.2.840.113549.1.9.4", octets(bytes(32)), octets(hashlib.sha256(content).digest())
        )
    return found


def curve_of(**other: Any) -> UnverifiedPassport:
    """A signer whose certificate has other curve parameters, by the authority's own hand."""
    curve = state_pki.CURVES["P-256"]
    public = state_pki.spki(signer().hand.key, parameters=state_pki.explicit_parameters(curve, **other))
    return by_certificate(public=public)


def forged_generator() -> UnverifiedPassport:
    """CVE-2020-0601: the real public key, under a generator for which the forger has a private key."""
    real = signer().hand.key
    assert isinstance(real, ec.EllipticCurvePrivateKey)
    public = state_pki.spki(
        real, parameters=state_pki.explicit_parameters(state_pki.CURVES["P-256"], base=state_pki.public_point(real))
    )
    return by_certificate(public=public)


def point_of(point: bytes) -> UnverifiedPassport:
    """A signer whose public point is wrong."""
    return by_certificate(public=state_pki.spki(signer().hand.key, point=point))


def given(groups: Mapping[int, bytes]) -> UnverifiedPassport:
    """The right SOD with other groups."""
    return replace(right(), groups=groups)


def indefinite() -> bytes:
    """The SOD with its outermost length left open."""
    body = right().sod[4:]
    return b"\x77\x80" + body + b"\x00\x00"
