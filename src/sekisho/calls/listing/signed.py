"""A list from outside: its manifest, its importer's signature over it, and its lines. Pure.

The manifest is a JSON object beside the file: ``importer, list, version, made_at, sha256, signature``. Signed (Ed25519,
RFC 8032) are these lines, ended by a line feed each but the last::

    sekisho/list/1 ⏎ importer ⏎ list ⏎ version ⏎ made_at ⏎ SHA-256 of the file, hexadecimal

``version`` rises with every list: an older one, sent again, is told by it. The file is CSV with a header, or JSON
Lines; fields ``number``, ``prefix``, or ``from`` and ``to``; ``action``, ``reason``, and where needed ``expires``,
``sip_status``. Text is UTF-8. A list is taken in whole or not at all: it is signed as a whole.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sekisho.calls.errors import EntryRefused, ListNotSigned, ListRefused
from sekisho.calls.listing.covers import Protection, read_covers
from sekisho.calls.listing.packed import PackedEntry, Packer
from sekisho.calls.numbers import Numbering
from sekisho.calls.screening.list_writer import SIP_STATUSES
from sekisho.calls.screening.lookups import Wish

MOST_BYTES: Final = 512 * 1024 * 1024
"""Of one file: five million lines of a hundred bytes."""
MOST_LINES: Final = 5_000_000
"""Of one file, duplicates included. A house limit: eight times the largest list (600,000) with room for repeats."""
MOST_SPANS: Final = 1_500_000
"""Different spans of one list, a beginning counted once for each length it may have. A house limit, for memory."""
LONGEST_LINE: Final = 2_000
"""Bytes of one line."""
MOST_SHOWN: Final = 20
"""Wrong lines that are told with their reasons; all of them are counted."""
LEEWAY: Final = timedelta(minutes=5)
"""How far ahead of ours an importer's clock may be."""

REASON: Final = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
"""A reason code: it stands in decisions."""
NAME: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+){0,6}", re.ASCII)
_FIELDS: Final = frozenset({"number", "prefix", "from", "to", "action", "reason", "expires", "sip_status", "source"})


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an importer says of a file, and signs."""

    importer: str
    list: str
    version: int
    made_at: datetime
    sha256: str
    signature: str

    def signed_bytes(self) -> bytes:
        """What is signed."""
        made = self.made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return "\n".join(("sekisho/list/1", self.importer, self.list, str(self.version), made, self.sha256)).encode()


def read_manifest(raw: bytes) -> Manifest:
    """A manifest. Raises ``ListNotSigned`` for what is none."""
    try:
        found = json.loads(raw)
        manifest = Manifest(
            importer=str(found["importer"]),
            list=str(found["list"]),
            version=found["version"],
            made_at=datetime.fromisoformat(found["made_at"]),
            sha256=str(found["sha256"]),
            signature=str(found["signature"]),
        )
    except (ValueError, KeyError, TypeError):
        raise ListNotSigned(problem="no manifest with importer, list, version, made_at, sha256, signature") from None
    named = all(NAME.fullmatch(one) and len(one) <= 60 for one in (manifest.importer, manifest.list))
    if not named or type(manifest.version) is not int or not 0 < manifest.version < 2**62:
        raise ListNotSigned(problem="importer and list are names, version is a whole number above 0")
    if manifest.made_at.tzinfo is None:
        raise ListNotSigned(problem="made_at needs a zone")
    return manifest


def require_signed(manifest: Manifest, file: BinaryIO, *, public_key: str, now: datetime) -> None:
    """Raise ``ListNotSigned`` unless the holder of ``public_key`` signed the manifest and it is about this file, made
    before now. Leaves ``file`` at its beginning."""
    digest, size = hashlib.sha256(), 0
    while piece := file.read(1 << 20):
        size += len(piece)
        if size > MOST_BYTES:
            raise ListRefused(lines=1, first=f"the file is larger than {MOST_BYTES} bytes")
        digest.update(piece)
    file.seek(0)
    if digest.hexdigest() != manifest.sha256:
        raise ListNotSigned(problem="the manifest is about another file")
    try:
        signature = base64.b64decode(manifest.signature, validate=True)
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(signature, manifest.signed_bytes())
    except (InvalidSignature, ValueError):
        raise ListNotSigned(problem="the signature isn't the importer's, or is of something else") from None
    if manifest.made_at > now + LEEWAY:
        raise ListNotSigned(problem="it was made later than now")


def rows_of(file: BinaryIO) -> Iterator[tuple[int, dict[str, Any] | str]]:
    """Each line's number and fields, or why it can't be read. CSV where the file doesn't begin with ``{``."""
    start = file.read(1)
    file.seek(0)
    lines = _lines(file)
    if start == b"{":
        for number, line in lines:
            if not line.strip():
                continue
            try:
                found = json.loads(line)
            except ValueError:
                found = None
            yield number, found if isinstance(found, dict) else "not a JSON object"
        return
    head = next(lines, (1, ""))[1]
    names = [name.strip() for name in next(csv.reader([head.removeprefix("\ufeff")]), [])]
    if not set(names) <= _FIELDS or len(set(names)) != len(names) or "action" not in names:
        yield 1, f"a header of {', '.join(sorted(_FIELDS))}"
        return
    for number, line in lines:
        if not line.strip():
            continue
        cells = next(csv.reader([line]), [])
        if len(cells) != len(names):
            yield number, f"{len(cells)} fields, the header has {len(names)}"
        else:
            yield number, {name: cell for name, cell in zip(names, cells, strict=True) if cell}


def _lines(file: BinaryIO) -> Iterator[tuple[int, str]]:
    number = 0
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            while line and not line.endswith(b"\n"):
                line = file.readline(LONGEST_LINE)
            yield number, "\0"  # no field holds it, so it is told as wrong
        else:
            yield number, line.decode("utf-8", "replace").rstrip("\r\n")


def packed_list(file: BinaryIO, *, numbering: Numbering, protection: Protection, now: datetime) -> Packer:
    """Every line of a list. Raises ``ListRefused`` where any is wrong, with how many and the first of them."""
    packer, wrong, shown, count = Packer(), 0, list[str](), 0
    for number, row in rows_of(file):
        count += 1
        if count > MOST_LINES or len(packer) > MOST_SPANS:
            raise ListRefused(lines=1, first=f"{number}: more than {MOST_LINES} lines or {MOST_SPANS} entries")
        try:
            for one in read_row(row, number, numbering=numbering, protection=protection, now=now):
                packer.add(one)
        except EntryRefused as error:
            wrong += 1
            if len(shown) < MOST_SHOWN:
                shown.append(f"{number}: {error.fields['field']}: {error.fields['problem']}")
    if wrong or not count:
        raise ListRefused(lines=wrong, first="; ".join(shown) or "the list is empty")
    return packer


def read_row(
    row: Mapping[str, Any] | str, line: int, *, numbering: Numbering, protection: Protection, now: datetime
) -> Iterable[PackedEntry]:
    """The spans of one row, as :func:`rows_of` gave it. Raises ``EntryRefused``, ``EntryProtected``."""
    if isinstance(row, str):
        raise EntryRefused(field="line", problem=row)
    unknown = set(row) - _FIELDS
    if unknown:
        raise EntryRefused(field="line", problem="a field that no entry has")
    text = {name: _text(row, name) for name in ("number", "prefix", "from", "to", "action", "reason", "expires")}
    covers = read_covers(
        numbering, number=text["number"], prefix=text["prefix"], first=text["from"], last=text["to"]
    )
    action, status = read_action(text["action"], row.get("sip_status"))
    reason = read_reason(text["reason"])
    expires = read_expiry(text["expires"], now)
    spans = covers.spans()
    if action is not Wish.PASS and (broken := protection.problem(spans)) is not None:
        raise EntryRefused(field="number", problem=f"it covers protected numbers ({broken.value})")
    return [PackedEntry(span, action, reason, expires, status, line) for span in spans]


def read_action(action: str | None, status: object) -> tuple[Wish, int | None]:
    """What is asked for, with the SIP answer of a refusal. Raises ``EntryRefused``."""
    try:
        wish = Wish(action or "")
        answer = None if status in (None, "") else int(str(status))
    except ValueError:
        raise EntryRefused(field="action", problem=", ".join(Wish)) from None
    if answer is not None and (answer not in SIP_STATUSES or wish is not Wish.REJECT):
        raise EntryRefused(field="sip_status", problem="603, 607 or 608, beside reject")
    return wish, answer


def read_reason(reason: str | None) -> str:
    """A reason code. Raises ``EntryRefused``."""
    if reason is None or not REASON.fullmatch(reason):
        raise EntryRefused(field="reason", problem="a code of a-z, 0-9 and _, at most 40 long")
    return reason


def read_expiry(expires: str | None, now: datetime) -> datetime | None:
    """When an entry ends; None for none. Raises ``EntryRefused`` for what isn't a time to come."""
    if expires is None:
        return None
    try:
        found = datetime.fromisoformat(expires)
    except ValueError:
        raise EntryRefused(field="expires", problem="a time such as 2026-12-31T00:00:00+09:00") from None
    if found.tzinfo is None or found <= now:
        raise EntryRefused(field="expires", problem="a time to come, with a zone")
    return found


def _text(row: Mapping[str, Any], name: str) -> str | None:
    found = row.get(name)
    if found is not None and (not isinstance(found, str) or not 0 < len(found) <= 100):
        raise EntryRefused(field=name, problem="text of 1 to 100 characters")
    return found
