"""Reliance in the shape of every verifier (:mod:`sekisho.contracts.evidence.verifier`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sekisho.contracts.evidence.oidc.kinds import PROVIDER_USES, application_of, providers_of
from sekisho.contracts.evidence.oidc.profile import RELIED_ON as PROFILE
from sekisho.contracts.evidence.oidc.provider import USE, Providers, read_provider
from sekisho.contracts.evidence.reliance.agreement import Agreement, read_agreement
from sekisho.contracts.evidence.reliance.document import read_document
from sekisho.contracts.evidence.reliance.steps import KIND
from sekisho.contracts.evidence.reliance.verify import verify_reliance
from sekisho.contracts.evidence.verifier import Asked, Covered, Prepared, Trust, Verification, trusting
from sekisho.engine.facts import Text


@dataclass(frozen=True, slots=True)
class PreparedReliance:
    """Results of other firms under one operator's configured providers and agreements."""

    providers: Providers
    agreed: Mapping[tuple[str, str], Agreement]

    def verify(self, raw: bytes, asked: Asked) -> Verification:
        """As :meth:`Prepared.verify`. The identifier is the number of the other firm's record."""
        document = read_document(raw)
        result = verify_reliance(
            document,
            providers=self.providers,
            agreed=self.agreed,
            application=application_of(document, asked),
            stated=asked.about(document.stated),
            moment=asked.moment,
            challenges=asked.challenges,
        )
        if result.verified is None:
            return Verification(result.report)
        return Verification(result.report, result.verified.result.verification.process, result.verified.shown)


class RelianceVerifier:
    """The verifier of reliance."""

    kind = KIND
    title = Text(
        "他社の本人確認結果への依拠（提案。現行法の方法ではありません）",
        "reliance on another firm's verification (a proposal, no method of the law)",
    )
    covers = (Covered("reliance_result"),)
    attested_beside: frozenset[str] = frozenset()
    uses = PROVIDER_USES

    def prepare(self, trust: Trust, *, moment: datetime) -> Prepared:  # noqa: ARG002  keys have no time of their own
        """As :meth:`Verifier.prepare`."""
        agreed: dict[tuple[str, str], Agreement] = {}
        for file in trust.get(USE, ()):
            with trusting(USE, file):
                provider = read_provider(file.content)
                if provider.reliance is not None:
                    agreed[provider.issuer, provider.client_id] = read_agreement(provider.reliance)
        return PreparedReliance(providers_of(trust, PROFILE.name), agreed)


RELIANCE = RelianceVerifier()
"""The verifier of reliance."""
