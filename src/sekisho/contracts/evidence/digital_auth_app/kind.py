"""デジタル認証アプリ in the shape of every verifier (:mod:`sekisho.contracts.evidence.verifier`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sekisho.contracts.evidence.digital_auth_app.document import read_document
from sekisho.contracts.evidence.digital_auth_app.steps import KIND
from sekisho.contracts.evidence.digital_auth_app.verify import verify_authentication
from sekisho.contracts.evidence.oidc.kinds import PROVIDER_USES, application_of, providers_of
from sekisho.contracts.evidence.oidc.profile import DIGITAL_AUTH_APP as PROFILE
from sekisho.contracts.evidence.oidc.provider import Providers
from sekisho.contracts.evidence.verifier import Asked, Covered, Prepared, Trust, Verification
from sekisho.engine.facts import Text


@dataclass(frozen=True, slots=True)
class PreparedDigitalAuthApp:
    """Sign-ins under one operator's configured providers."""

    providers: Providers

    def verify(self, raw: bytes, asked: Asked) -> Verification:
        """As :meth:`Prepared.verify`."""
        document = read_document(raw)
        result = verify_authentication(
            document,
            providers=self.providers,
            application=application_of(document, asked),
            stated=asked.about(document.stated),
            moment=asked.moment,
            challenges=asked.challenges,
        )
        if result.verified is None:
            return Verification(result.report, tied=False)
        # The subject is pairwise: a number of this person at this client, and of no use elsewhere.
        found = result.verified
        return Verification(result.report, found.sign_in.subject, found.shown, tied=found.tied)


class DigitalAuthAppVerifier:
    """The verifier of デジタル認証アプリ."""

    kind = KIND
    title = Text(
        "デジタル認証アプリのサインイン（当人認証。電子署名ではありません）",
        "sign-in by デジタル認証アプリ (authentication, no electronic signature)",
    )
    covers = (Covered("authentication", {"jpki_authentication": frozenset({True})}),)
    attested_beside: frozenset[str] = frozenset()
    uses = PROVIDER_USES

    def prepare(self, trust: Trust, *, moment: datetime) -> Prepared:  # noqa: ARG002  keys have no time of their own
        """As :meth:`Verifier.prepare`."""
        return PreparedDigitalAuthApp(providers_of(trust, PROFILE.name))


DIGITAL_AUTH_APP = DigitalAuthAppVerifier()
"""The verifier of デジタル認証アプリ."""
