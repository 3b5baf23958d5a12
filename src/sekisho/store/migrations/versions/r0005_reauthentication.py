"""Challenges that count once; contract accounts with their authenticators and step-ups."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_moment = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_big = _moment


def _sealed(*columns: sa.Column[object]) -> list[sa.Column[object]]:
    return [
        *columns,
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    ]


def _unique_while_kept(table: str, column: str) -> None:
    kept = sa.text("length(body) > 0")
    name = f"uq_{table}_{column}"
    op.create_index(name, table, [column], unique=True, sqlite_where=kept, postgresql_where=kept)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "contract_challenge",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("purpose", sa.String(40), nullable=False),
        *_sealed(),
        sa.Column("expires_at", _moment, nullable=False),
        sa.Column("used_at", _moment, nullable=True),
    )
    op.create_index("ix_contract_challenge_expires_at", "contract_challenge", ["expires_at"])
    op.create_table(
        "contract_relying_party",
        sa.Column("rp_id", sa.String(253), primary_key=True),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("origins", sa.String(2000), nullable=False),
        sa.Column("set_by", sa.String(64), nullable=False),
        sa.Column("set_at", _moment, nullable=False),
    )
    op.create_table(
        "contract_account",
        sa.Column("id", sa.String(64), primary_key=True),
        *_sealed(),
        sa.Column("account_index", sa.LargeBinary(32), nullable=False),
        sa.Column("opened_at", _moment, nullable=False),
    )
    _unique_while_kept("contract_account", "account_index")
    account = "contract_account.id"
    op.create_table(
        "contract_account_proofing",
        sa.Column("decision", sa.String(64), primary_key=True),
        sa.Column("account", sa.String(64), sa.ForeignKey(account), nullable=False),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("at", _moment, nullable=False),
    )
    op.create_index("ix_contract_account_proofing_account", "contract_account_proofing", ["account"])
    op.create_table(
        "contract_authenticator",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("account", sa.String(64), sa.ForeignKey(account), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        *_sealed(),
        sa.Column("handle_index", sa.LargeBinary(32), nullable=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("sign_count", _big, nullable=False),
        sa.Column("last_step", _big, nullable=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("locked_until", _moment, nullable=True),
        sa.Column("registered_at", _moment, nullable=False),
        sa.Column("used_at", _moment, nullable=True),
    )
    _unique_while_kept("contract_authenticator", "handle_index")
    op.create_index("ix_contract_authenticator_account", "contract_authenticator", ["account"])
    op.create_table(
        "contract_step_up",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("account", sa.String(64), sa.ForeignKey(account), nullable=False),
        *_sealed(),
        sa.Column("began_at", _moment, nullable=False),
        sa.Column("expires_at", _moment, nullable=False),
    )
    op.create_index("ix_contract_step_up_account", "contract_step_up", ["account"])
    op.create_index("ix_contract_step_up_expires_at", "contract_step_up", ["expires_at"])
    op.create_table(
        "contract_authentication",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("step_up", sa.String(64), sa.ForeignKey("contract_step_up.id"), nullable=False),
        sa.Column("authenticator", sa.String(64), nullable=True),
        *_sealed(),
        sa.Column("at", _moment, nullable=False),
    )
    op.create_index("ix_contract_authentication_step_up", "contract_authentication", ["step_up"])
