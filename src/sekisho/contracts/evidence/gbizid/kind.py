"""gBizID in the shape of every verifier: one sign-in, as evidence of authority and as evidence of belonging."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sekisho.contracts.evidence.gbizid.document import read_document
from sekisho.contracts.evidence.gbizid.steps import AFFILIATION, KIND
from sekisho.contracts.evidence.gbizid.verify import AuthorityResult, verify_affiliation, verify_authority
from sekisho.contracts.evidence.oidc.kinds import PROVIDER_USES, application_of, providers_of
from sekisho.contracts.evidence.oidc.profile import GBIZID as PROFILE
from sekisho.contracts.evidence.oidc.provider import Providers
from sekisho.contracts.evidence.verifier import Asked, Covered, Prepared, Trust, Verification
from sekisho.engine.facts import Text

_ACCOUNTS: frozenset[str | bool] = frozenset({"gbizid_prime", "gbizid_member"})


@dataclass(frozen=True, slots=True)
class PreparedGbizId:
    """Sign-ins under one operator's configured providers."""

    providers: Providers
    verifying: Callable[..., AuthorityResult]

    def verify(self, raw: bytes, asked: Asked) -> Verification:
        """As :meth:`Prepared.verify`. The identifier is the corporate number."""
        document = read_document(raw)
        result = self.verifying(
            document,
            providers=self.providers,
            application=application_of(document, asked),
            stated=asked.about(document.stated),
            moment=asked.moment,
            challenges=asked.challenges,
        )
        if result.verified is None:
            return Verification(result.report)
        return Verification(result.report, result.verified.corporate_number, result.verified.shown)


@dataclass(frozen=True, slots=True)
class GbizIdVerifier:
    """A verifier of gBizID: of authority, or of belonging."""

    kind: str
    title: Text
    covers: tuple[Covered, ...]
    verifying: Callable[..., AuthorityResult]
    attested_beside: frozenset[str] = frozenset()
    uses = PROVIDER_USES

    def prepare(self, trust: Trust, *, moment: datetime) -> Prepared:  # noqa: ARG002  keys have no time of their own
        """As :meth:`Verifier.prepare`."""
        return PreparedGbizId(providers_of(trust, PROFILE.name), self.verifying)


GBIZID = GbizIdVerifier(
    KIND,
    Text("gBizID（権限又は地位）", "gBizID: authority or position"),
    (Covered("authority_proof", {"proof": _ACCOUNTS}),),
    verify_authority,
)
"""The verifier of authority."""

GBIZID_AFFILIATION = GbizIdVerifier(
    AFFILIATION,
    Text("gBizID（在籍）", "gBizID: belonging to the corporation"),
    (Covered("affiliation_proof", {"shown_by": _ACCOUNTS}),),
    verify_affiliation,
)
"""The verifier of belonging."""
