"""The examples that the RFCs print, character by character.

The signature in RFC 8225 Appendix A is not used: in the copies at hand it doesn't hold under the key of Appendix A.2.
The one in RFC 8224 §4.1.1 holds under that key, so it is what shows that we verify what others sign.
"""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from sekisho.calls.stir.errors import ClaimsWrong
from sekisho.calls.stir.identity_header import read_identity_header
from sekisho.calls.stir.key import PemKey
from sekisho.calls.stir.passport import (
    Attestation,
    Claims,
    Kind,
    UnverifiedPassport,
    base_document,
    decode,
    encode,
    header_document,
    read_claims,
    read_passport,
    read_signature,
    rebuild,
    serialise,
    signing_input,
    split,
)
from sekisho.calls.stir.telephone import Party, PartyKind, party_of_uri
from sekisho.calls.stir.verify import signature_holds

# RFC 8225 Appendix A.1 and A.2: the private and public key of its example.
PRIVATE = b"""-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIFeZ1R208QCvcu5GuYyMfG4W7sH4m99/7eHSDLpdYllFoAoGCCqGSM49
AwEHoUQDQgAE8HNbQd/TmvCKwPKHkMF9fScavGeH78YTU8qLS8I5HLHSSmlATLcs
lQMhNC/OhlWBYC626nIlo7XeebYS7Sb37g==
-----END EC PRIVATE KEY-----
"""
PUBLIC = b"""-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE8HNbQd/TmvCKwPKHkMF9fScavGeH
78YTU8qLS8I5HLHSSmlATLcslQMhNC/OhlWBYC626nIlo7XeebYS7Sb37g==
-----END PUBLIC KEY-----
"""
X5U = "https://cert.example.org/passport.cer"
# RFC 8225 Appendix A: protected header and payload of its example.
HEADER = (
    "eyJhbGciOiJFUzI1NiIsInR5cCI6InBhc3Nwb3J0IiwieDV1IjoiaHR0cHM6Ly9j"
    "ZXJ0LmV4YW1wbGUub3JnL3Bhc3Nwb3J0LmNlciJ9"
)
PAYLOAD = (
    "eyJkZXN0Ijp7InVyaSI6WyJzaXA6YWxpY2VAZXhhbXBsZS5jb20iXX0sImlhdCI"
    "6MTQ3MTM3NTQxOCwib3JpZyI6eyJ0biI6IjEyMTU1NTUxMjEyIn19"
)
SIGNATURE = encode(PemKey(PRIVATE).sign(f"{HEADER}.{PAYLOAD}".encode()))
"""Ours, with the key of Appendix A.1."""
ALICE = Party(PartyKind.ADDRESS, "sip:alice@example.com")
CALLER = Party(PartyKind.NUMBER, "12155551212")
# RFC 8224 §4.1.1: its example of the full form. It was made while iat was still a text.
OF_8224 = (
    "eyJhbGciOiJFUzI1NiIsInR5cCI6InBhc3Nwb3J0IiwieDV1IjoiaHR0cHM6Ly9jZXJ0LmV4YW1wbGUub3JnL3Bhc3Nwb3J0LmNlciJ9."
    "eyJkZXN0Ijp7InVyaSI6WyJzaXA6YWxpY2VAZXhhbXBsZS5jb20iXX0sImlhdCI6IjE0NDMyMDgzNDUiLCJvcmlnIjp7InRuIjoiMTIxNTU1N"
    "TEyMTIifX0."
    "rq3pjT1hoRwakEGjHCnWSwUnshd0-zJ6F1VOgFWSjHBr8Qjpjlk-cpFYpFYsojNCpTzO3QfPOlckGaS6hEck7w"
)


def _key() -> ec.EllipticCurvePublicKey:
    key = load_pem_public_key(PUBLIC)
    assert isinstance(key, ec.EllipticCurvePublicKey)
    return key


def test_8225_appendix_a_says_what_it_says() -> None:
    """The example's header and payload are read, and its claims are those printed."""
    found = read_passport(f"{HEADER}.{PAYLOAD}.{SIGNATURE}")
    assert isinstance(found, UnverifiedPassport)
    assert signature_holds(_key(), found.signing_input, found.signature)
    assert found.header.x5u == X5U
    assert replace(found.claims, every={}) == Claims(CALLER, (ALICE,), 1471375418)


def test_8225_appendix_a_is_written_as_it_stands_there() -> None:
    """Header and payload come out of our deterministic JSON byte for byte (RFC 8225 §9), so a peer can rebuild them."""
    written = signing_input(
        header_document(x5u=X5U, ppt=""), base_document(orig=CALLER, dest=(ALICE,), iat=1471375418)
    )
    assert written.decode() == f"{HEADER}.{PAYLOAD}"


def test_8225_keys_belong_together_and_sign() -> None:
    """What we sign with the private key of A.1 verifies with the public key of A.2."""
    key = PemKey(PRIVATE)
    assert key.public_key.public_numbers() == _key().public_numbers()
    assert signature_holds(_key(), b"a.b", key.sign(b"a.b"))


def test_8225_section_7_compact_form_is_rebuilt() -> None:
    """The compact form carries the signature alone; rebuilt from what the request says, it verifies."""
    first, second, third = split(f"..{SIGNATURE}")
    assert (first, second) == ("", "")
    found = rebuild(third, x5u=X5U, orig=CALLER, dest=(ALICE,), iat=1471375418)
    assert signature_holds(_key(), found.signing_input, found.signature)


@pytest.mark.parametrize("changed", [{"iat": 1471375419}, {"x5u": X5U + "x"}, {"orig": ALICE}, {"dest": (CALLER,)}])
def test_8225_compact_form_holds_for_nothing_else(changed: dict[str, object]) -> None:
    """Rebuilt from a request that says anything else, the example's signature doesn't hold."""
    given: dict[str, object] = {"x5u": X5U, "orig": CALLER, "dest": (ALICE,), "iat": 1471375418} | changed
    found = rebuild(SIGNATURE, **given)  # type: ignore[arg-type]  # one of four fields is replaced
    assert not signature_holds(_key(), found.signing_input, found.signature)


def test_8225_section_9_deterministic_json() -> None:
    """The example of deterministic JSON with media keys comes out as printed."""
    digests = (
        "021ACC5427ABEB9C533F3E4B652E7D463F5442CD54F17A03A27DF9B07F4619B2",
        "4AADB9B13F82183B540212DF3E5D496B19E57CAB3E4B652E7D463F5442CD54F1",
    )
    document = {
        "orig": {"tn": "12155551212"},
        "iat": 1443208345,
        "mky": [{"dig": digest, "alg": "sha-256"} for digest in digests],
        "dest": {"uri": ["sip:alice@example.com"]},
    }
    assert serialise(document).decode() == (
        '{"dest":{"uri":["sip:alice@example.com"]},"iat":1443208345,"mky":[{"alg":"sha-256","dig":"' + digests[0]
        + '"},{"alg":"sha-256","dig":"' + digests[1] + '"}],"orig":{"tn":"12155551212"}}'
    )


def test_8224_full_form_header_is_read_and_its_signature_holds() -> None:
    """RFC 8224's Identity header: parameters as printed, signature good, but its iat is a text, which 8225 forbids."""
    field = read_identity_header(f"{OF_8224};info=<https://biloxi.example.org/biloxi.cert>")
    assert field.info == "https://biloxi.example.org/biloxi.cert"
    assert (field.alg, field.ppt) == (None, None)
    first, second, third = split(field.token)
    assert signature_holds(_key(), f"{first}.{second}".encode(), read_signature(third))
    assert json.loads(decode(second))["iat"] == "1443208345"
    with pytest.raises(ClaimsWrong):
        read_passport(field.token)


def test_8224_compact_form_header_is_read() -> None:
    """RFC 8224's compact Identity header: two periods, then the signature."""
    _, _, third = split(OF_8224)
    field = read_identity_header(f"..{third};info=<https://biloxi.example.org/biloxi.cert>")
    assert split(field.token) == ("", "", third)


def test_8588_example_claims() -> None:
    """RFC 8588 §6: a SHAKEN payload, with iat as 8225 has it."""
    found = read_claims(
        {
            "attest": "A",
            "dest": {"tn": ["12125551213"]},
            "iat": 1443208345,
            "orig": {"tn": "12155551212"},
            "origid": "123e4567-e89b-12d3-a456-426655440000",
        },
        Kind.SHAKEN,
    )
    assert (found.attest, found.origid) == (Attestation.FULL, "123e4567-e89b-12d3-a456-426655440000")


def test_8946_example_claims() -> None:
    """RFC 8946 §3: a div payload; the number first called stands in div, the new one in dest."""
    found = read_claims(
        {
            "dest": {"tn": ["12155551214"]},
            "div": {"tn": "12155551213"},
            "iat": 1443208345,
            "orig": {"tn": "12155551212"},
        },
        Kind.DIVERSION,
    )
    assert found.div == Party(PartyKind.NUMBER, "12155551213")
    assert found.dest == (Party(PartyKind.NUMBER, "12155551214"),)


def test_8224_section_8_forms_of_one_number_are_one() -> None:
    """tel and sip, with and without separators, +, trunk prefix and 010: one canonical number."""
    forms = (
        "tel:+81-3-1234-5601",
        "tel:03-1234-5601;phone-context=+81",
        "sip:+81312345601@example.jp;user=phone",
        "sip:0312345601@192.0.2.1:5060;transport=udp",
        "sips:%2B81312345601@example.jp",
        "SIP:010-81-3-1234-5601;npdi@example.jp;user=phone",
    )
    assert {party_of_uri(form).value for form in forms} == {"81312345601"}
    assert encode(decode(HEADER)) == HEADER
