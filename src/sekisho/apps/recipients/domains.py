"""Names of hosts: what is one, what is a public suffix, and what somebody registered below it.

The Public Suffix List is the package's own copy, of the version that is pinned: nothing is fetched.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from publicsuffixlist import PublicSuffixList

_LABEL: Final = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST: Final = re.compile(rf"(?:{_LABEL}\.)+(?:[a-z][a-z0-9-]{{0,61}}[a-z0-9])")
"""Lower case, at least two labels, the last one not a number: an address is never a host's name (RFC 1123 2.1)."""

MAX_HOST: Final = 253
"""RFC 1035 2.3.4, as text without the final dot."""


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=True)


def is_host(name: str) -> bool:
    """Whether it is a host's name in lower case. Neither an address nor a lone label is one."""
    return len(name) <= MAX_HOST and _HOST.fullmatch(name) is not None


def is_public_suffix(name: str) -> bool:
    """Whether names below it belong to different people (``co.jp``, ``github.io``)."""
    return bool(_suffixes().is_public(name))


def registrable(name: str) -> str | None:
    """The domain that somebody registered: one label below the public suffix; nothing for a suffix or an address."""
    if not is_host(name):
        return None
    return _suffixes().privatesuffix(name)


def as_host(given: str) -> str:
    """A host's name in the form rows have it: lower case, no final dot, non-ASCII as IDNA. Empty if it isn't one."""
    name = given.rstrip(".").lower()
    if not name.isascii():
        try:
            name = name.encode("idna").decode("ascii")
        except UnicodeError:
            return ""
    return name if len(name) <= MAX_HOST else ""
