"""gBizID in the shape of every verifier (:mod:`sekisho.contracts.evidence.verifier`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sekisho.contracts.evidence.gbizid.document import read_document
from sekisho.contracts.evidence.gbizid.steps import KIND
from sekisho.contracts.evidence.gbizid.verify import verify_authority
from sekisho.contracts.evidence.oidc.kinds import PROVIDER_USES, application_of, providers_of
from sekisho.contracts.evidence.oidc.profile import GBIZID as PROFILE
from sekisho.contracts.evidence.oidc.provider import Providers
from sekisho.contracts.evidence.verifier import Asked, Covered, Prepared, Trust, Verification
from sekisho.engine.facts import Text


@dataclass(frozen=True, slots=True)
class PreparedGbizId:
    """Sign-ins under one operator's configured providers."""

    providers: Providers

    def verify(self, raw: bytes, asked: Asked) -> Verification:
        """As :meth:`Prepared.verify`."""
        document = read_document(raw)
        result = verify_authority(
            document,
            providers=self.providers,
            application=application_of(document, asked),
            moment=asked.moment,
            challenges=asked.challenges,
        )
        if result.verified is None:
            return Verification(result.report)
        return Verification(result.report, result.verified.corporate_number, result.verified.shown)


class GbizIdVerifier:
    """The verifier of gBizID."""

    kind = KIND
    title = Text("gBizID（法人との関係）", "gBizID (standing in a corporation)")
    covers = (Covered("authority_proof", {"proof": frozenset({"gbizid_prime", "gbizid_member"})}),)
    attested_beside: frozenset[str] = frozenset()
    uses = PROVIDER_USES

    def prepare(self, trust: Trust, *, moment: datetime) -> Prepared:  # noqa: ARG002  keys have no time of their own
        """As :meth:`Verifier.prepare`."""
        return PreparedGbizId(providers_of(trust, PROFILE.name))


GBIZID = GbizIdVerifier()
"""The verifier of gBizID."""
