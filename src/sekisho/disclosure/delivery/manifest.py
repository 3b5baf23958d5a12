"""The manifest: which files a package has, for whom, made when, and which state of the ledger vouches for it. Pure.

It is in the package as ``manifest.json``, and printed as the list (目録) that goes with an answer on paper. It names no
subscriber: items by their number in the request, files by size and hash.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from sekisho.disclosure.delivery.container import NAME, unpack
from sekisho.disclosure.delivery.errors import PackageRefused

FORMAT: Final = "sekisho disclosure package 1"
MANIFEST: Final = "manifest.json"
SUMS: Final = "SHA256SUMS"
MAX_MANIFEST: Final = 1024 * 1024
_FIELDS: Final = frozenset(
    {"format", "case", "document", "operator", "recipient", "made_at", "items", "files", "ledger"}
)


@dataclass(frozen=True, slots=True)
class File:
    """One file: name, size in bytes, SHA-256 in hex."""

    name: str
    size: int
    sha256: str

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return {"name": self.name, "size": self.size, "sha256": self.sha256}


@dataclass(frozen=True, slots=True)
class Manifest:
    """A package's manifest. ``recipient``: what they are to the case, their name, the fingerprint of their key (None on
    paper). ``ledger``: origin, index of the leaf that decided, and the signed checkpoint that holds it."""

    case: str
    document: str
    operator: str
    recipient: Mapping[str, Any]
    made_at: str
    items: tuple[Mapping[str, Any], ...]
    files: tuple[File, ...]
    ledger: Mapping[str, Any]

    def json(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "format": FORMAT,
            "case": self.case,
            "document": self.document,
            "operator": self.operator,
            "recipient": dict(self.recipient),
            "made_at": self.made_at,
            "items": [dict(one) for one in self.items],
            "files": [one.document() for one in self.files],
            "ledger": dict(self.ledger),
        }

    def bytes(self) -> bytes:
        """As the file."""
        return orjson.dumps(self.json(), option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2) + b"\n"

    @property
    def content(self) -> str:
        """SHA-256 over the files' names and hashes: equal for equal answers, whenever they were packed."""
        listed = [[one.name, one.sha256] for one in self.files]
        return hashlib.sha256(orjson.dumps(listed)).hexdigest()


def listed(files: Mapping[str, bytes]) -> tuple[File, ...]:
    """Files as a manifest lists them."""
    return tuple(File(name, len(files[name]), hashlib.sha256(files[name]).hexdigest()) for name in sorted(files))


def sums(files: Mapping[str, bytes]) -> bytes:
    """What ``sha256sum -c SHA256SUMS`` reads."""
    return "".join(f"{one.sha256}  {one.name}\n" for one in listed(files)).encode()


def read(data: bytes) -> Manifest:
    """A manifest from its file, strictly. Raises ``PackageRefused``."""
    if len(data) > MAX_MANIFEST:
        raise PackageRefused(problem=f"a manifest over {MAX_MANIFEST} bytes")
    try:
        found = orjson.loads(data)
    except orjson.JSONDecodeError:
        raise PackageRefused(problem="a manifest that isn't JSON") from None
    if not isinstance(found, dict) or set(found) != _FIELDS or found["format"] != FORMAT:
        raise PackageRefused(problem="not a manifest of this kind")
    try:
        files = tuple(File(one["name"], one["size"], one["sha256"]) for one in found["files"])
        if any(not NAME.fullmatch(one.name) for one in files):
            raise PackageRefused(problem="a name that isn't a plain file's")
        return Manifest(
            found["case"],
            found["document"],
            found["operator"],
            found["recipient"],
            found["made_at"],
            tuple(found["items"]),
            files,
            found["ledger"],
        )
    except (KeyError, TypeError):
        raise PackageRefused(problem="a manifest that lacks something") from None


def check(tar: bytes) -> tuple[Manifest, dict[str, bytes]]:
    """A package that was opened: every file is in the manifest as it is, and nothing else is there. What a recipient
    does with ``tar`` and ``sha256sum``. Raises ``PackageRefused``."""
    files = unpack(tar)
    if MANIFEST not in files:
        raise PackageRefused(problem="no manifest")
    manifest = read(files.pop(MANIFEST))
    told = files.pop(SUMS, None)
    if listed(files) != manifest.files:
        raise PackageRefused(problem="files that aren't as the manifest says")
    if told != sums(files):
        raise PackageRefused(problem="sums that aren't the files'")
    return manifest, files
