"""A workspace with the re-authentication services, people who were proofed, and their devices."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyotp
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from sekisho.clock import FixedClock
from sekisho.contracts.evidence.jpki.model import CertificateId, RevocationAnswer, RevocationMethod, RevocationState
from sekisho.contracts.evidence.jpki.ports import SimulatedPlatform
from sekisho.contracts.evidence.pki.path import IssuedCertificate
from sekisho.contracts.evidence_items import Person
from sekisho.contracts.reauthentication.passkey import from_base64url
from sekisho.contracts.reauthentication.registration import RegistrationService
from sekisho.contracts.reauthentication.service import AccountService, Ground
from sekisho.contracts.reauthentication.step_up import StepUpRequest
from sekisho.contracts.reauthentication.step_up_service import StepUpResult, StepUpService
from sekisho.contracts.service import Asking, Caller, ContractService
from sekisho.keys import make_key_file
from sekisho.keys.disk import RealDisk
from sekisho.workspace import Workspace
from tests.contracts.applications import ADDRESS, BIRTH, NAME, written
from tests.contracts.evidence.fixtures import jpki_pki as pki
from tests.contracts.evidence.reauthentication.authenticator import ORIGIN, RP_ID, Authenticator

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
"""2026-11-23 12:00 in Japan."""
CLERK = Caller("stated:clerk", may_attest=True)
FLOW = Caller("token:flow", may_attest=False)
HOLDER = Person(NAME, ADDRESS, date.fromisoformat(BIRTH))
OTHER = Person("見本 太郎", ADDRESS, date.fromisoformat(BIRTH))


class AnyGood(SimulatedPlatform):
    """A platform operator that knows every certificate, and that it is good."""

    def status(self, issued: IssuedCertificate, moment: datetime) -> RevocationAnswer:
        """Good."""
        self.states = {CertificateId.of(issued): RevocationState.GOOD}
        return RevocationAnswer(RevocationState.GOOD, RevocationMethod.PLATFORM, moment, "simulator: all good")


@dataclass
class Shop:
    """Everything one test needs. ``clock`` stands still until told otherwise."""

    workspace: Workspace
    clock: FixedClock
    contracts: ContractService
    accounts: AccountService
    registration: RegistrationService
    step_ups: StepUpService
    passkeys: dict[str, Authenticator] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)

    @classmethod
    def over(cls, workspace: Workspace) -> Shop:
        """The services over an open workspace."""
        assert isinstance(workspace.clock, FixedClock)
        contracts = ContractService(workspace)
        accounts = AccountService(workspace)
        registration = RegistrationService(workspace, accounts, contracts.trust, revocation=AnyGood())
        step_ups = StepUpService(workspace, accounts, registration, contracts.evidence)
        return cls(workspace, workspace.clock, contracts, accounts, registration, step_ups)

    # --- people ---

    def proofed(self, *, name: str = NAME, birth_date: str = BIRTH, **changed: Any) -> str:
        """The id of an accepted decision about somebody whose identity was verified just now."""
        now = self.clock.now()
        shown = {
            "kind": "document_shown", "person": "subject", "at": now.isoformat(), "document": "driving_licence",
            "bears_photo": True, "valid_until": "2030-01-01", "issued_on": "2025-01-01", "altered": False,
            "name": name, "address": ADDRESS, "birth_date": birth_date,
        }  # fmt: skip
        application = written(
            channel="face_to_face",
            applied_at=None,
            decided_at=now.isoformat(),
            subject={"kind": "natural", "name": name, "address": ADDRESS, "birth_date": birth_date},
            evidence=[shown],
        )
        answer = self.contracts.decide(application | changed, CLERK, Asking())
        return answer.id

    def open(self, account: str = "customer-1", **changed: Any) -> str:
        """An account on a fresh proofing; the decision's id."""
        decision = self.proofed(**changed)
        self.accounts.open(account, decision=decision, caller=CLERK)
        return decision

    # --- devices ---

    def configure(self) -> None:
        """Passkeys for the made-up domain."""
        self.accounts.set_relying_party(RP_ID, name="Example", origins=[ORIGIN], by="stated:legal")

    def add_passkey(self, ground: Ground, account: str = "customer-1", **kind: Any) -> str:
        """Register a new passkey; its id here."""
        device = Authenticator(**kind)
        options = self.registration.passkey_options(account, ground, label="電話")
        credential = device.register(nonce_of(options))
        made = self.registration.register_passkey(account, ground, credential, label="電話", caller=CLERK)
        self.passkeys[made] = device
        return made

    def add_totp(self, ground: Ground, account: str = "customer-1") -> str:
        """Enrol and confirm an authenticator app; its id. Takes until the next time step."""
        told = self.registration.enrol_totp(account, ground, label="アプリ", caller=CLERK)
        self.secrets[told["authenticator"]] = told["secret"]
        self.registration.confirm_totp(account, told["authenticator"], self.code(told["authenticator"]), caller=CLERK)
        self.clock.advance(timedelta(seconds=30))
        made: str = told["authenticator"]
        return made

    def add_jpki(self, ground: Ground, account: str = "customer-1") -> str:
        """Link 見本太郎's user-authentication certificate."""
        asked = self.registration.jpki_challenge(account, ground)
        raw = _json(jpki_answer(asked.nonce, asked.text))
        return self.registration.link_jpki(account, ground, raw, label="カード", caller=CLERK)

    def trust_jpki(self) -> None:
        """Confirm the made-up authority."""
        self.contracts.trust.add(
            "jpki_authentication_authority", "auth-ca.cer", pki.certificate("auth-ca"), by="stated:legal"
        )

    def code(self, authenticator: str, steps: int = 0) -> str:
        """The app's code now, or so many steps from now."""
        return pyotp.TOTP(self.secrets[authenticator]).at(self.clock.now() + timedelta(seconds=30 * steps))

    # --- step-ups ---

    def begin(
        self, account: str = "customer-1", *, application: str = "A-2", stated: Person = HOLDER, **request: Any
    ) -> dict[str, Any]:
        """Begin a step-up."""
        return self.step_ups.begin(account, application=application, stated=stated, request=StepUpRequest(**request))

    def answer(
        self, begun: dict[str, Any], account: str = "customer-1", *, caller: Caller = CLERK, **reply: Any
    ) -> StepUpResult:
        """One answer to it."""
        return self.step_ups.answer(account, begun["step_up"], reply, caller=caller)

    def with_passkey(self, begun: dict[str, Any], authenticator: str, **changed: Any) -> dict[str, Any]:
        """The credential that a passkey answers a begun step-up with."""
        return self.passkeys[authenticator].answer(nonce_of(begun["answers"]["passkey"]), **changed)

    def leaves(self, kind: str) -> list[bytes]:
        """The bodies of all leaves of a kind."""
        from sqlalchemy import select

        from sekisho.store.outbox import outbox

        self.workspace.settle()
        with self.workspace.database.read() as connection:
            ids = connection.execute(select(outbox.c.id).where(outbox.c.kind == kind)).scalars().all()
        found = [self.workspace.open_leaf(one) for one in ids]
        return [one.body for one in found if one is not None]


def nonce_of(options: dict[str, Any]) -> bytes:
    """The challenge in options for a browser."""
    return from_base64url(options["challenge"], "challenge")


def jpki_answer(nonce: bytes, text: bytes, *, label: str = "taro-auth", entered: bool = True) -> dict[str, Any]:
    """What the reader app sends."""
    signature = pki.private_key(label).sign(text, PKCS1v15(), SHA256())
    return {
        "purpose": "authentication",
        "challenge": {"nonce": nonce.hex()},
        "certificate": base64.b64encode(pki.certificate(label)).decode(),
        "signature": base64.b64encode(signature).decode(),
        "pin": {"reader": "test reader 1", "entered": entered},
    }


def make(path: Path, url: str | None = None) -> Workspace:
    """A new workspace whose clock stands at :data:`AT`."""
    key = make_key_file(path / "sekisho.key", RealDisk())
    return Workspace.create(
        path / "ws", name="見本", legal_confirmation="shown", keyring=key, database_url=url, clock=FixedClock(AT)
    )


def additional_line(evidence: str, *, application: str = "A-2", at: datetime = AT) -> dict[str, Any]:
    """An application for a second line that names a step-up."""
    match = {
        "kind": "record_match", "person": "subject", "at": at.isoformat(), "record_agrees": True,
        "billing_address_agrees": True,
    }  # fmt: skip
    return written(
        application=application,
        event="additional_line",
        applied_at=None,
        decided_at=at.isoformat(),
        existing={"verified_contract": True},
        evidence=[match, {"kind": "authentication", "person": "subject", "evidence": evidence}],
    )


def _json(value: Any) -> bytes:
    import json

    return json.dumps(value).encode()
