"""A calls desk with its people, and importers that sign."""

from __future__ import annotations

import base64
import hashlib
import io
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from sekisho.access import service as access
from sekisho.access.principal import Principal, Proof
from sekisho.access.roles import Role, Scope, StaffKind, scopes_of
from sekisho.calls.imports import Held
from sekisho.calls.listing.signed import Manifest
from sekisho.calls.screening.bundle import Folder
from sekisho.calls.screening.call import Call, Direction
from sekisho.calls.service import CallService
from sekisho.clock import FixedClock
from sekisho.store.outbox import outbox
from sekisho.workspace import Workspace

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
LATER = (NOW + timedelta(days=100)).isoformat()
STAFF = {"madoguchi": Role.CLERK, "tanto": Role.REVIEWER, "tanto2": Role.REVIEWER, "hogo": Role.PRIVACY_OFFICER}
SIGNER = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
NUMBER = "0312345678"


@dataclass(slots=True)
class CallDesk:
    """A workspace's calls desk and its people."""

    workspace: Workspace
    clock: FixedClock
    service: CallService
    people: dict[str, Principal] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Principal:
        """Somebody."""
        return self.people[name]

    def enter(self, **changed: Any) -> Any:
        """An entry of the operator's list."""
        fields = {
            "number": NUMBER, "action": "label", "reason": "fraud", "source": "苦情", "expires": LATER, **changed,
        }  # fmt: skip
        return self.service.entries.add({k: v for k, v in fields.items() if v is not None}, by=self["tanto"])

    def register(self) -> None:
        """The importer whose key is :data:`SIGNER`'s."""
        self.service.imports.register("npa", "提供元", SIGNER.public_key().public_bytes_raw().hex(), by=self["tanto"])

    def take_in(self, content: bytes, **changed: Any) -> Held:
        """A signed list."""
        return self.service.imports.take_in(manifest(content, **changed), io.BytesIO(content), by=self["tanto"])

    def hit(self, number: str, line: str | None = None) -> str | None:
        """What the published lists ask for."""
        folder = Folder(self.service.publishing.root)
        assert folder.reload_if_changed(), folder.last_failure
        assert folder.bundle is not None
        found = folder.bundle.lists.find(number, line, self.clock.now())
        return None if found is None else found.action.value

    def leaves(self, kind: str) -> list[dict[str, Any]]:
        """What the ledger's leaves of a kind say, in their order."""
        with self.workspace.database.read() as connection:
            ids = [row.id for row in connection.execute(select(outbox).order_by(outbox.c.position)) if row.kind == kind]
        opened = [self.workspace.open_leaf(one) for one in ids]
        return [json.loads(one.body) for one in opened if one is not None]


def call(**changed: Any) -> Call:
    """A call from another operator in Japan."""
    given = {"at": NOW, "trunk": "t1", "direction": Direction.DOMESTIC, "called": "0398765432", "asserted": NUMBER}
    return Call(**{**given, **changed})


def manifest(
    content: bytes, *, version: int = 1, signer: Ed25519PrivateKey = SIGNER, made_at: datetime = NOW, **changed: Any
) -> bytes:
    """A manifest as an importer makes it."""
    said = {
        "importer": "npa", "list": "fraud", "version": version, "made_at": made_at,
        "sha256": hashlib.sha256(content).hexdigest(), "signature": "", **changed,
    }  # fmt: skip
    signature = base64.b64encode(signer.sign(Manifest(**said).signed_bytes())).decode()
    return json.dumps({**said, "made_at": said["made_at"].isoformat(), "signature": signature}).encode()


def people() -> dict[str, Principal]:
    """Everybody, as their tokens show them."""
    return {
        name: Principal(name, StaffKind.PERSON, scopes_of((role,)), Proof.TOKEN, "t", None)
        for name, role in STAFF.items()
    }


def desk_of(workspace: Workspace, clock: FixedClock) -> CallDesk:
    """Hire everybody."""
    workspace.change(
        lambda connection: access.add_first_administrator(connection, staff_id="admin", name="管理", now=NOW)
    )
    with workspace.database.read() as connection:
        admin = access.stated_principal(connection, "admin", required=Scope.STAFF_ADMIN)
    for name, role in STAFF.items():
        workspace.change(
            partial(access.add_staff, actor=admin, staff_id=name, name=name, kind=StaffKind.PERSON, now=NOW)
        )
        workspace.change(partial(access.grant_role, actor=admin, staff_id=name, role=role, now=NOW))
    return CallDesk(workspace, clock, CallService(workspace), people())
