"""Whatever bytes come, the verifier answers with a report, in time and in little memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.contracts.evidence.errors import EvidenceRefused
from sekisho.contracts.evidence.residence_card.model import Objects, UnverifiedCard
from sekisho.contracts.evidence.residence_card.profile import FILE_NAMES, LAYOUTS, MAX_FILE
from sekisho.contracts.evidence.residence_card.trust import read_authority
from tests.contracts.evidence.fixtures import residence_card as build
from tests.contracts.evidence.fuzzing import LENGTHS, in_bounds, in_memory, mutated
from tests.contracts.evidence.residence_card.checking import CARDS, verify


def answered(card: UnverifiedCard) -> None:
    """The verifier gives a report, and calls nothing verified whose signed values were changed."""
    with in_bounds():
        result = verify(card)
    assert (result.report.facts is None) == (result.report.failure is not None)
    result.report.as_document()


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(CARDS), st.data())
def test_any_file(slug: str, data: st.DataObject) -> None:
    """One file of a card changed anyhow: a named error, or a change that nothing signed."""
    card = build.card(slug)
    name = data.draw(st.sampled_from(sorted(card.files)))
    answered(replace(card, files={**card.files, name: data.draw(mutated(card.files[name], pieces=LENGTHS))}))


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(CARDS), st.data())
def test_any_certificate(slug: str, data: st.DataObject) -> None:
    """A changed certificate in a right frame never verifies."""
    kind = build.kind_of(build.layout_of(slug))
    right = build.right_leaf(build.DECLARED["cards"][slug]["authority"], kind)
    changed = data.draw(mutated(right, pieces=LENGTHS))
    if len(changed) > build.layout_of(slug).signing.certificate.size:
        changed = changed[: build.layout_of(slug).signing.certificate.size]
    card = build.make(slug, card_leaf=changed)
    answered(card)
    # Only filling of zero bytes may follow the certificate.
    assert (verify(card).verified is not None) <= (changed.rstrip(b"\x00") == right.rstrip(b"\x00"))


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([slug for slug in CARDS if "first" not in slug]), st.data())
def test_any_entries_that_the_agency_signed(slug: str, data: st.DataObject) -> None:
    """Entries of any bytes of their sizes, signed by the right key: facts or a named error."""
    objects = build.file_named(slug, "DF1/EF02").objects
    before = {one.tag: data.draw(st.binary(min_size=one.size, max_size=one.size)) for one in objects}
    answered(build.make(slug, before=before))


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(CARDS), st.data())
def test_values_of_the_files_are_those_that_were_signed(slug: str, data: st.DataObject) -> None:
    """A card that verifies has the signed values of the card that was issued, whatever was done to its files."""
    card = build.card(slug)
    signed = {"DF1/EF01", "DF1/EF02", "DF1/EF03", "MF/EF02"} & card.files.keys()
    name = data.draw(st.sampled_from(sorted(signed)))
    changed = replace(card, files={**card.files, name: data.draw(mutated(card.files[name], pieces=LENGTHS))})
    found = verify(changed)
    if found.verified is not None:
        right = verify(card).verified
        assert right is not None
        assert (found.verified.entries, found.verified.photo) == (right.entries, right.photo)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(FILE_NAMES)), st.binary(max_size=200)), st.text(max_size=14))
def test_any_files(files: dict[str, bytes], number: str) -> None:
    """Any bytes under any names."""
    answered(UnverifiedCard(number, files))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(build.DECLARED["authorities"])), st.data())
def test_any_authority(slug: str, data: st.DataObject) -> None:
    """A changed authority's certificate is refused by name, unless the change was none."""
    right = build.authority(slug).certificate
    changed = data.draw(mutated(right, pieces=LENGTHS))
    try:
        read_authority(changed, source="test")
    except EvidenceRefused:
        return
    assert changed == right


BOMBS: dict[str, Callable[[], bytes]] = {
    "nothing but tags": lambda: b"\xd1\x00" * (MAX_FILE // 2),
    "long tags": lambda: b"\xdf" * MAX_FILE,
    "zero bytes": lambda: bytes(MAX_FILE),
    "zero bytes and one more": lambda: bytes(MAX_FILE - 1) + b"\x01",
    "a length bomb": lambda: b"\xd0\x84\xff\xff\xff\xff",
    "a right frame of certificate headers": lambda: b"\xdc\x60" + bytes(96) + b"\xdd\x82\x02\x5a" + b"\x30\x80" * 301,
}


@pytest.mark.parametrize("bomb", BOMBS)
@pytest.mark.parametrize("slug", ["first-card", "second-card"])
def test_bombs(bomb: str, slug: str) -> None:
    """The worst that fits the limits takes less than a second and less than 64 MiB, in every file at once."""
    data = BOMBS[bomb]()
    card = build.card(slug)
    files = dict.fromkeys(card.files, data) | {"MF/EF02": card.files["MF/EF02"]}
    with in_bounds(), in_memory():
        result = verify(replace(card, files=files))
    assert result.report.failure is not None


@pytest.mark.parametrize("code", LAYOUTS)
def test_signed_bytes_have_one_length(code: str) -> None:
    """What the signature is over is as long as the layout says: no value can grow into the next."""
    layout = LAYOUTS[code]
    length = sum(part.size for part in layout.signed)
    full = {one.tag: b"\xff" * one.size for one in layout.objects}
    assert len(Objects(layout, full).signed()) == length
    assert len(Objects(layout, {}).signed()) == length
