"""What this workspace proves itself by to providers; sign-ins under way are challenges (``contract_challenge``)."""

from __future__ import annotations

from sqlalchemy import Column, LargeBinary, String, Table

from sekisho.store.columns import Moment
from sekisho.store.schema import metadata

contract_oidc_credential = Table(
    "contract_oidc_credential",
    metadata,
    # SHA-256 over issuer and client.
    Column("id", String(64), primary_key=True),
    Column("issuer", String(300), nullable=False),
    Column("client_id", String(200), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("added_by", String(64), nullable=False),
    Column("added_at", Moment, nullable=False),
)
"""A client's key or secret per provider, encrypted under a key of the workspace; never in the clear."""
