"""Personal columns open only in their place and only while their key lives."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sekisho.keys import FileKeyring, make_key_file
from sekisho.keys.disk import RealDisk
from sekisho.keys.errors import CouldNotDecrypt, KeyDestroyed
from sekisho.store.personal import MAX_VALUE, PAD, PersonalColumn
from sekisho.store.personal_errors import PersonalValueRefused

NOVEMBER, DECEMBER = "contract/2026-11", "contract/2026-12"
NAME = PersonalColumn("applicant", "name")


@pytest.fixture
def ring(tmp_path: Path) -> Iterator[FileKeyring]:
    """A keyring with two months' keys."""
    made = FileKeyring.make(tmp_path / "keys", make_key_file(tmp_path / "key", RealDisk()))
    made.ensure(NOVEMBER)
    made.ensure(DECEMBER)
    yield made
    made.close()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=json_values.filter(lambda value: "\\ud" not in repr(value)))
def test_value_comes_back(ring: FileKeyring, value: Any) -> None:
    """Any JSON value, 𠮷 and white space included, comes back as it was; the ciphertext's length is padded."""
    stored = NAME.seal(ring, value, row_id="r1", key=NOVEMBER)
    assert NAME.open(ring, stored, row_id="r1", key=NOVEMBER) == value


def test_short_names_look_alike(ring: FileKeyring) -> None:
    """Two names of different length give ciphertexts of one length."""
    names = ("森", "𠮷野 さくら子", "a" * (PAD - 2))
    assert len({len(NAME.seal(ring, name, row_id="r1", key=NOVEMBER)) for name in names}) == 1


def test_opens_nowhere_else(ring: FileKeyring) -> None:
    """A value copied to another row, column, table or key does not open."""
    stored = NAME.seal(ring, "森", row_id="r1", key=NOVEMBER)
    elsewhere = [
        (NAME, "r2", NOVEMBER),
        (PersonalColumn("applicant", "address"), "r1", NOVEMBER),
        (PersonalColumn("applicants", "name"), "r1", NOVEMBER),
        (NAME, "r1", DECEMBER),
    ]
    for column, row_id, key in elsewhere:
        with pytest.raises(CouldNotDecrypt):
            column.open(ring, stored, row_id=row_id, key=key)


def test_rewrapped_survives_its_month(ring: FileKeyring) -> None:
    """A survivor moves to the next month's key; what was left behind is gone with the old key, its index too."""
    left = NAME.seal(ring, "林", row_id="r2", key=NOVEMBER)
    moved = NAME.rewrap(
        ring, NAME.seal(ring, "森", row_id="r1", key=NOVEMBER), row_id="r1", from_key=NOVEMBER, to_key=DECEMBER
    )
    ring.destroy(NOVEMBER, at=datetime(2026, 12, 31, tzinfo=UTC), reason="test")
    assert NAME.open(ring, moved, row_id="r1", key=DECEMBER) == "森"
    with pytest.raises(KeyDestroyed):
        NAME.open(ring, left, row_id="r2", key=NOVEMBER)
    with pytest.raises(KeyDestroyed):
        NAME.index(ring, "林", key=NOVEMBER)


def test_index_finds_equal_text_only(ring: FileKeyring) -> None:
    """Equal for the same text however it is composed; different for another text, column or key."""
    index = NAME.index(ring, "が", key=NOVEMBER)
    assert len(index) == 32
    assert index == NAME.index(ring, "か\u3099", key=NOVEMBER)
    assert NAME.candidates(ring, "が", keys=[NOVEMBER, DECEMBER])[0] == index
    others = {
        NAME.index(ring, "か", key=NOVEMBER),
        NAME.index(ring, "が", key=DECEMBER),
        PersonalColumn("applicant", "kana").index(ring, "が", key=NOVEMBER),
        PersonalColumn("applicantn", "ame").index(ring, "が", key=NOVEMBER),
    }
    assert len(others | {index}) == 5


@pytest.mark.parametrize(
    ("value", "problem"), [({1, 2}, "not_json"), ("\ud842", "not_json"), ("x" * MAX_VALUE, "too_long")]
)
def test_refused_values(ring: FileKeyring, value: Any, problem: str) -> None:
    """What isn't JSON, half a surrogate pair, and too much: refused, and the error does not repeat the value."""
    with pytest.raises(PersonalValueRefused) as caught:
        NAME.seal(ring, value, row_id="r1", key=NOVEMBER)
    assert caught.value.fields == {"table": "applicant", "column": "name", "problem": problem}


def test_only_mortal_keys(ring: FileKeyring) -> None:
    """A key that never ends cannot be given by mistake."""
    with pytest.raises(ValueError, match="contract/"):
        NAME.seal(ring, "森", row_id="r1", key="workspace/house")
    with pytest.raises(ValueError, match="contract/"):
        NAME.index(ring, "森", key="workspace/house")
