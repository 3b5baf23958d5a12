"""Contract accounts and their authenticators: opening, registration, removal, recovery. Touches store, ledger, clock.

What an account stands on is an identity proofing: an accepted decision of this workspace. An authenticator is
registered right after one, or on the strength of a step-up that is strong enough to carry it; never on less. Recovery
is a new proofing of the same person, and removes every authenticator there was. Each of these is a leaf of the ledger.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Row, delete, insert, select
from sqlalchemy.exc import IntegrityError

from sekisho.clock import japan_date
from sekisho.contracts.errors import UnknownDecision, WrongValue
from sekisho.contracts.field_reading import as_identifier, as_text
from sekisho.contracts.reauthentication import rows
from sekisho.contracts.reauthentication.errors import (
    AccountExists,
    GroundMissing,
    NoRelyingParty,
    ProofingNotAccepted,
    ProofingOfAnother,
    ProofingUsed,
    RelyingPartyRefused,
    StrongerNeeded,
    UnknownAccount,
    UnknownAuthenticator,
    UnknownStepUp,
)
from sekisho.contracts.reauthentication.factors import Factor, Means
from sekisho.contracts.reauthentication.level import Level, derive
from sekisho.contracts.reauthentication.passkey import RelyingParty
from sekisho.contracts.reauthentication.proofing import Holder, StoredDecision, holder_of
from sekisho.contracts.reauthentication.rows import AUTHENTICATION_BODY, AUTHENTICATOR_BODY
from sekisho.contracts.reauthentication.step_up import DEFAULT_MAX_AGE
from sekisho.contracts.reauthentication.tables import (
    contract_account,
    contract_account_proofing,
    contract_authentication,
    contract_authenticator,
    contract_relying_party,
    contract_step_up,
)
from sekisho.contracts.service import Caller
from sekisho.contracts.tables import contract_decision
from sekisho.keys.schedule import contract_month_key
from sekisho.store.outbox import SealedLeaf
from sekisho.store.personal import PersonalColumn
from sekisho.workspace import Workspace
from sekisho.workspace.parts import HOUSE_KEY

OPENED_LEAF = "contract.account_opened"
ENROLLED_LEAF = "contract.authenticator_enrolled"
REGISTERED_LEAF = "contract.authenticator_registered"
REMOVED_LEAF = "contract.authenticator_removed"
RECOVERED_LEAF = "contract.account_recovered"
PARTY_LEAF = "contract.relying_party_set"

MAX_AUTHENTICATORS = 16
"""A person has a few devices and a card; NIST SP 800-63B-4 §4.1 asks for room for more than one."""

_DECISION_BODY = PersonalColumn("contract_decision", "body")
_TITLES = {Means.PASSKEY: "passkey", Means.TOTP: "totp", Means.JPKI: "jpki"}


@dataclass(frozen=True, slots=True)
class Ground:
    """What a registration stands on: a decision that proofed the holder, or a step-up. Exactly one.

    Raises ``GroundMissing``.
    """

    decision: str | None = None
    step_up: str | None = None

    def __post_init__(self) -> None:
        """Nothing, or two at once, is no ground."""
        if (self.decision is None) == (self.step_up is None):
            raise GroundMissing

    def as_document(self) -> dict[str, str]:
        """For the record."""
        return {"decision": self.decision} if self.decision is not None else {"step_up": str(self.step_up)}

    def bound_to(self, account_id: str) -> str:
        """What the challenge of a registration is issued for: it finishes on the ground that it began on."""
        return f"{account_id}:{'decision' if self.decision is not None else 'step_up'}:{self.decision or self.step_up}"


@dataclass(frozen=True, slots=True)
class Account:
    """An account as opened from its row."""

    id: str
    reference: str
    holder: Holder
    opened_at: datetime


class AccountService:
    """Accounts and authenticators of one workspace. Thread-safe."""

    def __init__(self, workspace: Workspace) -> None:
        """Reads nothing yet."""
        self._workspace = workspace

    # --- for which domain --------------------------------------------------------------------------------------------

    def relying_party(self) -> RelyingParty:
        """For which domain passkeys are made; raises ``NoRelyingParty``."""
        with self._workspace.database.read() as connection:
            row = connection.execute(select(contract_relying_party)).one_or_none()
        if row is None:
            raise NoRelyingParty
        return RelyingParty(row.rp_id, row.name, tuple(row.origins.split(" ")))

    def set_relying_party(self, rp_id: str, *, name: str, origins: Sequence[str], by: str) -> RelyingParty:
        """Make passkeys for this domain from now on. Those of another domain never work again: browsers bind them.

        Raises ``RelyingPartyRefused``.
        """
        try:
            party = RelyingParty(rp_id, name, tuple(origins))
        except ValueError as error:
            raise RelyingPartyRefused(problem=str(error)) from None
        now = self._workspace.clock.now()
        said = {"rp_id": rp_id, "name": name, "origins": list(origins), "by": by}
        row = {"rp_id": rp_id, "name": name, "origins": " ".join(origins), "set_by": by, "set_at": now}
        leaf = self._workspace.seal(kind=PARTY_LEAF, owner=HOUSE_KEY, body=_json(said), at=now)

        def write(connection: Connection) -> None:
            connection.execute(delete(contract_relying_party))
            connection.execute(insert(contract_relying_party), row)

        self._workspace.commit(write, [leaf])
        return party

    # --- accounts ----------------------------------------------------------------------------------------------------

    def open(self, reference: str, *, decision: str, caller: Caller) -> Account:
        """Open an account for the person whom ``decision`` proofed.

        Raises ``AccountExists``, ``ProofingNotAccepted``, ``ProofingTooOld``, ``ProofingOfAnother``.
        """
        as_identifier(reference, "account")
        if "/" in reference or reference in (".", ".."):
            raise WrongValue(field="account", expected="a reference without '/': it stands in addresses")
        now = self._workspace.clock.now()
        holder = holder_of(self._decision(decision), moment=now)
        key = contract_month_key(japan_date(now))
        leaf = self.leaf(OPENED_LEAF, key, now, {"decision": decision, "by": caller.id})
        ring = self._workspace.keyring
        body = {"account": reference, "holder": holder.as_document()}
        row = {
            "id": leaf.id,
            "key": key,
            "body": rows.ACCOUNT_BODY.seal(ring, body, row_id=leaf.id, key=key),
            "account_index": rows.ACCOUNT_INDEX.index(ring, reference, key=key),
            "opened_at": now,
        }

        def write(connection: Connection) -> None:
            if rows.account_of(connection, ring, reference) is not None:
                raise AccountExists
            connection.execute(insert(contract_account), row)
            note_proofing(connection, leaf.id, decision, "opening", now)

        try:
            self._workspace.commit(write, [leaf])
        except IntegrityError:
            raise AccountExists from None
        return Account(leaf.id, reference, holder, now)

    def find(self, reference: str) -> Account:
        """The account with this reference; raises ``UnknownAccount``."""
        with self._workspace.database.read() as connection:
            row = rows.account_of(connection, self._workspace.keyring, reference)
        if row is None:
            raise UnknownAccount
        body = rows.ACCOUNT_BODY.open(self._workspace.keyring, row.body, row_id=row.id, key=row.key)
        return Account(row.id, body["account"], Holder.of_document(body["holder"]), row.opened_at)

    def recover(self, reference: str, *, decision: str, caller: Caller) -> list[str]:
        """All authenticators are lost: remove them, on a new proofing of the same person. Their ids.

        There is no other way back in. Raises ``ProofingUsed`` for a decision that served before, ``ProofingOfAnother``
        and the rest of :mod:`.errors`. Afterwards authenticators are registered on the same decision.
        """
        account = self.find(reference)
        now = self._workspace.clock.now()
        if not account.holder.is_same(holder_of(self._decision(decision), moment=now)):
            raise ProofingOfAnother
        key = contract_month_key(japan_date(now))

        def write(connection: Connection) -> list[str]:
            _require_new(connection, decision)
            removed = [row.id for row in rows.authenticators_of(connection, account.id, state=None)]
            connection.execute(delete(contract_authenticator).where(contract_authenticator.c.account == account.id))
            # What the lost ones answered, perhaps in other hands, stands for nothing any more.
            own = select(contract_step_up.c.id).where(contract_step_up.c.account == account.id)
            connection.execute(delete(contract_authentication).where(contract_authentication.c.step_up.in_(own)))
            connection.execute(delete(contract_step_up).where(contract_step_up.c.account == account.id))
            note_proofing(connection, account.id, decision, "recovery", now)
            return removed

        def leaves(removed: list[str]) -> list[SealedLeaf]:
            said = {"account": account.id, "decision": decision, "removed": removed, "by": caller.id}
            return [self.leaf(RECOVERED_LEAF, key, now, said)]

        return self._workspace.commit(write, leaves).value

    # --- authenticators ----------------------------------------------------------------------------------------------

    def authenticators(self, reference: str) -> list[dict[str, Any]]:
        """What is registered, oldest first. Holds no secret; a passkey with what verifies its answers elsewhere."""
        account = self.find(reference)
        with self._workspace.database.read() as connection:
            found = rows.authenticators_of(connection, account.id, state=None)
            party = connection.execute(select(contract_relying_party)).one_or_none()
        return [self._shown(row, party) for row in found]

    def remove(self, reference: str, authenticator: str, *, reason: str, caller: Caller) -> None:
        """Remove one; what it answered in open step-ups doesn't count any more. Raises ``UnknownAuthenticator``."""
        account = self.find(reference)
        as_text(reason, "reason")
        now = self._workspace.clock.now()
        said = {"account": account.id, "authenticator": authenticator, "reason": reason, "by": caller.id}
        leaf = self.leaf(REMOVED_LEAF, contract_month_key(japan_date(now)), now, said)

        def write(connection: Connection) -> None:
            table = contract_authenticator.c
            done = connection.execute(
                delete(contract_authenticator).where(table.id == authenticator, table.account == account.id)
            )
            if not done.rowcount:
                raise UnknownAuthenticator
            connection.execute(
                delete(contract_authentication).where(contract_authentication.c.authenticator == authenticator)
            )

        self._workspace.commit(write, [leaf])

    # --- what a registration stands on -------------------------------------------------------------------------------

    def require_ground(self, account: Account, ground: Ground, means: Means, now: datetime) -> None:
        """That ``ground`` carries this registration now; raises ``StrongerNeeded`` or the proofing's errors."""
        if ground.decision is not None:
            self._require_proofing(account, ground.decision, now)
            return
        factors = self.factors(account, str(ground.step_up))
        found = derive(factors, moment=now, max_age=DEFAULT_MAX_AGE)
        carries = found.level is not None and found.level >= Level.L2 and found.verified_here
        # What resists phishing isn't registered on the strength of what doesn't.
        if not carries or (means is not Means.TOTP and not (found.phishing_resistant or found.hardware)):
            raise StrongerNeeded(kind=_TITLES[means])

    def _require_proofing(self, account: Account, decision: str, now: datetime) -> None:
        holder = holder_of(self._decision(decision), moment=now)
        table = contract_account_proofing.c
        with self._workspace.database.read() as connection:
            owner = connection.execute(select(table.account).where(table.decision == decision)).scalar()
        if owner not in (None, account.id) or not account.holder.is_same(holder):
            raise ProofingOfAnother

    def factors(self, account: Account, step_up: str) -> list[Factor]:
        """What was shown in a step-up so far; raises ``UnknownStepUp``."""
        table = contract_authentication.c
        with self._workspace.database.read() as connection:
            known = connection.execute(
                select(contract_step_up.c.id).where(
                    contract_step_up.c.id == step_up, contract_step_up.c.account == account.id
                )
            ).scalar()
            found = connection.execute(
                select(contract_authentication).where(table.step_up == step_up).order_by(table.at, table.id)
            ).all()
        if known is None:
            raise UnknownStepUp
        ring = self._workspace.keyring
        return [
            Factor.of_document(said)
            for row in found
            for said in AUTHENTICATION_BODY.open(ring, row.body, row_id=row.id, key=row.key)["factors"]
        ]

    def _decision(self, decision: str) -> StoredDecision:
        table = contract_decision
        with self._workspace.database.read() as connection:
            row = connection.execute(select(table).where(table.c.id == decision)).one_or_none()
        if row is None:
            raise UnknownDecision(decision=decision[:64])
        if not row.body:
            raise ProofingNotAccepted(problem="its time is over")
        body = _DECISION_BODY.open(self._workspace.keyring, row.body, row_id=row.id, key=row.key)
        return StoredDecision(row.id, row.verdict, row.hypothetical, row.subject_kind, row.made_at, body["answer"])

    # --- rows --------------------------------------------------------------------------------------------------------

    def own(self, account: Account, authenticator: str) -> Row[Any]:
        """The row of an authenticator of this account; raises ``UnknownAuthenticator``."""
        table = contract_authenticator
        with self._workspace.database.read() as connection:
            row = connection.execute(
                select(table).where(table.c.id == authenticator, table.c.account == account.id)
            ).one_or_none()
        if row is None:
            raise UnknownAuthenticator
        return row

    def body_of(self, row: Row[Any]) -> dict[str, Any]:
        """What an authenticator's row holds, opened."""
        body: dict[str, Any] = AUTHENTICATOR_BODY.open(self._workspace.keyring, row.body, row_id=row.id, key=row.key)
        return body

    def _shown(self, row: Row[Any], party: Row[Any] | None) -> dict[str, Any]:
        body = self.body_of(row)
        shown: dict[str, Any] = {
            "id": row.id,
            "kind": row.kind,
            "label": body["label"],
            "state": row.state,
            "registered_at": row.registered_at.isoformat(),
            "used_at": None if row.used_at is None else row.used_at.isoformat(),
            "locked_until": None if row.locked_until is None else row.locked_until.isoformat(),
            "ground": body["ground"],
        }
        if row.kind == Means.PASSKEY and party is not None:
            shown["registration"] = {
                "rp_id": party.rp_id,
                "name": party.name,
                "origins": party.origins.split(" "),
                "credential_id": body["handle"],
                "public_key": body["public_key"],
                "sign_count": row.sign_count,
                "backup_eligible": body["backup_eligible"],
            }
        return shown

    def leaf(self, kind: str, key: str, at: datetime, said: Mapping[str, Any]) -> SealedLeaf:
        """A leaf under the contract key ``key``: what is in it dies with that."""
        return self._workspace.seal(kind=kind, owner=key, body=_json(said), at=at)


def _require_new(connection: Connection, decision: str) -> None:
    table = contract_account_proofing.c
    if connection.execute(select(table.decision).where(table.decision == decision)).first() is not None:
        raise ProofingUsed


def note_proofing(
    connection: Connection, account: str, decision: str, purpose: str, at: datetime, *, again: bool = False
) -> None:
    """Note that ``decision`` proofed the holder of ``account``. Raises ``ProofingOfAnother`` where it is another's.

    ``again``: it may have been noted for the same account before.
    """
    table = contract_account_proofing.c
    owner = connection.execute(select(table.account).where(table.decision == decision)).scalar()
    if owner is not None:
        if owner != account or not again:
            raise ProofingOfAnother
        return
    connection.execute(
        insert(contract_account_proofing).values(decision=decision, account=account, purpose=purpose, at=at)
    )


def _json(said: Mapping[str, Any]) -> bytes:
    return orjson.dumps(said, option=orjson.OPT_SORT_KEYS)
