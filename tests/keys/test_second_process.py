"""A worker in another process that has the key in memory refuses once the key is destroyed here."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sekisho.keys import FileKeyring, KeyFile
from sekisho.keys.mortal import MortalRing
from sekisho.keys.pkcs11_ring import Pkcs11Keyring, Token
from tests.keys.conftest import AT

WORKER = """
import sys
from pathlib import Path
from sekisho.keys import FileKeyring, KeyFile
from sekisho.keys.errors import KeysError
kind, directory, secret = sys.argv[1:]
if kind == "file":
    ring = FileKeyring.open(Path(directory), KeyFile(Path(secret)))
else:
    from sekisho.keys.pkcs11_ring import Pkcs11Keyring, Token
    library, label, pin = secret.split("|")
    ring = Pkcs11Keyring.open(Path(directory), Token(Path(library), label, pin))
signer = ring.signer("case/s")
blob = ring.encrypt("case/1", b"secret", aad=b"")
def attempt(use):
    try:
        return use().hex()
    except KeysError as error:
        return error.reason
for line in sys.stdin:
    print(ring.epoch(), attempt(lambda: ring.derive("case/1", info=b"x")),
          attempt(lambda: ring.decrypt("case/1", blob, aad=b"")), attempt(lambda: signer.sign(b"m")[:1]),
          attempt(lambda: ring.derive("case/2", info=b"x")), flush=True)
"""


@contextmanager
def worker(kind: str, ring: MortalRing, secret: str) -> Iterator[subprocess.Popen[str]]:
    """A second process with ``ring`` open and its keys in memory."""
    command = [sys.executable, "-c", WORKER, kind, str(ring.directory), secret]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def ask(process: subprocess.Popen[str]) -> list[str]:
    """What the worker answers now."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("answer\n")
    process.stdin.flush()
    return process.stdout.readline().split()


def check(kind: str, ring: MortalRing, secret: str) -> None:
    """The worker answers like us before, refuses after, key by key."""
    ring.create("case/1")
    ring.create("case/2")
    ring.create_signer("case/s")
    one, two = (ring.derive(name, info=b"x").hex() for name in ("case/1", "case/2"))
    with worker(kind, ring, secret) as process:
        for _ in range(2):
            epoch, derived, opened, signed, other = ask(process)
            assert [epoch, derived, opened, other] == ["0", one, b"secret".hex(), two]
            assert len(signed) == 2
        ring.destroy("case/1", at=AT, reason="")
        epoch, derived, opened, signed, other = ask(process)
        assert [epoch, derived, opened, other] == ["1", "key_destroyed", "key_destroyed", two]
        assert len(signed) == 2
        ring.destroy("case/s", at=AT, reason="")
        assert ask(process) == ["2", "key_destroyed", "key_destroyed", "key_destroyed", two]


def test_with_keys_in_a_directory(file_ring: FileKeyring, key_file: KeyFile) -> None:
    """A real second process holding the file keyring's key refuses from the next answer on."""
    check("file", file_ring, str(key_file.path))


@pytest.mark.softhsm
def test_with_keys_in_a_token(token_ring: Pkcs11Keyring, token: Token) -> None:
    """A real second process holding a handle to the token's key refuses from the next answer on."""
    check("token", token_ring, f"{token.library}|{token.label}|{token.pin}")


@pytest.mark.softhsm
def test_without_the_tombstone_the_token_still_refuses(token_ring: Pkcs11Keyring, token: Token, tmp_path: Path) -> None:
    """On another machine, where the tombstone isn't seen, the token itself no longer has the key."""
    token_ring.create("case/1")
    token_ring.create("case/2")
    token_ring.create_signer("case/s")
    elsewhere = tmp_path / "other-machine"
    elsewhere.mkdir()
    for name in ("ring", "tombstones"):
        (elsewhere / name).write_bytes((token_ring.directory / name).read_bytes())
    other = Pkcs11Keyring.open(elsewhere, token)
    with worker("token", other, f"{token.library}|{token.label}|{token.pin}") as process:
        ask(process)
        token_ring.destroy("case/1", at=AT, reason="")
        assert ask(process)[1:3] == ["key_not_found", "key_not_found"]
    other.close()
