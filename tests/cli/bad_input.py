"""Input that must be refused before anything is written: for the command line and for HTTP alike."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sekisho.contracts.application import MAX_BYTES
from tests.contracts.applications import PLAIN

NUMBER = "123456789018"
"""Twelve digits with the check digit of an individual number."""


@dataclass(frozen=True, slots=True)
class Bad:
    """One fault: what is sent, the reason it is refused for, and the field that is named (None where there is none)."""

    name: str
    raw: bytes
    reason: str
    field: str | None = None


def _changed(change: Callable[[dict[str, Any]], object]) -> bytes:
    made = copy.deepcopy(PLAIN)
    change(made)
    return json.dumps(made, ensure_ascii=False).encode()


def _evidence(**changed: Any) -> bytes:
    return _changed(lambda made: made["evidence"][0].update(changed))


def _subject(**changed: Any) -> bytes:
    return _changed(lambda made: made["subject"].update(changed))


BAD: tuple[Bad, ...] = (
    Bad("empty", b" ", "not_json"),
    Bad("not json", b"{", "not_json"),
    Bad("not an object", b"[]", "not_json"),
    Bad("invalid utf-8", b'{"application": "\xff\xfe"}', "not_json"),
    Bad("shift_jis", '{"application": "関所"}'.encode("shift_jis"), "not_json"),
    Bad("lone surrogate", b'{"application": "\\ud842"}', "not_json"),
    Bad("key twice", b'{"application": "a", "application": "b"}', "not_json"),
    Bad("nan", b'{"application": NaN}', "not_json"),
    Bad("deep", b'{"a":' * 5_000 + b"1" + b"}" * 5_000, "too_large"),
    Bad("large", b'{"application": "' + b"x" * (MAX_BYTES + 1) + b'"}', "too_large"),
    Bad("unknown field", _changed(lambda made: made.update(colour="red")), "unknown_field", "colour"),
    Bad("unknown attribute", _evidence(colour="red"), "unknown_field", "evidence[0].colour"),
    Bad("missing field", _changed(lambda made: made.pop("channel")), "missing_field", "channel"),
    Bad("no evidence list", _changed(lambda made: made.pop("evidence")), "missing_field", "evidence"),
    Bad("wrong type", _evidence(signature_valid="yes"), "wrong_value", "evidence[0].signature_valid"),
    Bad("unknown enum", _changed(lambda made: made.update(channel="telepathy")), "wrong_value", "channel"),
    Bad("unknown kind", _evidence(kind="crystal_ball"), "wrong_value", "evidence[0].kind"),
    Bad("impossible date", _subject(birth_date="1990-02-30"), "wrong_value", "subject.birth_date"),
    Bad("no offset", _changed(lambda made: made.update(decided_at="2026-04-02T10:00:00")), "wrong_value", "decided_at"),
    Bad("huge number", _changed(lambda made: made.update(event=10**40)), "wrong_value", "event"),
    Bad("after the decision", _evidence(at="2026-04-03T00:00:00+09:00"), "evidence_after_decision", "evidence[0].at"),
    Bad("individual number", _subject(address=f"個人番号 {NUMBER}"), "individual_number", "subject.address"),
    Bad("individual number field", _subject(マイナンバー=NUMBER), "individual_number", "subject.マイナンバー"),
    Bad("before the rulebook", _changed(lambda made: made.update(
        applied_at="2001-01-01T00:00:00+09:00", decided_at="2001-01-02T00:00:00+09:00", evidence=[],
    )), "before_rulebook"),
)
"""Each with one fault, from the issue's list."""
