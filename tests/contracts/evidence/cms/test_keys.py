"""Keys and signature algorithms: known curves matched exactly, parameters checked, bounds kept."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from sekisho.contracts.evidence.cms import der
from sekisho.contracts.evidence.cms.algorithms import (
    Digest,
    Scheme,
    SignatureAlgorithm,
    read_digest,
    read_signature_algorithm,
)
from sekisho.contracts.evidence.cms.curves import KNOWN, Curve
from sekisho.contracts.evidence.cms.errors import (
    AlgorithmRefused,
    CurveRefused,
    KeySizeRefused,
    ParametersRefused,
    PointRefused,
    SignatureInvalid,
    SignedDataRefused,
    UnexpectedElement,
)
from sekisho.contracts.evidence.cms.keys import CHIPS, EcKey, RsaKey, check_signature, read_public_key
from tests.contracts.evidence.fixtures import state_pki
from tests.contracts.evidence.fixtures.der_writing import bits, integer, null, oid, seq, tlv

CURVES = {curve.name: curve for curve in KNOWN}
P256 = CURVES["P-256"]


def read(spki: bytes) -> EcKey | RsaKey:
    """The key of a SubjectPublicKeyInfo."""
    return read_public_key(der.read(spki), "x")


def ec_spki(parameters: bytes, curve: Curve = P256, point: bytes | None = None) -> bytes:
    """A key on ``curve`` with these parameters."""
    return state_pki.spki(state_pki.private_key(curve.name, "test"), parameters=parameters, point=point)


@pytest.mark.parametrize("curve", KNOWN, ids=lambda curve: curve.name)
def test_a_known_curve_is_one(curve: Curve) -> None:
    """Each generator lies on its curve, has its order, and the table agrees with the library that computes."""
    assert (curve.gy**2 - curve.gx**3 - curve.a * curve.gx - curve.b) % curve.p == 0
    generator = ec.derive_private_key(1, curve.primitive).public_key().public_numbers()
    assert (generator.x, generator.y) == (curve.gx, curve.gy)
    # n - 1 times the generator is its negative exactly if n is its order
    negative = ec.derive_private_key(curve.n - 1, curve.primitive).public_key().public_numbers()
    assert (negative.x, negative.y) == (curve.gx, curve.p - curve.gy)


@pytest.mark.parametrize("curve", KNOWN, ids=lambda curve: curve.name)
@pytest.mark.parametrize("cofactor", [1, None])
def test_explicit_parameters_are_the_named_curve(curve: Curve, cofactor: int | None) -> None:
    """Parameters written out give the same key as the name, with the cofactor or without."""
    private = state_pki.private_key(curve.name, "test")
    named = read(state_pki.spki(private))
    written = read(ec_spki(state_pki.explicit_parameters(curve, h=cofactor), curve))
    assert isinstance(named, EcKey)
    assert isinstance(written, EcKey)
    assert written.key.public_numbers() == named.key.public_numbers()
    assert (written.written_out, named.written_out) == (True, False)


def test_a_compressed_generator_is_the_same_generator() -> None:
    """SEC 1 has two ways of writing the generator; both are it."""
    assert isinstance(read(ec_spki(state_pki.explicit_parameters(P256, base=P256.generators()[1]))), EcKey)


@pytest.mark.parametrize(
    ("other", "differs"),
    [
        ({"p": P256.p + 2}, "p"),
        ({"a": P256.a - 1}, "a"),
        ({"b": P256.b + 1}, "b"),
        # CVE-2020-0601: another generator, for which the forger knows the private key
        ({"base": state_pki.public_point(ec.derive_private_key(2, ec.SECP256R1()))}, "G"),
        ({"base": b"\x04" + bytes(64)}, "G"),
        ({"n": P256.n - 2}, "n"),
        ({"h": 4}, "h"),
        ({"h": 0}, "h"),
    ],
)
def test_one_parameter_that_differs_is_refused(other: dict[str, Any], differs: str) -> None:
    """Curve parameters that are nearly a known curve's are refused, and the error says which differs."""
    with pytest.raises(CurveRefused) as raised:
        read(ec_spki(state_pki.explicit_parameters(P256, **other)))
    assert raised.value.fields["differs"] == differs


@pytest.mark.parametrize(
    "parameters",
    [
        oid("1.3.132.0.10"),  # secp256k1: a curve, and none of travel documents
        oid("1.3.36.3.3.2.8.1.1.5"),  # brainpoolP224r1, which nothing here can compute with
        null(),
        seq(integer(1), seq(oid("1.2.840.10045.1.2"), integer(7))),
        seq(integer(4)),
    ],
)
def test_other_curves_are_refused(parameters: bytes) -> None:
    """An unknown name, no curve at all, and one not over a prime field are refused."""
    with pytest.raises(CurveRefused):
        read(ec_spki(parameters))


@pytest.mark.parametrize(
    "point",
    [
        b"\x00",  # infinity
        b"\x04" + bytes(64),
        b"\x04" + P256.gx.to_bytes(32, "big") + (P256.gy + 1).to_bytes(32, "big"),
        b"\x04" + P256.p.to_bytes(32, "big") + P256.gy.to_bytes(32, "big"),
        P256.generators()[1],
        P256.generators()[0][:-1],
        b"",
    ],
)
def test_wrong_points_are_refused(point: bytes) -> None:
    """A point off its curve, at infinity, outside the field, compressed or cut is refused."""
    with pytest.raises(PointRefused):
        read(ec_spki(oid(P256.oid), point=point))


def rsa_spki(n: int, e: int) -> bytes:
    """An RSA key of any numbers."""
    return seq(seq(oid("1.2.840.113549.1.1.1"), null()), bits(seq(integer(n), integer(e))))


@pytest.mark.parametrize(
    ("n", "e"),
    [
        (1 << 1023 | 1, 65537),
        (1 << 8192 | 1, 65537),
        (1 << 2047, 65537),
        (1 << 2047 | 1, 1),
        (1 << 2047 | 1, 65536),
        (1 << 2047 | 1, (1 << 40) | 1),
        (-(1 << 2047) | 1, 65537),
    ],
)
def test_rsa_keys_outside_the_bounds_are_refused(n: int, e: int) -> None:
    """Short, huge, even and negative moduli and odd exponents' opposites are refused before anything is computed."""
    with pytest.raises(KeySizeRefused):
        read(rsa_spki(n, e))


def test_a_chip_may_have_a_shorter_key() -> None:
    """Keys that only answer challenges have a lower bound of their own."""
    assert isinstance(read_public_key(der.read(rsa_spki(1 << 1023 | 1, 65537)), "x", bounds=CHIPS), RsaKey)


def test_an_unknown_kind_of_key_is_refused() -> None:
    """Ed25519 is no algorithm of travel documents."""
    with pytest.raises(AlgorithmRefused):
        read(seq(seq(oid("1.3.101.112")), bits(bytes(32))))


def algorithm(*parts: bytes) -> SignatureAlgorithm:
    """A signature algorithm as read."""
    return read_signature_algorithm(der.read(seq(*parts)), "x")


PSS = oid("1.2.840.113549.1.1.10")
ECDSA_SHA256 = oid("1.2.840.10045.4.3.2")


def test_a_null_parameter_is_tolerated() -> None:
    """Japan's country certificates have a NULL after ECDSA: it changes nothing."""
    expected = SignatureAlgorithm(Scheme.ECDSA, Digest.SHA256)
    assert algorithm(ECDSA_SHA256) == expected
    assert algorithm(ECDSA_SHA256, null()) == expected
    with pytest.raises(UnexpectedElement):
        algorithm(ECDSA_SHA256, integer(0))
    with pytest.raises(UnexpectedElement):
        algorithm(ECDSA_SHA256, null(), null())


def test_hash_parameters() -> None:
    """A hash may have NULL or nothing after it; SHA-1 and MD5 aren't accepted."""
    assert read_digest(der.read(seq(oid(Digest.SHA512.oid))), "x") is Digest.SHA512
    assert read_digest(der.read(seq(oid(Digest.SHA512.oid), null())), "x") is Digest.SHA512
    for weak in ("1.3.14.3.2.26", "1.2.840.113549.2.5"):
        with pytest.raises(AlgorithmRefused):
            read_digest(der.read(seq(oid(weak), null())), "x")


def test_pss_parameters_are_read() -> None:
    """Hash, mask and salt come from the parameters; trailer 1 is BC."""
    expected = SignatureAlgorithm(Scheme.PSS, Digest.SHA384, 48)
    assert algorithm(PSS, state_pki.pss_parameters("sha384")) == expected
    assert algorithm(PSS, state_pki.pss_parameters("sha384", trailer=1)) == expected


@pytest.mark.parametrize(
    "parameters",
    [
        (),
        (seq(),),  # all defaults: SHA-1
        (seq(tlv(0xA0, seq(oid(Digest.SHA256.oid)))),),  # the mask function's default: SHA-1
        (state_pki.pss_parameters("sha256", mask="sha512"),),
        (state_pki.pss_parameters("sha256", salt=0),),
        (state_pki.pss_parameters("sha256", salt=-1),),
        (state_pki.pss_parameters("sha256", salt=1 << 40),),
        (state_pki.pss_parameters("sha256", trailer=2),),
        (
            seq(
                tlv(0xA0, seq(oid(Digest.SHA256.oid))),
                tlv(0xA1, seq(oid("1.2.840.113549.1.1.9"), seq(oid(Digest.SHA256.oid)))),
            ),
        ),
    ],
)
def test_other_pss_parameters_are_refused(parameters: tuple[bytes, ...]) -> None:
    """PSS without parameters, with SHA-1 by default, another mask, another salt or another trailer is refused."""
    with pytest.raises(ParametersRefused):
        algorithm(PSS, *parameters)


def test_a_bare_rsa_identifier_needs_the_signers_hash() -> None:
    """``rsaEncryption`` says no hash: it is PKCS#1 v1.5 with the SignerInfo's, and nothing in a certificate."""
    element = der.read(seq(oid("1.2.840.113549.1.1.1"), null()))
    expected = SignatureAlgorithm(Scheme.PKCS1, Digest.SHA256)
    assert read_signature_algorithm(element, "x", signed_with=Digest.SHA256) == expected
    with pytest.raises(AlgorithmRefused):
        read_signature_algorithm(element, "x")


def test_key_and_algorithm_must_fit() -> None:
    """An RSA signature by a key on a curve, and the other way round, is no signature."""
    on_curve = read(state_pki.spki(state_pki.private_key("P-256", "test")))
    by_rsa = read(state_pki.spki(state_pki.private_key("rsa-2048", "test")))
    with pytest.raises(ParametersRefused):
        check_signature(on_curve, SignatureAlgorithm(Scheme.PKCS1, Digest.SHA256), b"", b"", "x")
    with pytest.raises(ParametersRefused):
        check_signature(by_rsa, SignatureAlgorithm(Scheme.ECDSA, Digest.SHA256), b"", b"", "x")


def test_a_key_restricted_to_pss_signs_nothing_else() -> None:
    """RFC 4055 section 1.2: parameters in the key bind the signature."""
    private = state_pki.private_key("rsa-2048", "test")
    assert isinstance(private, rsa.RSAPrivateKey)
    numbers = private.public_key().public_numbers()
    restricted = read(
        seq(seq(PSS, state_pki.pss_parameters("sha256")), bits(seq(integer(numbers.n), integer(numbers.e))))
    )
    hand = state_pki.Hand(private, "sha256", pss=True)
    check_signature(restricted, SignatureAlgorithm(Scheme.PSS, Digest.SHA256, 32), hand.sign(b"m"), b"m", "x")
    for other in (
        SignatureAlgorithm(Scheme.PKCS1, Digest.SHA256),
        SignatureAlgorithm(Scheme.PSS, Digest.SHA512, 64),
        SignatureAlgorithm(Scheme.PSS, Digest.SHA256, 20),
    ):
        with pytest.raises(ParametersRefused):
            check_signature(restricted, other, b"", b"m", "x")


@pytest.mark.parametrize("kind", ["P-256", "brainpoolP512r1", "rsa-2048"])
@pytest.mark.parametrize(
    "signature", [b"", b"\x30\x00", b"\x30\x06\x02\x01\x00\x02\x01\x00", b"\xff" * 256, b"\x00" * 5000]
)
def test_no_bytes_but_a_signature_verify(kind: str, signature: bytes) -> None:
    """Empty, zero, overlong and malformed signatures are wrong signatures, not crashes."""
    hand = state_pki.Hand(state_pki.private_key(kind, "test"), "sha256")
    key = read(hand.spki())
    used = Scheme.PKCS1 if isinstance(key, RsaKey) else Scheme.ECDSA
    check_signature(key, SignatureAlgorithm(used, Digest.SHA256), hand.sign(b"m"), b"m", "x")
    with pytest.raises(SignatureInvalid):
        check_signature(key, SignatureAlgorithm(used, Digest.SHA256), signature, b"m", "x")


def test_every_refusal_speaks() -> None:
    """Each reason has both sentences and a slug of its own."""
    slugs = set()
    for error in SignedDataRefused.__subclasses__():
        raised = error(where="w", algorithm="a", problem="p", differs="d", extension="e", attribute="t")
        assert raised.sentence("ja") != raised.sentence("en")
        slugs.add(error.reason)
    assert len(slugs) == len(SignedDataRefused.__subclasses__())
