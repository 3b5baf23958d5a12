"""This product's national profile: which Japanese papers stand for what in TS 103 120. Pure.

Japan has published none, and the dictionaries of the specification aren't in the schemas: every dictionary value here
names this profile as its owner. What the specification has no field for stands in the ``National…Parameters``.

=============================  ==================================================================================
in the paper                   in the message
=============================  ==================================================================================
number of the document         ``auth:AuthorisationReference``
kind of paper                  ``auth:AuthorisationLegalType`` (:data:`LEGAL_TYPES`)
date, last day of validity     ``auth:AuthorisationCreationTimestamp``, ``…Timespan``/``auth:EndTime`` (Japan dates)
to whom it is addressed        ``auth:AuthorisationCSPID``, ``task:CSPID``
legal provision, title, who    ``auth:NationalAuthorisationParameters`` (``sekisho:…``)
secrecy, declared facts        the same
scan of the paper, 目録        ``DocumentObject`` with a SHA-256, associated with the Authorisation
what is asked                  ``LDTaskObject``/``LPTaskObject``: ``task:RequestDetails``
30/60 days (197条3項・4項)     ``task:DesiredPreservationExpiration``; an extension names the earlier task
=============================  ==================================================================================
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from sekisho.clock import japan_date
from sekisho.disclosure.agency.errors import NotForAgency, ProfileRefused
from sekisho.disclosure.kinds import CaseType, RequesterKind
from sekisho.disclosure.parties.party import Party

OWNER: Final = "SEKISHO"
PROFILE_VERSION: Final = "1"
COUNTRY: Final = "JP"

AUTHORISATION: Final = "AuthorisationObject"
DOCUMENT: Final = "DocumentObject"
LD_TASK: Final = "LDTaskObject"
LP_TASK: Final = "LPTaskObject"
DELIVERY: Final = "DeliveryObject"
NOTIFICATION: Final = "NotificationObject"
TASKS: Final = frozenset({LD_TASK, LP_TASK})

NAMESPACES: Final = {
    AUTHORISATION: "http://uri.etsi.org/03120/common/2020/09/Authorisation",
    DOCUMENT: "http://uri.etsi.org/03120/common/2020/09/Document",
    LD_TASK: "http://uri.etsi.org/03120/common/2020/09/Task",
    LP_TASK: "http://uri.etsi.org/03120/common/2020/09/Task",
    DELIVERY: "http://uri.etsi.org/03120/common/2019/10/Delivery",
    NOTIFICATION: "http://uri.etsi.org/03120/common/2016/02/Notification",
}

HOLDS: Final = frozenset(
    {CaseType.PRESERVATION_REQUEST, CaseType.PRESERVATION_EXTENSION, CaseType.TAX_PRESERVATION}
)
"""Papers that ask for records to be kept: an ``LPTaskObject``. All others ask for a disclosure: an ``LDTaskObject``."""

DOCUMENT_TYPES: Final = ("request", "warrant", "order", "inventory", "receipt", "other")
"""要請書・照会書, 令状, 命令書, 目録, 受領書, そのほか."""
CONTENT_TYPES: Final = ("application/pdf", "image/png", "image/jpeg", "image/tiff")

FORMATS: Final = {
    ("ETSI", "IPv4Address"): "address",
    ("ETSI", "IPv6Address"): "address",
    ("ETSI", "IPAddressPort"): "address",
    ("ETSI", "InternationalE164"): "phone",
    ("ETSI", "ICCID"): "iccid",
    ("ETSI", "IMEI"): "imei",
    ("ETSI", "EmailAddress"): "email",
    (OWNER, "Line"): "line",
    (OWNER, "Account"): "account",
    (OWNER, "Payment"): "payment",
    (OWNER, "Phone"): "phone",
    (OWNER, "PostURL"): "post_url",
}
"""Formats of a request value: those of TS 103 280 (owner ``ETSI``), and this profile's own."""

WANTED: Final = {"Subscriber": "subscriber", "Log": "log", "Location": "location"}
"""``task:Type`` and each ``task:RequestSubtype``: what is asked for."""

_PORT = re.compile(r"(?:\[(?P<six>[^\]]+)\]|(?P<four>[^:]+)):(?P<port>\d{1,5})", re.ASCII)
_REFERENCE: Final = re.compile(r"JP-(?P<agency>[a-z0-9-]+?)-(?P<number>[^\s-]\S*)", re.ASCII)
_PRIVATE: Final = frozenset({"auth:CountryCode", "sekisho:RequesterKind", "sekisho:Office", "sekisho:Contact",
                             "sekisho:Officer", "sekisho:Rank", "sekisho:LegalProvision", "sekisho:DocumentTitle",
                             "sekisho:Secrecy", "sekisho:SecrecyUntil", "sekisho:Facts"})  # fmt: skip


def entry(name: str, value: str) -> dict[str, str]:
    """A dictionary value of this profile."""
    return {"common:Owner": OWNER, "common:Name": name, "common:Value": value}


def value_of(found: object, name: str, field: str) -> str:
    """The value of a dictionary entry of this profile. Raises ``ProfileRefused``."""
    if not isinstance(found, Mapping) or (found.get("common:Owner"), found.get("common:Name")) != (OWNER, name):
        raise ProfileRefused(field=field, problem=f"a value of the dictionary {name} of {OWNER}")
    return str(found["common:Value"])


def type_of(found: Mapping[str, Any]) -> str:
    """The type of an object, as its ``@xsi:type`` says; empty where it says none."""
    return str(found.get("@xsi:type", "")).rpartition("}")[2]


def xsi(name: str) -> str:
    """The ``@xsi:type`` of a type."""
    return f"{{{NAMESPACES[name]}}}{name}"


def associated(found: Mapping[str, Any]) -> list[str]:
    """The ids of the objects that an object names."""
    return list(dict.fromkeys(found.get("AssociatedObjects", {}).get("AssociatedObject", ())))


def check_authorisation(found: Mapping[str, Any], party: Party, *, us: str) -> CaseType:
    """What an Authorisation asks for, if it may be taken. Raises ``ProfileRefused``, ``NotForAgency``."""
    written = value_of(found.get("auth:AuthorisationLegalType"), "LegalType", "auth:AuthorisationLegalType")
    try:
        kind = CaseType(written)
    except ValueError:
        raise ProfileRefused(field="auth:AuthorisationLegalType", problem="no such paper") from None
    if kind not in party.types:
        raise NotForAgency(field="auth:AuthorisationLegalType", problem=kind.value)
    ends = found.get("auth:AuthorisationCSPID", {}).get("auth:CSPID", ())
    if not any(_is_us(one, us) for one in ends):
        raise ProfileRefused(field="auth:AuthorisationCSPID", problem="this provider isn't among them")
    national = _national(found)
    if _kind_of(national) not in party.kinds:
        raise NotForAgency(field="sekisho:RequesterKind", problem=_kind_of(national).value)
    return kind


def check_document(found: Mapping[str, Any]) -> tuple[str, bytes]:
    """A document's type and bytes. Raises ``ProfileRefused`` where the checksum doesn't match, or is missing."""
    kind = value_of(found.get("doc:DocumentType"), "DocumentType", "doc:DocumentType")
    if kind not in DOCUMENT_TYPES:
        raise ProfileRefused(field="doc:DocumentType", problem=f"one of {', '.join(DOCUMENT_TYPES)}")
    body = found.get("doc:DocumentBody", {})
    if body.get("doc:ContentType") not in CONTENT_TYPES:
        raise ProfileRefused(field="doc:ContentType", problem=f"one of {', '.join(CONTENT_TYPES)}")
    try:
        data = base64.b64decode(body.get("doc:Contents", ""), validate=True)
    except ValueError:
        raise ProfileRefused(field="doc:Contents", problem="Base64") from None
    if not data:
        raise ProfileRefused(field="doc:Contents", problem="nothing in it")
    stated = str(body.get("doc:Checksum", "")).lower()
    if body.get("doc:ChecksumType") != "SHA-256" or stated != hashlib.sha256(data).hexdigest():
        raise ProfileRefused(field="doc:Checksum", problem="the SHA-256 of the contents, in hexadecimal")
    return kind, data


def request_of(
    task: Mapping[str, Any],
    authorisation: Mapping[str, Any],
    documents: Sequence[Mapping[str, Any]],
    party: Party,
    *,
    us: str,
    received_at: datetime,
) -> dict[str, Any]:
    """A task with its Authorisation and documents as a request in the intake's JSON form.

    Who asks is the registered party; the message says only which of its officers. Raises ``ProfileRefused``,
    ``NotForAgency``.
    """
    kind = check_authorisation(authorisation, party, us=us)
    name = type_of(task)
    if (kind in HOLDS) is not (name == LP_TASK):
        raise ProfileRefused(field="@xsi:type", problem=f"{kind.value} is another kind of task")
    if not _is_us(task.get("task:CSPID"), us):
        raise ProfileRefused(field="task:CSPID", problem="this provider")
    if name == LD_TASK:
        check_reference(task, party)
    national = _national(authorisation)
    papers = [body for one in documents if (body := one.get("doc:DocumentBody", {}))]
    facts = dict(_plain_map(national.get("sekisho:Facts", {}), "sekisho:Facts"))
    if kind in HOLDS:
        facts["preservation.days_asked"] = _days_asked(task, received_at)
    flags = []
    if (priority := authorisation.get("auth:AuthorisationPriority")) is not None:
        urgent = value_of(priority, "Priority", "auth:AuthorisationPriority") == "Urgent"
        flags = ["urgent"] if urgent else []
    return {
        "type": kind.value,
        "requester": {
            "kind": _kind_of(national).value,
            "name": party.name,
            "office": _national_text(national, "sekisho:Office"),
            "contact": party.contact,
            "officer": _national_text(national, "sekisho:Officer"),
            "rank": _national_text(national, "sekisho:Rank"),
        },
        "document": {
            "number": authorisation.get("auth:AuthorisationReference", ""),
            "dated": _day(authorisation.get("auth:AuthorisationCreationTimestamp")),
            "title": _national_text(national, "sekisho:DocumentTitle"),
            "valid_until": _day(authorisation.get("auth:AuthorisationTimespan", {}).get("auth:EndTime")),
            "legal_provision": _national_text(national, "sekisho:LegalProvision"),
            "sha256": str(papers[0].get("doc:Checksum", "")).lower() if papers else "",
        },
        "secrecy": {
            "state": _national_text(national, "sekisho:Secrecy") or "none",
            "until": _national_text(national, "sekisho:SecrecyUntil"),
        },
        "flags": flags,
        "facts": facts,
        "knows": list(party.contacts),
        "received_at": received_at.isoformat(),
        "items": _items(task.get("task:RequestDetails", {})),
    }


def check_reference(task: Mapping[str, Any], party: Party) -> str:
    """A disclosure task's reference (LDID): country, agency, number. Raises ``ProfileRefused``."""
    found = str(task.get("task:Reference", ""))
    prefix = f"{COUNTRY}-{party.id}-"
    if not found.startswith(prefix) or not _REFERENCE.fullmatch(found) or len(found) == len(prefix):
        raise ProfileRefused(field="task:Reference", problem=f"{prefix} and the agency's own number")
    return found


def preserved_by(task: Mapping[str, Any]) -> list[str]:
    """The ids of the preservation tasks that a disclosure task names as having kept what it asks for."""
    listed = task.get("task:AlternativePreservationReferences", {}).get("task:AlternativePreservationReference", ())
    return list(dict.fromkeys(one["task:ReferenceValue"] for one in listed))


def end_of(day: date) -> str:
    """The last second of a Japan day."""
    return f"{day.isoformat()}T23:59:59+09:00"


# --- small readers


def _items(details: Mapping[str, Any]) -> list[dict[str, Any]]:
    asked = [_wanted(details.get("task:Type"), "RequestType", "task:Type")]
    subtypes = details.get("task:Subtype", {}).get("task:RequestSubtype", ())
    asked += [_wanted(one, "RequestType", "task:RequestSubtype") for one in subtypes]
    found: list[dict[str, Any]] = []
    for value in details.get("task:RequestValues", {}).get("task:RequestValue", ()):
        for times in _times(details):
            found.append({"number": len(found) + 1, **_value(value), **times, **_content(asked, value)})
    return found


def _wanted(written: object, name: str, field: str) -> str:
    value = value_of(written, name, field)
    if value not in WANTED:
        raise ProfileRefused(field=field, problem=f"one of {', '.join(WANTED)}")
    return WANTED[value]


def _content(asked: Sequence[str], value: Mapping[str, Any]) -> dict[str, Any]:
    """What is asked for, and how strictly it is protected: through an address or by logs it is a communication."""
    wanted = list(dict.fromkeys(asked))
    address = _format(value) in ("address", "post_url")
    strict = "secrecy" if address or "log" in wanted else "subscriber"
    return {"wanted": wanted, "data_class": "location" if wanted == ["location"] else strict}


def _format(value: Mapping[str, Any]) -> str:
    named = value["task:FormatType"]
    key = (named["task:FormatOwner"], named["task:FormatName"])
    if key not in FORMATS:
        raise ProfileRefused(field="task:FormatType", problem="a format that isn't known here")
    return FORMATS[key]


def _value(value: Mapping[str, Any]) -> dict[str, Any]:
    kind, text = _format(value), str(value["task:Value"])
    found = _PORT.fullmatch(text) if value["task:FormatType"]["task:FormatName"] == "IPAddressPort" else None
    if found is not None:
        return {"kind": kind, "value": found["six"] or found["four"], "port": found["port"]}
    # An international number has no plus sign in TS 103 280.
    plus = value["task:FormatType"]["task:FormatName"] == "InternationalE164" and not text.startswith("+")
    return {"kind": kind, "value": f"+{text}" if plus else text}


def _times(details: Mapping[str, Any]) -> list[dict[str, str]]:
    moments = list(details.get("task:ObservedTimes", ()))
    moments += [details["task:ObservedTime"]] if "task:ObservedTime" in details else []
    if moments:
        return [{"time": one} for one in dict.fromkeys(moments)]
    return [{"begin": details.get("task:StartTime", ""), "end": details.get("task:EndTime", "")}]


def _days_asked(task: Mapping[str, Any], received_at: datetime) -> int:
    wanted = task.get("task:DesiredPreservationExpiration")
    if wanted is None:
        raise ProfileRefused(field="task:DesiredPreservationExpiration", problem="until when it is to be kept")
    days = (japan_date(_moment(wanted)) - japan_date(received_at)).days
    if days <= 0:
        raise ProfileRefused(field="task:DesiredPreservationExpiration", problem="a day to come")
    return days


def _day(written: object) -> str:
    return "" if written is None else japan_date(_moment(written)).isoformat()


def _moment(written: object) -> datetime:
    try:
        found = datetime.fromisoformat(str(written))
    except ValueError:
        raise ProfileRefused(field="time", problem="a time that exists") from None
    if found.tzinfo is None:
        raise ProfileRefused(field="time", problem="a time with its offset")
    return found


def _national(found: Mapping[str, Any]) -> Mapping[str, Any]:
    national = _plain_map(found.get("auth:NationalAuthorisationParameters"), "auth:NationalAuthorisationParameters")
    strange = sorted(set(national) - _PRIVATE)
    if strange:
        raise ProfileRefused(field=strange[0][:60], problem="no such parameter")
    if national.get("auth:CountryCode") != COUNTRY:
        raise ProfileRefused(field="auth:CountryCode", problem=COUNTRY)
    return national


def _kind_of(national: Mapping[str, Any]) -> RequesterKind:
    try:
        return RequesterKind(_national_text(national, "sekisho:RequesterKind"))
    except ValueError:
        raise ProfileRefused(field="sekisho:RequesterKind", problem="a kind of officer") from None


def _national_text(national: Mapping[str, Any], name: str) -> str:
    found = national.get(name, "")
    if not isinstance(found, str):
        raise ProfileRefused(field=name, problem="text")
    return found


def _plain_map(found: object, field: str) -> Mapping[str, Any]:
    if not isinstance(found, Mapping):
        raise ProfileRefused(field=field, problem="an object")
    return found


def _is_us(found: object, us: str) -> bool:
    return isinstance(found, Mapping) and (found.get("CountryCode"), found.get("UniqueIdentifier")) == (COUNTRY, us)
