"""One form for each caller and destination (RFC 8224 §8.3, §8.5), so that they can be compared.

A number becomes its international digits without ``+`` (``81312345678``); an address loses its parameters. What has no
international form (``110``, ``0120…`` seen from abroad is the sender's to write) stays the digits it is.

Doesn't say whether a number is assigned or plausible: that is the number plan's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote

from sekisho.calls.stir.errors import NumberNotReadable

MAX_URI = 1024
"""Characters; the longest SIP addresses in use have a few hundred, with their parameters."""
MAX_DIGITS = 15
"""ITU-T E.164 §6.2.1; RFC 8226 §9 has the same bound."""

_SEPARATORS = str.maketrans("", "", "-.() ")
_NUMBER = re.compile(r"[0-9*#]{1,15}", re.ASCII)
_DIALLED = re.compile(r"\+?[0-9*#]{1,24}", re.ASCII)
_HOST = re.compile(r"[A-Za-z0-9.\-\[\]:]{1,255}", re.ASCII)
_URI = re.compile(r"(?P<scheme>sips?|tel):(?P<rest>[\x21-\x7e]{1,1024})", re.ASCII | re.IGNORECASE)


class PartyKind(StrEnum):
    """The two identity types of RFC 8225 §5.2.1."""

    NUMBER = "tn"
    ADDRESS = "uri"


@dataclass(frozen=True, slots=True, order=True)
class Party:
    """A caller or a destination in canonical form."""

    kind: PartyKind
    value: str


@dataclass(frozen=True, slots=True)
class DialPlan:
    """How numbers without ``+`` are written here: RFC 8224 §8.3 leaves it to local policy."""

    country_code: str
    trunk_prefix: str
    international_prefix: str


JAPAN = DialPlan("81", "0", "010")
"""ITU-T E.164 country code 81; 電気通信番号計画: 0 before domestic numbers, 010 before international ones."""


def is_canonical_number(text: str) -> bool:
    """Whether ``text`` is a number as it stands in a PASSporT: 1 to 15 of ``0-9 * #``."""
    return _NUMBER.fullmatch(text) is not None


def canonical_number(dialled: str, plan: DialPlan = JAPAN) -> str:
    """The canonical form of a number as written in SIP; raises :class:`NumberNotReadable`."""
    if len(dialled) > MAX_URI:
        raise NumberNotReadable(expected=f"{MAX_URI} characters at most")
    digits = dialled.translate(_SEPARATORS)
    if not _DIALLED.fullmatch(digits):
        raise NumberNotReadable(expected="digits, * and #, perhaps after +")
    if digits.startswith("+"):
        digits = digits[1:]
    elif digits.startswith(plan.international_prefix):
        digits = digits[len(plan.international_prefix) :]
    elif digits.startswith(plan.trunk_prefix) and not digits.startswith(plan.trunk_prefix * 2):
        # 00XY prefixes choose a carrier and are no part of any number; they stay, and so match nothing.
        digits = plan.country_code + digits[len(plan.trunk_prefix) :]
    if not _NUMBER.fullmatch(digits):
        raise NumberNotReadable(expected=f"1 to {MAX_DIGITS} digits")
    return digits


def party_of_uri(uri: str, plan: DialPlan = JAPAN) -> Party:
    """A ``tel:``, ``sip:`` or ``sips:`` URI (no display name, no angle brackets) in canonical form.

    A SIP address is a number where it says ``user=phone`` or its user part is written like one (RFC 8224 §8.1).
    Raises :class:`NumberNotReadable`.
    """
    matched = _URI.fullmatch(uri) if len(uri) <= MAX_URI else None
    if matched is None:
        raise NumberNotReadable(expected="a tel, sip or sips URI")
    scheme, rest = matched["scheme"].lower(), matched["rest"]
    if scheme == "tel":
        return Party(PartyKind.NUMBER, _telephone(rest, plan))
    address = rest.partition("?")[0]
    user, at, host = address.rpartition("@")
    host, _, parameters = host.partition(";")
    if not _HOST.fullmatch(host):
        raise NumberNotReadable(expected="a host after @")
    user = user.partition(":")[0]
    if at and user:
        subscriber, _, rest_of_user = user.partition(";")
        plain = unquote(subscriber)
        if "user=phone" in parameters.lower().split(";"):
            return Party(PartyKind.NUMBER, _telephone(f"{plain};{rest_of_user}", plan))
        if _DIALLED.fullmatch(plain.translate(_SEPARATORS)):
            return Party(PartyKind.NUMBER, canonical_number(plain, plan))
    return Party(PartyKind.ADDRESS, f"{scheme}:{user}{'@' if user else ''}{host.lower()}")


def _telephone(rest: str, plan: DialPlan) -> str:
    number, _, parameters = rest.partition(";")
    number = unquote(number)
    if not number.startswith("+"):
        for parameter in parameters.split(";"):
            name, _, value = parameter.partition("=")
            # RFC 3966 §5.1.5: a local number is one of its context; only our own country's can be completed.
            if name.lower() == "phone-context" and value.startswith("+") and value != f"+{plan.country_code}":
                raise NumberNotReadable(expected=f"a number of +{plan.country_code} or an international one")
    return canonical_number(number, plan)


def by_kind(parties: Iterable[Party]) -> dict[str, list[str]]:
    """``dest`` as RFC 8225 §5.2.1 writes it: per kind, in lexicographic order, each once."""
    found: dict[str, set[str]] = {}
    for party in parties:
        found.setdefault(party.kind.value, set()).add(party.value)
    return {kind: sorted(values) for kind, values in sorted(found.items())}
