"""A software authenticator: makes registrations and assertions as browsers give them, and wrong ones on demand."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

from sekisho.contracts.reauthentication.passkey import to_base64url

RP_ID = "example.jp"
ORIGIN = "https://my.example.jp"
UP, UV, BE, BS, AT = 0x01, 0x04, 0x08, 0x10, 0x40
GOOD = UP | UV

_RSA: list[rsa.RSAPrivateKey] = []


def rsa_key() -> rsa.RSAPrivateKey:
    """One RSA key for all tests: making them takes long."""
    if not _RSA:
        _RSA.append(rsa.generate_private_key(public_exponent=65537, key_size=2048))
    return _RSA[0]


@dataclass
class Authenticator:
    """One passkey. ``algorithm`` is ES256, RS256 or EdDSA; ``count`` its counter, which it adds 1 to unless 0."""

    algorithm: str = "ES256"
    flags: int = GOOD
    count: int = 0
    counts: bool = False
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: Any = None

    def __post_init__(self) -> None:
        """Make the key."""
        if self.key is None:
            self.key = {
                "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
                "RS256": rsa_key,
                "EdDSA": ed25519.Ed25519PrivateKey.generate,
            }[self.algorithm]()

    @property
    def cose(self) -> dict[int, Any]:
        """The public key (RFC 9053)."""
        if self.algorithm == "RS256":
            numbers = self.key.public_key().public_numbers()
            return {1: 3, 3: -257, -1: numbers.n.to_bytes(256, "big"), -2: b"\x01\x00\x01"}
        if self.algorithm == "EdDSA":
            return {1: 1, 3: -8, -1: 6, -2: self.key.public_key().public_bytes_raw()}
        point = self.key.public_key().public_numbers()
        return {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}

    def sign(self, data: bytes) -> bytes:
        """By the passkey's key."""
        if self.algorithm == "RS256":
            return bytes(self.key.sign(data, padding.PKCS1v15(), hashes.SHA256()))
        if self.algorithm == "EdDSA":
            return bytes(self.key.sign(data))
        return bytes(self.key.sign(data, ec.ECDSA(hashes.SHA256())))

    def register(
        self, nonce: bytes, *, fmt: str = "none", cose: dict[int, Any] | None = None, **changed: Any
    ) -> dict[str, Any]:
        """A ``PublicKeyCredential`` of ``create()``."""
        client = client_data("webauthn.create", nonce, **_of(changed, "origin", "cross_origin", "kind"))
        key = cbor2.dumps(self.cose if cose is None else cose)
        credential_id = changed.get("inner_id", self.credential_id)
        attested = bytes(16) + len(credential_id).to_bytes(2, "big") + credential_id + key
        data = self.data(changed.get("flags", self.flags) | AT, rp_id=changed.get("rp_id", RP_ID)) + attested
        statement: dict[str, Any] = {}
        if fmt == "packed":
            signed = data + hashlib.sha256(client).digest()
            statement = {"alg": self.cose[3], "sig": changed.get("signature") or self.sign(signed)}
            if "x5c" in changed:
                statement["x5c"] = changed["x5c"]
        attestation = cbor2.dumps({"fmt": fmt, "attStmt": statement, "authData": data})
        return self.credential(clientDataJSON=to_base64url(client), attestationObject=to_base64url(attestation))

    def answer(self, nonce: bytes, **changed: Any) -> dict[str, Any]:
        """A ``PublicKeyCredential`` of ``get()``."""
        if self.counts:
            self.count += 1
        client = client_data("webauthn.get", nonce, **_of(changed, "origin", "cross_origin", "kind"))
        data = self.data(
            changed.get("flags", self.flags),
            rp_id=changed.get("rp_id", RP_ID),
            count=changed.get("count", self.count),
        )
        signature = self.sign(changed.get("signed", data) + hashlib.sha256(client).digest())
        return self.credential(
            clientDataJSON=to_base64url(client),
            authenticatorData=to_base64url(data),
            signature=to_base64url(changed.get("signature", signature)),
        )

    def data(self, flags: int, *, rp_id: str = RP_ID, count: int | None = None) -> bytes:
        """Authenticator data without attested credential (WebAuthn level 2 §6.1)."""
        shown = self.count if count is None else count
        return hashlib.sha256(rp_id.encode()).digest() + bytes([flags]) + shown.to_bytes(4, "big")

    def credential(self, **response: str) -> dict[str, Any]:
        """Around a response."""
        credential_id = to_base64url(self.credential_id)
        return {"id": credential_id, "rawId": credential_id, "type": "public-key", "response": response}

    def file(self, *, sign_count: int = 0, backup_eligible: bool = False, **changed: Any) -> dict[str, Any]:
        """The registration as a trust file."""
        return {
            "rp_id": RP_ID,
            "name": "Example",
            "origins": [ORIGIN],
            "credential_id": to_base64url(self.credential_id),
            "public_key": to_base64url(cbor2.dumps(self.cose)),
            "sign_count": sign_count,
            "backup_eligible": backup_eligible,
        } | changed


def client_data(
    ceremony: str, nonce: bytes, *, origin: str = ORIGIN, cross_origin: bool = False, **changed: Any
) -> bytes:
    """As browsers write it (WebAuthn level 2 §5.8.1.1)."""
    said = {
        "type": changed.get("kind", ceremony),
        "challenge": to_base64url(nonce),
        "origin": origin,
        "crossOrigin": cross_origin,
    }
    return json.dumps(said, separators=(",", ":")).encode()


def _of(changed: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: changed[name] for name in names if name in changed}
