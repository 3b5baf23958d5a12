"""Verification of a request's Identity headers (RFC 8224 §6.2, RFC 8946 §4.2): pure, and it raises nothing.

For each token, in this order, the cheap and the certain first:

 (1) the header field, read strictly           (7) certificate held for that URL
 (2) the token, or rebuilt from the request    (8) its path valid, none revoked
 (3) its kind and algorithm                    (9) the signature
 (4) info, alg, ppt as in the token           (10) the certificate is for the number
 (5) fresh                                    (11) the certificate permits the claims
 (6) signed for the caller the call shows     (12) for all together: signed for where the call goes

Not checked: ``mky``, which binds media keys that this desk never sees; whether an ``origid`` was seen before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from sekisho.calls.stir.credential import Credential
from sekisho.calls.stir.errors import (
    AlgorithmUnsupported,
    CallerDiffers,
    CallerIsAddress,
    CompactNotAllowed,
    CredentialMissing,
    DateMissing,
    DestinationDiffers,
    DiversionBroken,
    ExtensionUnsupported,
    IdentityAbsent,
    IdentityInvalid,
    IdentityUncheckable,
    InfoWrong,
    NumberNotCovered,
    ParameterDiffers,
    ProviderNumbersUnknown,
    SignatureWrong,
    Stale,
    StirFault,
    TooLong,
)
from sekisho.calls.stir.identity_header import read_identity_header, require_https
from sekisho.calls.stir.passport import (
    KINDS,
    Claims,
    Kind,
    TokenHeader,
    UnverifiedPassport,
    read_passport,
    rebuild,
    split,
)
from sekisho.calls.stir.request import SignedRequest
from sekisho.calls.stir.revocation import Revocations
from sekisho.calls.stir.settings import StirSettings
from sekisho.calls.stir.store import CredentialStore
from sekisho.calls.stir.telephone import Party, PartyKind
from sekisho.calls.stir.verdict import (
    Authority,
    CouldNotCheck,
    Diversion,
    Invalid,
    Reach,
    Valid,
    Verification,
)

MAX_IDENTITIES = 8
"""Identity headers in one request: an original, and a diversion per hop; more than five hops are refused as loops."""
MAX_TOKENS = 12
"""Tokens looked at, those nested in ``div-o`` included: each may cost a signature."""

_ES256 = ec.ECDSA(hashes.SHA256())


@dataclass(frozen=True, slots=True)
class _Sent:
    """A header field's value, or a token that was ``nested`` in a ``div-o`` and so has no parameters."""

    value: str
    nested: bool


@dataclass(frozen=True, slots=True)
class _Checked:
    """A token that passed steps (1) to (11)."""

    kind: Kind
    claims: Claims
    url: str
    fingerprint: str
    authority: Authority

    @property
    def signed_at(self) -> datetime:
        return datetime.fromtimestamp(self.claims.iat, UTC)


def signature_holds(key: ec.EllipticCurvePublicKey, signing_input: bytes, signature: bytes) -> bool:
    """Whether ``signature`` (R and S, 64 bytes) is ES256 by ``key`` over ``signing_input`` (RFC 7518 §3.4)."""
    r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
    try:
        key.verify(encode_dss_signature(r, s), signing_input, _ES256)
    except InvalidSignature:
        return False
    return True


def verify(
    request: SignedRequest,
    *,
    store: CredentialStore,
    revocations: Revocations,
    settings: StirSettings,
    moment: datetime,
) -> Verification:
    """What ``request``'s signatures come to at ``moment`` (aware). Never raises for what a stranger sent."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a zone")
    if not request.identities:
        return CouldNotCheck(IdentityAbsent())
    try:
        if len(request.identities) > MAX_IDENTITIES:
            raise TooLong(what="list of Identity headers", limit=MAX_IDENTITIES)
        caller, called, target = request.parties(settings.plan)
    except IdentityInvalid as fault:
        return Invalid(fault)
    return _Check(request, caller, called, target, store, revocations, settings, moment).verification()


@dataclass(frozen=True, slots=True)
class _Check:
    """One request's verification. Made anew for each."""

    request: SignedRequest
    caller: Party
    called: Party
    target: Party
    store: CredentialStore
    revocations: Revocations
    settings: StirSettings
    moment: datetime

    def verification(self) -> Verification:
        """Steps (1) to (11) for each token, then (12) for all of them."""
        checked: list[_Checked] = []
        faults: list[tuple[bool, StirFault]] = []
        waiting = [_Sent(value, nested=False) for value in self.request.identities]
        alone = len(waiting) == 1
        seen = 0
        while waiting and seen < MAX_TOKENS:
            sent = waiting.pop(0)
            seen += 1
            diverts = False
            try:
                token, url = self._read(sent)
                if isinstance(token, TokenHeader):
                    diverts = token.ppt.startswith("div")
                    raise _unsupported(token)
                kind = Kind(token.header.ppt)
                diverts = kind in _DIVERSIONS
                if token.claims.opt is not None:
                    waiting.append(_Sent(token.claims.opt, nested=True))
                one = self._check(token, kind, url, alone=alone and not diverts)
            except StirFault as fault:
                faults.append((diverts, fault))
            else:
                checked.append(one)
        if waiting:
            faults.append((True, TooLong(what="list of PASSporTs", limit=MAX_TOKENS)))
        return self._together(checked, faults)

    def _read(self, sent: _Sent) -> tuple[UnverifiedPassport | TokenHeader, str]:
        """Steps (1) to (4)."""
        if sent.nested:
            token = read_passport(sent.value)
            header = token.header if isinstance(token, UnverifiedPassport) else token
            return token, require_https(header.x5u)
        field = read_identity_header(sent.value)  # (1)
        if field.ppt is not None and field.ppt not in KINDS:
            raise ExtensionUnsupported(ppt=field.ppt[:60])  # RFC 8224 §6.2: ignored before anything else is looked at
        first, _, third = split(field.token)
        if field.info is None:
            raise InfoWrong(expected="info=<https://…>")
        url = require_https(field.info)
        if not first:
            return self._rebuilt(field.alg, field.ppt, third, url), url  # (2)
        token = read_passport(field.token)
        header = token.header if isinstance(token, UnverifiedPassport) else token
        if header.x5u != field.info:  # (4)
            raise InfoWrong(expected="info and x5u alike")
        if field.alg is not None and field.alg != header.alg:
            raise ParameterDiffers(name="alg")
        # RFC 8224 §4.1: a token with ppt is announced by the parameter; some networks leave it out in the full form.
        if field.ppt is not None and field.ppt != header.ppt:
            raise ParameterDiffers(name="ppt")
        return token, url

    def _rebuilt(self, alg: str | None, ppt: str | None, signature: str, url: str) -> UnverifiedPassport:
        if ppt:
            # attest, origid (RFC 8588) and div (RFC 8946) stand nowhere else in the request.
            raise CompactNotAllowed(ppt=ppt)
        if alg not in (None, "ES256"):
            raise AlgorithmUnsupported(alg=alg)
        date = self.request.dated()
        if date is None:
            raise DateMissing
        return rebuild(signature, x5u=url, orig=self.caller, dest=(self.called,), iat=int(date.timestamp()))

    def _check(self, token: UnverifiedPassport, kind: Kind, url: str, *, alone: bool) -> _Checked:
        """Steps (5) to (11). A token that stands ``alone`` has nothing that would excuse its age."""
        claims = token.claims
        self._require_fresh(claims, self.settings.freshness if alone else self.settings.diverted)  # (5)
        if claims.orig != self.caller:  # (6)
            raise CallerDiffers
        credential = self.store.look_up(url)  # (7)
        credential.require_current(
            self.moment, self.revocations, signed_at=datetime.fromtimestamp(claims.iat, UTC)
        )  # (8)
        if not signature_holds(credential.public_key, token.signing_input, token.signature):  # (9)
            raise SignatureWrong
        about = claims.orig if claims.div is None else claims.div
        authority = self._authority(credential, about, kind)  # (10)
        credential.constraints.require(claims.every)  # (11)
        return _Checked(kind, claims, url, credential.fingerprint, authority)

    def _require_fresh(self, claims: Claims, window: timedelta) -> None:
        signed_at = datetime.fromtimestamp(claims.iat, UTC)
        if abs(self.moment - signed_at) > window:
            raise Stale(signed_at=signed_at.isoformat(), seconds=int(window.total_seconds()))

    def _authority(self, credential: Credential, about: Party, kind: Kind) -> Authority:
        if about.kind is not PartyKind.NUMBER:
            raise CallerIsAddress
        listed = credential.authorization
        known = self.settings.provider_numbers
        if about.value in listed.numbers or any(about.value in known.get(code, ()) for code in listed.provider_codes):
            return Authority.NUMBER
        if listed.provider_codes and kind is not Kind.BASE:
            return Authority.PROVIDER
        for code in sorted(listed.provider_codes - known.keys()):
            raise ProviderNumbersUnknown(code=code)
        raise NumberNotCovered

    def _together(self, checked: list[_Checked], faults: list[tuple[bool, StirFault]]) -> Verification:
        """Step (12), and which of several reasons counts."""
        others = tuple(fault for _, fault in faults)
        originals = [one for one in checked if one.kind not in _DIVERSIONS]
        diversions = [one for one in checked if one.kind in _DIVERSIONS]
        found: list[StirFault] = []
        valid: list[Valid] = []
        for original in originals:
            try:
                valid.append(self._reached(original, diversions, others))
            except StirFault as fault:
                found.append(fault)
        if valid:
            return max(valid, key=_strength)
        of_originals = [fault for diverts, fault in faults if not diverts]
        if originals:
            # The originals hold, but don't lead here; what couldn't be checked of the diversions may be why.
            of_originals = found
            uncheckable = _uncheckable(others)
        else:
            uncheckable = _uncheckable(of_originals)
        if uncheckable is not None:
            return CouldNotCheck(uncheckable, _without(others, uncheckable), _to_fetch(others))
        invalid = next((fault for fault in of_originals if isinstance(fault, IdentityInvalid)), None)
        if invalid is None:
            ignored = next((fault for fault in of_originals if isinstance(fault, IdentityUncheckable)), None)
            if ignored is not None:
                return CouldNotCheck(ignored, _without(others, ignored), _to_fetch(others))
            invalid = DiversionBroken()  # diversions of a call whose original isn't there
        return Invalid(invalid, _without(others, invalid))

    def _reached(self, original: _Checked, diversions: list[_Checked], others: tuple[StirFault, ...]) -> Valid:
        """How ``original`` leads to where the call goes; raises where it doesn't."""
        if self.target in original.claims.dest:
            self._require_fresh(original.claims, self.settings.freshness)
            return _valid(original, Reach.SIGNED, (), others)
        path = _path(original.claims.dest, self.target, diversions)
        if path:
            # The last hop is of now; what it refers back to may have rung for a while.
            self._require_fresh(path[-1].claims, self.settings.freshness)
            return _valid(original, Reach.DIVERTED, path, others)
        if self.called in original.claims.dest:
            self._require_fresh(original.claims, self.settings.freshness)
            return _valid(original, Reach.TO_ONLY, (), others)
        raise DiversionBroken if diversions else DestinationDiffers


_DIVERSIONS = (Kind.DIVERSION, Kind.DIVERSION_WITH_ORIGINAL)


def _path(start: tuple[Party, ...], target: Party, diversions: list[_Checked]) -> tuple[_Checked, ...]:
    """Diversions that lead from one of ``start`` to ``target``, each used once; empty if none do. Breadth first."""
    queue: list[tuple[tuple[Party, ...], tuple[_Checked, ...]]] = [(start, ())]
    used: set[int] = set()
    while queue:
        at, path = queue.pop(0)
        for number, one in enumerate(diversions):
            if number in used or one.claims.div not in at:
                continue
            used.add(number)
            if target in one.claims.dest:
                return (*path, one)
            queue.append((one.claims.dest, (*path, one)))
    return ()


def _strength(one: Valid) -> tuple[bool, bool, bool]:
    """Of several that are valid the one that says most; the first among equals."""
    return one.reach is not Reach.TO_ONLY, one.number_vouched_for, one.authority is Authority.NUMBER


def _valid(original: _Checked, reach: Reach, path: tuple[_Checked, ...], others: tuple[StirFault, ...]) -> Valid:
    return Valid(
        caller=original.claims.orig,
        attestation=original.claims.attest,
        origid=original.claims.origid,
        signed_at=original.signed_at,
        url=original.url,
        fingerprint=original.fingerprint,
        authority=original.authority,
        reach=reach,
        diversions=tuple(
            Diversion(one.claims.div, one.signed_at, one.fingerprint) for one in path if one.claims.div is not None
        ),
        others=others,
    )


def _unsupported(header: TokenHeader) -> StirFault:
    if header.ppt not in KINDS:
        return ExtensionUnsupported(ppt=header.ppt[:60])
    return AlgorithmUnsupported(alg=header.alg[:60])


def _uncheckable(faults: list[StirFault] | tuple[StirFault, ...]) -> IdentityUncheckable | None:
    """The first that a better equipped verifier could have checked; an ignored kind isn't one."""
    return next(
        (
            fault
            for fault in faults
            if isinstance(fault, IdentityUncheckable) and not isinstance(fault, ExtensionUnsupported)
        ),
        None,
    )


def _without(faults: tuple[StirFault, ...], one: StirFault) -> tuple[StirFault, ...]:
    return tuple(fault for fault in faults if fault is not one)


def _to_fetch(faults: tuple[StirFault, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(fault.fields["url"] for fault in faults if isinstance(fault, CredentialMissing)))
