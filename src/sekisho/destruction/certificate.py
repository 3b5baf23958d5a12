"""The destruction certificate: one JSON document that anyone checks with the ledger's public key alone.

The check is :mod:`sekisho.destruction.standalone.verify_certificate`, whose steps are numbered there: what an auditor
runs without Sekisho and what Sekisho runs are one program.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sekisho.destruction.errors import CertificateRefused, NotPublished
from sekisho.destruction.standalone import verify_certificate
from sekisho.destruction.standalone.verify_certificate import Certified, Refused
from sekisho.workspace import Workspace

STEPS: Final = verify_certificate.STEPS
MAX_BYTES: Final = verify_certificate.MAX_BYTES
CONTRACT: Final = verify_certificate.CONTRACT
PURGE: Final = verify_certificate.PURGE
RELEASE: Final = verify_certificate.RELEASE
DISCLOSURE: Final = verify_certificate.DISCLOSURE
CALLS: Final = verify_certificate.CALLS
STOPS: Final = verify_certificate.STOPS
APPS: Final = verify_certificate.APPS


@dataclass(frozen=True, slots=True)
class ProvenLeaf:
    """A leaf with what opens it and what shows that it is in the ledger."""

    step: str
    index: int
    leaf: bytes
    body: bytes
    salt: bytes
    proof: Sequence[bytes]


def certificate(
    form: str, *, origin: str, public_key: bytes, checkpoint: bytes, key: str, state: str, leaves: Sequence[ProvenLeaf]
) -> dict[str, Any]:
    """The document of one of the formats in :data:`STEPS`."""
    return {
        "format": form,
        "origin": origin,
        "public_key": public_key.hex(),
        "checkpoint": checkpoint.decode(),
        "key": key,
        "state": state,
        "leaves": [
            {
                "step": each.step,
                "index": each.index,
                "leaf": _text(each.leaf),
                "body": _text(each.body),
                "salt": each.salt.hex(),
                "proof": [_text(part) for part in each.proof],
            }
            for each in leaves
        ],
    }


def check(raw: bytes, *, key: str | None, formats: Sequence[str] = tuple(STEPS)) -> Certified:
    """Check a certificate of one of ``formats``. ``key`` is the fingerprint of the ledger's public key, got another
    way; None to skip step (2).

    Raises ``CertificateRefused`` with the step that failed.
    """
    try:
        found = verify_certificate.check(raw, key=key)
    except Refused as refused:
        raise CertificateRefused(step=refused.step, problem=refused.problem) from None
    if found.format not in formats:
        raise CertificateRefused(step=1, problem="a certificate of another kind")
    return found


def issue(workspace: Workspace, form: str, *, key: str, leaves: Mapping[str, str | None]) -> dict[str, Any]:
    """The certificate whose steps are ``leaves`` (step to leaf id), over the ledger as published.

    Raises ``NotPublished`` where the ledger's checkpoint is older than one of them.
    """
    workspace.settle()
    with workspace.ledger() as reader:
        checkpoint, size = reader.checkpoint(), reader.size
        proven = []
        for step, _ in STEPS[form]:
            leaf_id = leaves.get(step)
            if leaf_id is None:
                continue
            opened = workspace.open_leaf(leaf_id)
            index = workspace.index_of(leaf_id)
            if opened is None or index is None or index >= size:
                raise NotPublished(leaf=leaf_id)
            proof = reader.prove_inclusion(index)
            proven.append(ProvenLeaf(step, index, opened.row.leaf, opened.body, opened.salt, proof))
    return certificate(
        form,
        origin=workspace.origin,
        public_key=workspace.ledger_public_key,
        checkpoint=checkpoint,
        key=key,
        state="final" if leaves.get("final") is not None else "live",
        leaves=proven,
    )


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
