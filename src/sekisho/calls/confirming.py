"""What a duty whose text nobody here has confirmed does to calls: nothing.

In a workspace with ``legal_confirmation: required`` such a screening rule is published as one that lets the call pass,
with the reason ``needs_legal_confirmation``; what it would have done stands beside it. To withhold a number or refuse a
call touches the secrecy of communications, so the side to err on is the call that rings. Emergency rules let pass in
any case, and hold confirmed or not. Publishing isn't refused: a freed number and a withdrawn consent must reach the
proxies. House rules are the operator's own and need no confirmation.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, Final

from sekisho.calls.desk import Desk
from sekisho.calls.law import content_hash, rulebook_of
from sekisho.engine.rules import Rulebook, Strength
from sekisho.workspace.legal_texts import LegalTexts

REASON: Final = "needs_legal_confirmation"
_HELD: Final = "unconfirmed"
_CHANGED: Final = ("outcome", "reason", "sip_status", "label", "message")
_MESSAGE: Final = {
    "ja": "この規則は条文との照合がまだのため、何もせずにつなぎます。",
    "en": "Nobody here has compared this rule with its text yet: the call passes.",
}


class Confirming:
    """The confirmations of one workspace, applied to compiled rule sets. Thread-safe."""

    def __init__(self, desk: Desk) -> None:
        """Reads nothing until asked to."""
        self._desk = desk

    def applied(self, artefact: bytes) -> tuple[bytes, tuple[str, ...]]:
        """A rule set as it may decide here, and the rules that are without effect until somebody confirms them. A set
        that was applied before is taken as it was written."""
        document = json.loads(artefact)
        if "rules" not in document:
            return artefact, ()  # no compiled set: what loads bundles refuses it
        rules = [_as_written(each) for each in document["rules"]]
        texts = LegalTexts(self._desk.workspace, rulebook_of(rules))
        _, confirmation = texts.settings()
        held = []
        for at, each in enumerate(rules):
            lets_pass = each["outcome"] == "pass"
            if lets_pass or not confirmation.required or each["strength"] != Strength.DUTY.value:
                continue
            if confirmation.confirmed.get(each["id"]) != content_hash(each):
                held.append(each["id"])
                rules[at] = _without_effect(each)
        document["rules"] = rules
        document["digest"] = hashlib.sha256(json.dumps(rules, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
        return json.dumps(document, ensure_ascii=False, sort_keys=True).encode(), tuple(held)

    def rulebook(self, artefact: bytes) -> Rulebook:
        """A rule set as a rulebook whose rules can be confirmed."""
        return rulebook_of([_as_written(each) for each in json.loads(artefact)["rules"]])


def as_written(artefact: bytes) -> bytes:
    """A rule set without what confirmations did to it."""
    document = json.loads(artefact)
    document["rules"] = [_as_written(each) for each in document["rules"]]
    rules = json.dumps(document["rules"], sort_keys=True, ensure_ascii=False).encode()
    document["digest"] = hashlib.sha256(rules).hexdigest()
    return json.dumps(document, ensure_ascii=False, sort_keys=True).encode()


def held_in(artefact: bytes) -> tuple[str, ...]:
    """The rules of a published set that are without effect."""
    return tuple(each["id"] for each in json.loads(artefact).get("rules", []) if _HELD in each)


def _without_effect(each: dict[str, Any]) -> dict[str, Any]:
    was = {name: each[name] for name in _CHANGED}
    return {
        **each, "outcome": "pass", "reason": REASON, "sip_status": None, "label": None, "message": _MESSAGE, _HELD: was,
    }  # fmt: skip


def _as_written(each: dict[str, Any]) -> dict[str, Any]:
    if _HELD not in each:
        return each
    return {name: value for name, value in {**each, **each[_HELD]}.items() if name != _HELD}
