"""Passkeys (WebAuthn level 2, with the backup flags of level 3 §6.1.3) over :mod:`webauthn`, with the traps closed.

- User verification is always required, for registrations and assertions; there is no way to ask for less.
- RP ID and origins are exact, from the operator's configuration, never from the request. Inside another site's frame
  (``crossOrigin``) nothing counts; ``webauthn`` doesn't look at that.
- The challenge is the caller's to use up *before* anything else is checked.
- UV, BE, BS and the counter are told, to be recorded. A counter that stays 0 is a passkey that doesn't count; one that
  doesn't rise is refused as a possible copy. A change of BE is told as a finding: some platforms' passkeys do it.
- Attestation is *none* or by the passkey's own key: with certificates and no trusted roots ``webauthn`` would accept
  any certificate at all, so those are refused.

Pure: bytes in, values out. Each check raises its own error of :mod:`~..evidence.reauthentication.errors`; the verifiers
there number them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final, NoReturn, TypeVar
from urllib.parse import urlsplit

from webauthn import verify_authentication_response, verify_registration_response
from webauthn.helpers import (
    decode_credential_public_key,
    decoded_public_key_to_cryptography,
    parse_attestation_object,
    parse_authenticator_data,
)
from webauthn.helpers.cose import COSECRV, COSEAlgorithmIdentifier
from webauthn.helpers.decode_credential_public_key import (
    DecodedEC2PublicKey,
    DecodedOKPPublicKey,
    DecodedRSAPublicKey,
)
from webauthn.helpers.structs import (
    AttestationObject,
    AuthenticationCredential,
    AuthenticatorAssertionResponse,
    AuthenticatorAttestationResponse,
    AuthenticatorData,
    RegistrationCredential,
)

from sekisho.contracts.evidence.reauthentication.errors import (
    AttestationRefused,
    BackupStateImpossible,
    KeyRefused,
    PasskeySignatureWrong,
    PasskeyUnreadable,
    SignCountWentBack,
    UserNotPresent,
    UserNotVerified,
    WrongCeremony,
    WrongOrigin,
    WrongRelyingParty,
)

MAX_CREDENTIAL_ID: Final = 1023
"""WebAuthn level 2 §4: a credential id has at most 1023 bytes."""
MAX_CLIENT_DATA: Final = 4096
"""Browsers make some 150 to 300 bytes: challenge, origin and a few members."""
MAX_AUTHENTICATOR_DATA: Final = 4096
"""37 bytes, a credential id, a key of at most 600 bytes, and extensions."""
MAX_ATTESTATION: Final = 8192
"""Authenticator data and a signature; certificates aren't accepted."""
MAX_SIGNATURE: Final = 1024
"""RSA-4096 makes 512."""
RSA_BITS: Final = (2048, 4096)
"""Shorter keys are breakable, longer ones only cost time (NIST SP 800-131A)."""

ALGORITHMS: Final = (
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
)
"""ES256, EdDSA (Ed25519) and RS256, in the order of preference (WebAuthn level 2 §5.4: the ones to offer)."""

_RP_ID = re.compile(r"(?=.{1,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_ANDROID = re.compile(r"android:apk-key-hash:[A-Za-z0-9_-]{43}")
_LOOPBACK = "localhost"

T = TypeVar("T")


class Ceremony(Enum):
    """``type`` of the client data (WebAuthn level 2 §5.8.1)."""

    REGISTRATION = "webauthn.create"
    ASSERTION = "webauthn.get"


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """For which domain passkeys are made, and from which pages and apps they may be used. Configuration, exact.

    ValueError for an origin that isn't ``https://`` and a host within the domain (``http`` only for localhost), or an
    Android app's key hash.
    """

    rp_id: str
    name: str
    origins: tuple[str, ...]

    def __post_init__(self) -> None:
        """A passkey for one domain accepted from any page would be worth nothing."""
        if not _RP_ID.fullmatch(self.rp_id):
            raise ValueError(f"an RP ID is a domain name in lower case, not {self.rp_id!r}")
        if not (0 < len(self.name) <= 100 and self.name.isprintable()):
            raise ValueError("the name is 1 to 100 printable characters")
        if not self.origins:
            raise ValueError("a relying party has at least one origin")
        for origin in self.origins:
            if not (self._is_ours(origin) or _ANDROID.fullmatch(origin)):
                raise ValueError(f"{origin!r} isn't an origin of {self.rp_id}")

    def _is_ours(self, origin: str) -> bool:
        try:
            parts = urlsplit(origin)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            return False
        named = f"{parts.scheme}://{host}" + (f":{port}" if port is not None else "")
        secure = parts.scheme == "https" or (parts.scheme == "http" and host == _LOOPBACK)
        return named == origin and secure and (host == self.rp_id or host.endswith("." + self.rp_id))


@dataclass(frozen=True, slots=True)
class Flags:
    """What the authenticator says of an act: user present, user verified, may be copied (BE), is copied (BS)."""

    user_present: bool
    user_verified: bool
    backup_eligible: bool
    backed_up: bool

    def as_document(self) -> dict[str, bool]:
        """For the record, by WebAuthn's names."""
        return {
            "up": self.user_present,
            "uv": self.user_verified,
            "be": self.backup_eligible,
            "bs": self.backed_up,
        }


@dataclass(frozen=True, slots=True)
class ClientData:
    """What the browser says of the page. ``nonce`` is the challenge."""

    nonce: bytes
    origin: str
    cross_origin: bool


@dataclass(frozen=True, slots=True)
class UnverifiedAssertion:
    """A response of ``navigator.credentials.get()``. A caller's claim."""

    credential_id: bytes
    client_data: bytes = field(repr=False)
    authenticator_data: bytes = field(repr=False)
    signature: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class UnverifiedRegistration:
    """A response of ``navigator.credentials.create()``. A caller's claim."""

    credential_id: bytes
    client_data: bytes = field(repr=False)
    attestation: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Registered:
    """A registered passkey: what an assertion is checked against. ``public_key`` is a COSE key (RFC 9052 §7)."""

    credential_id: bytes
    public_key: bytes = field(repr=False)
    sign_count: int
    backup_eligible: bool


def require_sizes(**parts: tuple[bytes, int]) -> None:
    """Raises ``PasskeyUnreadable`` for a part that is empty or longer than its limit."""
    for name, (data, limit) in parts.items():
        if not 0 < len(data) <= limit:
            raise PasskeyUnreadable(problem=f"{name}: 1 to {limit} bytes")


def read_client_data(raw: bytes, ceremony: Ceremony) -> ClientData:
    """Type, challenge and origin (level 2 §7.2 steps 9 to 11). Members that nobody here knows may be there (§5.8.1)."""
    try:
        said = json.loads(raw.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise PasskeyUnreadable(problem="clientDataJSON: not JSON in UTF-8") from None
    if not isinstance(said, dict):
        raise PasskeyUnreadable(problem="clientDataJSON: not an object")
    kind, challenge, origin = (said.get(name) for name in ("type", "challenge", "origin"))
    if not (isinstance(kind, str) and isinstance(challenge, str) and isinstance(origin, str)):
        raise PasskeyUnreadable(problem="clientDataJSON: type, challenge and origin")
    if kind != ceremony.value:
        raise WrongCeremony(needed=ceremony.value)
    cross_origin = said.get("crossOrigin", False)
    if not isinstance(cross_origin, bool):
        raise PasskeyUnreadable(problem="clientDataJSON: crossOrigin")
    return ClientData(from_base64url(challenge, "challenge"), origin, cross_origin or "topOrigin" in said)


def require_origin(client: ClientData, party: RelyingParty) -> None:
    """Made on one of our pages and not inside somebody else's (level 2 §7.2 step 13; level 3 step 12)."""
    if client.cross_origin:
        raise WrongOrigin(problem="inside another site's page")
    if client.origin not in party.origins:
        raise WrongOrigin(problem="not a configured origin")


def read_authenticator_data(raw: bytes) -> AuthenticatorData:
    """Level 2 §6.1, nothing left over. Raises ``PasskeyUnreadable``."""
    return _readable("authenticatorData", lambda: parse_authenticator_data(raw))


def read_attestation(raw: bytes) -> AttestationObject:
    """Level 2 §6.5. Raises ``PasskeyUnreadable``."""
    found = _readable("attestationObject", lambda: parse_attestation_object(raw))
    if not isinstance(found.fmt, str) or found.auth_data.attested_credential_data is None:
        raise PasskeyUnreadable(problem="attestationObject: no format or no credential")
    return found


def require_relying_party(data: AuthenticatorData, party: RelyingParty) -> None:
    """rpIdHash (level 2 §7.2 step 15)."""
    if not hmac.compare_digest(data.rp_id_hash, hashlib.sha256(party.rp_id.encode("ascii")).digest()):
        raise WrongRelyingParty


def require_user(data: AuthenticatorData) -> Flags:
    """User present and user verified, both always (level 2 §7.2 steps 16 and 17), and a backup state that can be."""
    flags = Flags(data.flags.up, data.flags.uv, data.flags.be, data.flags.bs)
    if not flags.user_present:
        raise UserNotPresent
    if not flags.user_verified:
        raise UserNotVerified
    return flags


def require_possible_backup(flags: Flags) -> None:
    """What can't be copied isn't copied (level 3 §7.2 step 18)."""
    if flags.backed_up and not flags.backup_eligible:
        raise BackupStateImpossible


def require_key(public_key: bytes) -> None:
    """The COSE key is of an algorithm and a size we accept, on the curve its algorithm is used with."""
    try:
        key = decode_credential_public_key(public_key)
    except Exception:  # noqa: BLE001,RUF100  KeyError, TypeError, IndexError … of a key that isn't one
        raise KeyRefused(problem="not a COSE key") from None
    if key.alg not in ALGORITHMS:
        raise KeyRefused(problem="algorithm")
    if isinstance(key, DecodedEC2PublicKey):
        good = (key.alg, key.crv) == (COSEAlgorithmIdentifier.ECDSA_SHA_256, COSECRV.P256)
        good = good and _lengths(key.x, key.y) == (32, 32)
    elif isinstance(key, DecodedOKPPublicKey):
        good = (key.alg, key.crv) == (COSEAlgorithmIdentifier.EDDSA, COSECRV.ED25519) and _lengths(key.x) == (32,)
    elif isinstance(key, DecodedRSAPublicKey):
        shortest, longest = RSA_BITS
        good = key.alg == COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256 and key.e == b"\x01\x00\x01"
        good = good and isinstance(key.n, bytes) and shortest <= int.from_bytes(key.n, "big").bit_length() <= longest
    else:
        good = False
    if not good:
        raise KeyRefused(problem="key size, curve or exponent")
    try:
        decoded_public_key_to_cryptography(key)  # a point that isn't on the curve is found here
    except Exception:  # noqa: BLE001,RUF100  as above
        raise KeyRefused(problem="not a key") from None


def require_attestation(found: AttestationObject) -> None:
    """No statement, or one by the passkey's own key (level 2 §8.2, §8.7). Whether it holds is checked with the rest."""
    if found.fmt not in ("none", "packed"):
        raise AttestationRefused(problem="format")
    if found.fmt == "packed" and found.att_stmt.x5c:
        raise AttestationRefused(problem="certificates, and none is trusted")


def verify_assertion_signature(
    assertion: UnverifiedAssertion, *, nonce: bytes, party: RelyingParty, registered: Registered
) -> None:
    """The library's whole verification, user verification required; the counter is left to :func:`require_count`.

    Everything it could complain of but the signature was checked before, so that is what a failure means.
    """
    answered = AuthenticationCredential(
        id=to_base64url(assertion.credential_id),
        raw_id=assertion.credential_id,
        response=AuthenticatorAssertionResponse(
            client_data_json=assertion.client_data,
            authenticator_data=assertion.authenticator_data,
            signature=assertion.signature,
        ),
    )
    try:
        verify_authentication_response(
            credential=answered,
            expected_challenge=nonce,
            expected_rp_id=party.rp_id,
            expected_origin=list(party.origins),
            credential_public_key=registered.public_key,
            # It would refuse a counter before it knows whose it is; 0 leaves that to us, after the signature.
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except Exception:  # noqa: BLE001,RUF100  the library lets errors of its own dependencies through
        raise PasskeySignatureWrong from None


def verify_registration_statement(registration: UnverifiedRegistration, *, nonce: bytes, party: RelyingParty) -> None:
    """The library's whole verification of a registration, user verification required, statement included."""
    made = RegistrationCredential(
        id=to_base64url(registration.credential_id),
        raw_id=registration.credential_id,
        response=AuthenticatorAttestationResponse(
            client_data_json=registration.client_data, attestation_object=registration.attestation
        ),
    )
    try:
        verify_registration_response(
            credential=made,
            expected_challenge=nonce,
            expected_rp_id=party.rp_id,
            expected_origin=list(party.origins),
            require_user_presence=True,
            require_user_verification=True,
            supported_pub_key_algs=list(ALGORITHMS),
        )
    except Exception:  # noqa: BLE001,RUF100  as above
        raise AttestationRefused(problem="signature") from None


def require_count(registered: int, found: int) -> None:
    """The counter rose, or there is none: 0 after 0 (level 2 §7.2 step 21)."""
    if found <= registered and (found, registered) != (0, 0):
        raise SignCountWentBack(last=registered, found=found)


def to_base64url(data: bytes) -> str:
    """RFC 4648 §5 without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def from_base64url(text: str, name: str) -> bytes:
    """Strict: no padding, no white space, one spelling per value. Raises ``PasskeyUnreadable`` that names the part."""
    try:
        found = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        found = None
    if found is None or to_base64url(found) != text:
        raise PasskeyUnreadable(problem=f"{name}: not base64url")
    return found


def _readable(name: str, read: Callable[[], T]) -> T:
    try:
        return read()
    except Exception:  # noqa: BLE001,RUF100  whatever a parser of hostile bytes comes upon
        raise PasskeyUnreadable(problem=name) from None


def _lengths(*parts: object) -> tuple[int, ...]:
    return tuple(len(each) if isinstance(each, bytes) else -1 for each in parts)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a member stands twice")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)
