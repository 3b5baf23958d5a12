"""The tree's hashes and proofs against known answers and against the RFC's own recursion."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.ledger import merkle
from tests.ledger import naive

# The eight leaves and roots that Certificate Transparency implementations have tested each other with since RFC 6962.
CT_LEAVES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
CT_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
SIZES = st.integers(1, 70)


def leaves(count: int) -> list[bytes]:
    """Distinct leaves."""
    return [f"leaf {number}".encode() for number in range(count)]


def hashes(count: int) -> list[bytes]:
    """Their hashes."""
    return [merkle.leaf_hash(leaf) for leaf in leaves(count)]


def source(count: int) -> merkle.NodeSource:
    """Nodes computed by the RFC's recursion."""
    data = leaves(count)
    return lambda level, index: naive.mth(data[index << level : (index + 1) << level])


@pytest.mark.parametrize("size", range(1, 9))
def test_known_roots(size: int) -> None:
    """The roots every RFC 6962 implementation gives."""
    assert merkle.root_of([merkle.leaf_hash(leaf) for leaf in CT_LEAVES[:size]]).hex() == CT_ROOTS[size - 1]


def test_the_empty_tree() -> None:
    """Its root is the hash of nothing."""
    assert merkle.root_of([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@given(SIZES)
def test_roots_are_the_recursions(size: int) -> None:
    """Any size has the root of the RFC's definition."""
    assert merkle.root_of(hashes(size)) == naive.mth(leaves(size))


def test_every_inclusion_proof_of_small_trees() -> None:
    """Made as the RFC's PATH, and verified, for every leaf of every tree of up to 33 leaves."""
    for size in range(1, 34):
        root = naive.mth(leaves(size))
        for index in range(size):
            proof = merkle.prove_inclusion(index, size, source(size))
            assert proof == naive.path(index, leaves(size))
            assert merkle.verify_inclusion(hashes(size)[index], index, size, proof, root)


def test_every_consistency_proof_of_small_trees() -> None:
    """Made as the RFC's PROOF, and verified, for every pair of sizes up to 33."""
    for new in range(1, 34):
        for old in range(1, new + 1):
            proof = merkle.prove_consistency(old, new, source(new))
            assert proof == naive.subproof(old, leaves(new), True)
            roots = naive.mth(leaves(old)), naive.mth(leaves(new))
            assert merkle.verify_consistency(old, roots[0], new, roots[1], proof)


def test_every_tree_extends_the_empty_one() -> None:
    """With an empty proof, and only from the empty root."""
    assert merkle.prove_consistency(0, 5, source(5)) == []
    assert merkle.verify_consistency(0, merkle.EMPTY_ROOT, 5, naive.mth(leaves(5)), [])
    assert not merkle.verify_consistency(0, bytes(32), 5, naive.mth(leaves(5)), [])


@given(st.data())
def test_a_changed_inclusion_proof_fails(data: st.DataObject) -> None:
    """Another leaf, place, size or root, a changed, missing or additional hash: none verifies."""
    size = data.draw(SIZES)
    index = data.draw(st.integers(0, size - 1))
    root = naive.mth(leaves(size))
    leaf = hashes(size)[index]
    proof = naive.path(index, leaves(size))
    wrong = bytes(32)
    assert not merkle.verify_inclusion(wrong, index, size, proof, root)
    assert not merkle.verify_inclusion(leaf, index, size, proof, wrong)
    assert not merkle.verify_inclusion(leaf, size, size, proof, root)
    assert not merkle.verify_inclusion(leaf, -1, size, proof, root)
    assert not merkle.verify_inclusion(leaf, index, size, [*proof, wrong], root)
    if size > 1:
        other = data.draw(st.integers(0, size - 1).filter(lambda number: number != index))
        assert not merkle.verify_inclusion(leaf, other, size, proof, root)
        at = data.draw(st.integers(0, len(proof) - 1))
        assert not merkle.verify_inclusion(leaf, index, size, [*proof[:at], wrong, *proof[at + 1 :]], root)
        assert not merkle.verify_inclusion(leaf, index, size, proof[:at] + proof[at + 1 :], root)
        assert not merkle.verify_inclusion(leaf, index, size, [*proof[:at], proof[at][:-1], *proof[at + 1 :]], root)


@given(st.data())
def test_a_changed_consistency_proof_fails(data: st.DataObject) -> None:
    """Another root, size, or a changed, missing or additional hash: none verifies."""
    new = data.draw(st.integers(2, 70))
    old = data.draw(st.integers(1, new - 1))
    roots = naive.mth(leaves(old)), naive.mth(leaves(new))
    proof = naive.subproof(old, leaves(new), True)
    wrong = bytes(32)
    assert not merkle.verify_consistency(old, wrong, new, roots[1], proof)
    assert not merkle.verify_consistency(old, roots[0], new, wrong, proof)
    assert not merkle.verify_consistency(old, roots[0], new, roots[1], [*proof, wrong])
    assert not merkle.verify_consistency(old, roots[0], new, roots[1], [])
    assert not merkle.verify_consistency(new, roots[1], old, roots[0], proof)
    at = data.draw(st.integers(0, len(proof) - 1))
    assert not merkle.verify_consistency(old, roots[0], new, roots[1], [*proof[:at], wrong, *proof[at + 1 :]])
    assert not merkle.verify_consistency(old, roots[0], new, roots[1], proof[:at] + proof[at + 1 :])


def test_proofs_outside_the_tree_are_refused() -> None:
    """A leaf that isn't there, a tree that shrank, and a subtree that isn't complete are programming errors."""
    with pytest.raises(ValueError, match="outside"):
        merkle.prove_inclusion(5, 5, source(5))
    with pytest.raises(ValueError, match="smaller"):
        merkle.prove_consistency(6, 5, source(5))
    with pytest.raises(ValueError, match="power of two"):
        merkle.subtree_root(hashes(3))
