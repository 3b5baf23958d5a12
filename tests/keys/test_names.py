"""Key names."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.keys import FileKeyring
from sekisho.keys.errors import KeyNameNotValid
from sekisho.keys.ring import MAX_NAME, checked_name, file_name, name_of_file

GOOD = [
    "a", "log/cgnat/2026-11-23", "contract/2026-11", "contract/last/2029-11-22", "workspace/ledger", "a.b-c/0",
    "x" * MAX_NAME,
]
BAD = [
    "", "/", "a/", "/a", "a//b", ".", "..", "a/../b", "a/.b", "a./b", "-a", "a-", "A", "a_b", "a b", "a\n", "a\x00",
    "鍵", "ａ", "a/b/", "../../etc/passwd", "x" * (MAX_NAME + 1), "a\\b", "%2e",
]


@pytest.mark.parametrize("name", GOOD)
def test_good_names_have_a_file_each(name: str) -> None:
    """An allowed name becomes a plain file name and back."""
    assert "/" not in file_name(name)
    assert len(file_name(name)) <= 255
    assert name_of_file(file_name(name)) == name


@pytest.mark.parametrize("name", BAD)
def test_bad_names_are_refused_everywhere(name: str, file_ring: FileKeyring) -> None:
    """Nothing that could leave the directory, hide, or look like another name is a name."""
    for use in (
        lambda: file_ring.create(name),
        lambda: file_ring.ensure_signer(name),
        lambda: file_ring.exists(name),
        lambda: file_ring.derive(name, info=b""),
        lambda: file_ring.signer(name),
    ):
        with pytest.raises(KeyNameNotValid):
            use()


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab0./-_", max_size=12), st.text(alphabet="ab0./-_", max_size=12))
def test_two_names_never_share_a_file(one: str, two: str) -> None:
    """Different allowed names have different file names."""
    try:
        checked_name(one)
        checked_name(two)
    except KeyNameNotValid:
        return
    assert (file_name(one) == file_name(two)) == (one == two)
