"""The other process: opens a keyring as any worker would, and tries to open samples under one key.

Reads JSON lines from stdin (see :class:`sekisho.destruction.probing.SubprocessProber`): first where the keyring is and
what opens it, then questions; prints a line for each. It never prints what it opened, and touches neither database nor
ledger. It ends when its stdin does.
"""

from __future__ import annotations

import base64
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from sekisho.errors import SekishoError
from sekisho.keys import Argon2Profile, FileKeyring, KeyFile, Keyring, Passphrase, Unlock
from sekisho.keys.errors import KeyDestroyed

if TYPE_CHECKING:  # loading PKCS#11 is left to those who use it
    from sekisho.keys.pkcs11_ring import Token


def probe(ring: Keyring, asked: dict[str, Any]) -> dict[str, int]:
    """Try each sample; how many opened, were refused as destroyed, and failed otherwise."""
    found = {"opened": 0, "refused": 0, "failed": 0}
    for sample in asked["samples"]:
        try:
            _open(ring, asked["key"], sample)
        except KeyDestroyed:
            found["refused"] += 1
        except (SekishoError, OSError, ValueError, KeyError):
            found["failed"] += 1
        else:
            found["opened"] += 1
    return found | {"epoch": ring.epoch(), "process": os.getpid()}


def _open(ring: Keyring, key: str, sample: dict[str, str]) -> None:
    if "sealed" in sample:
        ring.decrypt(key, _bytes(sample["sealed"]), aad=_bytes(sample["aad"]))
        return
    own = ring.derive(key, info=_bytes(sample["info"]))
    import pyarrow.parquet as pq  # noqa: PLC0415  a twentieth of a second that a refusal doesn't need
    import pyarrow.parquet.encryption as pe  # noqa: PLC0415  as above

    direct: Any = pe  # the stubs lack the direct-key functions
    properties = direct.create_decryption_properties(own, aad_prefix=_bytes(sample["identity"]))
    with pq.ParquetFile(sample["path"], decryption_properties=properties) as file:
        file.read_row_group(0, use_threads=False)


def open_ring(told: dict[str, Any]) -> Keyring:
    """The keyring. Raises what opening one raises."""
    unlock = _unlock(told["unlock"])
    if isinstance(unlock, (KeyFile, Passphrase)):
        return FileKeyring.open(Path(told["keyring"]), unlock)
    from sekisho.keys.pkcs11_ring import Pkcs11Keyring  # noqa: PLC0415  loads PKCS#11: only where there is one

    return Pkcs11Keyring.open(Path(told["keyring"]), unlock)


def _unlock(written: dict[str, str]) -> Unlock | Token:
    if "key_file" in written:
        return KeyFile(Path(written["key_file"]))
    if "passphrase" in written:
        return Passphrase(written["passphrase"], Argon2Profile[written["profile"]])
    from sekisho.keys.pkcs11_ring import Token  # noqa: PLC0415  loads PKCS#11: only where there is one

    return Token(Path(written["library"]), written["label"], written["pin"])


def _bytes(text: str) -> bytes:
    return base64.b64decode(text)


def main() -> int:
    """Answer until nobody asks; an error is told by its reason alone."""
    # pyarrow reads without numpy where there is none, and nothing here wants arrays: 0.2 s less to wait for.
    sys.modules.setdefault("numpy", None)  # type: ignore[arg-type]  # None is how Python is told that a module isn't there
    ring: Keyring | None = None
    for line in sys.stdin.buffer:
        asked = orjson.loads(line)
        try:
            if ring is None:
                ring = open_ring(asked)
                continue
            found: dict[str, Any] = dict(probe(ring, asked))
        except SekishoError as error:
            found = {"error": error.reason}
        sys.stdout.buffer.write(orjson.dumps(found, option=orjson.OPT_APPEND_NEWLINE))
        sys.stdout.buffer.flush()
        if ring is None:
            return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
