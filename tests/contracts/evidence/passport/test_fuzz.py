"""Whatever bytes come, the verifier answers with a report, in time and in little memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.contracts.evidence.errors import EvidenceRefused, NotCheckable
from sekisho.contracts.evidence.passport.crl import verify_crl
from sekisho.contracts.evidence.passport.masterlist import read_master_list
from sekisho.contracts.evidence.passport.model import ActiveAnswer, UnverifiedPassport
from sekisho.contracts.evidence.passport.profile import MAX_CRL, MAX_SOD
from sekisho.contracts.evidence.passport.trust import read_authority
from tests.contracts.evidence.fixtures import passport as build
from tests.contracts.evidence.fixtures import state_pki
from tests.contracts.evidence.fixtures.der_writing import seq, tlv
from tests.contracts.evidence.fuzzing import in_bounds, in_memory, mutated
from tests.contracts.evidence.passport.checking import candidate, imported, store, verify

RSA = state_pki.private_key("rsa-2048", "a chip")

GROUPS = {
    14: build.group_14([build.active_info()]),
    15: build.group_15(state_pki.spki(RSA)),
}
RIGHT = build.with_groups("japan", GROUPS)
BY_RSA = build.with_groups("france", GROUPS)


def answered(files: UnverifiedPassport) -> None:
    """The verifier gives a report, and one without proof unless nothing that counts was changed."""
    with in_bounds():
        result = verify(files)
    assert (result.report.facts is None) == (result.report.failure is not None)
    if result.verified is not None:
        assert files.groups[1] == RIGHT.groups[1] or files.groups[1] == BY_RSA.groups[1]
    result.report.as_document()


@settings(max_examples=400, deadline=None)
@given(st.sampled_from((RIGHT, BY_RSA)), st.data())
def test_any_sod(files: UnverifiedPassport, data: st.DataObject) -> None:
    """A changed SOD is answered by the report; nothing outside the tree of errors is raised."""
    answered(replace(files, sod=data.draw(mutated(files.sod))))


@settings(max_examples=150, deadline=None)
@given(mutated(build.signer("japan").certificate))
def test_any_signer_certificate(data: bytes) -> None:
    """A changed signer's certificate beside a SOD without one."""
    bare = build.sod(build.signer("japan"), RIGHT.groups, certificates=[])
    result = verify(replace(RIGHT, sod=bare, signer=data))
    assert result.verified is None or data == build.signer("japan").certificate


@settings(max_examples=150, deadline=None)
@given(st.sampled_from((1, 14, 15)), st.data())
def test_any_signed_group(number: int, data: st.DataObject) -> None:
    """Groups of any content that the state itself signed: zones, keys and infos that are none."""
    changed = {**RIGHT.groups, number: data.draw(mutated(RIGHT.groups[number]))}
    files = replace(RIGHT, groups=changed, sod=build.sod(build.signer("japan"), changed))
    with in_bounds():
        result = verify(replace(files, active=ActiveAnswer(bytes(8), data.draw(st.binary(max_size=300)))))
    result.report.as_document()


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=120))
def test_any_zone(characters: bytes) -> None:
    """Any bytes for a zone, signed by the state."""
    groups = {1: build.group_1(characters), 2: build.group_2(100)}
    verify(UnverifiedPassport(build.sod(build.signer("japan"), groups), groups)).report.as_document()


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=64))
def test_any_ef_com(data: bytes) -> None:
    """Any bytes for EF.COM, bare and under its tag."""
    for com in (data, tlv(0x60, data)):
        verify(replace(RIGHT, com=com)).report.as_document()


LIST_SIGNER = state_pki.make_signer(
    build.authority("japan"), build.signer("japan").hand, "lists", extensions=state_pki.LIST_SIGNER_EXTENSIONS
)
LIST = build.master_list(LIST_SIGNER, [build.authority("japan").certificate])


@settings(max_examples=150, deadline=None)
@given(mutated(LIST))
def test_any_master_list(data: bytes) -> None:
    """A changed master list is refused by name or is a list still."""
    pin = read_authority(LIST_SIGNER.certificate)
    try:
        read_master_list(data, signer=pin, moment=build.MOMENT, source="test")
    except (EvidenceRefused, NotCheckable):
        return
    assert build.authority("japan").certificate in data


@settings(max_examples=150, deadline=None)
@given(mutated(state_pki.crl(build.authority("japan"), [5, 6, 7])))
def test_any_crl(data: bytes) -> None:
    """A changed revocation list is refused by name, unless the change was none."""
    try:
        verify_crl(data, store=store("japan"), moment=build.MOMENT)
    except (EvidenceRefused, NotCheckable):
        return
    assert len(data) < MAX_CRL


@settings(max_examples=150, deadline=None)
@given(mutated(build.authority("japan").certificate))
def test_any_authority(data: bytes) -> None:
    """A changed country certificate is refused by name or left out of the store with its reason."""
    try:
        done = imported(candidate(data))
    except EvidenceRefused:
        return
    assert len(done.store.authorities) + len(done.unusable) == 1


BOMBS: dict[str, Callable[[], bytes]] = {
    "many nulls": lambda: tlv(0x77, b"\x05\x00" * ((MAX_SOD - 8) // 2)),
    "deep": lambda: b"".join(b"\x30\x83" + (MAX_SOD - 6 - 5 * n).to_bytes(3, "big") for n in range(6000)),
    "one huge integer": lambda: tlv(0x77, seq(tlv(0x02, b"\x7f" * (MAX_SOD - 100)))),
    "one huge identifier": lambda: tlv(0x77, seq(tlv(0x06, b"\xff" * (MAX_SOD - 100) + b"\x01"))),
    "a length bomb": lambda: b"\x77\x84\xff\xff\xff\xff",
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_bombs(bomb: str) -> None:
    """The worst that fits the limits takes less than a second and less than 64 MiB."""
    files = replace(RIGHT, sod=BOMBS[bomb]()[:MAX_SOD])
    with in_bounds(), in_memory():
        result = verify(files)
    assert result.report.failure is not None


def test_the_largest_revocation_list() -> None:
    """A list as large as the limit allows is read in bounded memory."""
    data = state_pki.crl(build.authority("japan"), range(1 << 40, (1 << 40) + 12_000))
    assert 0.8 * MAX_CRL < len(data) <= MAX_CRL
    with in_memory():
        found = verify_crl(data, store=store("japan"), moment=build.MOMENT)
    assert len(found.revoked) == 12_000
