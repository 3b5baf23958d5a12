"""The Merkle tree of RFC 9162 §2.1 with SHA-256: hashes, proofs and their verification. Pure.

A *node* is named ``(level, index)``: the hash of the ``2**level`` leaves from ``index * 2**level`` on. Proofs are made
from a :data:`NodeSource`, so that they can be served from tiles without holding the tree.

What this does not do: it does not know what a leaf means or who signed a root.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

HASH_SIZE = 32
"""Bytes in a SHA-256 hash."""

NodeSource = Callable[[int, int], bytes]
"""Gives the hash of the complete subtree ``(level, index)``."""

_sha256 = hashlib.sha256

EMPTY_ROOT = _sha256(b"").digest()
"""RFC 9162 §2.1.1: the hash of an empty tree is the hash of an empty string."""


def leaf_hash(data: bytes) -> bytes:
    """RFC 9162 §2.1.1: ``MTH({d[0]}) = HASH(0x00 || d[0])``."""
    return _sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """RFC 9162 §2.1.1: ``HASH(0x01 || MTH(D[0:k]) || MTH(D[k:n]))``."""
    return _sha256(b"\x01" + left + right).digest()


def subtree_root(hashes: Sequence[bytes]) -> bytes:
    """The root over a power of two of equal-level ``hashes``. Raises ``ValueError`` for any other number."""
    if not hashes or len(hashes) & (len(hashes) - 1):
        raise ValueError("a complete subtree has a power of two of nodes")
    level = hashes
    while len(level) > 1:
        level = [_sha256(b"\x01" + level[i] + level[i + 1]).digest() for i in range(0, len(level), 2)]
    return level[0]


def root_of(leaf_hashes: Sequence[bytes]) -> bytes:
    """The root over any number of leaf hashes (RFC 9162 §2.1.1)."""
    if not leaf_hashes:
        return EMPTY_ROOT
    return range_hash(0, len(leaf_hashes), _source_of(leaf_hashes))


def _source_of(leaf_hashes: Sequence[bytes]) -> NodeSource:
    def node(level: int, index: int) -> bytes:
        return subtree_root(leaf_hashes[index << level : (index + 1) << level])

    return node


def _split(size: int) -> int:
    """RFC 9162 §2.1.1: the largest power of two smaller than ``size`` (``size`` > 1)."""
    return 1 << ((size - 1).bit_length() - 1)


def range_hash(start: int, stop: int, node: NodeSource) -> bytes:
    """``MTH(D[start:stop])`` (RFC 9162 §2.1.1), for a range the RFC's recursion visits: ``start`` is a multiple of a
    power of two not smaller than the range."""
    size = stop - start
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return node(level, start >> level)
    middle = start + _split(size)
    return node_hash(range_hash(start, middle, node), range_hash(middle, stop, node))


def prove_inclusion(index: int, size: int, node: NodeSource) -> list[bytes]:
    """``PATH(index, D[0:size])``, lowest sibling first (RFC 9162 §2.1.3.1). Raises ``ValueError`` unless index <
    size."""
    if not 0 <= index < size:
        raise ValueError("the leaf is outside the tree")
    start, stop = 0, size
    path: list[bytes] = []
    while stop - start > 1:
        middle = start + _split(stop - start)
        if index < middle:
            path.append(range_hash(middle, stop, node))
            stop = middle
        else:
            path.append(range_hash(start, middle, node))
            start = middle
    path.reverse()
    return path


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether ``proof`` shows that the leaf with *leaf hash* ``leaf`` is number ``index`` of the ``size`` leaves under
    ``root`` (RFC 9162 §2.1.3.2). False for anything malformed."""
    if not 0 <= index < size:  # step 1
        return False
    fn, sn, result = index, size - 1, leaf  # steps 2, 3
    for sibling in proof:  # step 4
        if sn == 0 or len(sibling) != HASH_SIZE:  # 4.1
            return False
        if fn & 1 or fn == sn:  # 4.2
            result = node_hash(sibling, result)
            while not fn & 1 and fn:
                fn >>= 1
                sn >>= 1
        else:
            result = node_hash(result, sibling)
        fn >>= 1  # 4.3
        sn >>= 1
    return sn == 0 and result == root  # step 5


def prove_consistency(old: int, new: int, node: NodeSource) -> list[bytes]:
    """``PROOF(old, D[0:new])`` (RFC 9162 §2.1.4.1). Empty when the sizes are equal or ``old`` is 0 (every tree extends
    the empty one; the RFC defines no proof for it). Raises ``ValueError`` unless 0 <= old <= new."""
    if not 0 <= old <= new:
        raise ValueError("the older tree is not smaller")
    if old in (0, new):
        return []
    start, stop = 0, new
    proof: list[bytes] = []
    known = True  # the RFC's b: the subtree so far is the whole old tree, whose root the verifier has
    while stop != old:
        middle = start + _split(stop - start)
        if old <= middle:
            proof.append(range_hash(middle, stop, node))
            stop = middle
        else:
            proof.append(range_hash(start, middle, node))
            start = middle
            known = False
    if not known:
        proof.append(range_hash(start, stop, node))
    proof.reverse()
    return proof


def verify_consistency(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether ``proof`` shows that the tree (``new``, ``new_root``) extends (``old``, ``old_root``)
    (RFC 9162 §2.1.4.2). False for anything malformed."""
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    if not 0 < old < new or not proof or any(len(item) != HASH_SIZE for item in proof):  # step 1
        return False
    path = list(proof)
    if old & (old - 1) == 0:  # step 2
        path.insert(0, old_root)
    fn, sn = old - 1, new - 1  # step 3
    while fn & 1:  # step 4
        fn >>= 1
        sn >>= 1
    fr = sr = path[0]  # step 5
    for item in path[1:]:  # step 6
        if sn == 0:  # 6.1
            return False
        if fn & 1 or fn == sn:  # 6.2
            fr = node_hash(item, fr)
            sr = node_hash(item, sr)
            while not fn & 1 and fn:
                fn >>= 1
                sn >>= 1
        else:
            sr = node_hash(sr, item)
        fn >>= 1  # 6.3
        sn >>= 1
    return sn == 0 and fr == old_root and sr == new_root  # step 7
