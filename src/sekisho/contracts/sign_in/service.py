"""Begin a sign-in at a configured provider, and finish it once: the only file here that touches network and store.

What a sign-in must be compared with (provider and its addresses, nonce, PKCE verifier, what was asked) is kept under
its ``state`` as a challenge: encrypted, bound to the application, used up by the first answer whatever comes of it.
When the answer is in, challenges made of the ``nonce`` say what came; a verifier uses its own up as the document
becomes evidence. So neither a state, nor a code, nor a document counts twice, in whatever process.

Keys of a provider: those pinned in its configuration (``jwks``), and then only those; otherwise those it publishes,
which are fetched by TLS at each sign-in and kept as ``oidc_provider_keys``, so that kept documents can be checked after
the provider has changed them.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import orjson
from sqlalchemy import select

from sekisho.contracts.challenges import StoredChallenges
from sekisho.contracts.evidence.errors import EvidenceRefused, NotCheckable
from sekisho.contracts.evidence.jpki.model import Challenge
from sekisho.contracts.evidence.oidc import authorization, discovery, exchange
from sekisho.contracts.evidence.oidc.document import (
    Userinfo,
    challenge_of_kind,
    document_of,
    read_consent,
    received_text,
)
from sekisho.contracts.evidence.oidc.errors import ProviderUnreachable, SignInUnknown
from sekisho.contracts.evidence.oidc.jwks import read_key_set
from sekisho.contracts.evidence.oidc.kinds import providers_of
from sekisho.contracts.evidence.oidc.ports import SIGN_IN, STATE, Begun, HttpRequest, Transport
from sekisho.contracts.evidence.oidc.profile import SIGN_IN_LIFE
from sekisho.contracts.evidence.oidc.provider import USE, USE_KEYS, Provider
from sekisho.contracts.evidence.oidc.verify import named_as_sign_in
from sekisho.contracts.evidence.reliance.agreement import read_agreement
from sekisho.contracts.evidence.verifier import TrustFile
from sekisho.contracts.evidence_desk import EvidenceAnswer, EvidenceDesk, Submitted
from sekisho.contracts.evidence_items import Person
from sekisho.contracts.sign_in.credentials import credential_of
from sekisho.contracts.sign_in.errors import RedirectNotRegistered, UnknownProvider
from sekisho.contracts.tables import contract_trust
from sekisho.contracts.trust import TrustSettings
from sekisho.workspace import Workspace

FORMATS: Final = {
    "openid_ida": ("reliance",),
    "gbizid": ("gbizid", "gbizid_affiliation"),
    "digital_auth_app": ("digital_auth_app",),
}
"""Which verifiers read a sign-in at a provider of which profile: each makes evidence of its own kind."""

_STATE: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Begin:
    """A sign-in to begin. ``client_id`` None: the only one configured for the issuer."""

    application: str
    issuer: str
    redirect_uri: str
    client_id: str | None = None


@dataclass(frozen=True, slots=True)
class Started:
    """Where to send the person's browser, and the state to bind to that browser's session."""

    address: str = field(repr=False)
    state: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Finish:
    """What came back: the parameters of the redirect as they are, for the application the browser's session is about.

    ``stated`` is whom the result is compared with. ``consent`` (reliance) and ``corporate_number`` (gBizID) are members
    of the document of that kind.
    """

    application: str
    parameters: Mapping[str, str] = field(repr=False)
    person: str = "subject"
    stated: Person = field(default_factory=Person, repr=False)
    consent: Mapping[str, Any] | None = None
    corporate_number: str | None = field(default=None, repr=False)


class SignInService:
    """Sign-ins of one workspace. Thread-safe."""

    def __init__(
        self, workspace: Workspace, trust: TrustSettings, evidence: EvidenceDesk, transport: Transport
    ) -> None:
        """``transport`` reaches the providers; ``evidence`` verifies and keeps what they answer."""
        self._workspace = workspace
        self._trust = trust
        self._evidence = evidence
        self._transport = transport
        self._challenges = StoredChallenges(workspace)

    def providers(self) -> list[Provider]:
        """The configured providers, each with the keys it is known to have had."""
        query = select(contract_trust).where(contract_trust.c.use.in_((USE, USE_KEYS))).order_by(contract_trust.c.id)
        files: dict[str, list[TrustFile]] = {}
        with self._workspace.database.read() as connection:
            for row in connection.execute(query):
                files.setdefault(row.use, []).append(TrustFile(row.name, row.content))
        return list(providers_of(files).listed)

    def begin(self, asked: Begin) -> Started:
        """Begin a sign-in for one application.

        Raises ``UnknownProvider``, ``RedirectNotRegistered``, ``CredentialMissing``, ``ProviderUnreachable``,
        ``MetadataRefused``.
        """
        provider = self.provider(asked.issuer, asked.client_id)
        if asked.redirect_uri not in provider.redirect_uris:
            raise RedirectNotRegistered(redirect_uri=asked.redirect_uri[:200])
        credential_of(self._workspace, provider)  # better now than when the person comes back
        metadata = discovery.read_metadata(self._fetched(discovery.metadata_request(provider)), provider)
        now = self._workspace.clock.now()
        verifier = secrets.token_urlsafe(32)
        begun = Begun(
            issuer=provider.issuer,
            client_id=provider.client_id,
            application=asked.application,
            state=secrets.token_hex(32),
            nonce=secrets.token_hex(32),
            redirect_uri=asked.redirect_uri,
            begun_at=now,
            acr_values=provider.acr_values,
            max_age=provider.max_age,
        )
        claims = None if provider.reliance is None else read_agreement(provider.reliance).request()
        address = authorization.authorization_address(provider, metadata, begun, verifier=verifier, claims=claims)
        kept = _kept(begun, metadata, verifier)
        ends = now + SIGN_IN_LIFE
        self._challenges.keep(Challenge(bytes.fromhex(begun.state), STATE, asked.application, kept, ends))
        return Started(address, begun.state, ends)

    def finish(self, came: Finish, *, by: str) -> tuple[EvidenceAnswer, ...]:
        """Take the answer, exchange its code, and verify and keep what the provider gives; ``by`` is for the record.

        One piece of evidence for each of the profile's :data:`FORMATS`, kept whatever the verifier says of it; its id
        goes into the application as ``evidence``. Raises
        ``SignInUnknown``, ``SignInUsed``, ``SignInExpired``, ``SignInForAnother``, ``SignInDenied``,
        ``AnswerIssuerDiffers``, ``ExchangeRefused``, ``ProviderUnreachable``, and what the evidence desk raises. Each
        has the number of the step of a sign-in's report (:data:`~sekisho.contracts.evidence.oidc.verify.SIGN_IN_STEPS`)
        that it belongs to: a code that isn't exchanged is a fault of the answer.
        """
        with _at_step(2):
            answer = authorization.read_answer(came.parameters)
        consent = None if came.consent is None else read_consent(dict(came.consent))
        with _at_step(1), named_as_sign_in():
            if _STATE.fullmatch(answer.state) is None:
                raise SignInUnknown
            kept = self._challenges.consume(
                bytes.fromhex(answer.state),
                purpose=STATE,
                application=came.application,
                moment=self._workspace.clock.now(),
            )
        begun, metadata, verifier = _unkept(kept.text, came.application)
        with _at_step(2):
            authorization.check_answer(answer, begun, answers_with_issuer=metadata.answers_with_issuer)
            provider = self.provider(begun.issuer, begun.client_id)
            tokens = self._exchanged(provider, metadata, begun, verifier, answer.code or "")
        with _at_step(10):
            userinfo = self._userinfo(metadata, tokens)
        with _at_step(4):
            if not provider.pinned:
                self._keep_keys(provider, metadata, by)
        document = document_of(
            begun,
            answer_iss=answer.iss,
            id_token=tokens.id_token,
            userinfo=userinfo,
            consent=consent,
            corporate_number=came.corporate_number,
        )
        kept_as = []
        for format_ in FORMATS[provider.profile.name]:
            text = received_text(
                begun, kind=format_, answer_iss=answer.iss, id_token=tokens.id_token, userinfo=userinfo
            )
            nonce, ends = challenge_of_kind(begun.nonce, format_), self._workspace.clock.now() + SIGN_IN_LIFE
            self._challenges.keep(Challenge(nonce, SIGN_IN, came.application, text, ends))
            submitted = Submitted(format_, came.application, came.person, came.stated, document)
            kept_as.append(self._evidence.verify(submitted, by=by))
        return tuple(kept_as)

    def provider(self, issuer: str, client_id: str | None = None) -> Provider:
        """The configured provider; ``client_id`` may be left out where it knows one client. ``UnknownProvider``."""
        found = [one for one in self.providers() if one.issuer == issuer and client_id in (None, one.client_id)]
        if len(found) != 1:
            raise UnknownProvider(issuer=issuer[:200])
        return found[0]

    def _fetched(self, request: HttpRequest) -> bytes:
        answer = self._transport.send(request)
        if answer.status != 200:
            raise ProviderUnreachable(problem=f"HTTP {answer.status}")
        return answer.body

    def _exchanged(
        self, provider: Provider, metadata: discovery.Metadata, begun: Begun, verifier: str, code: str
    ) -> exchange.Tokens:
        request = exchange.token_request(
            provider,
            metadata,
            begun,
            credential_of(self._workspace, provider),
            code=code,
            verifier=verifier,
            jti=secrets.token_urlsafe(32),
            moment=self._workspace.clock.now(),
        )
        return exchange.read_tokens(self._transport.send(request))

    def _userinfo(self, metadata: discovery.Metadata, tokens: exchange.Tokens) -> Userinfo | None:
        request = exchange.userinfo_request(metadata, tokens)
        return None if request is None else exchange.read_userinfo_answer(self._transport.send(request))

    def _keep_keys(self, provider: Provider, metadata: discovery.Metadata, by: str) -> None:
        """Keep the provider's published keys among the trust files, unless they all are already."""
        raw = self._fetched(discovery.keys_request(metadata))
        published = read_key_set(raw)
        if provider.keys is not None and provider.keys.keys.keys() >= published.keys.keys():
            return
        content = orjson.dumps({"issuer": provider.issuer, "jwks": orjson.loads(raw)}, option=orjson.OPT_SORT_KEYS)
        name = f"{provider.issuer[:120]} {hashlib.sha256(content).hexdigest()[:16]}"
        self._trust.add(USE_KEYS, name, content, by=by)


@contextmanager
def _at_step(number: int) -> Iterator[None]:
    """Mark what goes wrong inside with the number of its step, as a report of a sign-in has it."""
    try:
        yield
    except (EvidenceRefused, NotCheckable) as error:
        error.at_step(number)
        raise


def _kept(begun: Begun, metadata: discovery.Metadata, verifier: str) -> bytes:
    """The text of the state's challenge: stored encrypted, read back by :func:`_unkept` alone."""
    said = {
        "state": begun.state,
        "nonce": begun.nonce,
        "verifier": verifier,
        "issuer": begun.issuer,
        "client_id": begun.client_id,
        "redirect_uri": begun.redirect_uri,
        "begun_at": begun.begun_at.isoformat(),
        "acr_values": list(begun.acr_values),
        "max_age": None if begun.max_age is None else int(begun.max_age.total_seconds()),
        # The code goes to the token endpoint of the provider that was asked, and to no other (RFC 9700 section 4.4).
        "authorization_endpoint": metadata.authorization_endpoint,
        "token_endpoint": metadata.token_endpoint,
        "userinfo_endpoint": metadata.userinfo_endpoint,
        "jwks_uri": metadata.jwks_uri,
        "answers_with_issuer": metadata.answers_with_issuer,
    }
    return json.dumps(said).encode("ascii")


def _unkept(text: bytes, application: str) -> tuple[Begun, discovery.Metadata, str]:
    said = json.loads(text)
    begun = Begun(
        issuer=said["issuer"],
        client_id=said["client_id"],
        application=application,
        state=said["state"],
        nonce=said["nonce"],
        redirect_uri=said["redirect_uri"],
        begun_at=datetime.fromisoformat(said["begun_at"]),
        acr_values=tuple(said["acr_values"]),
        max_age=None if said["max_age"] is None else timedelta(seconds=said["max_age"]),
    )
    metadata = discovery.Metadata(
        begun.issuer,
        said["authorization_endpoint"],
        said["token_endpoint"],
        said["userinfo_endpoint"],
        said["jwks_uri"],
        said["answers_with_issuer"],
    )
    return begun, metadata, said["verifier"]
