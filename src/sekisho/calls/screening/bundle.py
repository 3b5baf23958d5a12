"""Everything the decision core judges by, as one directory that is switched as a whole. Standard library only.

::

    bundles/
        current            one line: the name of the folder in use, replaced atomically
        00000042/
            manifest.json  format, made_at, sha256 and size of every file
            rules.json     the compiled rules
            shadow_rules.json   a set on trial (optional)
            agreements.json
            lists.bin, lines.bin, designations.json (each optional)
            stopped.json   numbers stopped for fraud (optional)
            evidence_key.json   the public key to which evidence is sealed from now on (optional)

A folder is never changed once ``current`` has named it. One that isn't whole isn't used: the old one stays.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from sekisho.calls.numbers import Block, Designations, designations
from sekisho.calls.screening import agreements as trunk_agreements
from sekisho.calls.screening import stopped as stops
from sekisho.calls.screening import table
from sekisho.calls.screening.agreements import Agreements
from sekisho.calls.screening.errors import BundleRefused
from sekisho.calls.screening.lists import ListFile
from sekisho.calls.screening.lookups import Lines, NoLists, NumberLists, SameForAll
from sekisho.calls.screening.settings import LineFile
from sekisho.calls.screening.table import Table
from sekisho.errors import SekishoError

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
CURRENT: Final = "current"
NEEDED: Final = frozenset({"rules.json", "agreements.json"})
OPTIONAL: Final = frozenset(
    {"shadow_rules.json", "lists.bin", "lines.bin", "designations.json", stops.PART, "evidence_key.json"}
)
EVIDENCE_KEY: Final = "evidence_key.json"
_DIGITS: Final = 8
_KEY_BYTES: Final = 32
_ABSENT: Final = (0, 0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bundle:
    """What calls are judged by. ``name`` is the folder's, empty for a bundle that was never written."""

    rules: Table
    agreements: Agreements = field(default_factory=lambda: Agreements(()))
    lists: NumberLists = field(default_factory=NoLists)
    lines: Lines = field(default_factory=SameForAll)
    shadow: Table | None = None
    designations: Designations | None = None
    stopped: frozenset[str] = frozenset()
    evidence_key: bytes | None = None
    made_at: datetime | None = None
    name: str = ""


def write(root: Path, parts: Mapping[str, bytes], *, made_at: datetime) -> str:
    """Write a new folder, see that it loads, and make it the current one; its name.

    Raises :class:`BundleRefused` (and what a part's own reader raises) without touching the current one. One writer at
    a time; readers need no lock.
    """
    unknown = set(parts) - NEEDED - OPTIONAL
    missing = NEEDED - set(parts)
    if unknown or missing:
        problem = f"unknown: {', '.join(sorted(unknown))}; missing: {', '.join(sorted(missing))}"
        raise BundleRefused(part=MANIFEST, problem=problem)
    root.mkdir(parents=True, exist_ok=True)
    used = [int(each.name) for each in root.iterdir() if each.is_dir() and each.name.isdigit()]
    name = f"{max(used, default=0) + 1:0{_DIGITS}d}"
    folder = root / name
    folder.mkdir()
    for part, content in parts.items():
        _put(folder / part, content)
    manifest = {
        "format": FORMAT, "made_at": made_at.isoformat(),
        "files": {
            part: {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
            for part, content in sorted(parts.items())
        },
    }  # fmt: skip
    _put(folder / MANIFEST, json.dumps(manifest, indent=1).encode())
    load(folder)
    fresh = root / f".{CURRENT}"
    _put(fresh, f"{name}\n".encode())
    fresh.replace(root / CURRENT)
    _settle(root)
    return name


def _put(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _settle(folder: Path) -> None:
    """Make the renaming last through a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def load(folder: Path) -> Bundle:
    """The bundle of one folder, every hash checked. Raises :class:`BundleRefused`, or what a part's reader refuses."""
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        if manifest["format"] != FORMAT:
            raise BundleRefused(part=MANIFEST, problem="a format this version doesn't know")
        files: dict[str, Any] = manifest["files"]
        made_at = datetime.fromisoformat(manifest["made_at"])
        wanted = {part: (str(each["sha256"]), int(each["size"])) for part, each in files.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BundleRefused(part=MANIFEST, problem=type(error).__name__) from None
    for part in sorted(NEEDED - set(wanted)):
        raise BundleRefused(part=part, problem="missing")
    if set(wanted) - NEEDED - OPTIONAL:
        raise BundleRefused(part=MANIFEST, problem="it names a file that no bundle has")
    small = {part: _checked(folder, part, *expected) for part, expected in wanted.items()}
    return _assembled(folder, small, made_at)


def _checked(folder: Path, part: str, sha256: str, size: int) -> bytes:
    """A file's content, where it is what the manifest says; nothing of one that is only to be mapped."""
    digest, length = hashlib.sha256(), 0
    mapped = part.endswith(".bin")
    content = bytearray()
    try:
        with (folder / part).open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
                length += len(block)
                if length > size:
                    break
                if not mapped:
                    content += block
    except OSError as error:
        raise BundleRefused(part=part, problem=type(error).__name__) from None
    if length != size or digest.hexdigest() != sha256:
        raise BundleRefused(part=part, problem="it isn't what the manifest says")
    return bytes(content)


def _assembled(folder: Path, parts: Mapping[str, bytes], made_at: datetime) -> Bundle:
    lists: NumberLists = NoLists()
    lines: Lines = SameForAll()
    try:
        if "lists.bin" in parts:
            lists = ListFile.open(folder / "lists.bin")
        if "lines.bin" in parts:
            lines = LineFile.open(folder / "lines.bin")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BundleRefused(part="lists.bin, lines.bin", problem=str(error)) from None
    snapshot = parts.get("designations.json")
    shadow, sealed_to = parts.get("shadow_rules.json"), parts.get(EVIDENCE_KEY)
    return Bundle(
        rules=table.load(parts["rules.json"]),
        agreements=trunk_agreements.from_json(parts["agreements.json"]),
        lists=lists,
        lines=lines,
        shadow=None if shadow is None else table.load(shadow),
        designations=None if snapshot is None else _designations(snapshot),
        stopped=stops.read(parts[stops.PART]) if stops.PART in parts else frozenset(),
        evidence_key=None if sealed_to is None else _public_key(sealed_to),
        made_at=made_at,
        name=folder.name,
    )


def _public_key(raw: bytes) -> bytes:
    try:
        document = json.loads(raw)
        key = bytes.fromhex(document["public_key"])
        if document["format"] != 1 or len(key) != _KEY_BYTES:
            raise ValueError  # noqa: TRY301  told as any other wrong content, below
    except (KeyError, TypeError, ValueError) as error:
        raise BundleRefused(part=EVIDENCE_KEY, problem=type(error).__name__) from None
    return key


def designations_json(snapshot: Designations) -> bytes:
    """A snapshot of designations as the bundle's file."""
    blocks = [[b.prefix, b.holder, b.area, b.in_service, b.status] for b in snapshot.blocks.values()]
    document = {"as_of": snapshot.as_of.isoformat(), "source": snapshot.source, "blocks": blocks}
    return json.dumps(document, ensure_ascii=False).encode()


def _designations(raw: bytes) -> Designations:
    try:
        document = json.loads(raw)
        return designations(
            [Block(prefix, holder, area, used, status) for prefix, holder, area, used, status in document["blocks"]],
            as_of=date.fromisoformat(document["as_of"]),
            source=document["source"],
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BundleRefused(part="designations.json", problem=type(error).__name__) from None


class Folder:
    """A directory of bundles, watched. One object for each process."""

    __slots__ = ("_root", "_seen", "bundle", "failures", "last_failure")

    def __init__(self, root: Path) -> None:
        """Loads nothing yet."""
        self._root = root
        self._seen: tuple[int, int] | None = None
        self.bundle: Bundle | None = None
        self.failures: dict[str, int] = {}
        """Reason slugs (or error classes) of bundles that didn't load, and how often."""
        self.last_failure: str | None = None
        """The English sentence of the last one; ``None`` once a bundle has loaded since."""

    def reload_if_changed(self) -> bool:
        """Load the current bundle if ``current`` was replaced; whether :attr:`bundle` is another one now.

        Costs one ``stat`` where nothing changed. Never raises: a bundle that doesn't load is counted in
        :attr:`failures`, not tried again until ``current`` is replaced, and the one in use stays.
        """
        try:
            stat = (self._root / CURRENT).stat()
        except OSError as error:
            return self._seen != _ABSENT and self._failed(_ABSENT, type(error).__name__, str(error.strerror))
        seen = (stat.st_ino, stat.st_mtime_ns)
        if seen == self._seen:
            return False
        try:
            self.bundle = load(self._root / self._named())
        except SekishoError as refused:
            return self._failed(seen, refused.reason, refused.sentence("en"))
        except Exception as error:  # whatever is wrong with a new bundle, calls go on with the old one
            return self._failed(seen, type(error).__name__, f"The bundle can't be loaded ({type(error).__name__}).")
        self._seen, self.last_failure = seen, None
        return True

    def _named(self) -> str:
        name = (self._root / CURRENT).read_text(encoding="ascii").strip()
        if not (name.isdigit() and len(name) == _DIGITS):
            raise BundleRefused(part=CURRENT, problem="it names no folder")
        return name

    def _failed(self, seen: tuple[int, int], reason: str, sentence: str) -> bool:
        self._seen, self.last_failure = seen, sentence
        self.failures[reason] = self.failures.get(reason, 0) + 1
        return False
