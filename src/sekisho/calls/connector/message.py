"""A SIP request's headers out of its bytes: total and bounded. Standard library only; it runs inside the proxy.

It reads what screening asks about and is no SIP stack: it doesn't tell whether a message is well formed, and gives back
what it could read of any bytes at all. It never raises. (RFC 3261 §7.3, §20, §25.1; hostile messages: RFC 4475.)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

MAX_HEAD: Final = 65_536
"""Bytes of the head that are read: more than a datagram holds (65,507). What lies beyond isn't read, and
:attr:`Message.whole` says so."""
MAX_VALUES: Final = 64
"""Values of one header name that are kept. Nobody shows more than one number; a thousand of them are an attack."""
MAX_URI: Final = 512
"""Characters of an address that are looked at; a telephone number has fewer than 64."""

_COMPACT: Final = {
    "f": "from",
    "t": "to",
    "i": "call-id",
    "v": "via",
    "m": "contact",
    "c": "content-type",
    "l": "content-length",
    "y": "identity",
    "s": "subject",
    "k": "supported",
}
"""Short forms (RFC 3261 §7.3.3, RFC 8224 §4)."""

_FOLD: Final = re.compile(rb"\r?\n[ \t]+")
_LIST: Final = re.compile(r'"(?:[^"\\]|\\.)*"|<[^<>]*>|,|[^",<>]+', re.DOTALL)
_ESCAPED: Final = re.compile(r"%([0-9A-Fa-f]{2})")


@dataclass(frozen=True, slots=True)
class Address:
    """A name-addr or addr-spec (RFC 3261 §20.10): the URI without angle brackets, the parameters after it, and the
    display name without its quotes."""

    uri: str
    parameters: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """What could be read of a request. Header names are lower case and long; values are unfolded, in their order.

    ``whole`` is false where the head had no end within :data:`MAX_HEAD`, or a line in it is no header.
    """

    method: str
    uri: str
    headers: dict[str, list[str]]
    whole: bool

    def first(self, name: str) -> str | None:
        """The first value of a header, or ``None``."""
        values = self.headers.get(name)
        return values[0] if values else None


def read_message(data: bytes) -> Message:
    """Read a request. Bytes that aren't UTF-8 stand as U+FFFD; of any bytes at all a message comes out."""
    head, end, _ = data[:MAX_HEAD].partition(b"\r\n\r\n")
    if not end:
        head, end, _ = data[:MAX_HEAD].partition(b"\n\n")
    whole = bool(end)
    if b"\n " in head or b"\n\t" in head:
        head = _FOLD.sub(b" ", head)
    lines = head.decode("utf-8", "replace").replace("\r\n", "\n").split("\n")
    start = lines[0].split()
    method, uri = (start[0], start[1]) if len(start) >= 3 and start[-1].startswith("SIP/") else ("", "")
    headers: dict[str, list[str]] = {}
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        name = name.rstrip(" \t").lower()
        if not colon or not name:
            whole = whole and not line.strip()
            continue
        values = headers.setdefault(_COMPACT.get(name, name), [])
        # One more than is read, so that whoever reads them knows that there were more.
        if len(values) <= MAX_VALUES:
            values.append(value.strip())
        else:
            whole = False
    return Message(method, uri, headers, whole)


def addresses(values: list[str]) -> tuple[list[Address], bool]:
    """The addresses of a header's values in their order, and whether all of them could be read.

    Commas in quoted names and in angle brackets don't separate.
    """
    found: list[Address] = []
    readable = True
    for value in values:
        parts = _split(value)
        if parts is None:
            readable = False
            continue
        for part in parts:
            one = _address(part)
            if one is None:
                readable = False
            elif len(found) < MAX_VALUES:
                found.append(one)
            else:
                return found, False
    return found, readable


def _split(value: str) -> list[str] | None:
    """At the commas outside quotes and angle brackets; ``None`` where one of these isn't closed."""
    if "," not in value and '"' not in value:
        return [value]
    parts: list[str] = []
    current: list[str] = []
    at = 0
    for match in _LIST.finditer(value):
        if match.start() != at:
            return None
        at = match.end()
        piece = match.group()
        if piece == ",":
            parts.append("".join(current))
            current = []
        else:
            current.append(piece)
    if at != len(value):
        return None
    parts.append("".join(current))
    return parts


def _address(part: str) -> Address | None:
    """One address; ``None`` for none, and for one that two readers may read differently: a second pair of brackets."""
    names: list[str] = []
    uri, parameters, at = None, "", 0
    for match in _LIST.finditer(part):
        if match.start() != at:
            return None
        at, piece = match.end(), match.group()
        if uri is None and piece[0] == "<":
            uri = piece[1:-1].strip()
        elif uri is None:
            names.append(piece)
        elif piece[0] == "<":
            return None
        else:
            parameters += piece
    if at != len(part):
        return None
    name = "".join(names).strip()
    if uri is None:
        uri, _, parameters = name.partition(";")
        name, uri, parameters = "", uri.strip(), ";" + parameters if parameters else ""
    if not uri or ":" not in uri or len(uri) > MAX_URI:
        return None
    return Address(uri, parameters[:MAX_URI], name.strip('"')[:MAX_URI])


def parameter(text: str, name: str) -> str | None:
    """The value of a ``;name=value`` parameter, lower case and unquoted; empty for one without a value."""
    for part in text.split(";"):
        key, _, value = part.partition("=")
        if key.strip().lower() == name:
            return value.strip().strip('"').lower()
    return None


def number_of(uri: str) -> str | None:
    """The text that stands for a number in a ``tel``, ``sip`` or ``sips`` URI, as it came; ``None`` for none.

    A user part with a digit in it is taken for a number, letters and all: what shows as one is judged as one. At
    ``anonymous.invalid`` (RFC 3323 §4.1.1.3) that needs more digits than letters, because anonymous users have names. A
    local ``tel`` number is completed by its context where that is a country's (RFC 3966 §5.1.5).
    """
    scheme, said, context, host = _parts(uri)
    text = said
    if context.startswith("+") and text and not text.startswith("+"):
        text = context + text.removeprefix("0")
    if scheme == "tel":
        return text[:MAX_URI] or None
    digits = sum(map(str.isdigit, said))
    if host == "anonymous.invalid":
        return text if 2 * digits > len(said) else None
    return text[:MAX_URI] if digits else None


def _parts(uri: str) -> tuple[str, str, str, str]:
    """Scheme, number or user, its context, and host; a ``sip`` address's user has what a ``tel`` number has (RFC 3261
    §19.1.6). Empty texts for what isn't there, and for other schemes."""
    scheme, _, rest = uri.partition(":")
    scheme = scheme.strip().lower()
    if scheme not in ("tel", "sip", "sips"):
        return "", "", "", ""
    user, host = rest, ""
    if scheme != "tel":
        user, at, host = rest.partition("@")
        if not at:
            return scheme, "", "", ""
    text, _, parameters = user.partition(";")
    context = (parameter(parameters, "phone-context") or "") if parameters else ""
    if scheme != "tel":
        text = text.partition(":")[0]
    host = host.partition(";")[0].partition(":")[0].strip().lower()
    return scheme, _unescaped(text).strip(), _unescaped(context), host


def _unescaped(text: str) -> str:
    if "%" not in text:
        return text
    raw = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    # Escapes are bytes of UTF-8; where they aren't, each stands for itself.
    try:
        return raw.encode("latin-1").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return raw


_EMERGENCY: Final = frozenset({"110", "118", "119"})
_WITHHOLD: Final = ("184", "186")
_WHOLE_CONTEXT: Final = 8
"""Digits of a context (81 and six more) under which three more are a subscriber's whole number, and no short one."""


def emergency_digits(uri: str) -> str | None:
    """What is dialled of a call to 110, 118 or 119, with 184 or 186 before it or not; ``None`` for another call."""
    _, text, context, _ = _parts(uri)
    # A short number isn't completed by its context (RFC 3966 §5.1.5) unless the two are a whole number.
    if sum(map(str.isdecimal, context)) >= _WHOLE_CONTEXT:
        return None
    digits = "".join(str(int(one)) for one in text.removeprefix("+81") if one.isdecimal())
    dialled = digits
    if digits not in _EMERGENCY and digits[:3] in _WITHHOLD:
        digits = digits[3:]
    return dialled if digits in _EMERGENCY else None


def is_emergency(uri: str) -> bool:
    """Whether a request calls 110, 118 or 119, with 184 or 186 before it or not, or ``urn:service:sos`` (RFC 5031).

    Asked before anything else that could fail.
    """
    return uri.lower().startswith("urn:service:sos") or emergency_digits(uri) is not None
