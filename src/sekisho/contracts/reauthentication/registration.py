"""Registering authenticators: passkeys, one-time codes and JPKI user certificates. Touches store, ledger and clock.

Each registration names what it stands on (:class:`~.service.Ground`), is verified step by step, and is one row and one
leaf of the ledger, durable together.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from sekisho.clock import japan_date
from sekisho.contracts.challenges import StoredChallenges
from sekisho.contracts.errors import WrongValue
from sekisho.contracts.evidence.errors import EvidenceRefused, NotCheckable
from sekisho.contracts.evidence.jpki.document import read_document as read_jpki
from sekisho.contracts.evidence.jpki.kind import PreparedJpki
from sekisho.contracts.evidence.jpki.model import CertificateId, Challenge, VerifiedUser
from sekisho.contracts.evidence.jpki.ports import CHALLENGE_LIFE, FirstAnswer, RevocationSource, new_challenge
from sekisho.contracts.evidence.jpki.profile import Purpose
from sekisho.contracts.evidence.jpki.verify import prove_authentication
from sekisho.contracts.evidence.reauthentication.document import read_registration
from sekisho.contracts.evidence.reauthentication.errors import CredentialKnown
from sekisho.contracts.evidence.reauthentication.model import Attempt
from sekisho.contracts.evidence.reauthentication.profile import PURPOSE_REGISTRATION
from sekisho.contracts.evidence.reauthentication.verify import prove_code, prove_registration
from sekisho.contracts.evidence.steps import Report
from sekisho.contracts.field_reading import as_text
from sekisho.contracts.reauthentication import rows
from sekisho.contracts.reauthentication.errors import (
    RegistrationOver,
    TooManyAuthenticators,
)
from sekisho.contracts.reauthentication.factors import Means
from sekisho.contracts.reauthentication.passkey import ALGORITHMS, to_base64url
from sekisho.contracts.reauthentication.rows import AUTHENTICATOR_BODY, State
from sekisho.contracts.reauthentication.service import (
    ENROLLED_LEAF,
    MAX_AUTHENTICATORS,
    REGISTERED_LEAF,
    Account,
    AccountService,
    Ground,
    note_proofing,
)
from sekisho.contracts.reauthentication.tables import (
    contract_authenticator,
)
from sekisho.contracts.reauthentication.totp import SECRET_BYTES, CodeCheck, Secret
from sekisho.contracts.service import Caller
from sekisho.contracts.trust import TrustSettings
from sekisho.keys.schedule import contract_month_key
from sekisho.workspace import Workspace


class RegistrationService:
    """Registers authenticators in one workspace. Thread-safe."""

    def __init__(
        self,
        workspace: Workspace,
        accounts: AccountService,
        trust: TrustSettings,
        *,
        revocation: RevocationSource | None = None,
    ) -> None:
        """``trust`` holds the authorities of user certificates; ``revocation`` is who is asked beside the lists."""
        self._workspace = workspace
        self._accounts = accounts
        self._trust = trust
        self._revocation = revocation
        self._challenges = StoredChallenges(workspace)

    def passkey_options(self, reference: str, ground: Ground, *, label: str) -> dict[str, Any]:
        """What the page gives to ``navigator.credentials.create()``, user verification required.

        Raises ``NoRelyingParty``, and what :class:`Ground` asks for.
        """
        account, now, party = (
            self._accounts.find(reference),
            self._workspace.clock.now(),
            self._accounts.relying_party(),
        )
        as_text(label, "label")
        self._accounts.require_ground(account, ground, Means.PASSKEY, now)
        issued = self._challenges.issue(
            purpose=PURPOSE_REGISTRATION, application=ground.bound_to(account.id), moment=now
        )
        with self._workspace.database.read() as connection:
            known = rows.authenticators_of(connection, account.id, kind=Means.PASSKEY)
        return {
            "challenge": to_base64url(issued.nonce),
            "rp": {"id": party.rp_id, "name": party.name},
            # The account's own random number: browsers keep it, so it says nothing of the person.
            "user": {"id": to_base64url(bytes.fromhex(account.id)), "name": label, "displayName": label},
            "pubKeyCredParams": [{"type": "public-key", "alg": int(each)} for each in ALGORITHMS],
            "timeout": int(CHALLENGE_LIFE.total_seconds() * 1000),
            "excludeCredentials": [
                {"type": "public-key", "id": self._accounts.body_of(row)["handle"]} for row in known
            ],
            "authenticatorSelection": {"residentKey": "preferred", "userVerification": "required"},
            "attestation": "none",
        }

    def register_passkey(
        self, reference: str, ground: Ground, credential: object, *, label: str, caller: Caller
    ) -> str:
        """Verify and store a passkey; its id. Raises the evidence's errors, ``CredentialKnown`` and the ground's."""
        account, now = self._accounts.find(reference), self._workspace.clock.now()
        as_text(label, "label")
        self._accounts.require_ground(account, ground, Means.PASSKEY, now)
        found = prove_registration(
            read_registration(credential, "credential."),
            application=ground.bound_to(account.id),
            moment=now,
            party=self._accounts.relying_party(),
            challenges=self._challenges,
        )
        if found.registration is None:
            raise failure_of(found.report)
        made = found.registration
        body = {
            "handle": to_base64url(made.registered.credential_id),
            "public_key": to_base64url(made.registered.public_key),
            "backup_eligible": made.registered.backup_eligible,
            "aaguid": made.authenticator,
            "label": label,
        }
        said = {"flags": made.flags.as_document(), "sign_count": made.registered.sign_count, "report": found.report}
        return self._register(
            account, ground, Means.PASSKEY, body, said, caller, now, sign_count=made.registered.sign_count
        )

    def enrol_totp(self, reference: str, ground: Ground, *, label: str, caller: Caller) -> dict[str, Any]:
        """Make a secret and show it, this once. It counts when a code of it was confirmed (:meth:`confirm_totp`)."""
        account, now = self._accounts.find(reference), self._workspace.clock.now()
        as_text(label, "label")
        self._accounts.require_ground(account, ground, Means.TOTP, now)
        secret = Secret(secrets.token_bytes(SECRET_BYTES))
        body = {"secret": secret.base32, "label": label}
        row_id = self._register(account, ground, Means.TOTP, body, {}, caller, now, state=State.PENDING)
        expires = now + CHALLENGE_LIFE
        uri = secret.uri(account=label, issuer=self._workspace.name)
        return {"authenticator": row_id, "secret": secret.base32, "uri": uri, "expires_at": expires.isoformat()}

    def confirm_totp(self, reference: str, authenticator: str, code: str, *, caller: Caller) -> str:
        """The first code: the person has the secret. Its step is used up. Raises ``RegistrationOver``."""
        account, now = self._accounts.find(reference), self._workspace.clock.now()
        row = self._accounts.own(account, authenticator)
        if row.kind != Means.TOTP or row.state != State.PENDING or now >= row.registered_at + CHALLENGE_LIFE:
            raise RegistrationOver
        found = prove_code(
            code,
            secret=Secret.of_base32(self._accounts.body_of(row)["secret"]),
            moment=now,
            keeper=Codes(self._workspace, row.id, now),
        )
        if found.code is None:
            raise failure_of(found.report)
        said = {"account": account.id, "authenticator": row.id, "kind": "totp", "by": caller.id}
        leaf = self._accounts.leaf(REGISTERED_LEAF, contract_month_key(japan_date(now)), now, said)

        def write(connection: Connection) -> None:
            table = contract_authenticator.c
            done = connection.execute(
                update(contract_authenticator)
                .where(table.id == row.id, table.state == State.PENDING.value)
                .values(state=State.ACTIVE.value)
            )
            if not done.rowcount:
                raise RegistrationOver

        self._workspace.commit(write, [leaf])
        return authenticator

    def jpki_challenge(self, reference: str, ground: Ground) -> Challenge:
        """A text for the card to sign, to link its user-authentication certificate to the account."""
        account, now = self._accounts.find(reference), self._workspace.clock.now()
        self._accounts.require_ground(account, ground, Means.JPKI, now)
        made = new_challenge(
            purpose=Purpose.AUTHENTICATION,
            application=ground.bound_to(account.id),
            agreed_to="利用者証明用電子証明書の登録 / registration of this certificate",
            moment=now,
        )
        self._challenges.keep(made)
        return made

    def link_jpki(self, reference: str, ground: Ground, raw: bytes, *, label: str, caller: Caller) -> str:
        """Verify the card's answer and link the certificate by issuer and serial number (法19条3項: not by its key)."""
        account, now = self._accounts.find(reference), self._workspace.clock.now()
        as_text(label, "label")
        self._accounts.require_ground(account, ground, Means.JPKI, now)
        report, user = self.prove_jpki(raw, application=ground.bound_to(account.id), moment=now)
        if user is None:
            raise failure_of(report)
        body = {"handle": certificate_handle(user.id), "label": label}
        return self._register(account, ground, Means.JPKI, body, {"report": report}, caller, now)

    def prove_jpki(self, raw: bytes, *, application: str, moment: datetime) -> tuple[Report, VerifiedUser | None]:
        """Verify an answer by a user-authentication certificate under this workspace's trust."""
        document = read_jpki(raw)
        if document.purpose is not Purpose.AUTHENTICATION:
            raise WrongValue(field="purpose", expected=Purpose.AUTHENTICATION.value)
        ready = self._trust.prepared("jpki", moment=moment)
        if not isinstance(ready, PreparedJpki):
            raise TypeError("the verifier of JPKI")
        revocation: RevocationSource = ready.lists[Purpose.AUTHENTICATION]
        if self._revocation is not None:
            revocation = FirstAnswer((self._revocation, revocation))
        found = prove_authentication(
            document.submission,
            application=application,
            moment=moment,
            profile=ready.profile,
            nonces=self._challenges,
            revocation=revocation,
        )
        return found.report, found.user

    # --- rows --------------------------------------------------------------------------------------------------------

    def _register(
        self,
        account: Account,
        ground: Ground,
        means: Means,
        body: dict[str, Any],
        said: Mapping[str, Any],
        caller: Caller,
        now: datetime,
        *,
        state: State = State.ACTIVE,
        sign_count: int = 0,
    ) -> str:
        """One row and one leaf, and the proofing where a new one carries it. Raises ``CredentialKnown``."""
        key = contract_month_key(japan_date(now))
        told: dict[str, Any] = {
            "account": account.id,
            "kind": means.value,
            "ground": ground.as_document(),
            "by": caller.id,
            **{name: value.as_document() if isinstance(value, Report) else value for name, value in said.items()},
        }
        leaf = self._accounts.leaf(REGISTERED_LEAF if state is State.ACTIVE else ENROLLED_LEAF, key, now, told)
        ring, handle = self._workspace.keyring, body.get("handle")
        row = {
            "id": leaf.id,
            "account": account.id,
            "kind": means.value,
            "key": key,
            "body": AUTHENTICATOR_BODY.seal(ring, body | {"ground": ground.as_document()}, row_id=leaf.id, key=key),
            "handle_index": None if handle is None else rows.HANDLE_INDEX.index(ring, handle, key=key),
            "state": state.value,
            "sign_count": sign_count,
            "last_step": None,
            "failures": 0,
            "locked_until": None,
            "registered_at": now,
            "used_at": None,
        }

        def write(connection: Connection) -> None:
            table = contract_authenticator.c
            # Secrets that nobody confirmed in time are forgotten.
            connection.execute(
                delete(contract_authenticator).where(
                    table.account == account.id,
                    table.state == State.PENDING.value,
                    table.registered_at <= now - CHALLENGE_LIFE,
                )
            )
            count = select(func.count()).select_from(contract_authenticator).where(table.account == account.id)
            if connection.execute(count).scalar_one() >= MAX_AUTHENTICATORS:
                raise TooManyAuthenticators(limit=MAX_AUTHENTICATORS)
            if handle is not None and rows.authenticator_with(connection, ring, handle) is not None:
                raise CredentialKnown
            connection.execute(insert(contract_authenticator), row)
            if ground.decision is not None:
                note_proofing(connection, account.id, ground.decision, "registration", now, again=True)

        try:
            self._workspace.commit(write, [leaf])
        except IntegrityError:
            raise CredentialKnown from None
        return leaf.id


class Codes:
    """Keeps one secret's time steps and failures in the database; each attempt is one durable transaction."""

    def __init__(self, workspace: Workspace, authenticator: str, moment: datetime) -> None:
        """Of one authenticator, at one moment."""
        self._workspace = workspace
        self._authenticator = authenticator
        self._moment = moment

    def attempt(self, check: CodeCheck) -> Attempt:
        """As :meth:`~sekisho.contracts.evidence.reauthentication.model.CodeKeeper.attempt`."""
        return self._workspace.commit(
            lambda connection: rows.attempt_code(connection, self._authenticator, check, moment=self._moment)
        ).value


def certificate_handle(certificate: CertificateId) -> str:
    """Issuer and serial number of a certificate as one text."""
    return f"{certificate.issuer_sha256}:{certificate.serial:x}"


def failure_of(report: Report) -> EvidenceRefused | NotCheckable:
    """What stopped a verification that proved nothing."""
    if report.failure is None:
        raise ValueError("a report of something unproven names its failure")
    return report.failure
