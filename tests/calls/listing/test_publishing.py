"""Agreements by two people, lines by consent, bundles with their leaf; what doesn't load changes nothing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from sekisho.access.errors import ApprovalNotGiven, OwnRequest, ScopeMissing, TooFewApprovers
from sekisho.calls.accords import Proposal, read_agreements_csv
from sekisho.calls.compiling import ShippedCompiler
from sekisho.calls.errors import (
    LineRefused,
    NothingPublished,
    ProposalDecided,
    ProposalRefused,
    UnknownAgreement,
    UnknownBundle,
    UnknownLine,
    UnknownProposal,
)
from sekisho.calls.screening import bundle as bundles
from sekisho.calls.screening.compile import RULES_FOLDER
from sekisho.calls.screening.errors import AgreementsRefused, BundleRefused, RulesRefused
from sekisho.errors import InputRefused
from tests.calls.desk import NOW, NUMBER, CallDesk, call

EITHER_STORE = True

AGREEMENT = {
    "id": "ag-1", "trunk": "t-own", "direction": "egress", "shows": "own_numbers", "otherwise": "reject",
    "from": "2026-11-24", "ranges": [["0312340000", "0312349999"]], "owner": "法人A",
}  # fmt: skip
CONSENT = {"given_at": NOW.isoformat(), "way": "web", "text_version": "2026-11", "cases": ["anonymous_calls"]}


def agreed(desk: CallDesk, *documents: dict[str, Any]) -> None:
    """Agreements put in force by two people."""
    found = desk.service.accords.propose_agreements(documents or (AGREEMENT,), by=desk["tanto"])
    desk.service.accords.approve(found.id, by=desk["hogo"])
    desk.service.accords.make(found.id, by=desk["tanto"])


def made(desk: CallDesk, proposal: Proposal) -> None:
    """What somebody proposed, approved by another and put in force."""
    desk.service.accords.approve(proposal.id, by=desk["hogo"])
    desk.service.accords.make(proposal.id, by=desk["tanto"])


def test_agreements_take_two(desk: CallDesk) -> None:
    """Asked for by one, approved by another, in force once made; nobody approves their own."""
    accords = desk.service.accords
    found = accords.propose_agreements([AGREEMENT], by=desk["tanto"])
    with pytest.raises((ApprovalNotGiven, TooFewApprovers)):
        accords.make(found.id, by=desk["tanto"])
    assert accords.agreements() == []
    with pytest.raises((OwnRequest, ScopeMissing)):
        accords.approve(found.id, by=desk["tanto"])
    accords.approve(found.id, by=desk["hogo"])
    accords.make(found.id, by=desk["tanto"])
    assert [one.id for one in accords.agreements()] == ["ag-1"]
    with pytest.raises(ProposalDecided):
        accords.withdraw(found.id, by=desk["tanto"])
    with pytest.raises(UnknownProposal):
        accords.find("cp_none")
    with pytest.raises(AgreementsRefused):
        accords.propose_agreements([AGREEMENT], by=desk["tanto"])
    with pytest.raises(ProposalRefused):
        accords.propose_end("ag-1", date(2026, 11, 24), by=desk["tanto"])
    with pytest.raises(UnknownAgreement):
        accords.propose_end("ag-2", date(2026, 12, 1), by=desk["tanto"])


def test_what_two_agreed_takes_two_to_end(desk: CallDesk) -> None:
    """Proposed alone nothing ends; nobody approves their own; made after its day has passed, it is refused."""
    agreed(desk)
    accords = desk.service.accords
    asked = accords.propose_end("ag-1", date(2026, 12, 1), by=desk["tanto"])
    with pytest.raises((ApprovalNotGiven, TooFewApprovers)):
        accords.make(asked.id, by=desk["tanto"])
    with pytest.raises((OwnRequest, ScopeMissing)):
        accords.approve(asked.id, by=desk["tanto"])
    assert accords.agreements()[0].ends is None
    made(desk, asked)
    assert accords.agreements()[0].ends == date(2026, 12, 1)
    late = accords.propose_end("ag-1", date(2026, 11, 25), by=desk["tanto"])
    accords.approve(late.id, by=desk["hogo"])
    desk.clock.advance(timedelta(days=3))
    with pytest.raises(ProposalRefused):
        accords.make(late.id, by=desk["tanto"])
    assert accords.agreements()[0].ends == date(2026, 12, 1)


@pytest.mark.parametrize(
    "changed", [{"from": "2026-11-23"}, {"more": 1}, {"otherwise": "pass"}, {"shows": "x"}, {"ranges": [["1", "02"]]}]
)
def test_agreements_refused(desk: CallDesk, changed: dict[str, Any]) -> None:
    """After the fact, with unknown fields or what no agreement has: nothing is asked for."""
    with pytest.raises((ProposalRefused, AgreementsRefused)):
        desk.service.accords.propose_agreements([{**AGREEMENT, **changed}], by=desk["tanto"])
    assert desk.service.accords.every() == []


def test_agreements_from_csv(desk: CallDesk) -> None:
    """A table of agreements is one proposal; a cell that can't be read names its line."""
    head = "id,trunk,direction,shows,from,otherwise,numbers,ranges,forwards\n"
    rows = read_agreements_csv(
        head + "ag-1,t1,egress,own_numbers,2026-12-01,reject,0120111222;0312345678,0312340000-0312349999,no\n"
        "ag-2,t2,egress,transit,2026-12-01,,,,\n"
    )
    agreed(desk, *rows)
    first, second = desk.service.accords.agreements()
    assert "0312340001" in first.numbers
    assert (first.forwards, second.forwards) == (False, True)
    one_number = "ag-1,t1,egress,own_numbers,2026-12-01,reject,,0312340000,no\n"
    for wrong in (one_number, "a,b,c,d,e,f,,,maybe\n", "a,b" + ",c" * 9):
        with pytest.raises(ProposalRefused, match="line 2"):
            read_agreements_csv(head + wrong)


def test_lines_and_their_consents(desk: CallDesk) -> None:
    """What alters a line's calls has a consent for just that, and ends when it is withdrawn; the ledger tells of the
    consent, not of the line."""
    lines, wanted = desk.service.lines, {"anonymous_calls": {"wish": "reject", "sip_status": 607}}
    for settings, consent in (
        (wanted, {**CONSENT, "cases": []}),
        (wanted, {**CONSENT, "cases": ["anonymous_calls", "foreign_calls"]}),
        (wanted, {**CONSENT, "given_at": (NOW + timedelta(hours=1)).isoformat()}),
        (wanted, {**CONSENT, "way": "guess"}),
        (wanted, {**CONSENT, "text_version": ""}),
        ({"anonymous_calls": {"wish": "reject", "consent": "mine"}}, CONSENT),
        ({"x": {"wish": "label"}}, CONSENT),
    ):
        with pytest.raises(LineRefused):
            lines.set("0399998888", settings, consent, by=desk["madoguchi"])
    lines.set("0399998888", {"anonymous_calls": {"wish": "label"}}, CONSENT, by=desk["madoguchi"])
    entry = lines.set("0399998888", wanted, CONSENT, by=desk["madoguchi"])
    desk.service.publishing.publish(by=desk["tanto"])
    bundle = bundles.load(desk.service.publishing.root / "00000001")
    choice = bundle.lines.settings("0399998888").anonymous_calls
    assert (choice.wish, choice.consent, choice.sip_status) == ("reject", entry.id, 607)
    assert "0399998888" not in str(desk.leaves("calls.line"))
    lines.end("0399998888", by=desk["madoguchi"])
    with pytest.raises(UnknownLine):
        lines.find("0399998888", by=desk["madoguchi"])
    with pytest.raises(ScopeMissing):
        lines.set("x", wanted, CONSENT, by=desk["hogo"])


def test_default_of_lines(desk: CallDesk) -> None:
    """What holds for lines that asked for nothing takes two people and a basis."""
    accords, settings = desk.service.accords, {"suspicious_calls": {"wish": "label", "consent": "約款第10条"}}
    with pytest.raises(ProposalRefused):
        accords.propose_default(settings, basis="", document="約款", by=desk["tanto"])
    with pytest.raises(ProposalRefused):
        accords.propose_default({"x": 1}, basis="包括同意", document="約款", by=desk["tanto"])
    found = accords.propose_default(settings, basis="包括同意の条件を満たす", document="約款第10条", by=desk["tanto"])
    accords.approve(found.id, by=desk["hogo"])
    desk.service.publishing.publish(by=desk["tanto"])
    root = desk.service.publishing.root
    assert bundles.load(root / "00000001").lines.settings(None).suspicious_calls.wish == "pass"
    accords.make(found.id, by=desk["tanto"])
    desk.service.publishing.publish(by=desk["tanto"])
    assert bundles.load(root / "00000002").lines.settings("any").suspicious_calls.wish == "label"


def test_decided_by_what_is_published(desk: CallDesk) -> None:
    """Without a bundle nothing is decided; with one, a call is, by the agreements and lists in it, and by its name."""
    service = desk.service
    with pytest.raises(NothingPublished):
        service.decide(call(), by=desk["madoguchi"])
    with pytest.raises(NothingPublished):
        service.publishing.current()
    agreed(desk)
    service.publishing.publish(by=desk["tanto"])
    changed = {"trunk": "t-own", "direction": "egress"}
    own, _, name = service.decide(call(**changed, asserted="0312340001"), by=desk["madoguchi"])
    forged, _, _ = service.decide(call(**changed, asserted="0355556666"), by=desk["madoguchi"])
    assert (own.outcome.value, forged.outcome.value, name) == ("pass", "reject", "00000001")
    with pytest.raises(ScopeMissing):
        service.decide(call(), by=desk["hogo"])


def test_every_bundle_is_on_record(desk: CallDesk) -> None:
    """The leaf holds the digest of each file that proxies check; old folders are kept to roll back to, five of them."""
    made = [desk.service.publishing.publish(by=desk["tanto"]) for _ in range(7)]
    assert [leaf["files"] for leaf in desk.leaves("calls.bundle_published")] == [dict(one.files) for one in made]
    root = desk.service.publishing.root
    assert sorted(one.name for one in root.iterdir() if one.is_dir()) == [f"{at:08d}" for at in range(3, 8)]
    assert [one["number"] for one in desk.service.publishing.state()["kept"]] == [7, 6, 5, 4, 3]
    with pytest.raises(UnknownBundle):
        desk.service.publishing.roll_back(1, by=desk["tanto"])
    with pytest.raises(UnknownBundle):
        desk.service.publishing.roll_back(99, by=desk["tanto"])


def test_rules(desk: CallDesk) -> None:
    """An operator's set is loaded live or on trial; one that isn't sound is refused and changes nothing; rolled back,
    the former rules decide again, and what was freed since stays free."""
    publishing = desk.service.publishing
    desk.enter(action="reject")
    first = publishing.publish(by=desk["tanto"])
    shipped = b"rules:\n" + b"".join(
        one.read_bytes().partition(b"rules:\n")[2] for one in sorted(RULES_FOLDER.glob("*.yaml"))
    )
    for wrong in (b"", b"\xff", b"rules: {}", b"rules: [", b"x: 1", shipped[: len(shipped) // 2]):
        with pytest.raises(InputRefused):
            publishing.propose_rules(wrong, by=desk["tanto"])
        with pytest.raises(InputRefused):
            publishing.try_rules(wrong, by=desk["tanto"])
    asked = publishing.propose_rules(shipped, by=desk["tanto"])
    with pytest.raises((ApprovalNotGiven, TooFewApprovers)):
        desk.service.accords.make(asked.id, by=desk["tanto"])
    assert publishing.publish(by=desk["tanto"]).files["rules.json"] == first.files["rules.json"]
    publishing.try_rules(shipped, by=desk["tanto"])
    trial = publishing.publish(by=desk["tanto"])
    assert trial.files["rules.json"] == first.files["rules.json"]
    assert "shadow_rules.json" in trial.files
    publishing.end_shadow(by=desk["tanto"])
    made(desk, asked)
    live = publishing.publish(by=desk["tanto"])
    assert "shadow_rules.json" not in live.files
    assert live.files["rules.json"] != first.files["rules.json"]
    desk.service.free(NUMBER, "誤登録", by=desk["tanto"])
    back = publishing.roll_back(first.number, by=desk["tanto"])
    assert back.files["rules.json"] == first.files["rules.json"]
    assert back.rolled_back_to == first.number
    assert desk.hit(NUMBER) == "pass"
    assert publishing.publish(by=desk["tanto"]).files["rules.json"] == first.files["rules.json"]


def test_a_bundle_that_does_not_load(desk: CallDesk) -> None:
    """One that isn't sound isn't switched to, is on record as abandoned, and the one in use stays."""

    class Broken(ShippedCompiler):
        def house(self) -> bytes:
            return b"{}"

    publishing = desk.service.publishing
    first = publishing.publish(by=desk["tanto"])
    publishing._rules = Broken()
    with pytest.raises((BundleRefused, RulesRefused)):
        publishing.publish(by=desk["tanto"])
    assert publishing.current() == first
    assert [one.state for one in publishing.every()] == ["abandoned", "published"]
    assert desk.leaves("calls.bundle_abandoned")[0]["bundle"] == 2
    assert desk.hit(NUMBER) is None


def test_connectors(desk: CallDesk) -> None:
    """A connector's report says what it has loaded and what was wrong; a name that is none is refused."""
    publishing = desk.service.publishing
    made = publishing.publish(by=desk["tanto"])
    publishing.report("sbc-1", folder=made.folder, problem=None)
    publishing.report("sbc-2", folder=None, problem="lists.bin: it isn't what the manifest says")
    state = publishing.state()
    assert state["behind"] == ["sbc-2"]
    assert [one["problem"] is None for one in state["connectors"]] == [True, False]
    for name, folder in (("../x", None), ("sbc-1", "1")):
        with pytest.raises(ProposalRefused):
            publishing.report(name, folder=folder, problem=None)
