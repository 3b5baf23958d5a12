"""What holds of every reconciliation, whatever was seen and told."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.apps.evidence import Grade
from sekisho.apps.law.facts import Known
from sekisho.apps.reconcile.platform import Agreement
from sekisho.apps.reconcile.reconcile import reconcile
from sekisho.apps.reconcile.verdicts import WEIGHED, Reason, Verdict
from tests.apps.reconcile.situations import flows_of, notice_of
from tests.apps.reconcile.test_platform import found_in

_ITEMS = ("cookie_id", "ip_address", "email", "coarse_location", "precise_location", "other_personal")
_WHO = ("adco", "statco", "unknown.example", "user-local")
_stated = st.sampled_from(("clear", "vague", "absent"))
_row = st.fixed_dictionaries({
    "to": st.sampled_from((*_WHO, "株式会社ユーザーローカル", "株式会社はちどり広告社")),
    "information": st.lists(st.sampled_from(_ITEMS), max_size=3, unique=True),
    "stated": _stated, "handler": _stated, "sender": _stated, "recipient": _stated,
    "purposes": st.lists(st.sampled_from(("advertising", "analytics")), max_size=2, unique=True),
})  # fmt: skip
_what = st.tuples(st.sampled_from((*_ITEMS, "-")), st.sampled_from(("", ":advertising", ":analytics"))).map("".join)
_situation = st.fixed_dictionaries({
    "seen": st.dictionaries(st.sampled_from(_WHO), st.lists(_what, max_size=3, unique=True), max_size=3),
    "embedded": st.lists(st.sampled_from(_WHO), max_size=2, unique=True),
    "rows": st.lists(_row, max_size=4),
    "whole": st.booleans(),
    "denied": st.lists(st.fixed_dictionaries({
        "recipient": st.sampled_from(("", "adco")),
        "information": st.lists(st.sampled_from(_ITEMS), max_size=1),
    }), max_size=2),
    "notice": st.sampled_from(("read", "read", "read", "absent", "unmeasured")),
})  # fmt: skip


@given(_situation, st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_order_changes_nothing(situation: dict[str, Any], draw: random.Random) -> None:
    """Flows and rows in any order give the same findings in the same order."""
    mixed = {**situation, "rows": draw.sample(situation["rows"], len(situation["rows"]))}
    flows = list(flows_of(situation))
    draw.shuffle(flows)
    before = [(one.order, one.verdict) for one in reconcile(flows_of(situation), notice_of(situation))]
    # Rows are numbered by where they stand: which of two equally bad ones is quoted may differ, and nothing else.
    assert before == [(one.order, one.verdict) for one in reconcile(flows, notice_of(mixed))]


@given(_situation)
@settings(max_examples=200, deadline=None)
def test_nothing_is_concluded_from_absence(situation: dict[str, Any]) -> None:
    """Clear, vague, omitted and incorrect rest on something observed and on a notice that was looked for; what wasn't
    read whole omits nothing; every row stands once, and the verdict is one that its reasons give."""
    notice = notice_of(situation)
    found = reconcile(flows_of(situation), notice)
    for one in found:
        if one.verdict is not Verdict.NOT_MEASURED:
            assert one.grade is Grade.OBSERVED
            assert one.evidence
            assert isinstance(notice, Known)
        if one.verdict is Verdict.OMITTED and isinstance(notice, Known):
            assert notice.value.read_whole or not notice.value.exists
        if one.verdict is Verdict.CLEAR:
            assert one.reasons == (Reason.TOLD,)
            assert one.notice_places
        assert one.verdict in {WEIGHED[reason] for reason in one.reasons}
        assert one.sentence("ja")
        assert one.sentence("en")
        assert one.as_document()["verdict"] == one.verdict.value
    assert len({one.order for one in found}) == len(found)


@given(_situation, st.sampled_from(_WHO), st.sampled_from(_ITEMS))
@settings(max_examples=100, deadline=None)
def test_seeing_more_makes_nothing_clearer(situation: dict[str, Any], who: str, item: str) -> None:
    """What was judged of one recipient and item stays so when another recipient is seen too."""
    other = f"more-{who}"
    more = {**situation, "seen": {**situation["seen"], other: [item]}}
    before = {one.order: one.verdict for one in reconcile(flows_of(situation), notice_of(situation))}
    after = {one.order: one.verdict for one in reconcile(flows_of(more), notice_of(more))}
    assert before == {key: verdict for key, verdict in after.items() if key[0] != other}


@given(st.lists(st.sampled_from(("PSL_EMAIL", "PSL_NAME", "PSL_DEVICE_ID", "PSL_PRECISE_LOCATION")), unique=True),
       st.lists(st.sampled_from(_ITEMS), max_size=3, unique=True), st.booleans(), st.booleans())  # fmt: skip
@settings(max_examples=80, deadline=None)
def test_forms_are_judged_by_traffic_alone(types: list[str], sent: list[str], unread: bool, observed: bool) -> None:
    """Without observed traffic a form neither agrees nor differs; what couldn't be read differs from nothing."""
    given_ = {"play": dict.fromkeys(types, "collected"), "unread": unread, "apk": True}
    found = found_in({**given_, ("sent" if observed else "embedded"): {"adco": sent}})
    for one in found:
        if one.agreement is not Agreement.NOT_MEASURED:
            assert observed
            assert one.evidence
        if one.agreement is Agreement.DIFFERS:
            assert not unread
            assert one.information in sent
