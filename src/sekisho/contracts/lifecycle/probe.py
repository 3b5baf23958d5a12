"""The other process: opens a workspace's keyring and tries to open samples under one key.

Reads one JSON document from stdin (see :class:`sekisho.contracts.lifecycle.ports.SubprocessProber`), prints one. It
never prints what it opened, and touches neither database nor ledger.
"""

from __future__ import annotations

import base64
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from sekisho.errors import SekishoError
from sekisho.keys import Argon2Profile, KeyFile, Passphrase, Unlock
from sekisho.keys.errors import KeyDestroyed
from sekisho.workspace import parts
from sekisho.workspace.errors import WorkspaceMissing
from sekisho.workspace.settings import read_settings

if TYPE_CHECKING:  # loading PKCS#11 is left to those who use it
    from sekisho.keys.pkcs11_ring import Token


def probe(asked: dict[str, Any]) -> dict[str, int]:
    """Try each sample; how many opened, were refused as destroyed, and failed otherwise."""
    path = Path(asked["workspace"])
    settings = read_settings(path)
    if settings is None:
        raise WorkspaceMissing(path=str(path))
    ring = parts.open_keyring(path, settings, _unlock(asked["unlock"]))
    found = {"opened": 0, "refused": 0, "failed": 0}
    try:
        for sealed, aad in asked["samples"]:
            try:
                ring.decrypt(asked["key"], base64.b64decode(sealed), aad=base64.b64decode(aad))
            except KeyDestroyed:
                found["refused"] += 1
            except SekishoError:
                found["failed"] += 1
            else:
                found["opened"] += 1
        return found | {"epoch": ring.epoch(), "process": os.getpid()}
    finally:
        ring.close()


def _unlock(written: dict[str, str]) -> Unlock | Token:
    if "key_file" in written:
        return KeyFile(Path(written["key_file"]))
    if "passphrase" in written:
        return Passphrase(written["passphrase"], Argon2Profile[written["profile"]])
    from sekisho.keys.pkcs11_ring import Token  # noqa: PLC0415  loads PKCS#11: only where there is one

    return Token(Path(written["library"]), written["label"], written["pin"])


def main() -> int:
    """Answer one question; an error is told by its reason alone."""
    try:
        found: dict[str, Any] = dict(probe(orjson.loads(sys.stdin.buffer.read())))
    except SekishoError as error:
        found = {"error": error.reason}
    sys.stdout.buffer.write(orjson.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
