"""Read an X.509 certificate (RFC 5280 §4) from strict DER, without believing anything in it.

:class:`UnverifiedCertificate` is what the bytes say. What a configured authority really issued is a
:class:`sekisho.contracts.evidence.pki.path.IssuedCertificate`, which only the path check makes. Names stay the bytes
they are: they are compared, never interpreted.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from sekisho.contracts.evidence.pki import der
from sekisho.contracts.evidence.pki.errors import DuplicateExtension, WrongStructure

WHAT = "certificate"

MAX_CERTIFICATE_BYTES = 16 * 1024
"""A certificate of JPKI has about 1.7 KiB; an address and its substitution information add less than 2."""
MAX_EXTENSIONS = 32
"""A certificate of JPKI has eight."""

BASIC_CONSTRAINTS = "2.5.29.19"
KEY_USAGE = "2.5.29.15"
EXTENDED_KEY_USAGE = "2.5.29.37"
CERTIFICATE_POLICIES = "2.5.29.32"
SUBJECT_ALTERNATIVE_NAME = "2.5.29.17"
ISSUER_ALTERNATIVE_NAME = "2.5.29.18"
CRL_DISTRIBUTION_POINTS = "2.5.29.31"
AUTHORITY_KEY_IDENTIFIER = "2.5.29.35"
SUBJECT_KEY_IDENTIFIER = "2.5.29.14"
AUTHORITY_INFORMATION_ACCESS = "1.3.6.1.5.5.7.1.1"

_TIMES = (der.UTC_TIME, der.GENERALIZED_TIME)


@dataclass(frozen=True, slots=True)
class Extension:
    """One extension: its OID, whether it is critical, and the DER of its value."""

    oid: str
    critical: bool
    value: bytes


@dataclass(frozen=True, slots=True)
class UnverifiedCertificate:
    """What a certificate's bytes say; nobody vouches for any of it. Names, keys and algorithms are DER."""

    der: bytes = field(repr=False)
    to_be_signed: bytes = field(repr=False)
    serial: int
    signature_algorithm: bytes
    issuer: bytes
    not_before: datetime
    not_after: datetime
    subject: bytes
    public_key: bytes = field(repr=False)
    extensions: tuple[Extension, ...] = field(repr=False)
    signature: bytes = field(repr=False)

    def extension(self, oid: str) -> Extension | None:
        """The extension ``oid``; there is at most one."""
        for extension in self.extensions:
            if extension.oid == oid:
                return extension
        return None

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the whole, in hexadecimal."""
        return hashlib.sha256(self.der).hexdigest()


def parse_certificate(data: bytes) -> UnverifiedCertificate:
    """Read a certificate; raises a :class:`~sekisho.contracts.evidence.pki.errors.DerRefused`. Verifies nothing."""
    root = der.require_der(data, what=WHAT, limit=MAX_CERTIFICATE_BYTES)
    outer = der.Reader(root, der.SEQUENCE, "Certificate")
    to_be_signed = outer.take(der.SEQUENCE, "TBSCertificate")
    algorithm = outer.take(der.SEQUENCE, "signatureAlgorithm").raw
    signature = der.octets_of_bits(outer.take(der.BIT_STRING, "signatureValue"))
    outer.finish("Certificate of three parts")

    inner = der.Reader(to_be_signed, der.SEQUENCE, "TBSCertificate")
    # RFC 5280 §4.1.2.1: extensions need version 3, and every certificate here has extensions.
    version = inner.take(0xA0, "version").content
    if version != b"\x02\x01\x02":
        raise WrongStructure(what=WHAT, expected="version 3")
    serial = der.integer(inner.take(der.INTEGER, "serialNumber"))
    if serial <= 0:
        raise WrongStructure(what=WHAT, expected="a positive serial number")
    if inner.take(der.SEQUENCE, "signature").raw != algorithm:
        # RFC 5280 §4.1.1.2: both must be the same, or the algorithm isn't protected by the signature.
        raise WrongStructure(what=WHAT, expected="the same algorithm inside and outside")
    issuer = inner.take(der.SEQUENCE, "issuer").raw
    validity = der.Reader(inner.take(der.SEQUENCE, "validity"), der.SEQUENCE, "validity")
    not_before, not_after = (der.time(validity.any_of(_TIMES, "validity of two times")) for _ in range(2))
    validity.finish("validity of two times")
    subject = inner.take(der.SEQUENCE, "subject").raw
    public_key = inner.take(der.SEQUENCE, "subjectPublicKeyInfo").raw
    # issuerUniqueID and subjectUniqueID (0x81, 0x82): RFC 5280 §4.1.2.8 forbids CAs to make them.
    extensions = read_extensions(inner.take(0xA3, "extensions"), WHAT)
    inner.finish("TBSCertificate without more")
    return UnverifiedCertificate(
        data,
        to_be_signed.raw,
        serial,
        algorithm,
        issuer,
        not_before,
        not_after,
        subject,
        public_key,
        extensions,
        signature,
    )


def read_extensions(tagged: der.Element, what: str) -> tuple[Extension, ...]:
    """The extensions inside an explicit tag, each once."""
    wrapper = der.Reader(tagged, tagged.tag, "extensions")
    found: dict[str, Extension] = {}
    for element in wrapper.take(der.SEQUENCE, "extensions").children():
        reader = der.Reader(element, der.SEQUENCE, "Extension")
        oid = der.oid(reader.take(der.OID, "extnID"))
        flag = reader.optional(der.BOOLEAN)
        critical = flag is not None and der.boolean(flag)
        if flag is not None and not critical:
            raise WrongStructure(what=what, expected="critical left out where false")
        value = reader.take(der.OCTET_STRING, "extnValue").content
        reader.finish("Extension of three parts")
        if oid in found:
            raise DuplicateExtension(what=what, oid=oid)
        if len(found) == MAX_EXTENSIONS:
            raise WrongStructure(what=what, expected=f"at most {MAX_EXTENSIONS} extensions")
        found[oid] = Extension(oid, critical, value)
    wrapper.finish("extensions")
    if not found:
        raise WrongStructure(what=what, expected="at least one extension")
    return tuple(found.values())
