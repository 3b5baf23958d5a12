"""How every command that deals in destruction certificates writes one, reads one, and says what a good one says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol

import orjson

from sekisho.cli.session import Session
from sekisho.destruction.certificate import MAX_BYTES


class Checked(Protocol):
    """What a certificate of any kind says, once it was checked."""

    @property
    def key(self) -> str:
        """The destroyed key."""

    @property
    def state(self) -> str:
        """``live`` or ``final``."""

    @property
    def origin(self) -> str:
        """The ledger it is in."""

    @property
    def fingerprint(self) -> str:
        """That of the ledger's public key."""

    @property
    def key_compared(self) -> bool:
        """Whether that fingerprint was compared with one got another way."""

    @property
    def ledger_size(self) -> int:
        """Leaves of the ledger as published."""


def write_certificate(session: Session, document: Mapping[str, Any], *, key: str, out: Path | None) -> None:
    """Write the certificate to a file and say so, or print it where no file is named."""
    if out is None:
        session.answer(document)
        return
    out.write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")
    if session.json:
        session.answer({"file": str(out), "key": key, "state": document["state"]})
    session.say_in(f"{out} に書き出しました（{document['state']}）。", f"Wrote {out} ({document['state']}).")


def read_certificate(file: Path) -> bytes:
    """The file, and never more of it than shows that it is too large."""
    with file.open("rb") as opened:
        return opened.read(MAX_BYTES + 1)


def say_checked(session: Session, found: Checked, *, more: Mapping[str, Any], lines: Iterable[tuple[str, str]]) -> None:
    """Say that it holds: as JSON with what its kind says ``more``, or in ``lines`` (Japanese, English) for people."""
    if session.json:
        same = ("key", "state", "origin", "fingerprint", "key_compared", "ledger_size")
        session.answer({"holds": True, **{name: getattr(found, name) for name in same}, **more})
        return
    for japanese, english in lines:
        session.say_in(japanese, english)
