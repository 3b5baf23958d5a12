#!/usr/bin/env python3
"""関所の台帳、またはその一部を検証します / Verify a ledger exported from Sekisho, or some of its leaves.

    python verify.py [--key FINGERPRINT] [--earlier CHECKPOINT] [--leaf I --body FILE --salt HEX] [DIRECTORY]

Needs Python 3.9 or later and the package ``cryptography``; nothing of Sekisho. It reads only.

What it shows: the checkpoint is signed by the key; every entry and every tile hash belongs to the signed root; with
``--earlier``, that this ledger extends the one of an older checkpoint; with ``--leaf``, that the leaf speaks of that
body. A folder with ``proofs.json`` instead of tiles holds some leaves, with what opens each and shows that it is in the
ledger, and files whose hashes the last of these leaves names. What it doesn't show: that a body is true, that the key
is the operator's (compare its fingerprint with one you got another way: ``--key``), that no other ledger was shown to
somebody else (compare checkpoints), or, of some leaves, that there are no others.

Steps: (1) files listed in SHA256SUMS; (2) public key; (3) checkpoint signature; (4) entries against level 0 tiles;
(5) each tile against the level below; (6) the root; (7) left-over partial tiles; (8) what the arguments ask. Where
there are proofs, in place of (4) to (7): (4') each leaf opens and is in the signed tree; (5') each file the last names.
Damage is located: file, byte, tile or leaf. Exit: 0 all holds, 1 something doesn't, 2 wrong arguments.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

WIDTH = 256  # C2SP tlog-tiles: hashes in a full tile
HASH = 32
COMMITMENT_TAG = b"\x02sekisho/leaf/v1\x00"
KEY_FILE = "public-key.txt"
SUMS_FILE = "SHA256SUMS"
PROOFS_FILE = "proofs.json"
MAX_FINDINGS = 1000  # enough to see the extent; the count goes on

_sha256 = hashlib.sha256
Read = Callable[[str], "bytes | None"]  # quoted: this line runs, and Python 3.9 has no | between types


class Finding(NamedTuple):
    """One thing that does not hold, and where. ``offset`` is in bytes; ``leaf`` a leaf's number, where one is meant."""

    file: str
    offset: int
    leaf: int | None
    ja: str
    en: str


class Head(NamedTuple):
    """What a checkpoint says."""

    origin: str
    size: int
    root: bytes


class NoteError(Exception):
    """A checkpoint is not as it should be: line (1-based, 0 the whole) and problem."""

    def __init__(self, line: int, ja: str, en: str) -> None:
        super().__init__(en)
        self.line, self.ja, self.en = line, ja, en


class Report:
    """The result. ``findings`` is empty when everything that was checked holds; ``notes`` are not faults."""

    def __init__(self) -> None:
        self.head: Head | None = None
        self.size = 0
        self.root = b""
        self.findings: list[Finding] = []
        self.more = 0
        self.notes: list[tuple[str, str]] = []

    def add(self, file: str, offset: int, ja: str, en: str, leaf: int | None = None) -> None:
        """Record a finding; beyond a thousand they are only counted."""
        if len(self.findings) < MAX_FINDINGS:
            self.findings.append(Finding(file, offset, leaf, ja, en))
        else:
            self.more += 1


# --- signed notes (C2SP signed-note, tlog-checkpoint)


def _base64(text: str, line: int) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        raise NoteError(line, "base64ではありません", "not base64") from None
    if base64.b64encode(data).decode() != text:
        raise NoteError(line, "base64の余りのビットが0ではありません", "unused base64 bits are not zero")
    return data


def split_note(note: bytes) -> tuple[bytes, list[str], list[str]]:
    """The signed text, its lines, and the signature lines."""
    try:
        decoded = note.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NoteError(note[: error.start].count(b"\n") + 1, "UTF-8ではありません", "not UTF-8") from None
    for number, line in enumerate(decoded.split("\n"), 1):
        if any(ord(character) < 0x20 for character in line):
            raise NoteError(number, "制御文字があります", "control character")
    body, blank, signatures = decoded.rpartition("\n\n")
    if not blank or not signatures.endswith("\n"):
        raise NoteError(4, "本文・空行・署名の形ではありません", "not text, empty line, signatures")
    return (body + "\n").encode(), body.split("\n"), signatures[:-1].split("\n")


def _holds(public_key: bytes, signature: bytes, text: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, text)
    except InvalidSignature:
        return False
    return True


def parse_head(note: bytes) -> Head:
    """What the checkpoint says, unverified."""
    _, lines, _ = split_note(note)
    if len(lines) != 3:
        raise NoteError(
            min(len(lines), 4), "3行（名前・件数・根）ではありません", "not the three lines origin, size, root"
        )
    if not lines[0]:
        raise NoteError(1, "名前がありません", "no origin")
    if not re.fullmatch("0|[1-9][0-9]{0,18}", lines[1]):
        raise NoteError(2, "件数が十進数ではありません", "the size is not a plain decimal number")
    root = _base64(lines[2], 3)
    if len(root) != HASH:
        raise NoteError(3, "根が32バイトではありません", "the root is not 32 bytes")
    return Head(lines[0], int(lines[1]), root)


def verify_note(note: bytes, public_key: bytes) -> Head:
    """What the checkpoint says, its signature verified. Raises :class:`NoteError`."""
    head = parse_head(note)
    text, _, signatures = split_note(note)
    verified = False
    for number, line in enumerate(signatures, 5):
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != "\u2014" or not parts[1]:
            raise NoteError(number, "署名行の形ではありません", "not a signature line")
        signature = _base64(parts[2], number)
        if signature[:4] != _sha256(parts[1].encode() + b"\n\x01" + public_key).digest()[:4]:
            continue  # a signature by another key, for example a witness
        if not _holds(public_key, signature[4:], text):
            raise NoteError(number, "署名が合いません", "the signature does not verify")
        verified = True
    if not verified:
        raise NoteError(5, "この鍵による署名がありません", "no signature by this key")
    return head


def _suspect_line(note: bytes, public_key: bytes, size: int, root: bytes) -> int | None:
    """Which line must be repaired, to what the tiles say, for the signature to hold; None when that is not it."""
    try:
        _, lines, signatures = split_note(note)
        parts = signatures[0].split(" ")
        signature = base64.b64decode(parts[2])[4:]
    except (NoteError, IndexError, ValueError):
        return None
    if len(lines) != 3:
        return None
    repairs = {1: parts[1], 2: str(size), 3: base64.b64encode(root).decode()}
    for number, repair in repairs.items():
        repaired = [repair if number == at else line for at, line in enumerate(lines, 1)]
        if repair != lines[number - 1] and _holds(public_key, signature, ("\n".join(repaired) + "\n").encode()):
            return number
    return None


# --- the tree (RFC 9162 section 2.1, C2SP tlog-tiles)


def tile_path(level: int | None, index: int, width: int = WIDTH) -> str:
    """``tile/<L>/<N>[.p/<W>]``; level None is an entry bundle."""
    parts = [f"{index % 1000:03d}"]
    while index >= 1000:
        index //= 1000
        parts.append(f"x{index % 1000:03d}")
    number = "/".join(reversed(parts))
    partial = "" if width == WIDTH else f".p/{width}"
    return f"tile/{'entries' if level is None else level}/{number}{partial}"


def parse_tile_path(path: str) -> tuple[int | None, int, int] | None:
    """``(level, index, width)`` of a path, None when it is no tile's."""
    match = re.fullmatch(r"tile/(entries|\d{1,2})/((?:x\d{3}/)*\d{3})(?:\.p/(\d{1,3}))?", path)
    if not match:
        return None
    found = (
        None if match[1] == "entries" else int(match[1]),
        int(match[2].replace("x", "").replace("/", "")),
        int(match[3]) if match[3] else WIDTH,
    )
    return found if tile_path(*found) == path else None


def subtree(hashes: Sequence[bytes]) -> bytes:
    """The root over a power of two of hashes."""
    level = list(hashes)
    while len(level) > 1:
        level = [_sha256(b"\x01" + level[i] + level[i + 1]).digest() for i in range(0, len(level), 2)]
    return level[0]


def fold(edges: Iterable[Sequence[bytes]]) -> bytes:
    """The root of a tree from the hashes of its incomplete tiles, lowest level first."""
    root = None
    for hashes in edges:
        end = len(hashes)
        while end:
            width = end & -end
            part = subtree(hashes[end - width : end])
            root = part if root is None else _sha256(b"\x01" + part + root).digest()
            end -= width
    return _sha256(b"").digest() if root is None else root


def _hashes(data: bytes) -> list[bytes]:
    return [data[i : i + HASH] for i in range(0, len(data) - HASH + 1, HASH)]


def hash_bundle(data: bytes, count: int) -> tuple[list[bytes], list[int]]:
    """Leaf hashes of a bundle's first ``count`` entries, and where each begins, with the end as last. Fewer when
    broken."""
    hashes: list[bytes] = []
    starts = [0]
    position, total = 0, len(data)
    for _ in range(count):
        start = position + 2
        if start > total:
            break
        position = start + (data[start - 2] << 8) + data[start - 1]
        if position > total:
            break
        hashes.append(_sha256(b"\x00" + data[start:position]).digest())
        starts.append(position)
    return hashes, starts


class Tree:
    """Checks entries and tiles of a ledger whose size is known."""

    def __init__(self, read: Read, names: Iterable[str], size: int, root: bytes | None, report: Report) -> None:
        self.read, self.size, self.root, self.report = read, size, root, report
        self.extra: dict[tuple[int | None, int], list[int]] = {}
        for name in names:
            tile = parse_tile_path(name)
            if tile is None:
                continue
            level, index, width = tile
            wanted = self.width(level or 0, index)
            if width < wanted:
                self.extra.setdefault((level, index), []).append(width)
            elif width > wanted:
                report.notes.append((f"{name} は検印より先の記録です", f"{name} is ahead of the checkpoint"))

    def width(self, level: int, index: int) -> int:
        """How many hashes a tile has: 0 (no such tile) to 256."""
        return max(0, min(WIDTH, (self.size >> (8 * level)) - index * WIDTH))

    def stored(self, level: int, index: int) -> list[bytes]:
        """A tile's hashes as stored; shorter when missing or cut."""
        return _hashes(self.read(tile_path(level, index, self.width(level, index))) or b"")

    def check(self, progress: Callable[[int, int], None] | None = None) -> bytes:
        """Check everything; returns the root of what is there."""
        edges: list[Sequence[bytes]] = []
        below: list[bytes] = []
        level = 0
        while self.size >> (8 * level):
            roots: list[bytes] = []
            edge: Sequence[bytes] = ()
            count = self.size >> (8 * level)
            for index in range((count + WIDTH - 1) // WIDTH):
                width = self.width(level, index)
                if level == 0:
                    computed, starts = self.bundle(index, width)
                    if progress is not None and not index % 64:
                        progress(min(index * WIDTH, self.size), self.size)
                else:
                    computed, starts = below[index * WIDTH : index * WIDTH + width], []
                best = self.tile(level, index, width, computed, starts)
                self.older(level, index, best)
                if width == WIDTH:
                    roots.append(subtree(best))
                else:
                    edge = best
            edges.append(edge)
            below = roots
            level += 1
        if progress is not None:
            progress(self.size, self.size)
        return fold(edges)

    def bundle(self, index: int, width: int) -> tuple[list[bytes], list[int]]:
        """Leaf hashes and entry positions of a bundle; reports broken framing only where no hash will tell."""
        name = tile_path(None, index, width)
        data = self.read(name)
        if data is None:
            self.report.add(name, 0, "ファイルがありません", "the file is missing", leaf=index * WIDTH)
            return [], [0]
        hashes, starts = hash_bundle(data, width)
        if len(hashes) == width and starts[-1] != len(data):
            self.report.add(
                name,
                starts[-1],
                "最後の葉の後に余分なバイトがあります",
                "bytes after the last entry",
                leaf=index * WIDTH + width - 1,
            )
        return hashes, starts

    def tile(
        self, level: int, index: int, width: int, computed: Sequence[bytes], starts: Sequence[int]
    ) -> Sequence[bytes]:
        """Compare a stored tile with ``computed`` from below. Returns the hashes to go on with."""
        name = tile_path(level, index, width)
        data = self.read(name)
        joined = b"".join(computed)
        if data == joined and len(computed) == width:
            return computed
        if data is None:
            self.report.add(name, 0, "ファイルがありません", "the file is missing")
            return list(computed) + [bytes(HASH)] * (width - len(computed))
        stored = _hashes(data)
        if len(data) == width * HASH and self.belongs(level, index, stored) is not False:
            self.blame_below(level, index, stored, computed, starts, name)
            return stored
        offset = _first_difference(data, joined)
        if len(computed) == width and self.belongs(level, index, computed) is not False:
            number = offset // HASH
            self.report.add(
                name, offset, f"タイルの{number}番目のハッシュが違います", f"hash {number} of the tile is wrong"
            )
            return computed
        self.report.add(
            name,
            offset,
            "タイルも、その下の記録も、署名された根と合いません",
            "neither this tile nor what is below it belongs to the signed root",
        )
        return list(computed) + [bytes(HASH)] * (width - len(computed))

    def older(self, level: int, index: int, best: Sequence[bytes]) -> None:
        """Partial files kept from earlier sizes must be the beginnings of what the tile is."""
        for width in self.extra.get((level, index), ()):
            name = tile_path(level, index, width)
            data, expected = self.read(name) or b"", b"".join(best[:width])
            if data != expected:
                self.report.add(
                    name,
                    _first_difference(data, expected),
                    "その後のタイルの先頭と違います",
                    "not the beginning of the later tile",
                )
        for width in self.extra.get((None, index), ()) if level == 0 else ():
            name = tile_path(None, index, width)
            data = self.read(name) or b""
            hashes, starts = hash_bundle(data, width)
            wrong = next((i for i, found in enumerate(hashes) if found != best[i]), len(hashes))
            if wrong < width or starts[-1] != len(data):
                number = min(wrong, width - 1)
                self.report.add(
                    name,
                    starts[number] if wrong < width else starts[-1],
                    f"{index * WIDTH + number}番の葉が署名された葉と違います",
                    f"leaf {index * WIDTH + number} is not the signed one",
                    leaf=index * WIDTH + number,
                )

    def belongs(self, level: int, index: int, hashes: Sequence[bytes]) -> bool | None:
        """Whether these hashes of a tile have the hash that the tile above, or the signed root, says. None: can't
        tell."""
        if len(hashes) == WIDTH:
            above = self.stored(level + 1, index // WIDTH)
            return above[index % WIDTH] == subtree(hashes) if len(above) > index % WIDTH else None
        if self.root is None:
            return None
        edges: list[Sequence[bytes]] = []
        for other in range(10):
            count = self.size >> (8 * other)
            edge = hashes if other == level else self.stored(other, count // WIDTH) if count % WIDTH else ()
            edges.append(edge)
        return fold(edges) == self.root

    def blame_below(
        self,
        level: int,
        index: int,
        stored: Sequence[bytes],
        computed: Sequence[bytes],
        starts: Sequence[int],
        name: str,
    ) -> None:
        """The tile is the signed one; report what below it is not."""
        if level == 0 and not computed and self.read(tile_path(None, index, len(stored))) is None:
            return  # reported as missing
        for offset, right in enumerate(stored):
            if offset < len(computed) and computed[offset] == right:
                continue
            if level == 0:
                leaf = index * WIDTH + offset
                bundle = tile_path(None, index, len(stored))
                at = starts[offset] if offset < len(starts) else starts[-1]
                self.report.add(
                    bundle, at, f"{leaf}番の葉が署名された葉と違います", f"leaf {leaf} is not the signed one", leaf=leaf
                )
                if offset >= len(computed):
                    return  # the framing is broken from here on
            else:
                child = index * WIDTH + offset
                path = tile_path(level - 1, child)
                first = child << (8 * level)
                if not any(finding.file == path for finding in self.report.findings):
                    self.report.add(
                        path,
                        0,
                        f"{first}番からの葉とタイルは互いに合いますが、署名された根（{name}）と合いません",
                        f"leaves from {first} and their tiles agree with each other, not with the signed root ({name})",
                        leaf=first,
                    )


def _first_difference(found: bytes, expected: bytes) -> int:
    pairs = zip(found, expected)  # noqa: B905  the lengths may differ, and Python 3.9 has no strict=
    return next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(found), len(expected)))


def size_of_tiles(names: Iterable[str]) -> int:
    """The size the entry bundles show, for when the checkpoint can't be read."""
    size = 0
    for name in names:
        tile = parse_tile_path(name)
        if tile is not None and tile[0] is None:
            size = max(size, tile[1] * WIDTH + tile[2])
    return size


def check_ledger(
    read: Read,
    names: Sequence[str],
    public_key: bytes,
    *,
    origin: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Steps 3 to 7. ``read`` gives a file's bytes or None; ``names`` are all files, with ``/``, below the ledger."""
    report = Report()
    note = read("checkpoint")
    signed_root: bytes | None = None
    problem: NoteError | None = None
    size = size_of_tiles(names)
    if note is None:
        report.add("checkpoint", 0, "ファイルがありません", "the file is missing")
    else:
        try:
            report.head = verify_note(note, public_key)  # (3)
            size, signed_root = report.head.size, report.head.root
            if origin is not None and report.head.origin != origin:
                report.add("checkpoint", 0, "1行目：別の台帳の検印です", "line 1: the checkpoint is another ledger's")
        except NoteError as error:
            problem = error
    report.size = size
    report.root = Tree(read, names, size, signed_root, report).check(progress)  # (4), (5), (7)
    if note is not None and problem is not None:
        line = _suspect_line(note, public_key, size, report.root) or problem.line
        offset = sum(len(part) + 1 for part in note.split(b"\n")[: max(0, line - 1)])
        report.add("checkpoint", offset, f"{line}行目：{problem.ja}", f"line {line}: {problem.en}")
    elif signed_root is not None and report.root != signed_root and not report.findings:  # (6)
        report.add(
            "checkpoint",
            0,
            "記録全体は互いに合いますが、署名された根と合いません",
            "the entries and tiles agree with each other but not with the signed root",
        )
    return report


def root_at(read: Read, names: Sequence[str], size: int, earlier: int) -> bytes:
    """The root this ledger had at ``earlier`` leaves, from tiles that have been checked."""
    tree = Tree(read, names, size, None, Report())
    edges: list[Sequence[bytes]] = []
    level = 0
    while earlier >> (8 * level):
        index, width = divmod(earlier >> (8 * level), WIDTH)
        edges.append(tree.stored(level, index)[:width] if width else ())
        level += 1
    return fold(edges)


def entry(read: Read, size: int, index: int) -> bytes:
    """Leaf ``index``."""
    bundle, offset = divmod(index, WIDTH)
    data = read(tile_path(None, bundle, min(WIDTH, size - bundle * WIDTH))) or b""
    _, starts = hash_bundle(data, offset + 1)
    return data[starts[offset] + 2 : starts[offset + 1]]


def opens(leaf: bytes, body: bytes, salt: bytes) -> bool:
    """Whether ``salt`` and ``body`` open the leaf: SHA-256(tag, salt, body) is its commitment."""
    return len(salt) == HASH and json.loads(leaf)["commitment"] == _sha256(COMMITMENT_TAG + salt + body).hexdigest()


# --- some leaves, with proofs


def included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the leaf is number ``index`` of the tree (RFC 9162 section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    at, last, found = index, size - 1, _sha256(b"\x00" + leaf).digest()
    for part in proof:
        if last == 0 or len(part) != HASH:
            return False
        if at & 1 or at == last:
            found = _sha256(b"\x01" + part + found).digest()
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = _sha256(b"\x01" + found + part).digest()
        at, last = at >> 1, last >> 1
    return last == 0 and found == root


def check_proofs(read: Read, head: Head) -> list[Finding]:
    """Steps 4' and 5': each leaf of ``proofs.json``, and the files that the last one names with their hashes."""
    try:
        document = json.loads((read(PROOFS_FILE) or b"").decode())
        leaves = [
            (one["index"], base64.b64decode(one["leaf"]), base64.b64decode(one["body"]), bytes.fromhex(one["salt"]),
             [base64.b64decode(part) for part in one["proof"]])
            for one in document["leaves"]
        ]
        named = {str(name): str(digest) for name, digest in json.loads(leaves[-1][2])["said"]["files"].items()}
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
        return [Finding(PROOFS_FILE, 0, None, "葉の証明の形ではありません", "not proofs of leaves")]
    findings = []
    for index, leaf, body, salt, proof in leaves:
        try:
            opened = opens(leaf, body, salt)
        except (ValueError, KeyError, TypeError):
            opened = False
        if not opened:
            ja, en = f"本文と塩は{index}番の葉を開きません", f"body and salt don't open leaf {index}"
            findings.append(Finding(PROOFS_FILE, 0, index, ja, en))
        elif not isinstance(index, int) or not included(leaf, index, head.size, proof, head.root):
            ja, en = f"{index}番の葉は署名された台帳にありません", f"leaf {index} isn't in the signed ledger"
            findings.append(Finding(PROOFS_FILE, 0, index, ja, en))
    for name, digest in sorted(named.items()):
        data = read(name) if re.fullmatch("[A-Za-z0-9.-]+", name) else None
        if data is None or _sha256(data).hexdigest() != digest:
            ja, en = "台帳が示す内容と違います（またはありません）", "not what the ledger says it was, or missing"
            findings.append(Finding(name, 0, None, ja, en))
    if not findings:
        _say(
            f"葉{len(leaves)}件が開き、署名された台帳にあります。ファイル{len(named)}件は最後の葉の示すとおりです。",
            f"{len(leaves)} leaves open and are in the signed ledger; {len(named)} files are as the last one says.",
        )
    return findings


def _check_some(read: Read, public_key: bytes) -> list[Finding]:
    """A folder with some leaves: steps (3), (4'), (5')."""
    try:
        head = verify_note(read("checkpoint") or b"", public_key)  # (3)
    except NoteError as error:
        return [Finding("checkpoint", 0, None, f"{error.line}行目：{error.ja}", f"line {error.line}: {error.en}")]
    _say(f"台帳 {head.origin}：葉{head.size}件", f"Ledger {head.origin}: {head.size} leaves")
    return check_proofs(read, head)


# --- the command


def parse_key(text: str) -> bytes:
    """The public key in a ``name+id+base64`` line. Raises ``ValueError``."""
    match = re.fullmatch(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)\n", text)
    if not match:
        raise ValueError("not a verifier key")
    key = base64.b64decode(match[3], validate=True)
    if base64.b64encode(key).decode() != match[3] or len(key) != 1 + HASH or key[0] != 1:
        raise ValueError("not an Ed25519 key")
    if _sha256(match[1].encode() + b"\n" + key).digest()[:4].hex() != match[2]:
        raise ValueError("the key doesn't have its id")
    return key[1:]


def _say(ja: str, en: str) -> None:
    sys.stdout.write(f"{ja}\n  {en}\n")


def check_sums(read: Read) -> list[Finding]:
    """Step 1: the export's own files against SHA256SUMS. Found here is accident, not fraud: whoever edits one can edit
    both."""
    sums = read(SUMS_FILE)
    if sums is None:
        return [Finding(SUMS_FILE, 0, None, "ファイルがありません", "the file is missing")]
    findings = []
    offset = 0
    for line in sums.split(b"\n")[:-1]:
        match = re.fullmatch(rb"([0-9a-f]{64})  ([A-Za-z0-9.-]+)", line)
        name = match[2].decode() if match else ""
        data = read(name) if match else None
        if match is None:
            findings.append(Finding(SUMS_FILE, offset, None, "行の形が違います", "a malformed line"))
        elif data is None:
            findings.append(
                Finding(
                    name,
                    0,
                    None,
                    f"ファイルがありません（または{SUMS_FILE}の{offset}バイト目が違います）",
                    f"the file is missing (or {SUMS_FILE} is wrong at byte {offset})",
                )
            )
        elif _sha256(data).hexdigest().encode() != match[1]:
            findings.append(
                Finding(
                    name,
                    0,
                    None,
                    f"書き出し時と違います（または{SUMS_FILE}の{offset}バイト目が違います）",
                    f"not as exported (or {SUMS_FILE} is wrong at byte {offset})",
                )
            )
        offset += len(line) + 1
    if not sums.endswith(b"\n"):
        findings.append(Finding(SUMS_FILE, len(sums), None, "終わりが欠けています", "the end is missing"))
    return findings


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(description="関所の台帳を検証します / Verify a ledger, or leaves of it")
    parser.add_argument("directory", nargs="?", type=Path, default=Path(__file__).resolve().parent)
    parser.add_argument(
        "--key", metavar="FINGERPRINT", help="別の方法で得た公開鍵の指紋 / fingerprint you got another way"
    )
    parser.add_argument("--earlier", type=Path, metavar="CHECKPOINT", help="以前の検印 / a checkpoint you kept")
    parser.add_argument("--leaf", type=int, metavar="I", help="葉の番号 / number of a leaf to open")
    parser.add_argument("--body", type=Path, metavar="FILE", help="本文 / its body")
    parser.add_argument("--salt", metavar="HEX", help="塩 / its salt")
    given = parser.parse_args(arguments)
    if len({given.leaf is None, given.body is None, given.salt is None}) != 1:
        parser.error("--leaf, --body and --salt go together")
    try:
        salt = bytes.fromhex(given.salt or "")
        body = given.body.read_bytes() if given.body else b""
        earlier = given.earlier.read_bytes() if given.earlier else None
    except (ValueError, OSError) as error:
        parser.error(str(error))
    root: Path = given.directory

    def read(name: str) -> bytes | None:
        try:
            return (root / name).read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None

    names = [path.relative_to(root).as_posix() for path in (root / "tile").rglob("*") if path.is_file()]
    findings = check_sums(read)  # (1)
    try:
        public_key = parse_key((read(KEY_FILE) or b"").decode())  # (2)
    except ValueError:
        findings.append(
            Finding(KEY_FILE, 0, None, "公開鍵が壊れているか、ありません", "the public key is missing or damaged")
        )
        return _conclude(findings, 0)
    fingerprint = _sha256(public_key).hexdigest()
    if given.key is None:
        _say(
            f"公開鍵の指紋 {fingerprint}：この書き出しの中の鍵です。別の方法で得た指紋と比べてください（--key）。",
            f"Key fingerprint {fingerprint}: taken from this export. Compare it with one you got another way (--key).",
        )
    elif re.sub("[^0-9a-f]", "", given.key.lower()) != fingerprint:
        findings.append(
            Finding(
                KEY_FILE, 0, None, f"公開鍵の指紋が違います：{fingerprint}", f"the key's fingerprint is {fingerprint}"
            )
        )
    if read(PROOFS_FILE) is not None:
        if not (given.earlier is None and given.leaf is None):
            parser.error("--earlier and --leaf need a whole ledger")
        return _conclude([*findings, *_check_some(read, public_key)], 0)
    report = check_ledger(read, names, public_key)  # (3) to (7)
    findings += report.findings
    for note in report.notes:
        _say(*note)
    if report.head is not None and not report.findings:  # (8)
        if earlier is not None:
            findings += _check_earlier(earlier, public_key, report, read, names)
        if given.leaf is not None:
            findings += _check_leaf(given.leaf, body, salt, report.size, read)
        _say(
            f"台帳 {report.head.origin}：葉{report.size}件、根 {report.root.hex()}",
            f"Ledger {report.head.origin}: {report.size} leaves, root {report.root.hex()}",
        )
    return _conclude(findings, report.more)


def _check_earlier(
    earlier: bytes, public_key: bytes, report: Report, read: Read, names: Sequence[str]
) -> list[Finding]:
    try:
        head = verify_note(earlier, public_key)
    except NoteError as error:
        return [Finding("--earlier", 0, None, f"{error.line}行目：{error.ja}", f"line {error.line}: {error.en}")]
    if report.head is None or head.origin != report.head.origin:
        return [Finding("--earlier", 0, None, "別の台帳の検印です", "it is another ledger's checkpoint")]
    if head.size > report.size or root_at(read, names, report.size, head.size) != head.root:
        return [
            Finding(
                "--earlier",
                0,
                None,
                "この台帳は以前の検印を引き継いでいません",
                "this ledger doesn't extend that checkpoint",
            )
        ]
    _say(
        f"以前の検印（葉{head.size}件）を引き継いでいます。", f"It extends the earlier checkpoint ({head.size} leaves)."
    )
    return []


def _check_leaf(index: int, body: bytes, salt: bytes, size: int, read: Read) -> list[Finding]:
    if not 0 <= index < size:
        return [Finding("--leaf", 0, index, f"{index}番の葉はありません", f"there is no leaf {index}")]
    leaf = entry(read, size, index)
    _say(f"{index}番の葉：{leaf.decode('utf-8', 'backslashreplace')}", f"Leaf {index}")
    try:
        opened = opens(leaf, body, salt)
    except (ValueError, KeyError, TypeError):
        opened = False
    if not opened:
        return [
            Finding(
                "--leaf", 0, index, f"本文と塩は{index}番の葉を開きません", f"body and salt don't open leaf {index}"
            )
        ]
    _say(f"本文と塩は{index}番の葉を開きます。", f"Body and salt open leaf {index}.")
    return []


def _conclude(findings: Sequence[Finding], more: int) -> int:
    for finding in findings:
        _say(
            f"誤り {finding.file} {finding.offset}バイト目：{finding.ja}",
            f"WRONG {finding.file} at byte {finding.offset}: {finding.en}",
        )
    if findings:
        _say(f"検証できませんでした：誤り{len(findings) + more}件。", f"Not verified: {len(findings) + more} faults.")
        return 1
    _say("すべて合っています。", "Everything holds.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
