#!/usr/bin/env python3
"""関所の破棄証明書を検証します / Verify a destruction certificate issued by Sekisho.

    python verify_certificate.py [--key FINGERPRINT] FILE

Needs Python 3.9 or later and the package ``cryptography``; nothing of Sekisho, no workspace, no network. It reads only.

Steps of a check, numbered in what is said:

(1) it is one JSON document of a known format, complete, nothing more
(2) the public key has the fingerprint one got another way (left out where none is given, and said so)
(3) the checkpoint is signed by that key and names the ledger (C2SP signed-note, tlog-checkpoint)
(4) each leaf opens with the body and salt beside it
(5) each leaf is in the ledger of the checkpoint, at its index (RFC 9162 section 2.1.3.2)
(6) the leaves are the steps of one destruction, in order
(7) what the certificate says is what the leaves say: key, state, and that another process was refused everything
(8) of a purged day or a released hold: every segment was tried, every hold was served, nothing went before its time

It claims that the operator recorded these steps in this order in one ledger. It can't show that the operator's machine
did as it says, nor that no copy of the key exists that nobody recorded. ``live``: a key backup may still hold the key.
Exit: 0 it holds, 1 it doesn't, 2 wrong arguments.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

HASH = 32
MAX_BYTES = 4 * 1024 * 1024
"""A day of a hundred segments and as many holds stays far below."""
COMMITMENT_TAG = b"\x02sekisho/leaf/v1\x00"
JAPAN = timezone(timedelta(hours=9))

_sha256 = hashlib.sha256
_FIELDS = {"format", "origin", "public_key", "checkpoint", "key", "state", "leaves"}
_LEAF_FIELDS = {"step", "index", "leaf", "body", "salt", "proof"}
_LEAF_KEYS = {"v", "id", "kind", "at", "owner", "commitment"}

CONTRACT = "sekisho destruction certificate 1"
PURGE = "sekisho log purge certificate 1"
RELEASE = "sekisho hold release certificate 1"
DISCLOSURE = "sekisho disclosure destruction certificate 1"
CALLS = "sekisho calls destruction certificate 1"
STOPS = "sekisho stops destruction certificate 1"
APPS = "sekisho apps destruction certificate 1"

STEPS = {
    CONTRACT: (
        ("planned", "contract.destruction_planned"),
        ("destroyed", "keys.destroyed"),
        ("probed", "contract.destruction_probed"),
        ("certified", "contract.destruction_certified"),
        ("final", "contract.destruction_final"),
    ),
    PURGE: (
        ("planned", "log.purge_planned"),
        ("carved", "log.purge_carved"),
        ("destroyed", "keys.destroyed"),
        ("probed", "log.purge_probed"),
        ("unlinked", "log.purge_unlinked"),
        ("certified", "log.purge_certified"),
        ("final", "log.purge_final"),
    ),
    RELEASE: (
        ("planned", "log.hold_release_planned"),
        ("carved", "log.hold_release_counted"),
        ("destroyed", "keys.destroyed"),
        ("probed", "log.hold_release_probed"),
        ("unlinked", "log.hold_release_unlinked"),
        ("certified", "log.hold_release_certified"),
        ("final", "log.hold_release_final"),
    ),
    DISCLOSURE: (
        ("planned", "disclosure.destruction_planned"),
        ("destroyed", "keys.destroyed"),
        ("probed", "disclosure.destruction_probed"),
        ("certified", "disclosure.destruction_certified"),
        ("final", "disclosure.destruction_final"),
    ),
    CALLS: (
        ("planned", "calls.destruction_planned"),
        ("destroyed", "keys.destroyed"),
        ("probed", "calls.destruction_probed"),
        ("certified", "calls.destruction_certified"),
        ("final", "calls.destruction_final"),
    ),
    STOPS: (
        ("planned", "stops.destruction_planned"),
        ("destroyed", "keys.destroyed"),
        ("probed", "stops.destruction_probed"),
        ("certified", "stops.destruction_certified"),
        ("final", "stops.destruction_final"),
    ),
    APPS: (
        ("planned", "apps.destruction_planned"),
        ("destroyed", "keys.destroyed"),
        ("probed", "apps.destruction_probed"),
        ("certified", "apps.destruction_certified"),
        ("final", "apps.destruction_final"),
    ),
}
"""The formats, with the steps of each and the kinds of their leaves, in order. The last is there once it is final."""


class Refused(Exception):
    """A certificate doesn't hold: the step of the check and the problem."""

    def __init__(self, step: int, problem: str) -> None:
        super().__init__(problem)
        self.step, self.problem = step, problem


class Leaf(NamedTuple):
    """A leaf with what opens it and what shows that it is in the ledger."""

    step: str
    at: int
    leaf: bytes
    body: bytes
    salt: bytes
    proof: Sequence[bytes]


class Certified(NamedTuple):
    """What a certificate that holds says. ``said`` is what each step's leaf says, by step."""

    format: str
    key: str
    state: str
    origin: str
    fingerprint: str
    key_compared: bool
    ledger_size: int
    said: dict[str, dict[str, Any]]


def check(raw: bytes, *, key: str | None) -> Certified:
    """Check a certificate. ``key`` is the fingerprint of the ledger's public key, got another way; None to skip (2).

    Raises :class:`Refused` with the step that failed.
    """
    document = _read(raw)  # (1)
    public_key = _hex(document["public_key"], "public_key")
    fingerprint = _sha256(public_key).hexdigest()
    if key is not None and key.strip().lower().replace(":", "").replace(" ", "") != fingerprint:  # (2)
        raise Refused(2, f"the key's fingerprint is {fingerprint}")
    size, root = _head(document["checkpoint"], document["origin"], public_key)  # (3)
    leaves = [_leaf(one) for one in document["leaves"]]
    kinds = [_check_leaf(one, size, root) for one in leaves]  # (4), (5)
    said = _in_order(leaves, kinds, STEPS[document["format"]])  # (6)
    _check_said(document, said)  # (7)
    if document["format"] in (PURGE, RELEASE):
        _check_day(document, said)  # (8)
    return Certified(
        document["format"],
        str(document["key"]),
        str(document["state"]),
        str(document["origin"]),
        fingerprint,
        key is not None,
        size,
        said,
    )


# --- (1) the document


def _read(raw: bytes) -> dict[str, Any]:
    if len(raw) > MAX_BYTES:
        raise Refused(1, f"over {MAX_BYTES} bytes")
    try:
        document = json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Refused(1, "not JSON") from None
    if not isinstance(document, dict) or not isinstance(document.get("format"), str):
        raise Refused(1, "not a destruction certificate")
    steps = STEPS.get(document["format"])
    if steps is None:
        raise Refused(1, "not a destruction certificate")
    if set(document) != _FIELDS:
        raise Refused(1, "fields are missing, or nobody knows them")
    leaves = document["leaves"]
    if not isinstance(leaves, list) or not len(steps) - 1 <= len(leaves) <= len(steps):
        raise Refused(1, f"not {len(steps) - 1} or {len(steps)} leaves")
    if any(not isinstance(one, dict) or set(one) != _LEAF_FIELDS for one in leaves):
        raise Refused(1, "a leaf lacks a field, or has one too many")
    return document


def _leaf(written: dict[str, Any]) -> Leaf:
    index, proof = written["index"], written["proof"]
    if not isinstance(index, int) or isinstance(index, bool) or index < 0 or not isinstance(proof, list):
        raise Refused(1, "an index or a proof is of another type")
    return Leaf(
        str(written["step"]),
        index,
        _bytes(written["leaf"], "leaf"),
        _bytes(written["body"], "body"),
        _hex(written["salt"], "salt"),
        [_bytes(part, "proof") for part in proof],
    )


def _bytes(text: object, name: str) -> bytes:
    try:
        return base64.b64decode(text if isinstance(text, str) else "!", validate=True)
    except ValueError:
        raise Refused(1, f"{name} is not base64") from None


def _hex(text: object, name: str) -> bytes:
    try:
        return bytes.fromhex(text if isinstance(text, str) else "!")
    except ValueError:
        raise Refused(1, f"{name} is not hexadecimal") from None


# --- (3) the checkpoint


def _head(note: object, origin: object, public_key: bytes) -> tuple[int, bytes]:
    """Size and root that the key signed for this ledger."""
    wrong = Refused(3, "the checkpoint isn't signed by this key for this ledger")
    if not isinstance(note, str) or not isinstance(origin, str) or not origin:
        raise wrong
    text, blank, signatures = note.rpartition("\n\n")
    lines = text.split("\n")
    if not blank or len(lines) != 3 or lines[0] != origin or not signatures.endswith("\n"):
        raise wrong
    if not re.fullmatch("0|[1-9][0-9]{0,18}", lines[1]):
        raise wrong
    try:
        root = base64.b64decode(lines[2], validate=True)
        signed = any(_signed(line, (text + "\n").encode(), public_key) for line in signatures[:-1].split("\n"))
    except ValueError:
        raise wrong from None
    if len(root) != HASH or not signed:
        raise wrong
    return int(lines[1]), root


def _signed(line: str, text: bytes, public_key: bytes) -> bool:
    """Whether a signature line is this key's, under any name, and verifies."""
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != "\u2014":
        return False
    signature = base64.b64decode(parts[2], validate=True)
    if signature[:4] != _sha256(parts[1].encode() + b"\n\x01" + public_key).digest()[:4]:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature[4:], text)
    except InvalidSignature:
        return False
    return True


# --- (4), (5) the leaves


def _check_leaf(one: Leaf, size: int, root: bytes) -> str:
    """The leaf's kind."""
    try:
        document = json.loads(one.leaf.decode("utf-8"))
        canonical = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    except (ValueError, RecursionError):
        raise Refused(4, f"{one.step}: not a leaf") from None
    if not isinstance(document, dict) or set(document) != _LEAF_KEYS or canonical != one.leaf or document["v"] != 1:
        raise Refused(4, f"{one.step}: not a leaf")
    if len(one.salt) != HASH or document["commitment"] != _sha256(COMMITMENT_TAG + one.salt + one.body).hexdigest():
        raise Refused(4, f"{one.step}: body and salt don't open the leaf")
    if not _included(_sha256(b"\x00" + one.leaf).digest(), one.at, size, one.proof, root):
        raise Refused(5, f"{one.step}: not in the ledger of the checkpoint")
    return str(document["kind"])


def _included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """RFC 9162 section 2.1.3.2."""
    if index >= size:
        return False
    at, last, found = index, size - 1, leaf
    for part in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = _sha256(b"\x01" + part + found).digest()
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = _sha256(b"\x01" + found + part).digest()
        at, last = at >> 1, last >> 1
    return last == 0 and found == root


# --- (6), (7) the steps


def _in_order(
    leaves: Sequence[Leaf], kinds: Sequence[str], steps: Sequence[tuple[str, str]]
) -> dict[str, dict[str, Any]]:
    said: dict[str, dict[str, Any]] = {}
    for one, kind, (step, wanted) in zip(leaves, kinds, steps):  # noqa: B905  Python 3.9 has no strict=
        if one.step != step or kind != wanted:
            raise Refused(6, f"'{one.step}' stands where '{step}' should")
        try:
            body = json.loads(one.body.decode("utf-8"))
        except (ValueError, RecursionError):
            body = None
        if not isinstance(body, dict):
            raise Refused(6, f"{step}: the body isn't a record")
        said[step] = body
    indexes = [one.at for one in leaves]
    if indexes != sorted(set(indexes)):
        raise Refused(6, "the leaves are out of order")
    return said


def _check_said(document: dict[str, Any], said: dict[str, dict[str, Any]]) -> None:
    key, state = document["key"], document["state"]
    if any(body.get("name" if step == "destroyed" else "key") != key for step, body in said.items()):
        raise Refused(7, "the leaves speak of different keys")
    probed = said["probed"]
    tried = probed.get("tried")
    if probed.get("opened") != 0 or not _count(tried) or probed.get("refused") != tried:
        raise Refused(7, "the probe was not refused everything")
    if state != ("final" if "final" in said else "live"):
        raise Refused(7, "the state isn't what the leaves say")
    if not isinstance(said["certified"].get("backups"), list):
        raise Refused(7, "a leaf lacks what its step must say")


def _count(number: object) -> bool:
    return isinstance(number, int) and not isinstance(number, bool) and number > 0


# --- (8) a purged day, a released hold


def _check_day(document: dict[str, Any], said: dict[str, dict[str, Any]]) -> None:
    planned, carved, unlinked = said["planned"], said["carved"], said["unlinked"]
    try:
        segments = [(str(one["id"]), int(one["rows"]), bytes.fromhex(one["root"])) for one in planned["segments"]]
        due = date.fromisoformat(planned["due"])
        destroyed = datetime.fromisoformat(said["destroyed"]["at"])
        evaluated, served = set(map(str, planned["holds"])), {str(one["hold"]) for one in carved["holds"]}
        rows = [(int(one["rows"]), int(one["segments"])) for one in carved["holds"]]
        tried, left = int(said["probed"]["tried"]), int(unlinked["left"])
    except (KeyError, TypeError, ValueError):
        raise Refused(8, "a leaf lacks what its step must say") from None
    if destroyed.tzinfo is None or any(len(root) != HASH for _, _, root in segments):
        raise Refused(8, "a leaf lacks what its step must say")
    if destroyed.astimezone(JAPAN).date() < due:
        raise Refused(8, f"the key was destroyed before {due.isoformat()}")
    if tried <= len(segments):  # a canary, and each segment
        raise Refused(8, f"{tried} samples were tried for {len(segments)} segments")
    if not evaluated <= served or any(count < 0 or number < 0 for count, number in rows):
        raise Refused(8, "a hold that was evaluated was not served")
    if left != 0:
        raise Refused(8, f"{left} files were left")
    expected = f"log/{planned.get('kind')}/{planned.get('day')}"
    if document["format"] == RELEASE:
        expected = f"log/hold/{planned.get('hold')}"
    if document["key"] != expected:
        raise Refused(8, "the key isn't that of what was planned")


# --- the command


def told(found: Certified) -> list[tuple[str, str]]:
    """What a certificate that holds says, for people: Japanese, English."""
    at = str(found.said["destroyed"].get("at", ""))
    lines = [(f"✓ 鍵 {found.key} は {at} に破棄されました。", f"✓ The key {found.key} was destroyed at {at}.")]
    if found.format in (PURGE, RELEASE):
        segments = found.said["planned"]["segments"]
        rows = sum(int(one["rows"]) for one in segments)
        lines.append(
            (
                f"  {len(segments)} ファイル、{rows} 行。どれも別のプロセスで開けないことを確かめています。",
                f"  {len(segments)} segments, {rows} rows: another process was refused all of them.",
            )
        )
        held = found.said["carved"]["holds"]
        kept = sum(int(one["rows"]) for one in held)
        lines.append(
            (
                f"  評価した保全: {len(held)} 件（写した記録 {kept} 行）。" if held else "  評価した保全: なし。",
                f"  holds evaluated: {len(held)} ({kept} rows carved)." if held else "  holds evaluated: none.",
            )
        )
    lines.append((f"  状態: {found.state}", f"  state: {found.state}"))
    if found.state == "live":
        count = len(found.said["certified"]["backups"])
        lines.append(
            (f"  証明の時点で、鍵の控え {count} 件にこの鍵が残っていました。", f"  {count} key backups still held it.")
        )
    if not found.key_compared:
        lines.append(
            (
                f"  公開鍵の指紋 {found.fingerprint} を、別の方法で得たものと比べてください（--key）。",
                f"  Compare the fingerprint {found.fingerprint} with one you got another way (--key).",
            )
        )
    return lines


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(description="関所の破棄証明書を検証します / Verify a destruction certificate")
    parser.add_argument("file", type=Path)
    parser.add_argument(
        "--key", metavar="FINGERPRINT", help="別の方法で得た公開鍵の指紋 / fingerprint you got another way"
    )
    given = parser.parse_args(arguments)
    try:
        with given.file.open("rb") as opened:
            raw = opened.read(MAX_BYTES + 1)
    except OSError as error:
        parser.error(str(error))
    try:
        found = check(raw, key=given.key)
    except Refused as refused:
        sys.stdout.write(f"✗ 手順{refused.step}: {refused.problem}\n  step {refused.step}: {refused.problem}\n")
        return 1
    for japanese, english in told(found):
        sys.stdout.write(f"{japanese}\n{english}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
