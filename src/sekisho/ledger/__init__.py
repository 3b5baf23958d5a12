"""The ledger: one append-only Merkle log of everything Sekisho decides, answers, discloses, holds, deletes or changes.

``log`` writes it (one writer per directory), ``reader`` reads what is published, ``verify`` finds and locates damage,
``export`` makes the archive an auditor checks without Sekisho. ``leaf`` says what a leaf contains.
"""

from __future__ import annotations

from sekisho.ledger.checkpoint import Checkpoint, Signer, fingerprint, open_checkpoint
from sekisho.ledger.leaf import Leaf, leaf_opens, parse_leaf, seal_leaf
from sekisho.ledger.log import Ledger
from sekisho.ledger.merkle import leaf_hash, verify_consistency, verify_inclusion
from sekisho.ledger.reader import LedgerReader

__all__ = [
    "Checkpoint",
    "Leaf",
    "Ledger",
    "LedgerReader",
    "Signer",
    "fingerprint",
    "leaf_hash",
    "leaf_opens",
    "open_checkpoint",
    "parse_leaf",
    "seal_leaf",
    "verify_consistency",
    "verify_inclusion",
]
