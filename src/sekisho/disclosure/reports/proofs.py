"""Leaves with what opens them and what shows that they are in the ledger, as the exported verifier reads them.

The program is that of a whole ledger's export (:mod:`sekisho.ledger.standalone.verify`); where a folder has
``proofs.json`` it checks these leaves, and that the files beside them are those the last leaf names.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sekisho.destruction.errors import NotPublished
from sekisho.keys.errors import KeyDestroyed
from sekisho.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Proofs:
    """``checkpoint`` is the signed one under which all of the proofs hold. ``unopened`` are ledger indexes of leaves
    that nobody can open any more: the life of their key has ended."""

    checkpoint: bytes
    leaves: tuple[dict[str, Any], ...]
    unopened: tuple[int, ...]

    def document(self) -> dict[str, Any]:
        """``proofs.json``."""
        return {"leaves": list(self.leaves), "unopened": list(self.unopened)}


def prove(workspace: Workspace, leaves: Iterable[str | int]) -> Proofs:
    """Proofs of ``leaves`` (ids or ledger indexes), in their order.

    Raises ``NotPublished`` where the ledger's checkpoint is older than one of them.
    """
    workspace.settle()
    workspace.checkpoint()  # publishes one that is as young as the leaves, where this process holds the ledger
    told, unopened = [], []
    with workspace.ledger() as reader:
        for leaf in leaves:
            index = leaf if isinstance(leaf, int) else workspace.index_of(leaf)
            if index is None or index >= reader.size:
                raise NotPublished(leaf=str(leaf))
            try:
                opened = workspace.open_leaf(leaf)
            except KeyDestroyed:
                opened = None
            if opened is None:
                unopened.append(index)
                continue
            told.append(
                {
                    "index": index,
                    "leaf": _text(opened.row.leaf),
                    "body": _text(opened.body),
                    "salt": opened.salt.hex(),
                    "proof": [_text(part) for part in reader.prove_inclusion(index)],
                }
            )
        return Proofs(reader.checkpoint(), tuple(told), tuple(unopened))


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
