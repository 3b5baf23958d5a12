"""Asking another process whether a key still opens anything: the probe before and after a destruction.

The process that destroys a key can't vouch for others: a worker may hold the key in memory. So another process opens
the keyring as any worker would, and tries. The one that was asked before the destruction is asked again after it,
where the caller keeps the prober open (``with``): it had the key, and must have let go of it.
"""

from __future__ import annotations

import base64
import selectors
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, Protocol, Self

import orjson

from sekisho.destruction.errors import ProbeFailed
from sekisho.keys import KeyFile, Passphrase, Unlock
from sekisho.workspace.parts import KEYS_NAME

if TYPE_CHECKING:  # loading PKCS#11 is left to those who use it
    from sekisho.keys.pkcs11_ring import Token

PROBE_SECONDS: Final = 60
"""A passphrase takes a second of stretching and a token about as long to open: a minute is far above both."""
MODULE: Final = "sekisho.destruction.probe"
_CHUNK: Final = 65_536


@dataclass(frozen=True, slots=True)
class Sample:
    """Something encrypted under the key, and what it is bound to."""

    sealed: bytes
    aad: bytes


@dataclass(frozen=True, slots=True)
class FileSample:
    """An encrypted Parquet file: where it is, what its own key is derived with, and what its bytes are bound to. One
    group of its rows is read."""

    path: Path
    info: bytes
    identity: bytes


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


class Prober(Protocol):
    """Whoever can ask another process."""

    def probe(self, key: str, samples: Sequence[Sample | FileSample]) -> Probed:
        """Try to open ``samples`` with the key ``key`` in a process of its own. Raises ``ProbeFailed``."""
        ...


class SubprocessProber:
    """Asks a fresh interpreter: one for each question, or in a ``with`` statement one for all of them.

    Secrets reach it through a pipe, never as arguments. Not for several threads at once.
    """

    def __init__(self, workspace: Path, unlock: Unlock | Token) -> None:
        """``unlock`` is what opens the keyring of the workspace in that folder."""
        self._workspace = workspace
        self._unlock = unlock
        self._child: _Child | None = None

    def __enter__(self) -> Self:
        """Start the process now: it opens the keyring while its asker plans."""
        self._child = self._start()
        return self

    def __exit__(self, *exc: object) -> None:
        """End it."""
        if self._child is not None:
            self._child.close()
            self._child = None

    def probe(self, key: str, samples: Sequence[Sample | FileSample]) -> Probed:
        """See :class:`Prober`."""
        asked = {"key": key, "samples": [_sample(one) for one in samples]}
        if self._child is not None:
            found = self._child.ask(asked)
        else:
            child = self._start()
            try:
                found = child.ask(asked)
            finally:
                child.close()
        if "error" in found:
            raise ProbeFailed(why=str(found["error"]))
        return Probed(**found)

    def _start(self) -> _Child:
        told = {"keyring": str(self._workspace / KEYS_NAME), "unlock": _written(self._unlock)}
        return _Child(told)


class _Child:
    """The other process, and the pipes to it."""

    def __init__(self, told: dict[str, Any]) -> None:
        try:
            self._process = subprocess.Popen(  # noqa: S603  our own module, by our own interpreter
                [sys.executable, "-m", MODULE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        except OSError as error:
            raise ProbeFailed(why=type(error).__name__) from error
        self._send(told)

    def ask(self, asked: dict[str, Any]) -> dict[str, Any]:
        """One question, one answer."""
        with suppress(ProbeFailed):  # it ended early: what it said before tells why
            self._send(asked)
        try:
            found = orjson.loads(self._line())
        except orjson.JSONDecodeError:
            raise ProbeFailed(why=f"exit {self._process.poll()}") from None
        return found if isinstance(found, dict) else {"error": "no answer"}

    def close(self) -> None:
        """End it, whatever it does."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:  # it died with our words in the pipe
                    continue
        try:
            self._process.wait(timeout=PROBE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _send(self, what: dict[str, Any]) -> None:
        pipe = _pipe(self._process.stdin)
        try:
            pipe.write(orjson.dumps(what, option=orjson.OPT_APPEND_NEWLINE))
            pipe.flush()
        except OSError as error:
            raise ProbeFailed(why=type(error).__name__) from error

    def _line(self) -> bytes:
        pipe, found = _pipe(self._process.stdout), b""
        until = time.monotonic() + PROBE_SECONDS
        with selectors.DefaultSelector() as selector:
            selector.register(pipe, selectors.EVENT_READ)
            while not found.endswith(b"\n"):
                if not selector.select(max(until - time.monotonic(), 0)):
                    self._process.kill()
                    raise ProbeFailed(why="timeout")
                part = pipe.read1(_CHUNK) if hasattr(pipe, "read1") else b""
                if not part:
                    break
                found += part
        return found


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise ProbeFailed(why="no pipe")
    return pipe


def _sample(one: Sample | FileSample) -> dict[str, str]:
    if isinstance(one, Sample):
        return {"sealed": _text(one.sealed), "aad": _text(one.aad)}
    return {"path": str(one.path), "info": _text(one.info), "identity": _text(one.identity)}


def _written(unlock: Unlock | Token) -> dict[str, Any]:
    if isinstance(unlock, KeyFile):
        return {"key_file": str(unlock.path)}
    if isinstance(unlock, Passphrase):
        return {"passphrase": unlock.text, "profile": unlock.profile.name}
    return {"library": str(unlock.library), "label": unlock.label, "pin": unlock.pin}


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
