"""From a rule that applies to what becomes of the call: the one place where agreements, settings and lists have their
say. Standard library only; the table and the scalar engine both end here."""  # fmt: skip

from __future__ import annotations

from typing import Final

from sekisho.calls.screening.decision import Decision, Outcome
from sekisho.calls.screening.lookups import Choice, Hit, LineSettings, Wish
from sekisho.calls.screening.table import CompiledRule

REFUSAL: Final = 603
"""Decline (RFC 3261 section 21.6.2), where neither the rule nor the consent names another answer."""

Key = tuple[CompiledRule, Outcome, "str | None", "int | None"]
"""Rule, outcome, consent, SIP answer: all that a decision holds."""

_OUTCOME: Final = {wish: Outcome(wish.value) for wish in Wish}
_ORDER: Final = {wish: at for at, wish in enumerate(Wish)}


def resolve(rule: CompiledRule, otherwise: Outcome, hit: Hit | None, settings: LineSettings) -> Key:
    """What the rule comes to for this call.

    ``otherwise`` is what the trunk's agreement says, pass without one. An entry of a list is never treated harder than
    its list asks.
    """
    named, consent, status = rule.outcome, None, None
    if named == "pass":
        return (rule, Outcome.PASS, None, None)
    if named == "anonymise":
        return (rule, Outcome.ANONYMISE, None, None)
    if named == "agreement":
        outcome = otherwise
    elif named == "stop":
        outcome = Outcome.REJECT
    elif named == "list":
        if hit is None:
            raise LookupError("a list's word without an entry")
        outcome, consent, status = _OUTCOME[hit.action], f"{hit.list_id}/{hit.entry_id}", hit.sip_status
    else:
        choice, listed = _choice(named, settings), None
        outcome, consent, status = _OUTCOME[choice.wish], choice.consent, choice.sip_status
        if named == "line.listed" and hit is not None:
            listed = hit.action
            if _ORDER[listed] < _ORDER[choice.wish]:
                outcome = _OUTCOME[listed]
            status = status or hit.sip_status
    if outcome is not Outcome.REJECT:
        return (rule, outcome, consent, None)
    return (rule, outcome, consent, status or rule.sip_status or REFUSAL)


def _choice(named: str, settings: LineSettings) -> Choice:
    if named == "line.anonymous":
        return settings.anonymous_calls
    if named == "line.foreign":
        return settings.foreign_calls
    if named == "line.listed":
        return settings.listed_calls
    return settings.suspicious_calls


def decision_of(key: Key) -> Decision:
    """The decision that a key stands for."""
    rule, outcome, consent, status = key
    return Decision(
        outcome=outcome,
        rule=rule.id,
        reason=rule.reason,
        basis=rule.basis,
        consent=consent,
        sip_status=status,
        label=rule.label if outcome is Outcome.LABEL else None,
    )
