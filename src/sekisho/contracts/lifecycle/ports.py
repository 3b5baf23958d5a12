"""Asking another process whether a key still opens anything: the probe before and after a destruction.

The process that destroys a key can't vouch for others: a worker may hold the key in memory. So a fresh process opens
the keyring as any worker would, and tries.
"""

from __future__ import annotations

import base64
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import orjson

from sekisho.errors import Unavailable
from sekisho.keys import KeyFile, Passphrase, Unlock

if TYPE_CHECKING:  # loading PKCS#11 is left to those who use it
    from sekisho.keys.pkcs11_ring import Token

PROBE_SECONDS = 60
"""A passphrase takes a second of stretching and a token about as long to open: a minute is far above both."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Something encrypted under the key, and what it is bound to."""

    sealed: bytes
    aad: bytes


@dataclass(frozen=True, slots=True)
class Probed:
    """What another process found: how many samples opened, how many the keyring refused because the key is destroyed,
    how many failed otherwise, and the keyring's epoch as that process saw it. ``process`` is its id.
    """

    opened: int
    refused: int
    failed: int
    epoch: int
    process: int


class ProbeFailed(Unavailable):
    """The other process could not be asked. Says nothing about the key. Fields: ``why``."""

    reason = "probe_failed"
    ja = (
        "別のプロセスで鍵を確かめられませんでした（{why}）。破棄は途中です。"
        "原因を除いて `sekisho due` をやり直してください。"
    )
    en = (
        "Another process could not check the key ({why}). The destruction is half-way: repair that and run "
        "`sekisho due` again."
    )


class Prober(Protocol):
    """Whoever can ask another process."""

    def probe(self, key: str, samples: Sequence[Sample]) -> Probed:
        """Try to open ``samples`` with the key ``key`` in a process of its own. Raises ``ProbeFailed``."""
        ...


class SubprocessProber:
    """Starts a fresh interpreter for each probe. Secrets reach it through a pipe, never as arguments."""

    def __init__(self, workspace: Path, unlock: Unlock | Token) -> None:
        """``unlock`` is what opens the keyring of the workspace in that folder."""
        self._workspace = workspace
        self._unlock = unlock

    def probe(self, key: str, samples: Sequence[Sample]) -> Probed:
        """See :class:`Prober`."""
        asked = {
            "workspace": str(self._workspace),
            "unlock": _written(self._unlock),
            "key": key,
            "samples": [[_text(sample.sealed), _text(sample.aad)] for sample in samples],
        }
        command = [sys.executable, "-m", "sekisho.contracts.lifecycle.probe"]
        try:
            done = subprocess.run(  # noqa: S603  our own module, by our own interpreter
                command, input=orjson.dumps(asked), capture_output=True, check=False, timeout=PROBE_SECONDS
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise ProbeFailed(why=type(error).__name__) from error
        try:
            found = orjson.loads(done.stdout)
        except orjson.JSONDecodeError:
            raise ProbeFailed(why=f"exit {done.returncode}") from None
        if "error" in found:
            raise ProbeFailed(why=str(found["error"]))
        return Probed(**found)


def _written(unlock: Unlock | Token) -> dict[str, Any]:
    if isinstance(unlock, KeyFile):
        return {"key_file": str(unlock.path)}
    if isinstance(unlock, Passphrase):
        return {"passphrase": unlock.text, "profile": unlock.profile.name}
    return {"library": str(unlock.library), "label": unlock.label, "pin": unlock.pin}


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
