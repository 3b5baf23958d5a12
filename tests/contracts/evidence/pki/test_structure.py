"""One member too many, or of another type, at each place of a certificate, a list and an answer: refused by name."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from sekisho.contracts.evidence.errors import EvidenceRefused
from sekisho.contracts.evidence.pki import der
from sekisho.contracts.evidence.pki.certificate import parse_certificate
from sekisho.contracts.evidence.pki.crl import read_crl
from sekisho.contracts.evidence.pki.errors import CrlUnusable, NotAnAuthority, OcspUnusable
from sekisho.contracts.evidence.pki.ocsp import ocsp_request, read_ocsp
from sekisho.contracts.evidence.pki.path import Authority
from sekisho.contracts.evidence.pki.signature import verifier
from tests.contracts.evidence.fixtures import jpki_pki as pki
from tests.contracts.evidence.fixtures.lists import tlv

NULL = b"\x05\x00"
NONCE = b"n" * 32


def edited(data: bytes, path: tuple[int, ...], change: Callable[[bytes], bytes]) -> bytes:
    """``data`` with ``change`` made to the content of the element at ``path`` (numbers of children), lengths mended."""
    element = der.outermost(data, what="test", limit=1 << 20)
    if not path:
        return tlv(element.tag, change(element.content))
    children = [child.raw for child in element.children()]
    children[path[0]] = edited(children[path[0]], path[1:], change)
    return tlv(element.tag, *children)


def one_more(content: bytes) -> bytes:
    """A NULL after everything else."""
    return content + NULL


@pytest.mark.parametrize(
    "path", [(), (0,), (0, 4), (0, 7)], ids=["certificate", "to be signed", "validity", "extensions"]
)
def test_a_certificate_has_nothing_more(path: tuple[int, ...]) -> None:
    """Whatever follows what is read would be read by somebody else."""
    assert edited(pki.certificate("taro"), (), bytes) == pki.certificate("taro")
    with pytest.raises(EvidenceRefused) as caught:
        parse_certificate(edited(pki.certificate("taro"), path, one_more))
    assert caught.value.reason == "der_wrong_structure"


@pytest.mark.parametrize("path", [(), (0,)], ids=["list", "to be signed"])
def test_a_list_has_nothing_more(path: tuple[int, ...]) -> None:
    """The same for revocation lists."""
    with pytest.raises(CrlUnusable) as caught:
        read_crl(edited(pki.crl(), path, one_more), pki.signing_store())
    assert caught.value.reason == "crl_unreadable"


def test_a_list_is_signed_with_the_one_algorithm() -> None:
    """Another identifier, the same inside and outside, isn't tried."""
    sha1 = bytes.fromhex("06092a864886f70d0101050500")
    other = edited(edited(pki.crl(), (1,), lambda _: sha1), (0, 1), lambda _: sha1)
    with pytest.raises(CrlUnusable) as caught:
        read_crl(other, pki.signing_store())
    assert caught.value.fields["problem"] == "unsuitable_algorithm"


def test_an_authority_is_signed_with_the_one_algorithm() -> None:
    """An authority whose own signature names another algorithm isn't configured."""
    sha1 = bytes.fromhex("06092a864886f70d0101050500")
    other = edited(edited(pki.certificate("sign-ca-2"), (1,), lambda _: sha1), (0, 2), lambda _: sha1)
    with pytest.raises(EvidenceRefused) as caught:
        Authority.of(other)
    assert caught.value.reason == "unsuitable_algorithm"
    assert not isinstance(caught.value, NotAnAuthority)


def test_a_key_for_another_scheme_is_not_tried() -> None:
    """A key marked for RSASSA-PSS, which a library would load, isn't one for PKCS #1 v1.5."""
    plain = parse_certificate(pki.certificate("taro")).public_key
    marked = edited(plain, (0,), lambda _: bytes.fromhex("06092a864886f70d01010a"))
    with pytest.raises(EvidenceRefused) as caught:
        verifier(marked, bits=frozenset({2048}))
    assert caught.value.reason == "unsuitable_key"


BASIC = (1, 0, 1)
"""Where the OCTET STRING with the BasicOCSPResponse stands in an OCSPResponse."""
DATA = (0,)


def answer(path: tuple[int, ...], change: Callable[[bytes], bytes] = one_more) -> bytes:
    """A good answer with a change inside its BasicOCSPResponse, whose data are signed again."""

    def inside(basic: bytes) -> bytes:
        made = edited(basic, path, change)
        root = der.outermost(made, what="test", limit=1 << 20)
        data, algorithm, _, *rest = (child.raw for child in root.children())
        signature = pki.private_key("responder").sign(data, PKCS1v15(), SHA256())
        return tlv(0x30, data, algorithm, tlv(0x03, b"\0", signature), *rest)

    return edited(pki.ocsp_answer(ocsp_request(pki.issued("taro"), nonce=NONCE)), BASIC, inside)


def refused(data: bytes) -> str:
    """The slug of why an answer can't be used."""
    with pytest.raises(OcspUnusable) as caught:
        read_ocsp(data, pki.issued("taro"), nonce=NONCE, moment=pki.MOMENT)
    return caught.value.reason


def test_an_answer_that_is_only_signed_again_holds() -> None:
    """The tests below fail for their change, not for the signature."""
    assert read_ocsp(answer((), bytes), pki.issued("taro"), nonce=NONCE, moment=pki.MOMENT)


@pytest.mark.parametrize("path", [(), (0,), (0, 2, 0)], ids=["basic response", "data", "single"])
def test_an_answer_has_nothing_more(path: tuple[int, ...]) -> None:
    """The same for OCSP, at each level."""
    assert refused(answer(path)) == "ocsp_unreadable"


def test_a_response_has_nothing_more() -> None:
    """Outside the signed part as well."""
    good = pki.ocsp_answer(ocsp_request(pki.issued("taro"), nonce=NONCE))
    assert refused(edited(good, (), one_more)) == "ocsp_unreadable"


def test_a_default_version_is_left_out() -> None:
    """DER doesn't write defaults, and there is no other version."""
    assert refused(answer((0,), lambda content: tlv(0xA0, b"\x02\x01\x00") + content)) == "ocsp_unreadable"


def test_an_explicit_tag_holds_one_element() -> None:
    """Two times in nextUpdate: readers would disagree about which counts."""
    assert refused(answer((0, 2, 0, 3), lambda content: content + content)) == "ocsp_unreadable"
