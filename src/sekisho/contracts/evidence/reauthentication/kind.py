"""Passkeys and step-ups in the shape of every verifier (:mod:`sekisho.contracts.evidence.verifier`).

In a decision, a step-up that ran here is named by its evidence id. These verify a *saved* answer or step-up anew, away
from the service: what a registered passkey signed can be proven for as long as its registration is at hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sekisho.contracts.errors import MissingField, WrongValue
from sekisho.contracts.evidence.errors import TrustFileRefused
from sekisho.contracts.evidence.jpki.document import DocumentChallenge
from sekisho.contracts.evidence.jpki.ports import Challenges
from sekisho.contracts.evidence.reauthentication.document import read_document, read_registered, read_step_up
from sekisho.contracts.evidence.reauthentication.errors import CredentialKnown, CredentialUnknown
from sekisho.contracts.evidence.reauthentication.profile import MAX_REGISTRATION_FILE, USE_REGISTRATION
from sekisho.contracts.evidence.reauthentication.step_up import conclude
from sekisho.contracts.evidence.reauthentication.verify import prove_assertion
from sekisho.contracts.evidence.steps import Report
from sekisho.contracts.evidence.verifier import Asked, Covered, Prepared, Trust, TrustUse, Verification, trusting
from sekisho.contracts.reauthentication.factors import Factor, Means
from sekisho.contracts.reauthentication.passkey import Registered, RelyingParty, UnverifiedAssertion, require_key
from sekisho.engine.facts import Text

_USES = (
    TrustUse(
        USE_REGISTRATION,
        Text("登録済みパスキー（公開鍵とドメイン、JSON）", "a registered passkey: public key and domain, JSON"),
        MAX_REGISTRATION_FILE,
    ),
)
_COVERS = (Covered("authentication", {"phishing_resistant": frozenset({True})}),)
"""Nothing but a passkey's signature shows that an authentication resisted phishing: nobody can vouch for that."""

_NOBODY = RelyingParty("invalid", "no relying party", ("https://invalid",))
"""RFC 2606 §2: a name that nobody has. For answers of passkeys that aren't among the trust files."""


@dataclass(frozen=True, slots=True)
class FileRegistrations:
    """Passkeys given as files. Remembers no counter: its limits say so."""

    known: Mapping[bytes, Registered]

    @property
    def limits(self) -> Text:
        """That only the registration's counter is known."""
        return Text("登録ファイルの回数とだけ比べました", "compared with the registration file's counter only")

    def find(self, credential_id: bytes) -> Registered:
        """The passkey with this id; raises ``CredentialUnknown``."""
        found = self.known.get(credential_id)
        if found is None:
            raise CredentialUnknown
        return found

    def count(self, registered: Registered, found: int) -> None:
        """Nothing to keep it in."""


@dataclass(frozen=True, slots=True)
class _Known:
    parties: Mapping[bytes, RelyingParty]
    registrations: FileRegistrations

    def prove(
        self, assertion: UnverifiedAssertion, *, application: str, moment: datetime, challenges: Challenges
    ) -> tuple[Report, tuple[Factor, ...], tuple[str, ...]]:
        found = prove_assertion(
            assertion,
            application=application,
            moment=moment,
            party=self.parties.get(assertion.credential_id, _NOBODY),
            challenges=challenges,
            registrations=self.registrations,
        )
        if found.assertion is None:
            return found.report, (), ()
        return found.report, found.assertion.factors(), found.assertion.findings


@dataclass(frozen=True, slots=True)
class PreparedPasskey:
    """Saved answers under the registrations given."""

    known: _Known

    def verify(self, raw: bytes, asked: Asked) -> Verification:
        """As :meth:`Prepared.verify`."""
        document = read_document(raw)
        application = asked.application or document.application or ""
        if document.application not in (None, application):
            raise WrongValue(field="application", expected="left out, or the application that this evidence is for")
        challenges = asked.challenges
        if challenges is None:
            if document.challenge is None:
                raise MissingField(field="challenge")
            challenges = DocumentChallenge(document.challenge)
        if not application:
            raise MissingField(field="application")
        report, _, _ = self.known.prove(
            document.assertion, application=application, moment=asked.moment, challenges=challenges
        )
        # Registrations among the trust files name nobody.
        return Verification(report, tied=False)


@dataclass(frozen=True, slots=True)
class PreparedStepUp:
    """Saved step-ups under the registrations given. Only passkeys can be proven again; the rest doesn't count."""

    known: _Known

    def verify(self, raw: bytes, asked: Asked) -> Verification:
        """As :meth:`Prepared.verify`. The report of an answer that doesn't hold is the whole report.

        Where challenges are kept, the document's own word on them counts nothing: a step-up that ran there has used
        them up, and is named by its evidence id.
        """
        document = read_step_up(raw)
        if asked.application not in ("", document.application):
            raise WrongValue(field="application", expected="the application that this evidence is for")
        factors: list[Factor] = []
        told: list[str] = []
        lost: list[Means] = []
        for each in document.answers:
            if each.assertion is None or each.challenge is None:
                lost.append(each.means)
                continue
            report, found, findings = self.known.prove(
                each.assertion,
                application=document.application,
                moment=asked.moment,
                challenges=asked.challenges or DocumentChallenge(each.challenge),
            )
            if report.facts is None:
                return Verification(report, tied=False)
            factors += found
            told += findings
        concluded = conclude(
            factors, request=document.request, moment=asked.moment, findings={Means.PASSKEY: told}, lost=lost
        )
        return Verification(concluded.report, tied=False)


class PasskeyVerifier:
    """The verifier of one saved passkey answer."""

    kind = "passkey"
    title = Text("パスキーによる認証（保存された応答）", "authentication by passkey: a saved answer")
    covers = _COVERS
    attested_beside: frozenset[str] = frozenset()
    uses = _USES

    def prepare(self, trust: Trust, *, moment: datetime) -> Prepared:  # noqa: ARG002  registrations have no end date
        """As :meth:`Verifier.prepare`."""
        return PreparedPasskey(_known(trust))


class ReauthenticationVerifier:
    """The verifier of a whole step-up."""

    kind = "reauthentication"
    title = Text("追加回線の当人認証（保存された記録）", "authentication for an additional line: a saved step-up")
    covers = _COVERS
    attested_beside: frozenset[str] = frozenset()
    uses = _USES

    def prepare(self, trust: Trust, *, moment: datetime) -> Prepared:  # noqa: ARG002  as above
        """As :meth:`Verifier.prepare`."""
        return PreparedStepUp(_known(trust))


PASSKEY = PasskeyVerifier()
"""The verifier of one saved passkey answer."""

REAUTHENTICATION = ReauthenticationVerifier()
"""The verifier of a whole step-up."""


def _known(trust: Trust) -> _Known:
    parties: dict[bytes, RelyingParty] = {}
    known: dict[bytes, Registered] = {}
    for file in trust.get(USE_REGISTRATION, ()):
        with trusting(USE_REGISTRATION, file):
            party, registered = read_registered(file.content)
            require_key(registered.public_key)
        if registered.credential_id in known:
            raise TrustFileRefused.because(CredentialKnown(), use=USE_REGISTRATION, name=file.name)
        parties[registered.credential_id] = party
        known[registered.credential_id] = registered
    return _Known(parties, FileRegistrations(known))
