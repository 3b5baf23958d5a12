"""Read what the registrar's own extensions hold.

Reads, believes nothing: the caller has verified the certificate, or throws the answer away.
"""

from __future__ import annotations

import re

from sekisho.contracts.evidence.commercial_register.errors import CorporationUnreadable
from sekisho.contracts.evidence.commercial_register.model import Corporation
from sekisho.contracts.evidence.commercial_register.profile import (
    MAX_ITEM_CHARACTERS,
    OWN_POLICIES,
    RegisterProfile,
)
from sekisho.contracts.evidence.pki import certificate as x509
from sekisho.contracts.evidence.pki import der
from sekisho.contracts.evidence.pki.certificate import UnverifiedCertificate

MAX_ITEMS = 16
"""There are six; a later profile may add some."""

_PRINTABLE_STRING = 0x13
_TWELVE = re.compile(r"[0-9]{12}")
_WHAT = "registeredCorporationInfo"


def read_corporation(certificate: UnverifiedCertificate, profile: RegisterProfile) -> Corporation:
    """The company's items. Raises :class:`CorporationUnreadable`, or a DER error."""
    extension = certificate.extension(profile.extension)
    if extension is None:
        raise CorporationUnreadable(problem="the extension is missing")
    root = der.require_der(extension.value, what=_WHAT, limit=x509.MAX_CERTIFICATE_BYTES)
    if root.tag != der.SEQUENCE:
        raise CorporationUnreadable(problem="not a SEQUENCE")
    texts: dict[int, str] = {}
    unknown: list[str] = []
    for count, item in enumerate(root.children(), start=1):
        if count > MAX_ITEMS:
            raise CorporationUnreadable(problem=f"more than {MAX_ITEMS} items")
        if item.tag not in profile.layout.tags:
            unknown.append(f"tag {item.tag:02x}")
        elif item.tag in texts:
            raise CorporationUnreadable(problem=f"tag {item.tag:02x} twice")
        else:
            texts[item.tag] = _text(item)
    layout = profile.layout
    for tag, what in ((layout.name, "name"), (layout.address, "head office")):
        if tag not in texts:
            raise CorporationUnreadable(problem=f"no {what}")
    number = texts.get(layout.number)
    if number is not None and not _TWELVE.fullmatch(number):
        raise CorporationUnreadable(problem="the registered number isn't twelve digits")
    return Corporation(
        texts[layout.name],
        texts[layout.address],
        texts.get(layout.representative_name),
        texts.get(layout.representative_title),
        number,
        texts.get(layout.office),
        tuple(unknown),
    )


def _text(item: der.Element) -> str:
    """A DirectoryString inside its explicit tag: UTF8String, or PrintableString as the number has it."""
    inside = list(item.children())
    if len(inside) != 1 or inside[0].tag not in (der.UTF8_STRING, _PRINTABLE_STRING):
        raise CorporationUnreadable(problem=f"tag {item.tag:02x} isn't one text")
    # PrintableString is ASCII, so it reads as UTF-8; what else stands in it is refused by the digits it must be.
    text = der.utf8(inside[0])
    if not 0 < len(text) <= MAX_ITEM_CHARACTERS or not text.replace("\u3000", " ").isprintable():
        raise CorporationUnreadable(problem=f"tag {item.tag:02x} isn't 1 to {MAX_ITEM_CHARACTERS} printable characters")
    return text


def policies(certificate: UnverifiedCertificate) -> frozenset[str]:
    """The policies a certificate names, in the registrar's own extension or in the common one; empty where neither
    is there."""
    found: set[str] = set()
    for oid in (OWN_POLICIES, x509.CERTIFICATE_POLICIES):
        extension = certificate.extension(oid)
        if extension is None:
            continue
        element = der.require_der(extension.value, what="certificatePolicies", limit=x509.MAX_CERTIFICATE_BYTES)
        if element.tag != der.SEQUENCE:
            raise CorporationUnreadable(problem="certificatePolicies isn't a SEQUENCE")
        named = [
            der.oid(der.Reader(part, der.SEQUENCE, "PolicyInformation").take(der.OID, "policyIdentifier"))
            for part in element.children()
        ]
        if not named:
            raise CorporationUnreadable(problem="certificatePolicies names none")
        found.update(named)
    return frozenset(found)
