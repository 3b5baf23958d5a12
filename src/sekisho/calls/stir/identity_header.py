"""The SIP Identity header field (RFC 8224 §4): read strictly, believed not at all; and written.

    Identity: TOKEN;info=<https://…>;alg=ES256;ppt=shaken
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from sekisho.calls.stir.errors import HeaderNotReadable, InfoWrong, ParameterTwice, TooLong

MAX_HEADER = 8 * 1024
"""Characters. A SHAKEN header has about 700; one with nested diversions (RFC 8946 §5) a few thousand."""
MAX_PARAMETERS = 16
"""RFC 8224 defines three."""
MAX_URL = 1024
"""Characters of ``info``; those in use have about 100."""

_TOKEN = re.compile(r"[A-Za-z0-9_\-]*\.[A-Za-z0-9_\-]*\.[A-Za-z0-9_\-]+", re.ASCII)
_FOLD = re.compile(r"\r?\n[ \t]+")
# One parameter: a name, then a URI in angle brackets, a quoted string without escapes, or a token (RFC 3261 §25.1).
_PARAMETER = re.compile(
    r"[ \t]*;[ \t]*(?P<name>[A-Za-z0-9\-.!%*_+`'~]{1,64})[ \t]*"
    r"(?:=[ \t]*(?:<(?P<uri>[^<>\"\s]*)>|\"(?P<quoted>[^\"\\\r\n]*)\"|(?P<token>[A-Za-z0-9\-.!%*_+`'~]+)))?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class IdentityHeader:
    """A field's parts. ``token`` has three parts, in the compact form the first two empty."""

    token: str
    info: str | None
    alg: str | None
    ppt: str | None


def read_identity_header(value: str) -> IdentityHeader:
    """Read one field's value; raises a :class:`~sekisho.calls.stir.errors.Malformed`.

    Folded lines are joined (RFC 3261 §7.3.1). Parameters nobody here knows are ignored, as the grammar allows.
    """
    if len(value) > MAX_HEADER:
        raise TooLong(what="Identity header", limit=MAX_HEADER)
    text = _FOLD.sub(" ", value).strip(" \t")
    if not text.isascii():
        raise HeaderNotReadable(expected="ASCII")
    token = _TOKEN.match(text)
    if token is None:
        raise HeaderNotReadable(expected="a token of three parts")
    found: dict[str, str] = {}
    at = token.end()
    while at < len(text):
        matched = _PARAMETER.match(text, at)
        if matched is None:
            raise HeaderNotReadable(expected="parameters after semicolons")
        name = matched["name"].lower()
        if name in found:
            raise ParameterTwice(name=name)
        if len(found) == MAX_PARAMETERS:
            raise TooLong(what="Identity header's list of parameters", limit=MAX_PARAMETERS)
        if name == "info" and matched["uri"] is None:
            raise HeaderNotReadable(expected="info=<URI>")
        found[name] = matched["uri"] or matched["quoted"] or matched["token"] or ""
        at = matched.end()
    return IdentityHeader(token[0], found.get("info"), found.get("alg"), found.get("ppt"))


def write_identity_header(token: str, *, info: str, ppt: str | None) -> str:
    """One field's value; raises a ``Malformed`` for parts that wouldn't be read back as they were given."""
    value = f"{token};info=<{info}>;alg=ES256" + (f";ppt={ppt}" if ppt else "")
    if read_identity_header(value) != IdentityHeader(token, info, "ES256", ppt):
        raise HeaderNotReadable(expected="parts that don't run into each other")
    return value


def require_https(url: str) -> str:
    """``url`` if a certificate may be taken from there; raises :class:`InfoWrong`.

    RFC 7515 §4.1.5 has x5u protected by TLS. User names, fragments, odd ports and odd characters are refused: two
    programs would read such a URL differently. Doesn't decide which hosts may be asked: the fetcher does.
    """
    if len(url) > MAX_URL or not url.isascii() or not url.isprintable() or any(one in url for one in ' "<>\\^`{|}'):
        raise InfoWrong(expected=f"a URL of at most {MAX_URL} plain characters")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise InfoWrong(expected="a URL") from None
    if parts.scheme != "https" or not parts.hostname or "@" in parts.netloc or parts.fragment or "#" in url:
        raise InfoWrong(expected="https://HOST/…")
    if port not in (None, 443, 8443):
        # ATIS-1000074 names 443 and 8443 for STI certificate repositories; nothing else is needed here.
        raise InfoWrong(expected="port 443 or 8443")
    return url
