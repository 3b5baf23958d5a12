"""Client keys and secrets of one workspace: read from a file once, kept encrypted, used for one request at a time.

The keyring holds the key they are encrypted under (``workspace/oidc-clients``); a copy of the database has nothing to
use. Each change is a leaf of the ledger, which names provider and client and not the credential.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Final

import orjson
from sqlalchemy import Connection, delete, insert, select

from sekisho.contracts.evidence.oidc.client import Credential, read_credential
from sekisho.contracts.evidence.oidc.provider import Provider
from sekisho.contracts.sign_in.errors import CredentialMissing
from sekisho.contracts.sign_in.tables import contract_oidc_credential
from sekisho.keys.schedule import workspace_key
from sekisho.workspace import Workspace
from sekisho.workspace.parts import HOUSE_KEY

ADDED_LEAF: Final = "contract.sign_in_credential"
_KEY: Final = workspace_key("oidc-clients")


def keep_credential(workspace: Workspace, provider: Provider, content: bytes, *, by: str) -> Credential:
    """Keep the key (PEM) or secret of ``provider``'s client, in place of the one before; ``by`` is who brought it.

    Raises ``ProviderRefused`` for a file that can't be used; its sentence repeats nothing of it.
    """
    credential = read_credential(content, provider)
    now, row_id = workspace.clock.now(), _row_id(provider)
    workspace.keyring.ensure(_KEY)
    row = {
        "id": row_id,
        "issuer": provider.issuer,
        "client_id": provider.client_id,
        "body": workspace.keyring.encrypt(_KEY, content, aad=_place(row_id)),
        "added_by": by,
        "added_at": now,
    }
    said = {"issuer": provider.issuer, "client_id": provider.client_id, "by": by}
    leaf = workspace.seal(kind=ADDED_LEAF, owner=HOUSE_KEY, body=_body(said), at=now)

    def write(connection: Connection) -> None:
        connection.execute(delete(contract_oidc_credential).where(contract_oidc_credential.c.id == row_id))
        connection.execute(insert(contract_oidc_credential), row)

    workspace.commit(write, [leaf])
    return credential


def credential_of(workspace: Workspace, provider: Provider) -> Credential:
    """The credential for ``provider``; raises ``CredentialMissing``."""
    row_id = _row_id(provider)
    query = select(contract_oidc_credential.c.body).where(contract_oidc_credential.c.id == row_id)
    with workspace.database.read() as connection:
        body = connection.execute(query).scalar_one_or_none()
    if body is None:
        raise CredentialMissing(issuer=provider.issuer)
    return read_credential(workspace.keyring.decrypt(_KEY, body, aad=_place(row_id)), provider)


def credentials_listed(workspace: Workspace) -> list[tuple[str, str, str, datetime]]:
    """Issuer, client, who added it and when; never the credential."""
    table = contract_oidc_credential.c
    query = select(table.issuer, table.client_id, table.added_by, table.added_at).order_by(table.issuer)
    with workspace.database.read() as connection:
        return [(row.issuer, row.client_id, row.added_by, row.added_at) for row in connection.execute(query)]


def _row_id(provider: Provider) -> str:
    # A list in JSON: no two different pairs give the same text.
    return hashlib.sha256(orjson.dumps([provider.issuer, provider.client_id])).hexdigest()


def _place(row_id: str) -> bytes:
    return orjson.dumps(["sekisho/oidc-credential/1", row_id])


def _body(said: dict[str, str]) -> bytes:
    return orjson.dumps(said, option=orjson.OPT_SORT_KEYS)
