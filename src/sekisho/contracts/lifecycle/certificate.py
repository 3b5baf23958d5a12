"""The destruction certificate: one JSON document that anyone checks with the ledger's public key alone. Pure.

Steps of a check, numbered in errors:

(1) it is one JSON document of this format, complete, nothing more
(2) the public key has the fingerprint one got another way (left out where none is given, and said so)
(3) the checkpoint is signed by that key and names the ledger
(4) each leaf opens with the body and salt beside it
(5) each leaf is in the ledger of the checkpoint, at its index
(6) the leaves are the steps of one destruction, in order: planned, destroyed, probed, certified, and final or not
(7) what the certificate says is what the leaves say: key, counts, refusals, backups, state

It claims that the operator recorded these steps in this order in one ledger. It can't show that the operator's machine
did as it says, nor that no copy of the key exists that nobody recorded. ``live``: a key backup may still hold the key.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from sekisho.contracts.lifecycle.errors import CertificateRefused
from sekisho.errors import SekishoError
from sekisho.ledger import fingerprint, leaf_hash, leaf_opens, open_checkpoint, parse_leaf, verify_inclusion

FORMAT: Final = "sekisho destruction certificate 1"
MAX_BYTES = 256 * 1024
"""Five leaves with proofs of at most 64 hashes are some 30 KB."""

STEPS: Final[tuple[tuple[str, str], ...]] = (
    ("planned", "contract.destruction_planned"),
    ("destroyed", "keys.destroyed"),
    ("probed", "contract.destruction_probed"),
    ("certified", "contract.destruction_certified"),
    ("final", "contract.destruction_final"),
)
"""The steps and the kinds of their leaves, in their order. The last is there once the state is final."""

_FIELDS = frozenset({"format", "origin", "public_key", "checkpoint", "key", "state", "leaves"})
_LEAF_FIELDS = frozenset({"step", "index", "leaf", "body", "salt", "proof"})


@dataclass(frozen=True, slots=True)
class ProvenLeaf:
    """A leaf with what opens it and what shows that it is in the ledger."""

    step: str
    index: int
    leaf: bytes
    body: bytes
    salt: bytes
    proof: Sequence[bytes]


@dataclass(frozen=True, slots=True)
class Certified:
    """What a certificate that holds says. ``key_compared``: the public key was compared with a given fingerprint."""

    key: str
    state: str
    origin: str
    fingerprint: str
    key_compared: bool
    destroyed_at: str
    reason: str
    rows: Mapping[str, int]
    leaves: int
    erased: int
    backups: Sequence[Mapping[str, Any]]
    ledger_size: int


def certificate(
    *, origin: str, public_key: bytes, checkpoint: bytes, key: str, state: str, leaves: Sequence[ProvenLeaf]
) -> dict[str, Any]:
    """The document."""
    return {
        "format": FORMAT,
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


def check(raw: bytes, *, key: str | None) -> Certified:
    """Check a certificate. ``key`` is the fingerprint of the ledger's public key, got another way; None to skip (2).

    Raises ``CertificateRefused`` with the step that failed.
    """
    document = _read(raw)  # (1)
    public_key = _hex(document["public_key"], "public_key")
    found = fingerprint(public_key)
    if key is not None and key.strip().lower().replace(":", "").replace(" ", "") != found:  # (2)
        raise CertificateRefused(step=2, problem=f"the key's fingerprint is {found}")
    try:  # (3)
        head = open_checkpoint(
            str(document["checkpoint"]).encode(), public_key=public_key, origin=str(document["origin"])
        )
    except (SekishoError, ValueError):
        raise CertificateRefused(step=3, problem="the checkpoint isn't signed by this key for this ledger") from None
    leaves = [_leaf(each) for each in document["leaves"]]
    for each in leaves:
        _check_leaf(each, head.size, head.root)  # (4), (5)
    said = _check_order(leaves)  # (6)
    return _check_content(document, said, found, key is not None, head.size)  # (7)


def _read(raw: bytes) -> dict[str, Any]:
    if len(raw) > MAX_BYTES:
        raise CertificateRefused(step=1, problem=f"over {MAX_BYTES} bytes")
    try:
        document = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise CertificateRefused(step=1, problem="not JSON") from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise CertificateRefused(step=1, problem="not a destruction certificate")
    if document.keys() != _FIELDS:
        raise CertificateRefused(step=1, problem="fields are missing, or nobody knows them")
    leaves = document["leaves"]
    if not isinstance(leaves, list) or not 4 <= len(leaves) <= len(STEPS):
        raise CertificateRefused(step=1, problem="not four or five leaves")
    if any(not isinstance(each, dict) or each.keys() != _LEAF_FIELDS for each in leaves):
        raise CertificateRefused(step=1, problem="a leaf lacks a field, or has one too many")
    return document


def _leaf(written: Mapping[str, Any]) -> ProvenLeaf:
    index, proof = written["index"], written["proof"]
    if not isinstance(index, int) or isinstance(index, bool) or index < 0 or not isinstance(proof, list):
        raise CertificateRefused(step=1, problem="an index or a proof is of another type")
    return ProvenLeaf(
        str(written["step"]),
        index,
        _bytes(written["leaf"], "leaf"),
        _bytes(written["body"], "body"),
        _hex(written["salt"], "salt"),
        [_bytes(part, "proof") for part in proof],
    )


def _check_leaf(each: ProvenLeaf, size: int, root: bytes) -> None:
    try:
        opens = leaf_opens(each.leaf, body=each.body, salt=each.salt)
    except SekishoError:
        raise CertificateRefused(step=4, problem=f"{each.step}: not a leaf") from None
    if not opens:
        raise CertificateRefused(step=4, problem=f"{each.step}: body and salt don't open the leaf")
    if each.index >= size or not verify_inclusion(leaf_hash(each.leaf), each.index, size, each.proof, root):
        raise CertificateRefused(step=5, problem=f"{each.step}: not in the ledger of the checkpoint")


def _check_order(leaves: Sequence[ProvenLeaf]) -> dict[str, dict[str, Any]]:
    said: dict[str, dict[str, Any]] = {}
    for each, (step, kind) in zip(leaves, STEPS, strict=False):
        if each.step != step or parse_leaf(each.leaf).kind != kind:
            raise CertificateRefused(step=6, problem=f"'{each.step}' stands where '{step}' should")
        try:
            body = orjson.loads(each.body)
        except orjson.JSONDecodeError:
            body = None
        if not isinstance(body, dict):
            raise CertificateRefused(step=6, problem=f"{step}: the body isn't a record")
        said[step] = body
    indexes = [each.index for each in leaves]
    if indexes != sorted(set(indexes)):
        raise CertificateRefused(step=6, problem="the leaves are out of order")
    return said


def _check_content(
    document: Mapping[str, Any], said: Mapping[str, Mapping[str, Any]], found: str, compared: bool, size: int
) -> Certified:
    key, state = document["key"], document["state"]
    names = {step: body.get("name" if step == "destroyed" else "key") for step, body in said.items()}
    if any(name != key for name in names.values()):
        raise CertificateRefused(step=7, problem="the leaves speak of different keys")
    probed = said["probed"]
    if probed.get("opened") != 0 or not probed.get("tried") or probed.get("refused") != probed.get("tried"):
        raise CertificateRefused(step=7, problem="the probe was not refused everything")
    if state != ("final" if "final" in said else "live"):
        raise CertificateRefused(step=7, problem="the state isn't what the leaves say")
    try:
        return Certified(
            key=str(key),
            state=str(state),
            origin=str(document["origin"]),
            fingerprint=found,
            key_compared=compared,
            destroyed_at=str(said["destroyed"]["at"]),
            reason=str(said["destroyed"]["reason"]),
            rows={str(name): int(count) for name, count in said["planned"]["rows"].items()},
            leaves=int(said["planned"]["leaves"]),
            erased=int(said["certified"]["erased"]),
            backups=list(said["certified"]["backups"]),
            ledger_size=size,
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise CertificateRefused(step=7, problem="a leaf lacks what its step must say") from None


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: object, name: str) -> bytes:
    try:
        return base64.b64decode(text if isinstance(text, str) else "!", validate=True)
    except (binascii.Error, ValueError):
        raise CertificateRefused(step=1, problem=f"{name} is not base64") from None


def _hex(text: object, name: str) -> bytes:
    try:
        return bytes.fromhex(text if isinstance(text, str) else "!")
    except ValueError:
        raise CertificateRefused(step=1, problem=f"{name} is not hexadecimal") from None
