"""Checkpoints: what the operator signs about the ledger. C2SP tlog-checkpoint as a C2SP signed note with Ed25519. Pure.

A checkpoint says: the log named *origin* has *size* leaves under *root*. It does not say when; a time would be the
operator's word only, and the leaves carry their own.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sekisho.ledger.errors import CheckpointRefused, KeyNameMalformed, OriginMalformed
from sekisho.ledger.merkle import HASH_SIZE

PUBLIC_KEY_SIZE = 32
"""Bytes in an Ed25519 public key (RFC 8032 §5.1.5)."""
SIGNATURE_SIZE = 64
"""Bytes in an Ed25519 signature (RFC 8032 §5.1.6)."""
_ED25519 = b"\x01"  # C2SP signed-note, "Signature types"
_KEY_ID_SIZE = 4
_MAX_CHECKPOINT = 64 * 1024  # ours is Ed25519, and hundreds of witnesses' lines would fit
_NAME = re.compile(r"[^\s+\x00-\x1f\x7f]{1,200}")
_NAME_RULE = "1 to 200 characters without spaces, '+' and control characters"
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


class Signer(Protocol):
    """Holds an Ed25519 key and signs with it. Persisting the key is not the ledger's business."""

    @property
    def name(self) -> str:
        """The key's name in the note: no spaces, no ``+``; by custom the ledger's origin."""
        ...

    @property
    def public_key(self) -> bytes:
        """The 32 raw bytes of the public key."""
        ...

    def sign(self, message: bytes) -> bytes:
        """The 64-byte Ed25519 signature (RFC 8032, pure) of ``message``."""
        ...


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A tree head whose signature has been verified, unless made by hand. ``root`` is 32 bytes."""

    origin: str
    size: int
    root: bytes

    def text(self) -> bytes:
        """The note text that is signed (C2SP tlog-checkpoint, "Note text")."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n".encode()


def require_origin(origin: str) -> None:
    """Refuse an origin that a checkpoint cannot carry. Stricter than C2SP: no spaces, at most 200 characters."""
    if not _NAME.fullmatch(origin):
        raise OriginMalformed(origin=origin[:200], problem=_NAME_RULE)


def require_signer(name: str, public_key: bytes) -> None:
    """Refuse a key name or key that a signed note cannot carry (C2SP signed-note, "Format")."""
    if not _NAME.fullmatch(name):
        raise KeyNameMalformed(name=name[:200], problem=_NAME_RULE)
    if len(public_key) != PUBLIC_KEY_SIZE:
        raise KeyNameMalformed(name=name, problem=f"public key of {len(public_key)} bytes")


def key_id(name: str, public_key: bytes) -> bytes:
    """C2SP signed-note: ``SHA-256(name || 0x0A || 0x01 || public key)[:4]``. An identifier, not a fingerprint."""
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + public_key).digest()[:_KEY_ID_SIZE]


def fingerprint(public_key: bytes) -> str:
    """SHA-256 of the 32 raw key bytes in hex: what an auditor compares after getting it by another way."""
    return hashlib.sha256(public_key).hexdigest()


def verifier_key(name: str, public_key: bytes) -> str:
    """The key in the form note verifiers read: ``name+hex key id+base64(0x01 || key)``."""
    return f"{name}+{key_id(name, public_key).hex()}+{base64.b64encode(_ED25519 + public_key).decode()}"


def sign_checkpoint(checkpoint: Checkpoint, signer: Signer) -> bytes:
    """The signed note. Raises whatever the signer raises; the signature is verified before it is returned, because a
    faulty device must not make a ledger that nobody can open."""
    text = checkpoint.text()
    signature = signer.sign(text)
    if not _signature_holds(signer.public_key, signature, text):
        raise CheckpointRefused(line=0, problem=f"the key {signer.name} made a signature that does not verify")
    line = base64.b64encode(key_id(signer.name, signer.public_key) + signature).decode()
    return text + f"\n— {signer.name} {line}\n".encode()


def _signature_holds(public_key: bytes, signature: bytes, text: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, text)
    except InvalidSignature:
        return False
    return True


def _decode(text: str, line: int, what: str) -> bytes:
    """Strict base64: exactly what an encoder writes, so that no flipped bit hides in unused ones (RFC 4648 §3.5)."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise CheckpointRefused(line=line, problem=f"{what} is not base64") from None
    if base64.b64encode(data).decode() != text:
        raise CheckpointRefused(line=line, problem=f"{what} is not canonical base64")
    return data


def open_checkpoint(note: bytes, *, public_key: bytes, origin: str | None = None) -> Checkpoint:
    """Parse a checkpoint and verify it against ``public_key`` (and ``origin`` when given).

    Steps: (1) UTF-8 without control characters; (2) text and signatures apart at the last empty line; (3) origin, size,
    root; (4) the signature line whose key id is ours; (5) its signature over the text. Signatures by other keys are
    ignored, as C2SP asks. Does not check that the root is the ledger's. Raises :class:`CheckpointRefused` with the
    line.
    """
    if len(note) > _MAX_CHECKPOINT:
        raise CheckpointRefused(line=0, problem=f"longer than {_MAX_CHECKPOINT} bytes")
    try:
        decoded = note.decode("utf-8")  # (1)
    except UnicodeDecodeError as error:
        raise CheckpointRefused(line=note[: error.start].count(b"\n") + 1, problem="not UTF-8") from None
    for number, line in enumerate(decoded.split("\n"), 1):
        if any(ord(character) < 0x20 for character in line):
            raise CheckpointRefused(line=number, problem="control character")
    body, blank, signatures = decoded.rpartition("\n\n")  # (2)
    lines = body.split("\n")
    if not blank or not signatures.endswith("\n"):
        raise CheckpointRefused(line=0, problem="not a signed note: text, empty line, signatures")
    if len(lines) != 3:  # (3) extension lines are "not recommended" and ours has none
        raise CheckpointRefused(line=min(len(lines), 4), problem="the text is not origin, size and root")
    found_origin, size, root_text = lines
    if not found_origin or (origin is not None and found_origin != origin):
        raise CheckpointRefused(line=1, problem="another origin")
    if not _SIZE.fullmatch(size):
        raise CheckpointRefused(line=2, problem="the size is not a plain decimal number")
    root = _decode(root_text, 3, "the root")
    if len(root) != HASH_SIZE:
        raise CheckpointRefused(line=3, problem="the root is not 32 bytes")
    verified = 0
    text = (body + "\n").encode()
    for number, line in enumerate(signatures.removesuffix("\n").split("\n"), 5):
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != "—" or not _NAME.fullmatch(parts[1]):
            raise CheckpointRefused(line=number, problem="not a signature line")
        signature = _decode(parts[2], number, "the signature")
        if signature[:_KEY_ID_SIZE] != key_id(parts[1], public_key):  # (4)
            continue
        if not _signature_holds(public_key, signature[_KEY_ID_SIZE:], text):  # (5)
            raise CheckpointRefused(line=number, problem="the signature does not verify")
        verified += 1
    if not verified:
        raise CheckpointRefused(line=5, problem="no signature by the expected key")
    return Checkpoint(found_origin, int(size), root)
