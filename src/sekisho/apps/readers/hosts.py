"""Hosts' names in the bytes of a built app: as URLs, and as whole strings.

A host in a file is a host in a file: whether anything is ever sent there isn't known from it. A URL that begins a
string, or stands in quotes, is where code could send to (an endpoint). One in running text (``see https://…``), a name
of an XML vocabulary or a licence's address is a reference, and no evidence of a recipient.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sekisho.apps.recipients.domains import is_host, registrable
from sekisho.errors import InputRefused

AUTHORITY_MOST: Final = 300
LOOKS_MOST: Final = 2_000_000
"""Places of one app that are looked at; the largest have a hundredth."""
_SCHEME: Final = re.compile(rb"(?:http|ws)(s?)\Z")
_SCHEME_WIDE: Final = re.compile(rb"(?:h\0t\0t\0p|w\0s)(?:\0(s))?\0\Z")
_AUTHORITY: Final = re.compile(rb"[^\x00-\x20\"'<>/\\?#`\x7f-\xff|^,;)\]}]{3,300}")
_AUTHORITY_WIDE: Final = re.compile(rb"(?:[!$%&(*+.0-9:=@A-Z\[_a-z{-]\0){3,300}")
_IPV4: Final = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}\Z")
_FILLED: Final = re.compile(r"%(?:\d+\$)?[sdx@]|\$?\{[^{}]*\}|\$[a-z_]+")
"""What a format string has where something is filled in."""
_TLD: Final = (
    rb"com|net|org|jp|io|co|me|tv|asia|cloud|dev|ai|tokyo|cn|kr|tw|hk|us|uk|de|fr|eu|sg|ru|biz|mobi|link|cc|gg|ly|to|im"
)
_ENDS_LIKE_HOST: Final = re.compile(rb"\.(?:" + _TLD + rb")\0")
_BARE: Final = re.compile(rb"[a-z0-9.-]{4,253}\Z")
_PACKAGES: Final = frozenset({
    "com", "net", "org", "jp", "io", "co", "me", "android", "androidx", "java", "javax", "kotlin", "kotlinx", "dalvik",
    "sun", "junit", "cn", "de", "fr", "eu", "tv", "ru", "kr", "dev", "ai", "libcore", "tw", "uk", "us",
})  # fmt: skip
"""First labels of packages' names, which look like hosts written backwards (``com.example.io``)."""
PROSE: Final = frozenset(b" \t\r\n:")
"""What stands before a URL in running text; in code it is the string's beginning, a quote or an opening bracket."""
REFERENCES: Final = frozenset({
    # Vocabularies and schemas: names, fetched by nobody.
    "schemas.android.com", "www.w3.org", "xmlpull.org", "www.xmlpull.org", "ns.adobe.com", "java.sun.com", "xml.org",
    "www.xml.org", "xml.apache.org", "schemas.xmlsoap.org", "purl.org", "xmlns.jcp.org", "json-schema.org",
    "schema.org", "www.apple.com", "relaxng.org", "www.topografix.com", "xmlsoap.org",
    # Licences, manuals and trackers of faults.
    "www.apache.org", "opensource.org", "www.gnu.org", "creativecommons.org", "scripts.sil.org", "mozilla.org",
    "www.mozilla.org", "www.openssl.org", "github.com", "issuetracker.google.com", "developer.android.com",
    "developer.apple.com", "developer.mozilla.org", "kotlinlang.org", "docs.oracle.com", "docs.swift.org",
    "stackoverflow.com", "youtrack.jetbrains.com", "tools.ietf.org", "www.ietf.org", "datatracker.ietf.org",
    "www.unicode.org", "unicode.org", "crbug.com", "bugs.chromium.org", "code.google.com", "llvm.org",
    "android.googlesource.com", "chromium.googlesource.com",
})  # fmt: skip
"""Hosts in names of vocabularies, licences and manuals, which an app links to and sends nothing."""
NAMES_OF_OTHERS: Final = REFERENCES | {"plus.google.com", "playgames.google.com"}
"""And names by which a sign-in library tells providers apart."""
_HERE: Final = frozenset({"localhost", "127.0.0.1", "10.0.2.2", "10.0.3.2", "0.0.0.0"})  # noqa: S104  compared, not bound
_EXAMPLES: Final = ("example.com", "example.org", "example.net", "example.jp")
"""RFC 2606 and JPRS keep these for examples; nobody receives what is sent there."""


class TooManyHosts(InputRefused):
    """More places that look like a host's than are looked at. Fields: ``limit``."""

    reason = "too_many_hosts"
    http_status = 422
    ja = "ホスト名らしい箇所が{limit}件を超えたため、残りは見ていません。作成元に確かめるか、分けて調べてください。"
    en = "More than {limit} places look like a host's name; the rest wasn't looked at. Scan the parts separately."


@dataclass(slots=True)
class Looks:
    """How many more places may be looked at; one for all files of an app, so that a small archive that unpacks to
    nothing but ``://`` doesn't take minutes."""

    left: int = LOOKS_MOST

    def take(self) -> None:
        """Counts one. Raises :class:`TooManyHosts` when none is left."""
        self.left -= 1
        if self.left < 0:
            raise TooManyHosts(limit=LOOKS_MOST)


@dataclass(frozen=True, slots=True)
class HostSeen:
    """A host, the byte offset where its name begins, whether it is an endpoint, and whether without encryption."""

    host: str
    offset: int
    endpoint: bool
    cleartext: bool = False


def host_of(authority: str) -> str | None:
    """The host of a URL's authority, in lower case; ``None`` for this device, placeholders and what is no host.

    Of a format string only what follows the dot after the last filled-in part is known, and only that is given.
    """
    text = authority.lower().rsplit("@", 1)[-1]
    if "%" in text or "{" in text or "$" in text:
        rest = _FILLED.split(text)[-1]
        text = rest.partition(".")[2] if rest != text else ""
        # The end of a name says who receives only where somebody registered it.
        if text.count(".") < 1:
            return None
    text = text.partition(":")[0].rstrip(".")
    if _IPV4.match(text):
        return text if text not in _HERE and all(int(part) < 256 for part in text.split(".")) else None
    if text in _HERE or not is_host(text) or text.endswith((".local", ".localhost", ".invalid", ".test", ".example")):
        return None
    return None if text in _EXAMPLES or text.endswith(tuple(f".{each}" for each in _EXAMPLES)) else text


def urls_in(
    data: bytes | bytearray, looks: Looks, start: int = 0, end: int | None = None, *, prose: frozenset[int] = PROSE
) -> Iterator[HostSeen]:
    """Every host in a URL, in order, repeated as often as it stands there. Time is in proportion to the bytes.

    ``prose`` are the bytes that stand before a URL in running text; empty for files that have none (settings). Raises
    :class:`TooManyHosts`, as the others here do.
    """
    stop = len(data) if end is None else end
    at = data.find(b"://", start, stop)
    while at >= 0:
        looks.take()
        scheme = _SCHEME.search(data, max(start, at - 5), at)
        authority = _AUTHORITY.match(data, at + 3, stop)
        if scheme is not None and authority is not None:
            host = host_of(authority[0].decode("ascii"))
            if host is not None:
                before = data[scheme.start() - 1] if scheme.start() > start else 0
                yield HostSeen(
                    host=host,
                    offset=at + 3,
                    endpoint=host not in REFERENCES and before not in prose,
                    cleartext=not scheme[1],
                )
        at = data.find(b"://", at + 3, stop)


def wide_urls_in(data: bytes | bytearray, looks: Looks) -> Iterator[HostSeen]:
    """The same of text in UTF-16 (little-endian), as in resource tables and in programs of some engines."""
    at = data.find(b":\0/\0/\0")
    while at >= 0:
        looks.take()
        scheme = _SCHEME_WIDE.search(data, max(0, at - 10), at)
        authority = _AUTHORITY_WIDE.match(data, at + 6)
        if scheme is not None and authority is not None:
            host = host_of(authority[0][::2].decode("ascii"))
            if host is not None:
                before = data[scheme.start() - 2] if scheme.start() > 1 else 0
                yield HostSeen(
                    host=host,
                    offset=at + 6,
                    endpoint=host not in REFERENCES and before not in PROSE,
                    cleartext=scheme[1] is None,
                )
        at = data.find(b":\0/\0/\0", at + 6)


def whole_strings_in(
    data: bytes | bytearray, looks: Looks, start: int, end: int, *, lengths: bool
) -> Iterator[HostSeen]:
    """Every zero-terminated string that is a host's name of a common top level and nothing else.

    Only names below a registered domain: the domain alone is more often the name of something else (``facebook.com`` is
    a way to sign in). That leaves out hosts without a further label.

    ``lengths`` is true where a byte with the length stands before each string, as in DEX files. Packages' names aren't
    taken for hosts; upper case isn't either, since that is how classes are written.
    """
    for match in _ENDS_LIKE_HOST.finditer(data, start, end):
        looks.take()
        stop = match.end() - 1
        before = data.rfind(b"\0", max(start - 1, stop - AUTHORITY_MOST), stop)
        begin = before + 1 + lengths
        if before < 0 or (lengths and data[begin - 1] != stop - begin):
            continue
        text = _BARE.match(data, begin, stop)
        if text is None:
            continue
        host = text[0].decode("ascii")
        if registrable(host) in {None, host}:
            continue
        if host.partition(".")[0] not in _PACKAGES and host not in NAMES_OF_OTHERS and host_of(host) == host:
            yield HostSeen(host=host, offset=begin, endpoint=True)
