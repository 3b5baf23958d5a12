"""Step-ups: an account's holder authenticates for one application, until what was asked is reached (RFC 9470).

A step-up is begun for an application and the person it states, who must be the account's holder as proofed. Each answer
is verified as it comes, is a leaf of the ledger whatever came of it, and adds factors; as soon as they reach what was
asked, the whole is kept as evidence (kind ``authentication``), and the application names it by its id::

    {"kind": "authentication", "person": "subject", "evidence": "<id>"}

What the operator's own sign-in vouches for (a password, a code by SMS) adds factors too, and is never enough by itself.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from sekisho.clock import japan_date
from sekisho.contracts.challenges import StoredChallenges
from sekisho.contracts.errors import MissingField, WrongValue
from sekisho.contracts.evidence.jpki.model import Challenge
from sekisho.contracts.evidence.jpki.ports import CHALLENGE_LIFE, Challenges, new_challenge
from sekisho.contracts.evidence.jpki.profile import Purpose
from sekisho.contracts.evidence.reauthentication.document import read_assertion
from sekisho.contracts.evidence.reauthentication.errors import (
    AuthenticatorUnknown,
    CredentialOfAnother,
    CredentialUnknown,
    SignCountWentBack,
)
from sekisho.contracts.evidence.reauthentication.profile import MAX_ANSWERS, PURPOSE_ASSERTION
from sekisho.contracts.evidence.reauthentication.step_up import conclude
from sekisho.contracts.evidence.reauthentication.verify import ASSERTION_STEPS, prove_assertion, prove_code
from sekisho.contracts.evidence.steps import NO_REASON, Report
from sekisho.contracts.evidence.verifier import Verification
from sekisho.contracts.evidence_desk import EvidenceDesk, Submitted
from sekisho.contracts.evidence_items import Person
from sekisho.contracts.field_reading import as_identifier
from sekisho.contracts.reauthentication import rows
from sekisho.contracts.reauthentication.errors import (
    MayNotVouch,
    NoRelyingParty,
    StatedOfAnother,
    StepUpOver,
    UnknownStepUp,
)
from sekisho.contracts.reauthentication.factors import VOUCHED, Factor, Means, of_jpki, vouched
from sekisho.contracts.reauthentication.passkey import Registered, from_base64url, to_base64url
from sekisho.contracts.reauthentication.proofing import Holder
from sekisho.contracts.reauthentication.registration import (
    Codes,
    RegistrationService,
    certificate_handle,
    failure_of,
)
from sekisho.contracts.reauthentication.rows import AUTHENTICATION_BODY, STEP_UP_BODY
from sekisho.contracts.reauthentication.service import Account, AccountService
from sekisho.contracts.reauthentication.step_up import StepUpAnswer, StepUpRequest
from sekisho.contracts.reauthentication.tables import contract_authentication, contract_step_up
from sekisho.contracts.reauthentication.totp import Secret
from sekisho.contracts.service import Caller
from sekisho.engine.facts import Text
from sekisho.errors import SekishoError
from sekisho.keys.schedule import contract_month_key
from sekisho.workspace import Workspace

AUTHENTICATION_LEAF = "contract.authentication"

STEP_UP_LIFE = timedelta(minutes=15)
"""From begin to the last answer: one challenge's life, and time to look for the telephone."""


@dataclass(frozen=True, slots=True)
class StepUpResult:
    """Where a step-up stands after an answer.

    ``evidence`` is the id under which it is kept once it reached what was asked. ``findings`` are of this answer.
    """

    answer: StepUpAnswer
    evidence: str | None
    findings: tuple[str, ...]
    report: Report

    def as_document(self) -> dict[str, Any]:
        """For JSON."""
        return {
            **self.answer.as_document(),
            "evidence": self.evidence,
            "findings": list(self.findings),
            "report": self.report.as_document(),
        }


@dataclass(frozen=True, slots=True)
class _StepUp:
    """A step-up as opened from its row."""

    id: str
    application: str
    stated: Person
    request: StepUpRequest


@dataclass(frozen=True, slots=True)
class _Shown:
    """What one answer proved: ``factors``, or none and ``error``. ``kept`` is what the step-up's document says of it
    beside its means and time; ``count`` the counter to set."""

    means: Means
    factors: tuple[Factor, ...]
    report: Report | None
    kept: Mapping[str, Any]
    authenticator: str | None = None
    findings: tuple[str, ...] = ()
    count: int | None = None
    error: SekishoError | None = None


class _Recorded:
    """Challenges that remember the one they gave, for the document."""

    def __init__(self, challenges: Challenges) -> None:
        self._challenges = challenges
        self.given: Challenge | None = None

    @property
    def limits(self) -> Text:
        return self._challenges.limits

    def consume(self, nonce: bytes, *, purpose: str, application: str, moment: datetime) -> Challenge:
        self.given = self._challenges.consume(nonce, purpose=purpose, application=application, moment=moment)
        return self.given


class StepUpService:
    """Step-ups of one workspace. Thread-safe."""

    def __init__(
        self,
        workspace: Workspace,
        accounts: AccountService,
        registration: RegistrationService,
        evidence: EvidenceDesk,
    ) -> None:
        """``evidence`` keeps what was reached, for the application to name."""
        self._workspace = workspace
        self._accounts = accounts
        self._registration = registration
        self._evidence = evidence
        self._challenges = StoredChallenges(workspace)

    def begin(self, reference: str, *, application: str, stated: Person, request: StepUpRequest) -> dict[str, Any]:
        """Begin; what the account can answer with, and each challenge.

        Raises ``UnknownAccount``, and ``StatedOfAnother`` where the application is about another person.
        """
        as_identifier(application, "application")
        account, now = self._accounts.find(reference), self._workspace.clock.now()
        _require_holder(account, stated)
        step_up, key = secrets.token_hex(16), contract_month_key(japan_date(now))
        ring = self._workspace.keyring
        ring.ensure(key)
        body = {"application": application, "stated": _stated(stated), **request.as_document()}
        row = {
            "id": step_up,
            "account": account.id,
            "key": key,
            "body": STEP_UP_BODY.seal(ring, body, row_id=step_up, key=key),
            "began_at": now,
            "expires_at": now + STEP_UP_LIFE,
        }

        def write(connection: Connection) -> Sequence[Row[Any]]:
            rows.forget_step_ups(connection, now)
            connection.execute(insert(contract_step_up), row)
            return rows.authenticators_of(connection, account.id)

        found = self._workspace.commit(write).value
        return {
            "step_up": step_up,
            "expires_at": (now + STEP_UP_LIFE).isoformat(),
            **request.as_document(),
            "answers": self._ways(found, application, now),
        }

    def answer(self, reference: str, step_up: str, reply: Mapping[str, Any], *, caller: Caller) -> StepUpResult:
        """Verify one answer, and say where the step-up stands.

        ``reply`` has one of ``passkey`` (a credential), ``totp`` (a code), ``jpki`` (a document) and ``vouched``
        (``password`` or ``sms_code``; only with the scope ``attest``). Raises the evidence's errors for an answer that
        doesn't hold, ``UnknownStepUp``, ``StepUpOver``, ``MayNotVouch``.
        """
        account, now = self._accounts.find(reference), self._workspace.clock.now()
        open_one = self._open(account, step_up, now)
        means, value = _one_of(reply)
        shown = self._prove(account, open_one, means, value, now, caller)
        self._record(account, open_one, shown, now, caller)
        if shown.error is not None:
            raise shown.error
        return self._stand(account, open_one, shown, now, caller)

    # --- one answer --------------------------------------------------------------------------------------------------

    def _prove(
        self, account: Account, open_one: _StepUp, means: str, value: Any, now: datetime, caller: Caller
    ) -> _Shown:
        if means == "passkey":
            return self._passkey(account, open_one, value, now)
        if means == "totp":
            return self._totp(account, value, now)
        if means == "jpki":
            return self._jpki(account, open_one, value, now)
        if value not in {each.value for each in VOUCHED}:
            raise WrongValue(field="vouched", expected=" or ".join(sorted(VOUCHED)))
        if not caller.may_attest:
            raise MayNotVouch
        kept = {"vouched_by": caller.id}
        return _Shown(Means(value), vouched(Means(value), now, by=caller.id), None, kept)

    def _passkey(self, account: Account, open_one: _StepUp, value: Any, now: datetime) -> _Shown:
        known = _Registrations(self._workspace, self._accounts, account)
        challenges = _Recorded(self._challenges)
        found = prove_assertion(
            read_assertion(value, "passkey."),
            application=open_one.application,
            moment=now,
            party=self._accounts.relying_party(),
            challenges=challenges,
            registrations=known,
        )
        if found.assertion is None or challenges.given is None:
            error = failure_of(found.report)
            return _Shown(Means.PASSKEY, (), found.report, {}, known.row_id, error=error)
        issued = challenges.given
        kept = {
            "challenge": {"nonce": issued.nonce.hex(), "expires_at": issued.expires_at.isoformat()},
            "credential": {name: value[name] for name in ("id", "rawId", "type", "response")},
        }
        return _Shown(
            Means.PASSKEY,
            found.assertion.factors(),
            found.report,
            kept,
            known.row_id,
            found.assertion.findings,
            found.assertion.sign_count,
        )

    def _totp(self, account: Account, value: Any, now: datetime) -> _Shown:
        if not isinstance(value, str):
            raise WrongValue(field="totp", expected="six digits as text")
        with self._workspace.database.read() as connection:
            found = rows.authenticators_of(connection, account.id, kind=Means.TOTP)
        proven, row_id = None, None
        # Of several apps, whichever the code is of: a wrong code counts against each of them.
        for row in found:
            secret, row_id = Secret.of_base32(self._accounts.body_of(row)["secret"]), row.id
            proven = prove_code(value, secret=secret, moment=now, keeper=Codes(self._workspace, row.id, now))
            if proven.code is not None:
                return _Shown(Means.TOTP, proven.code.factors(), proven.report, {}, row_id)
        if proven is None:
            proven = prove_code(value, secret=None, moment=now, keeper=Codes(self._workspace, "", now))
        return _Shown(Means.TOTP, (), proven.report, {}, row_id, error=failure_of(proven.report))

    def _jpki(self, account: Account, open_one: _StepUp, value: Any, now: datetime) -> _Shown:
        if not isinstance(value, dict):
            raise WrongValue(field="jpki", expected="a document")
        raw = json.dumps(value, ensure_ascii=False).encode()
        report, user = self._registration.prove_jpki(raw, application=open_one.application, moment=now)
        if user is None:
            return _Shown(Means.JPKI, (), report, {}, error=failure_of(report))
        ring = self._workspace.keyring
        with self._workspace.database.read() as connection:
            row = rows.authenticator_with(connection, ring, certificate_handle(user.id))
        if row is None:
            return _Shown(Means.JPKI, (), report, {}, error=AuthenticatorUnknown(kind="jpki"))
        if row.account != account.id:
            return _Shown(Means.JPKI, (), report, {}, row.id, error=CredentialOfAnother())
        return _Shown(Means.JPKI, of_jpki(now, pin_entered=user.pin_entered), report, {}, row.id)

    # --- rows, leaves, evidence --------------------------------------------------------------------------------------

    def _record(self, account: Account, open_one: _StepUp, shown: _Shown, now: datetime, caller: Caller) -> None:
        """A leaf for every answer, and a row for one that held, with the passkey's counter set in the same act."""
        key = contract_month_key(japan_date(now))
        said = {
            "account": account.id,
            "step_up": open_one.id,
            "means": shown.means.value,
            "authenticator": shown.authenticator,
            "held": bool(shown.factors),
            "findings": list(shown.findings),
            "report": None if shown.report is None else shown.report.as_document(),
            "by": caller.id,
        }
        leaf = self._accounts.leaf(AUTHENTICATION_LEAF, key, now, said)
        body = {
            "factors": [each.as_document() for each in shown.factors],
            "findings": list(shown.findings),
            "answer": {"means": shown.means.value, "at": now.isoformat(), **shown.kept},
        }
        row = {
            "id": leaf.id,
            "step_up": open_one.id,
            "authenticator": shown.authenticator,
            "key": key,
            "body": AUTHENTICATION_BODY.seal(self._workspace.keyring, body, row_id=leaf.id, key=key),
            "at": now,
        }

        def write(connection: Connection) -> None:
            if not shown.factors:
                return
            table = contract_authentication.c
            count = select(func.count()).select_from(contract_authentication).where(table.step_up == open_one.id)
            if connection.execute(count).scalar_one() >= MAX_ANSWERS:
                raise StepUpOver
            if shown.authenticator is not None:
                self._use(connection, shown, now)
            connection.execute(insert(contract_authentication), row)

        self._workspace.commit(write, [leaf])

    @staticmethod
    def _use(connection: Connection, shown: _Shown, now: datetime) -> None:
        if shown.count is None:
            rows.mark_used(connection, str(shown.authenticator), moment=now)
        elif not rows.set_count(connection, str(shown.authenticator), shown.count, moment=now):
            # Another answer with this counter was first: one of the two is a copy's.
            error = SignCountWentBack(last=shown.count, found=shown.count)
            error.at_step(ASSERTION_STEPS.steps[-1].number)
            raise error

    def _stand(self, account: Account, open_one: _StepUp, shown: _Shown, now: datetime, caller: Caller) -> StepUpResult:
        answers = self._answers(account, open_one)
        factors = [Factor.of_document(said) for body in answers for said in body["factors"]]
        findings: dict[Means, list[str]] = {}
        for body in answers:
            findings.setdefault(Means(body["answer"]["means"]), []).extend(body["findings"])
        concluded = conclude(factors, request=open_one.request, moment=now, findings=findings)
        if concluded.answer is None:
            raise failure_of(concluded.report)
        evidence = None
        if concluded.answer.authenticated:
            document = {
                "application": open_one.application,
                "step_up": open_one.id,
                **open_one.request.as_document(),
                "answers": [body["answer"] for body in answers],
            }
            submitted = Submitted("reauthentication", open_one.application, "subject", open_one.stated, document)
            kept = self._evidence.examination(now=now, by=caller.id)
            evidence = kept.keep(submitted, Verification(concluded.report))
            self._workspace.commit(kept.write, kept.leaves)
        return StepUpResult(concluded.answer, evidence, shown.findings, concluded.report)

    def _answers(self, account: Account, open_one: _StepUp) -> list[dict[str, Any]]:
        table = contract_authentication.c
        query = (
            select(contract_authentication)
            .join(contract_step_up, contract_step_up.c.id == table.step_up)
            .where(table.step_up == open_one.id, contract_step_up.c.account == account.id)
            .order_by(table.at, table.id)
        )
        with self._workspace.database.read() as connection:
            found = connection.execute(query).all()
        ring = self._workspace.keyring
        return [AUTHENTICATION_BODY.open(ring, row.body, row_id=row.id, key=row.key) for row in found]

    def _open(self, account: Account, step_up: str, now: datetime) -> _StepUp:
        table = contract_step_up
        with self._workspace.database.read() as connection:
            row = connection.execute(
                select(table).where(table.c.id == step_up, table.c.account == account.id)
            ).one_or_none()
        if row is None:
            raise UnknownStepUp
        if now >= row.expires_at:
            raise StepUpOver
        body = STEP_UP_BODY.open(self._workspace.keyring, row.body, row_id=row.id, key=row.key)
        said = body["stated"]
        birth = said["birth_date"]
        stated = Person(said["name"], said["address"], None if birth is None else datetime.fromisoformat(birth).date())
        return _StepUp(row.id, body["application"], stated, StepUpRequest.of_document(body))

    def _ways(self, found: Sequence[Row[Any]], application: str, now: datetime) -> dict[str, Any]:
        """What the account can answer with. A challenge each for passkeys and cards."""
        kinds = {row.kind for row in found}
        ways: dict[str, Any] = {"totp": Means.TOTP in kinds, "passkey": None, "jpki": None}
        if Means.PASSKEY in kinds:
            try:
                party = self._accounts.relying_party()
            except NoRelyingParty:
                return ways
            issued = self._challenges.issue(purpose=PURPOSE_ASSERTION, application=application, moment=now)
            allowed = [self._accounts.body_of(row)["handle"] for row in found if row.kind == Means.PASSKEY]
            ways["passkey"] = {
                "challenge": to_base64url(issued.nonce),
                "rpId": party.rp_id,
                "allowCredentials": [{"type": "public-key", "id": handle} for handle in allowed],
                "userVerification": "required",
                "timeout": int(CHALLENGE_LIFE.total_seconds() * 1000),
            }
        if Means.JPKI in kinds:
            made = new_challenge(
                purpose=Purpose.AUTHENTICATION,
                application=application,
                agreed_to="追加回線の当人認証 / authentication for an additional line",
                moment=now,
            )
            self._challenges.keep(made)
            ways["jpki"] = {"nonce": made.nonce.hex(), "text": made.text.decode("utf-8")}
        return ways


class _Registrations:
    """The passkeys of one account, from the database. The counter is set by whoever records the answer."""

    limits: Text = NO_REASON

    def __init__(self, workspace: Workspace, accounts: AccountService, account: Account) -> None:
        self._workspace = workspace
        self._accounts = accounts
        self._account = account
        self.row_id: str | None = None

    def find(self, credential_id: bytes) -> Registered:
        handle = to_base64url(credential_id)
        with self._workspace.database.read() as connection:
            row = rows.authenticator_with(connection, self._workspace.keyring, handle)
        if row is None:
            raise CredentialUnknown
        if row.account != self._account.id:
            raise CredentialOfAnother
        self.row_id = row.id
        body = self._accounts.body_of(row)
        key = from_base64url(body["public_key"], "public_key")
        return Registered(credential_id, key, row.sign_count, body["backup_eligible"])

    def count(self, registered: Registered, found: int) -> None:
        """Set in the transaction that records the answer (:meth:`StepUpService._record`)."""


def _one_of(reply: Mapping[str, Any]) -> tuple[str, Any]:
    ways = ("passkey", "totp", "jpki", "vouched")
    named = [name for name in ways if name in reply]
    if not named:
        raise MissingField(field=" / ".join(ways))
    if len(named) > 1 or len(reply) > 1:
        raise WrongValue(field=" / ".join(ways), expected="one answer at a time")
    return named[0], reply[named[0]]


def _require_holder(account: Account, stated: Person) -> None:
    holder = account.holder
    birth = None if stated.birth_date is None else stated.birth_date.isoformat()
    if not holder.is_same(Holder(holder.kind, stated.name, birth, stated.address)):
        raise StatedOfAnother


def _stated(person: Person) -> dict[str, str | None]:
    birth = None if person.birth_date is None else person.birth_date.isoformat()
    return {"name": person.name, "address": person.address, "birth_date": birth}
