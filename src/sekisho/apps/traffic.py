"""One request as it was seen in traffic, whatever recorded it, and what any request tells its recipient.

HAR files, mitmproxy's flows, packet captures and the browser all end in :class:`Request`. What is concluded from one
here is only what every request carries: an address, the kind of device, the page, a stored identifier. Values of the
user's that stand in it are found by :mod:`sekisho.apps.leaks`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import quote, urlsplit

from sekisho.apps.evidence import Consent, Grade, Piece, Place
from sekisho.apps.recipients.domains import as_host

MAX_BODY: Final = 2 * 1024 * 1024
"""Bytes kept of a request's body: beyond what telemetry sends; a longer one (an upload) is cut and says so."""

MAX_PIECES: Final = 100_000
"""Pieces of one recording. Kinds, not transmissions, are kept: real sites stay below a hundredth of it."""

MAX_WORDS: Final = 200
"""Characters kept of a value that is shown."""

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request.

    ``number`` counts from 1 in its recording: ``request 17`` finds it again. ``host`` is in lower case, without port.
    ``started`` is aware, or ``None`` where the recording has no time. Headers keep their order, names as sent.
    ``body`` is what was sent, after the transfer encoding and before the content encoding, at most :data:`MAX_BODY`
    bytes; ``body_whole`` is false where it was cut or the recording left it out. ``page`` is the address of the page
    on which it began, ``initiators`` the addresses of scripts and frames that caused it, nearest first, ``cname``
    what the host is a CNAME of, one after another. ``set_cookies`` are names of cookies that the response set.
    ``cleartext``: it crossed the network unencrypted. ``encrypted_only``: only a name was seen (DNS, TLS SNI), so
    method, path, headers and body are unknown, not empty. ``method`` is ``WEBSOCKET`` for one sent message.
    """

    number: int
    url: str
    host: str
    method: str = ""
    started: datetime | None = None
    headers: Headers = ()
    body: bytes = b""
    body_whole: bool = True
    status: int | None = None
    response_headers: Headers = ()
    set_cookies: tuple[str, ...] = ()
    consent: Consent = Consent.UNKNOWN
    page: str = ""
    initiators: tuple[str, ...] = ()
    cname: tuple[str, ...] = ()
    cleartext: bool = False
    encrypted_only: bool = False

    @property
    def path(self) -> str:
        """How a :class:`~sekisho.apps.evidence.Place` names it."""
        return f"request {self.number}"

    def header(self, name: str) -> str:
        """The first header of this name, in whatever case; empty where there is none."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), "")

    def cookies(self) -> tuple[tuple[str, str], ...]:
        """Names and values of the cookies that were sent (RFC 6265 4.2; HTTP/2 may split the header)."""
        found = []
        for key, value in self.headers:
            if key.lower() == "cookie":
                for part in value.split(";"):
                    name, equals, content = part.strip().partition("=")
                    if equals and name:
                        found.append((name, content))
        return tuple(found)


_HOST: Final = re.compile(r"[a-z0-9_.:-]+(?:%[a-z0-9._-]+)?")


def host_of(url: str) -> str:
    """The host of an address in lower case, without port or brackets; empty where it has none."""
    try:
        host = as_host(urlsplit(url).hostname or "")
    except ValueError:
        return ""
    return host if _HOST.fullmatch(host) is not None else ""


def set_cookie_names(headers: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Names in ``Set-Cookie`` headers, one header a line where a recording joined several; without repetition."""
    found: dict[str, None] = {}
    for key, value in headers:
        if key.lower() == "set-cookie":
            for line in value.splitlines():
                name = line.partition(";")[0].partition("=")[0].strip()
                if name:
                    found.setdefault(name)
    return tuple(found)


class OwnHosts:
    """The operator's own hosts: each name given, and everything below it. Addresses count when they are equal."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(filter(None, (as_host(name.removeprefix("*.")) for name in names)))

    def __contains__(self, host: object) -> bool:
        """Whether it is one of the operator's own. What it is a CNAME of isn't asked here."""
        name = host if isinstance(host, str) else ""
        while name:
            if name in self._names:
                return True
            name = name.partition(".")[2]
        return False

    def receives(self, request: Request) -> bool:
        """Whether the operator itself receives it: an own name that stands for somebody else's is somebody else's."""
        return request.host in self and all(alias in self or _same_site(alias, request.host) for alias in request.cname)


def _same_site(alias: str, host: str) -> bool:
    return as_host(alias) == host


_NO_IDENTIFIER: Final = frozenset({"null", "undefined", "none", "nil", "true", "false", "anonymous", "unknown"})
_WORDS_ONLY: Final = re.compile(r"[a-z_.-]*|[0-9]{1,7}", re.IGNORECASE)
_DATE: Final = re.compile(r"(?:19|20)\d\d-?[01]\d-?[0-3]\d(?:[T ].*)?|1[0-9]{9}(?:[0-9]{3})?")


def tells_apart(value: str) -> bool:
    """Whether a stored value can tell one user from another. Short, wordy, repeated and time values are left out.

    It errs towards too few: a consent cookie or a date isn't called an identifier.
    """
    return (
        len(value) >= 8
        and len(set(value.lower())) >= 6
        and value.lower() not in _NO_IDENTIFIER
        and any(each.isdigit() for each in value)
        and _WORDS_ONLY.fullmatch(value) is None
        and _DATE.fullmatch(value) is None
    )


class Collected:
    """Pieces of one recording, each kind kept at the first request it was seen in. Bounded: :attr:`full` says so."""

    def __init__(self) -> None:
        self._found: dict[tuple[object, ...], Piece] = {}
        self.full = False

    def add(self, pieces: Iterable[Piece]) -> None:
        """Keep what is of a new kind: another host, information, mark, consent, way, or kind of layers."""
        for each in pieces:
            key = (each.host, each.aliases, each.information, each.purpose, each.signature, each.consent,
                   each.cleartext, each.place.layers)  # fmt: skip
            if key in self._found:
                continue
            if len(self._found) >= MAX_PIECES:
                self.full = True
                return
            self._found[key] = each

    def pieces(self) -> tuple[Piece, ...]:
        """What was kept, in the order it was seen."""
        return tuple(self._found.values())


def pieces_of(requests: Iterable[Request], own_hosts: Sequence[str] = ()) -> tuple[Piece, ...]:
    """Who got what by what every request carries. Requests that the operator itself receives give nothing here.

    It doesn't look for known values (:func:`sekisho.apps.leaks.search` does), names no purpose and knows no
    recipient's row. At most :data:`MAX_PIECES`; whoever must know uses :class:`Collected`.
    """
    own = OwnHosts(own_hosts)
    found = Collected()
    for request in requests:
        found.add(carried(request, own))
    return found.pieces()


def carried(request: Request, own: OwnHosts) -> Iterator[Piece]:
    """What this one request carries to its host.

    The address always; device and browser by ``User-Agent`` or client hints; the page by ``Referer`` or where its
    address stands in the request; identifiers in cookies. A cookie that the response sets is named without
    information: it was given, not sent.
    """
    if not request.host or own.receives(request):
        return
    yield _piece(request, "ip_address", "connection")
    if request.encrypted_only:
        return
    agent = request.header("user-agent")
    if agent or request.header("sec-ch-ua"):
        yield _piece(request, "user_agent", "header user-agent" if agent else "header sec-ch-ua", words=agent)
    referrer = request.header("referer")
    if referrer:
        from_page = host_of(referrer) in own or host_of(referrer) == host_of(request.page) or not request.page
        yield _piece(request, "page_viewed" if from_page else "referrer", "header referer", words=referrer)
    elif _names_page(request):
        yield _piece(request, "page_viewed", "address or body", words=request.page)
    for name, value in request.cookies():
        if tells_apart(value):
            yield _piece(request, "cookie_id", f"cookie {name}", signature=name)
    for name in request.set_cookies:
        yield _piece(request, None, f"response cookie {name}", signature=name)


def _names_page(request: Request) -> bool:
    page = request.page.partition("#")[0].partition("?")[0]
    # A bare host stands in too many addresses for another reason.
    if not page.partition("//")[2].partition("/")[2] or host_of(page) == request.host:
        return False
    written = (page, quote(page, safe=""), quote(page))
    return any(each in request.url or each.encode() in request.body for each in written)


def _piece(request: Request, information: str | None, where: str, *, signature: str | None = None, words: str = ""
           ) -> Piece:  # fmt: skip
    return Piece(
        grade=Grade.OBSERVED,
        place=Place(path=f"{request.path}, {where}"),
        host=request.host,
        aliases=request.cname,
        signature=signature,
        information=information,
        consent=request.consent,
        cleartext=request.cleartext,
        words=words[:MAX_WORDS],
    )
