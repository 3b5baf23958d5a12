"""A made-up STI: authorities, signers, revocation lists, and calls signed under them. Every part can be made wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sekisho.calls.stir.credential import TrustSet
from sekisho.calls.stir.extensions import TN_AUTH_LIST
from sekisho.calls.stir.key import PemKey
from sekisho.calls.stir.passport import encode, signing_input
from sekisho.calls.stir.request import SignedRequest
from sekisho.calls.stir.revocation import Revocations, read_revocation_list
from sekisho.calls.stir.settings import DEFAULT, StirSettings
from sekisho.calls.stir.store import CredentialStore
from sekisho.calls.stir.telephone import Party, PartyKind
from sekisho.calls.stir.verdict import Verification
from sekisho.calls.stir.verify import verify

MOMENT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
IAT = int(MOMENT.timestamp())
URL = "https://sti.example.jp/signer.pem"
OTHER_URL = "https://sti.example.jp/diverter.pem"
CALLER, CALLED, NEXT, LAST = "81312345601", "81312345701", "81312345801", "81312345901"
ORIGID = "123e4567-e89b-12d3-a456-426655440000"
"""RFC 8588 §6's own example."""
SETTINGS = DEFAULT.on(MOMENT.date())


def number(value: str) -> Party:
    """A telephone number as a party."""
    return Party(PartyKind.NUMBER, value)


def der(tag: int, *parts: bytes) -> bytes:
    """One element of DER."""
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes((tag, 0x80 | len(length))) + length + content


def one(value: str) -> bytes:
    """TNEntry ``one``."""
    return der(0xA2, der(0x16, value.encode()))


def span(start: str, count: int) -> bytes:
    """TNEntry ``range``."""
    return der(0xA1, der(0x30, der(0x16, start.encode()), der(0x02, count.to_bytes(count.bit_length() // 8 + 1))))


def spc(code: str) -> bytes:
    """TNEntry ``spc``."""
    return der(0xA0, der(0x16, code.encode()))


def tn_auth_list(*entries: bytes) -> bytes:
    """A TNAuthList's DER."""
    return der(0x30, *entries)


@cache
def key(name: str) -> ec.EllipticCurvePrivateKey:
    """A P-256 key, the same for each name within a run."""
    return ec.generate_private_key(ec.SECP256R1())


def pem_key(name: str) -> PemKey:
    """The same as a signing key."""
    return PemKey(
        key(name).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )


def usage(*, sign: bool = False, authority: bool = False) -> x509.KeyUsage:
    """KeyUsage of a signer or an authority."""
    return x509.KeyUsage(
        digital_signature=sign, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=authority, crl_sign=authority, encipher_only=False, decipher_only=False,
    )


def name(text: str) -> x509.Name:
    """A name with a common name alone."""
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


@dataclass(frozen=True)
class Plan:
    """What a certificate is to be made of; :func:`issue` makes it, faults included."""

    subject: str
    issuer: str
    public: Any = None
    signed_by: Any = None
    hashed: Any = None
    ca: bool | None = None
    path_length: int | None = None
    usage: x509.KeyUsage | None = None
    extensions: tuple[tuple[str, bool, bytes], ...] = ()
    more: tuple[tuple[x509.ExtensionType, bool], ...] = ()
    serial: int = 1000
    start: datetime = MOMENT - timedelta(days=30)
    end: datetime = MOMENT + timedelta(days=30)


def issue(plan: Plan) -> x509.Certificate:
    """The certificate."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(plan.subject))
        .issuer_name(name(plan.issuer))
        .public_key(plan.public or key(plan.subject).public_key())
        .serial_number(plan.serial)
        .not_valid_before(plan.start)
        .not_valid_after(plan.end)
    )
    if plan.ca is not None:
        builder = builder.add_extension(x509.BasicConstraints(plan.ca, plan.path_length), critical=True)
    if plan.usage is not None:
        builder = builder.add_extension(plan.usage, critical=True)
    for oid, critical, value in plan.extensions:
        builder = builder.add_extension(x509.UnrecognizedExtension(x509.ObjectIdentifier(oid), value), critical)
    for extension, critical in plan.more:
        builder = builder.add_extension(extension, critical)
    return builder.sign(plan.signed_by or key(plan.issuer), plan.hashed or hashes.SHA256())


ROOT = Plan("root", "root", ca=True, usage=usage(authority=True), serial=1)
MIDDLE = Plan("middle", "root", ca=True, path_length=0, usage=usage(authority=True), serial=2)
OWN = tn_auth_list(span("81312345600", 100), one("81501234567"))
SIGNER = Plan("signer", "middle", usage=usage(sign=True), extensions=((TN_AUTH_LIST, False, OWN),))
DIVERTER = Plan(
    "diverter", "middle", usage=usage(sign=True), serial=1001,
    extensions=((TN_AUTH_LIST, False, tn_auth_list(span("81312345700", 300))),),
)


def provider(*codes: str) -> Plan:
    """A signer whose certificate is for providers alone."""
    return replace(SIGNER, extensions=((TN_AUTH_LIST, False, tn_auth_list(*map(spc, codes))),))


def pem(*plans: Plan) -> bytes:
    """A chain as PEM."""
    return b"".join(issue(plan).public_bytes(serialization.Encoding.PEM) for plan in plans)


@cache
def trust() -> TrustSet:
    """The made-up root."""
    return TrustSet.of([pem(ROOT)])


def revocation_list(
    issuer: Plan,
    *revoked: int,
    start: datetime = MOMENT - timedelta(days=1),
    end: datetime = MOMENT + timedelta(days=1),
) -> bytes:
    """A revocation list in DER."""
    builder = x509.CertificateRevocationListBuilder().issuer_name(name(issuer.subject))
    builder = builder.last_update(start).next_update(end)
    for serial in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(start)
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(key(issuer.subject), hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def revocations(*revoked: int, end: datetime = MOMENT + timedelta(days=1)) -> Revocations:
    """Current lists of both authorities, ``revoked`` on both."""
    return Revocations(
        read_revocation_list(revocation_list(plan, *revoked, end=end), issue(plan)) for plan in (ROOT, MIDDLE)
    )


def store(signer: Sequence[Plan] = (SIGNER, MIDDLE), diverter: Sequence[Plan] = (DIVERTER, MIDDLE)) -> CredentialStore:
    """Both signers' certificates, held."""
    made = CredentialStore(trust())
    made.put(URL, pem(*signer), at=MOMENT)
    made.put(OTHER_URL, pem(*diverter), at=MOMENT)
    return made


def claims(**changed: Any) -> dict[str, Any]:
    """A SHAKEN PASSporT's claims; ``None`` takes one out."""
    found = {"attest": "A", "dest": {"tn": [CALLED]}, "iat": IAT, "orig": {"tn": CALLER}, "origid": ORIGID} | changed
    return {name: value for name, value in found.items() if value is not None}


def header(**changed: Any) -> dict[str, Any]:
    """A SHAKEN PASSporT's header; ``None`` takes one out."""
    found = {"alg": "ES256", "ppt": "shaken", "typ": "passport", "x5u": URL} | changed
    return {name: value for name, value in found.items() if value is not None}


def token(head: dict[str, Any], body: dict[str, Any], by: str = "signer") -> str:
    """A signed token."""
    signed = signing_input(head, body)
    return f"{signed.decode()}.{encode(pem_key(by).sign(signed))}"


def raw_token(head: bytes, body: bytes, by: str = "signer") -> str:
    """A signed token of any bytes."""
    signed = f"{encode(head)}.{encode(body)}".encode()
    return f"{signed.decode()}.{encode(pem_key(by).sign(signed))}"


def identity(
    head: dict[str, Any] | None = None, body: dict[str, Any] | None = None, *, by: str = "signer",
    change: Callable[[str], str] = str,
) -> str:
    """An Identity header's value; ``change`` spoils it."""
    head = header() if head is None else head
    ppt = f";ppt={head['ppt']}" if "ppt" in head else ""
    return change(f"{token(head, claims() if body is None else body, by)};info=<{head['x5u']}>;alg=ES256{ppt}")


def plain(body: dict[str, Any] | None = None) -> str:
    """An Identity header's value with a PASSporT without extension."""
    return identity(header(ppt=None), claims(attest=None, origid=None) if body is None else body)


def diversion(start: str, *ends: str, iat: int = IAT, caller: str = CALLER, by: str = "diverter") -> str:
    """An Identity header's value with a div PASSporT."""
    body = {"dest": {"tn": sorted(ends)}, "div": {"tn": start}, "iat": iat, "orig": {"tn": caller}}
    return identity(header(ppt="div", x5u=OTHER_URL if by == "diverter" else URL), body, by=by)


def request(*identities: str, target: str | None = None, **changed: Any) -> SignedRequest:
    """An INVITE from ``CALLER`` to ``CALLED``, going to ``target``."""
    return replace(
        SignedRequest(
            identities=identities,
            from_uri="sip:+81312345601@example.jp;user=phone",
            to_uri="sip:0312345701@example.jp",
            request_uri=None if target is None else f"sip:+{target}@192.0.2.1",
        ),
        **changed,
    )


def judged(
    *identities: str, sent: SignedRequest | None = None, held: CredentialStore | None = None,
    lists: Revocations | None = None, settings: StirSettings = SETTINGS, moment: datetime = MOMENT,
) -> Verification:
    """What verification says of a call; everything that isn't given is as it should be."""
    return verify(
        sent or request(*identities),
        store=held or store(),
        revocations=lists or revocations(),
        settings=settings,
        moment=moment,
    )


