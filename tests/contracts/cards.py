"""A desk whose workspace trusts a made-up JPKI, and people whose cards sign for the plain application."""

from __future__ import annotations

import functools
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sekisho.clock import FixedClock
from sekisho.contracts.evidence.jpki.profile import Purpose
from sekisho.contracts.service import ContractService
from sekisho.contracts.simulators.jpki import Holder, SimulatedCard, SimulatedJpki
from sekisho.keys import make_key_file
from sekisho.keys.disk import RealDisk
from sekisho.workspace import Workspace
from tests.contracts.applications import ADDRESS, BIRTH, NAME, written

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
"""When these tests take place: 2026-11-23, 12:00 in Japan."""

REI = Holder(NAME, ADDRESS, date.fromisoformat(BIRTH))
"""Who applies in the plain application."""

USES = ("jpki_signing_authority", "jpki_signing_revocation_list")


@functools.cache
def jpki() -> SimulatedJpki:
    """One made-up JPKI per process: its keys take a good part of a second."""
    return SimulatedJpki(moment=AT)


@functools.cache
def card() -> SimulatedCard:
    """The applicant's card."""
    return jpki().signing_card(REI)


def made(path: Path, url: str | None = None) -> Workspace:
    """A new workspace in which unconfirmed law decides."""
    key = make_key_file(path / "sekisho.key", RealDisk())
    return Workspace.create(
        path / "ws", name="t", legal_confirmation="shown", keyring=key, database_url=url, clock=FixedClock(AT)
    )


def trusting(desk: ContractService, *, revoked: tuple[int, ...] = ()) -> ContractService:
    """The desk, which from now on trusts the made-up authority and its list."""
    authority, listed = (
        jpki().authority(Purpose.SIGNING),
        jpki().revocation_list(Purpose.SIGNING, moment=AT, revoked=revoked),
    )
    desk.trust.add(USES[0], "authority.cer", authority, by="stated:legal")
    desk.trust.add(USES[1], "list.crl", listed, by="stated:legal")
    return desk


def signature(desk: ContractService, *, by: SimulatedCard | None = None, application: str = "T-1") -> dict[str, Any]:
    """The document of a signature over a new challenge of the desk."""
    asked = desk.evidence.challenge(application=application, purpose="signing", agreed_to="sha256:00")
    return (by or card()).document(asked.nonce, asked.text)


def raw(document: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The item of an application that holds the document."""
    return {
        "kind": "electronic_signature",
        "person": "subject",
        "raw": {"format": "jpki", "document": document},
        **more,
    }


def application(*items: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """The plain application with these items, decided when it is read."""
    return written(**{"applied_at": None, "decided_at": None, "evidence": list(items), **changed})
