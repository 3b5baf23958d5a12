"""Signed checkpoints: their form, and that nothing but the signed text under the right key is accepted."""

from __future__ import annotations

import base64
import hashlib

import pytest

from sekisho.ledger.checkpoint import (
    Checkpoint,
    fingerprint,
    key_id,
    open_checkpoint,
    require_origin,
    require_signer,
    sign_checkpoint,
    verifier_key,
)
from sekisho.ledger.errors import CheckpointRefused, KeyNameMalformed, OriginMalformed
from sekisho.ledger.standalone import verify as standalone
from tests.ledger.signer import ORIGIN, MemorySigner

SIGNER = MemorySigner()
HEAD = Checkpoint(ORIGIN, 20852163, hashlib.sha256(b"root").digest())
NOTE = sign_checkpoint(HEAD, SIGNER)


def test_the_form() -> None:
    """Origin, size, root, an empty line, and a signature line with em dash, name and base64 of key id and signature."""
    text, _, signature = NOTE.decode().rpartition("\n\n")
    assert text == f"{ORIGIN}\n20852163\n{base64.b64encode(HEAD.root).decode()}"
    dash, name, encoded = signature.removesuffix("\n").split(" ")
    assert (dash, name) == ("—", ORIGIN)
    decoded = base64.b64decode(encoded)
    assert decoded[:4] == hashlib.sha256(ORIGIN.encode() + b"\n\x01" + SIGNER.public_key).digest()[:4]
    assert decoded[4:] == SIGNER.sign((text + "\n").encode())


def test_it_opens() -> None:
    """Under its key, with and without the origin; the standalone verifier reads the same."""
    assert open_checkpoint(NOTE, public_key=SIGNER.public_key) == HEAD
    assert open_checkpoint(NOTE, public_key=SIGNER.public_key, origin=ORIGIN) == HEAD
    assert standalone.verify_note(NOTE, SIGNER.public_key) == (ORIGIN, HEAD.size, HEAD.root)


def test_every_flipped_bit_is_refused() -> None:
    """No single bit of a checkpoint can change unnoticed, not even one that base64 doesn't use: by both verifiers."""
    for position in range(len(NOTE) * 8):
        changed = bytearray(NOTE)
        changed[position // 8] ^= 1 << position % 8
        with pytest.raises(CheckpointRefused):
            open_checkpoint(bytes(changed), public_key=SIGNER.public_key)
        with pytest.raises(standalone.NoteError):
            standalone.verify_note(bytes(changed), SIGNER.public_key)


@pytest.mark.parametrize(("note", "line"), [
    (b"", 0),
    (NOTE[:-1], 0),
    (b"\xff" + NOTE, 1),
    (NOTE.replace(b"\n20852163\n", b"\n020852163\n"), 2),
    (NOTE.replace(b"\n20852163\n", b"\n-1\n"), 2),
    (NOTE.replace(b"\n20852163\n", "\n２\n".encode()), 2),
    (NOTE.replace(b"\n20852163\n", b"\n20852163\nextension\n"), 4),
    (NOTE.replace(b"\n20852163\n", b"\n2085\r2163\n"), 2),
    (NOTE + b"x" * 70_000, 0),
])
def test_malformed_notes_name_the_line(note: bytes, line: int) -> None:
    """Each is refused, and the error says where."""
    with pytest.raises(CheckpointRefused) as caught:
        open_checkpoint(note, public_key=SIGNER.public_key)
    assert caught.value.fields["line"] == line


def test_another_key_or_origin_is_refused() -> None:
    """A good signature by somebody else, and our signature on another log, are not ours."""
    with pytest.raises(CheckpointRefused, match="no signature by the expected key"):
        open_checkpoint(NOTE, public_key=MemorySigner("other").public_key)
    with pytest.raises(CheckpointRefused, match="another origin"):
        open_checkpoint(NOTE, public_key=SIGNER.public_key, origin="operator.example/other")


def test_other_signatures_beside_ours_are_ignored() -> None:
    """C2SP signed-note: signatures by unknown keys (witnesses) neither help nor hurt."""
    witness = MemorySigner("witness", name="witness.example/w")
    line = sign_checkpoint(HEAD, witness).rpartition(b"\n\n")[2]
    assert open_checkpoint(NOTE + line, public_key=SIGNER.public_key) == HEAD
    assert open_checkpoint(NOTE + line, public_key=witness.public_key) == HEAD


def test_a_device_that_signs_wrongly_is_caught() -> None:
    """A signature that doesn't verify is never published."""

    class Faulty(MemorySigner):
        def sign(self, message: bytes) -> bytes:
            return super().sign(message + b"!")

    with pytest.raises(CheckpointRefused, match="does not verify"):
        sign_checkpoint(HEAD, Faulty())


@pytest.mark.parametrize("origin", ["", "two words", "a+b", "line\nbreak", "x" * 201, "全角　空白"])
def test_origins_that_a_checkpoint_cannot_carry(origin: str) -> None:
    """Refused where the ledger is created."""
    with pytest.raises(OriginMalformed):
        require_origin(origin)


def test_keys_that_a_note_cannot_carry() -> None:
    """A name with a space, and a key of another length."""
    with pytest.raises(KeyNameMalformed):
        require_signer("two words", SIGNER.public_key)
    with pytest.raises(KeyNameMalformed):
        require_signer("name", b"short")


def test_the_verifier_key_line() -> None:
    """name+id+base64, which the standalone verifier reads, and refuses when any character is another."""
    line = verifier_key(ORIGIN, SIGNER.public_key)
    name, identifier, encoded = line.split("+", 2)
    assert (name, identifier) == (ORIGIN, key_id(ORIGIN, SIGNER.public_key).hex())
    assert base64.b64decode(encoded) == b"\x01" + SIGNER.public_key
    assert standalone.parse_key(line + "\n") == SIGNER.public_key
    for position in range(len(line)):
        changed = line[:position] + chr(ord(line[position]) ^ 1) + line[position + 1 :]
        with pytest.raises(ValueError, match="key"):
            standalone.parse_key(changed + "\n")
    assert fingerprint(SIGNER.public_key) == hashlib.sha256(SIGNER.public_key).hexdigest()
