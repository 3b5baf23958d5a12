"""Derivation, against the RFC's own numbers and another implementation."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.keys.derivation import Mac, hkdf_expand, open_sealed, seal
from sekisho.keys.errors import CouldNotDecrypt


def keyed(key: bytes) -> Mac:
    """HMAC-SHA256 under ``key``."""
    return lambda data: hmac.digest(key, data, hashlib.sha256)


# RFC 5869 appendix A, test cases 1 to 3: PRK, info, OKM.
VECTORS = [
    (
        "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5",
        "f0f1f2f3f4f5f6f7f8f9",
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
    ),
    (
        "06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244",
        bytes(range(0xB0, 0x100)).hex(),
        (
            "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09"
            "da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87"
        ),
    ),
    (
        "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04",
        "",
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
    ),
]


@pytest.mark.parametrize(("prk", "info", "okm"), VECTORS)
def test_rfc_5869_vectors(prk: str, info: str, okm: str) -> None:
    """The expansion gives the RFC's own output."""
    assert hkdf_expand(keyed(bytes.fromhex(prk)), bytes.fromhex(info), len(okm) // 2).hex() == okm


@settings(max_examples=40, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=80), st.integers(1, 300))
def test_same_as_another_implementation(prk: bytes, info: bytes, length: int) -> None:
    """For any key, info and length the result equals the cryptography package's."""
    expected = HKDFExpand(hashes.SHA256(), length, info).derive(prk)
    assert hkdf_expand(keyed(prk), info, length) == expected


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=200), st.binary(max_size=60), st.binary(max_size=60))
def test_a_sealed_message_is_bound_to_name_and_context(text: bytes, aad: bytes, other: bytes) -> None:
    """It opens under its own name and context; shifting bytes between the two does not open it."""
    mac = keyed(bytes(32))
    blob = seal(mac, "case/1", text, aad)
    assert open_sealed(mac, "case/1", blob, aad) == text
    with pytest.raises(CouldNotDecrypt):
        open_sealed(mac, "case/", blob, b"1" + aad)
    if other != aad:
        with pytest.raises(CouldNotDecrypt):
            open_sealed(mac, "case/1", blob, other)
