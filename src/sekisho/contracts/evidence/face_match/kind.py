"""Face matches in the shape of every verifier (:mod:`sekisho.contracts.evidence.verifier`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sekisho.contracts.evidence.errors import TrustFileRefused
from sekisho.contracts.evidence.face_match.document import read_document
from sekisho.contracts.evidence.face_match.errors import ProviderFileRefused
from sekisho.contracts.evidence.face_match.model import BY_PROVIDER
from sekisho.contracts.evidence.face_match.profile import MAX_PROVIDER, USE_PROVIDER, Provider, read_provider
from sekisho.contracts.evidence.face_match.verify import verify_result
from sekisho.contracts.evidence.jpki.document import application_of
from sekisho.contracts.evidence.verifier import Asked, Covered, Prepared, Trust, TrustUse, Verification, trusting
from sekisho.engine.facts import Text


@dataclass(frozen=True, slots=True)
class PreparedFaceMatch:
    """Face matches under one operator's trust."""

    providers: tuple[Provider, ...]

    def verify(self, raw: bytes, asked: Asked) -> Verification:
        """As :meth:`Prepared.verify`. A result shows nobody's name and has no number for the record."""
        document = read_document(raw)
        found = verify_result(
            document.match,
            application=application_of(document, asked),
            providers=self.providers,
            challenges=asked.challenges,
            moment=asked.moment,
        )
        if found.verified is None:
            return Verification(found.report)
        return Verification(
            found.report, photo_digests=frozenset({bytes.fromhex(found.verified.claims.reference_sha256)})
        )


class FaceMatchVerifier:
    """The verifier of face matches."""

    kind = "face_match"
    title = Text("顔照合の結果（提供者の署名）", "face match: a provider's signed result")
    # Rules don't ask who compared: an item that leaves it out might be a provider's, so staff say that it was theirs.
    covers = (Covered("face_image", {"compared_by": frozenset({BY_PROVIDER, None})}),)
    attested_beside = frozenset({"software"})
    uses = (
        TrustUse(
            USE_PROVIDER,
            Text(
                "顔照合の提供者（JSON: 鍵・あて先・下限）",
                "provider of face matches, JSON: keys, audience, least threshold",
            ),
            MAX_PROVIDER,
        ),
    )

    def prepare(self, trust: Trust, *, moment: datetime) -> Prepared:  # noqa: ARG002  keys in JSON have no dates
        """As :meth:`Verifier.prepare`. A kid means one key, whoever's it is."""
        providers: list[Provider] = []
        kids: set[str] = set()
        for one in trust.get(USE_PROVIDER, ()):
            with trusting(USE_PROVIDER, one):
                provider = read_provider(one.content, name=one.name)
            if kids & provider.keys.keys():
                why = ProviderFileRefused(name=one.name, problem="another provider has a key with this kid")
                raise TrustFileRefused.because(why, use=USE_PROVIDER, name=one.name)
            kids |= provider.keys.keys()
            providers.append(provider)
        return PreparedFaceMatch(tuple(providers))


FACE_MATCH = FaceMatchVerifier()
"""The verifier of face matches."""
