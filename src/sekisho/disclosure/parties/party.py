"""A party: who it is, with which key it signs, and what it may ask for. Pure.

A party's particulars are those of an authority or a company. Nobody's name is taken from a message: a message speaks
for the party whose key signed it, and for nobody else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address, ip_network
from typing import Any, Final
from urllib.parse import urlsplit

from sekisho.disclosure.kinds import CASE_TYPES, CaseType, Family, RequesterKind
from sekisho.disclosure.parties.errors import PartyRefused
from sekisho.logs.sources import Network

PARTY_ID: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+){0,6}", re.ASCII)
"""Words and hyphens: it stands in references and in the name of who did something."""
MAX_ID: Final = 40
MAX_TEXT: Final = 300
"""Characters of a name, a postal address."""
MAX_PREFIXES: Final = 10_000
"""Prefixes of one provider: the largest have some thousands."""
MAX_CONTRACTS: Final = 1_000
MAX_CONTACTS: Final = 20
KEY_BYTES: Final = 32
"""An Ed25519 public key (RFC 8032 section 5.1.5)."""

AGENCY_TYPES: Final = frozenset(
    kind for kind, spec in CASE_TYPES.items() if spec.family in (Family.CRIMINAL, Family.EMERGENCY)
)
"""What an agency may ask for by message."""
AGENCY_KINDS: Final = frozenset(
    {
        RequesterKind.PROSECUTOR,
        RequesterKind.PROSECUTOR_ASSISTANT,
        RequesterKind.JUDICIAL_POLICE_OFFICER,
        RequesterKind.JUDICIAL_CONSTABLE,
        RequesterKind.POLICE_CHIEF,
        RequesterKind.TAX_OFFICER,
        RequesterKind.RESCUE_BODY,
    }
)


class PartyKind(StrEnum):
    """What a party is."""

    AGENCY = "agency"
    """An authority that sends requests (:mod:`sekisho.disclosure.agency`)."""
    PROVIDER = "provider"
    """Another provider of a chain (:mod:`sekisho.disclosure.chain`)."""


@dataclass(frozen=True, slots=True)
class Party:
    """``key`` is its Ed25519 public key in hexadecimal. ``contacts`` are the staff who are members of every secret
    case it sends: without one, nobody inside would know of it.

    Of an agency: ``kinds`` are the officers it may speak for, ``types`` what it may ask for. Of a provider: ``url`` is
    where its instance answers, ``origin`` its ledger's origin and ``known_as`` our own id there; ``prefixes`` are the
    addresses it answers for, ``contracts`` the references under which the register lists the lines it takes wholesale.
    """

    id: str
    kind: PartyKind
    name: str
    address: str
    key: str
    contact: str = ""
    contacts: tuple[str, ...] = ()
    kinds: frozenset[RequesterKind] = frozenset()
    types: frozenset[CaseType] = frozenset()
    url: str = ""
    origin: str = ""
    known_as: str = ""
    prefixes: tuple[Network, ...] = ()
    contracts: tuple[str, ...] = ()

    @property
    def actor(self) -> str:
        """Who, in a case and in the ledger, took in what this party sent. No party is registered under an id that would
        make this a member of staff's."""
        return f"{self.kind.value}.{self.id}"

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "id": self.id,
            "kind": self.kind.value,
            "name": self.name,
            "address": self.address,
            "contact": self.contact,
            "key": self.key,
            "contacts": list(self.contacts),
            "kinds": sorted(one.value for one in self.kinds),
            "types": sorted(one.value for one in self.types),
            "url": self.url,
            "origin": self.origin,
            "known_as": self.known_as,
            "prefixes": [str(one) for one in self.prefixes],
            "contracts": list(self.contracts),
        }


def read_party(written: Mapping[str, Any]) -> Party:
    """A party from JSON values, strictly. Raises ``PartyRefused``."""
    strange = sorted(set(written) - set(Party.__dataclass_fields__))
    if strange:
        raise PartyRefused(field=str(strange[0])[:60], problem="no such field")
    kind = _one_of(PartyKind, written.get("kind"), "kind")
    found = Party(
        id=_text(written, "id", most=MAX_ID),
        kind=kind,
        name=_text(written, "name"),
        address=_text(written, "address"),
        contact=_text(written, "contact", needed=False),
        key=_key(written.get("key")),
        contacts=_texts(written, "contacts", MAX_CONTACTS),
        kinds=frozenset(_one_of(RequesterKind, one, "kinds") for one in _texts(written, "kinds", 20)),
        types=frozenset(_one_of(CaseType, one, "types") for one in _texts(written, "types", 40)),
        url=_url(_text(written, "url", needed=False)),
        origin=_text(written, "origin", needed=False),
        known_as=_text(written, "known_as", most=MAX_ID, needed=False),
        prefixes=tuple(_prefix(one) for one in _texts(written, "prefixes", MAX_PREFIXES)),
        contracts=_texts(written, "contracts", MAX_CONTRACTS),
    )
    if not PARTY_ID.fullmatch(found.id):
        raise PartyRefused(field="id", problem="lower-case letters, digits and hyphens")
    _check_kind(found)
    return found


def _check_kind(party: Party) -> None:
    agency = party.kind is PartyKind.AGENCY
    if agency and (not party.kinds or not party.kinds <= AGENCY_KINDS):
        raise PartyRefused(field="kinds", problem="one or more kinds of officer")
    if agency and (not party.types or not party.types <= AGENCY_TYPES):
        raise PartyRefused(field="types", problem="one or more types of criminal or emergency request")
    if agency and not party.contacts:
        raise PartyRefused(field="contacts", problem="staff who are told of its secret requests")
    if agency and (party.url or party.origin or party.known_as or party.prefixes or party.contracts):
        raise PartyRefused(field="url", problem="only of a provider")
    if not agency and bool(party.url) is not bool(party.origin and party.known_as):
        raise PartyRefused(field="origin", problem="with an address go its origin and our id there")
    if not agency and (party.kinds or party.types):
        raise PartyRefused(field="kinds", problem="only of an agency")


def _one_of(kinds: type[Any], written: object, field: str) -> Any:
    try:
        return kinds(written)
    except ValueError:
        raise PartyRefused(field=field, problem=f"one of {', '.join(one.value for one in kinds)}") from None


def _text(written: Mapping[str, Any], field: str, *, most: int = MAX_TEXT, needed: bool = True) -> str:
    found = written.get(field, "")
    if not isinstance(found, str) or len(found) > most or not found.isprintable() or (needed and not found.strip()):
        raise PartyRefused(field=field, problem=f"text of at most {most} characters")
    return found


def _texts(written: Mapping[str, Any], field: str, most: int) -> tuple[str, ...]:
    found = written.get(field, ())
    if not isinstance(found, list | tuple) or len(found) > most:
        raise PartyRefused(field=field, problem=f"a list of at most {most}")
    return tuple(dict.fromkeys(_text({field: one}, field) for one in found))


def _key(written: object) -> str:
    if not isinstance(written, str) or not re.fullmatch(r"[0-9a-f]{64}", written):
        raise PartyRefused(field="key", problem=f"an Ed25519 public key: {KEY_BYTES * 2} hexadecimal digits")
    return written


def _url(written: str) -> str:
    """HTTPS, or plain HTTP on loopback. Raises ``PartyRefused``."""
    if not written:
        return ""
    try:
        parts = urlsplit(written)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise PartyRefused(field="url", problem="an address such as https://ap.example.jp") from None
    plain = parts.scheme == "http" and _is_loopback(host)
    bare = parts.path in ("", "/") and not parts.query and not parts.username
    if not host or not bare or not (parts.scheme == "https" or plain):
        raise PartyRefused(field="url", problem="an address such as https://ap.example.jp, without a path")
    return f"{parts.scheme}://{parts.netloc}"


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _prefix(written: str) -> Network:
    try:
        return ip_network(written)
    except ValueError:
        raise PartyRefused(field="prefixes", problem="prefixes such as 198.51.100.0/24") from None


def holder_of(address: str, parties: Iterable[Party]) -> Party | None:
    """The provider with the narrowest prefix that holds ``address``; None where there is none, or two name the same
    prefix: then nobody is named rather than one of them."""
    found: dict[int, list[Party]] = {}
    wanted = ip_address(address)
    for party in parties:
        lengths = [one.prefixlen for one in party.prefixes if one.version == wanted.version and wanted in one]
        if lengths:
            found.setdefault(max(lengths), []).append(party)
    narrowest = found[max(found)] if found else []
    return narrowest[0] if len(narrowest) == 1 else None
