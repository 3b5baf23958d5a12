"""What stands behind a good signature is read as carefully: an authority or responder may sign anything at all."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.contracts.evidence.pki.crl import MAX_CRL_BYTES, read_crl
from sekisho.contracts.evidence.pki.errors import CrlUnreadable, CrlUnusable, OcspUnusable
from sekisho.contracts.evidence.pki.ocsp import read_ocsp
from tests.contracts.evidence.fixtures import jpki_pki as pki
from tests.contracts.evidence.fixtures.lists import KEY_COMPROMISED, entry, extension, signed_list, tlv
from tests.contracts.evidence.fuzzing import LENGTHS, in_bounds, in_memory, mutated
from tests.contracts.evidence.pki.test_structure import NONCE, answer

ENTRIES = b"".join(entry(serial, KEY_COMPROMISED) for serial in range(1, 40, 7)) + entry(1 << 150)
POINT = extension("551d1c", bytes.fromhex("30038101ff"), critical=True)


@settings(max_examples=150, deadline=None)
@given(mutated(ENTRIES, pieces=LENGTHS))
def test_any_entries_that_the_authority_signed(entries: bytes) -> None:
    """A list of any entries under the authority's good signature is unusable by name, or answers for each serial."""
    data = signed_list(entries)
    with in_bounds(), in_memory(), contextlib.suppress(CrlUnusable):
        found = read_crl(data, pki.signing_store())
        for serial in found.offsets:
            assert found.revocation(serial) is not None


@settings(max_examples=150, deadline=None)
@given(mutated(POINT, pieces=LENGTHS) | st.binary(max_size=60))
def test_any_extensions_that_the_authority_signed(extensions: bytes) -> None:
    """The same for what says which certificates the list is about."""
    data = signed_list(ENTRIES, extensions)
    with in_bounds(), in_memory(), contextlib.suppress(CrlUnusable):
        read_crl(data, pki.signing_store())


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_any_answer_that_the_responder_signed(data: st.DataObject) -> None:
    """An OCSP answer of any content under the responder's good signature is unusable by name, or about our question."""

    def change(content: bytes) -> bytes:
        return data.draw(mutated(content, pieces=LENGTHS))

    made = answer((0, 2), change)
    with in_bounds(), in_memory(), contextlib.suppress(OcspUnusable):
        read_ocsp(made, pki.issued("taro"), nonce=NONCE, moment=pki.MOMENT)


@pytest.mark.parametrize(
    "wrong", [b"\x17\x0d261332030000Z", b"\x17\x0d261001030000Z" + bytes.fromhex("300c300a0603551d150403ffffff")]
)
def test_an_entry_that_cant_be_read_is_the_lists_fault(wrong: bytes) -> None:
    """A thirteenth month, a reason that is none: the list answers nothing about it, and no certificate is blamed."""
    found = read_crl(signed_list(tlv(0x30, b"\x02\x01\x07", wrong)), pki.signing_store())
    with pytest.raises(CrlUnreadable):
        found.revocation(7)
    assert found.revocation(8) is None


def test_the_largest_list() -> None:
    """A list as large as the limit allows, of the shortest entries there are, is read within the bounds."""
    entries, size, serial = [], 0, 1 << 16
    while size < MAX_CRL_BYTES - 2_000:
        entries.append(entry(serial))
        size += len(entries[-1])
        serial += 1
    data = signed_list(b"".join(entries))
    assert 0.99 * MAX_CRL_BYTES < len(data) <= MAX_CRL_BYTES
    with in_bounds():
        found = read_crl(data, pki.signing_store())
    assert len(found.offsets) == len(entries)
    del found
    with in_memory():
        read_crl(data, pki.signing_store())


def test_a_list_over_the_limit() -> None:
    """It is refused before anything of it is looked at, and the operator is told why."""
    with pytest.raises(CrlUnreadable) as caught:
        read_crl(bytes(MAX_CRL_BYTES + 1), pki.signing_store())
    assert caught.value.fields["problem"] == "der_too_big"
