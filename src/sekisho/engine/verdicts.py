"""The verdicts, per condition, per rule and per decision."""

from __future__ import annotations

from enum import Enum, IntEnum


class Truth(IntEnum):
    """Kleene's three values, ordered so that *all* is the minimum, *any* the maximum and *not* is ``2 - x``."""

    UNMET = 0
    UNKNOWN = 1
    MET = 2


class RuleVerdict(Enum):
    """What a rule found. ``not_applicable`` always carries a :class:`Reason`."""

    MET = "met"
    UNMET = "unmet"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"


class Reason(Enum):
    """Why a rule is not applicable. ``not_applicable`` never means passed."""

    ENDED = "ended"
    NOT_YET_IN_FORCE = "not_yet_in_force"
    DATE_NOT_FIXED = "date_not_fixed"
    NOT_YET_KNOWN = "not_yet_known"
    CONDITION_NOT_MET = "condition_not_met"
    EXCEPTED = "excepted"


class DutyState(Enum):
    """How far a duty is fulfilled. ``leg_open``: a method is met but for its closing act (delivery of the post)."""

    FULFILLED = "fulfilled"
    LEG_OPEN = "leg_open"
    OPEN = "open"
    APPLICABILITY_UNKNOWN = "applicability_unknown"
    OUT_OF_SCOPE = "out_of_scope"


class Verdict(Enum):
    """What a decision concludes. See ``docs/ontology.md`` for what each does and does not claim."""

    ACCEPT = "accept"
    ACCEPT_ON_COMPLETION = "accept_on_completion"
    NEED_EVIDENCE = "need_evidence"
    REFUSE = "refuse"
    NEEDS_LEGAL_CONFIRMATION = "needs_legal_confirmation"
