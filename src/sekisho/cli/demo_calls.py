"""The calls desk and the stops desk in ``sekisho demo``: what a trunk may show, calls judged by it, a number stopped.

Numbers, firms and the police force are made up and nothing is dialled. Each step is the service's own: what is told
here is what came of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from sekisho.access.principal import Principal
from sekisho.calls.screening.call import Call, Direction
from sekisho.calls.screening.decision import Decision, Outcome
from sekisho.calls.service import CallService
from sekisho.clock import japan_date
from sekisho.crossings.deliver import deliver_now
from sekisho.crossings.number_plan import CallsNumberPlan
from sekisho.engine.facts import Text
from sekisho.stops.cores import StatedCore
from sekisho.stops.service import StopService
from sekisho.workspace import Workspace

OWN, STOPPED, FORGED, CALLED = "0355550101", "0355550107", "0312340110", "0666661234"
"""A number the customer holds, another used for fraud, one that looks like a police station's, and who is called."""

_TRUNK: Final = "demo-kigyo"
_RANGE: Final = ["0355550100", "0355550199"]
_PARTY: Final = {"id": "sc_demo", "name": "架空商事株式会社", "address": "関所市霞55-1", "call_forwarding": True}
_WORDS: Final = {
    Outcome.PASS: Text("そのままつなぐ", "passes as it is"),
    Outcome.LABEL: Text("注意の表示を付ける", "rings with a label"),
    Outcome.ANONYMISE: Text("非通知にする", "rings without its number"),
    Outcome.ANNOUNCE: Text("音声の案内を流す", "hears an announcement"),
    Outcome.REJECT: Text("つながない", "is refused"),
}


@dataclass(frozen=True, slots=True)
class CallTold:
    """What one step came to: its title, and what to notice. ``outcome`` of a call, empty for other steps."""

    name: str
    title: Text
    outcome: str
    notice: Text

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "step": self.name,
            "title": {"ja": self.title.ja, "en": self.title.en},
            "outcome": self.outcome,
            "notice": {"ja": self.notice.ja, "en": self.notice.en},
        }


class CallsWalk:
    """The steps, one after the other, in an open workspace. ``people`` are those of the other desks."""

    def __init__(self, workspace: Workspace, people: Mapping[str, Principal], clerk: Principal) -> None:
        """``clerk`` may ask for decisions."""
        self._workspace, self._people, self._clerk = workspace, people, clerk
        self._calls = CallService(workspace)
        self._stops = StopService(workspace, CallsNumberPlan(workspace))
        self._asks, self._approves = people["kensaku"], people["hogo"]

    def steps(self) -> Iterator[CallTold]:
        """From the agreement to the stopped number."""
        yield self._agreement()
        now = self._workspace.clock.now()
        call = Call(at=now, trunk=_TRUNK, direction=Direction.EGRESS, called=CALLED, asserted=OWN)
        yield self._judged("own_number", "合意した番号での発信", "A call with an agreed number", call)
        forged = replace(call, asserted=FORGED, presented=FORGED)
        yield self._judged("forged_number", "合意にない番号（警察署風）", "A forged number, like a police's", forged)
        emergency = replace(forged, called="110")
        yield self._judged("emergency", "同じ番号での110番", "110 from the same caller", emergency)
        abroad = replace(call, trunk="demo-kokusai", direction=Direction.ABROAD, asserted="+81355550101")
        yield self._judged("from_abroad", "海外からの国内固定番号", "A Japanese fixed number from abroad", abroad)
        yield self._stop()

    def _agreement(self) -> CallTold:
        today = japan_date(self._workspace.clock.now())
        proposed = self._calls.accords.propose_agreements(
            [
                {
                    "id": "demo-kigyo-1", "trunk": _TRUNK, "direction": "egress", "shows": "own_numbers",
                    "from": today.isoformat(), "ranges": [_RANGE], "otherwise": "reject", "forwards": False,
                    "owner": "架空商事（架空）",
                },
                {
                    "id": "demo-kokusai-1", "trunk": "demo-kokusai", "direction": "abroad", "shows": "transit",
                    "from": today.isoformat(), "otherwise": "anonymise", "owner": "架空国際電話（架空）",
                },
            ],
            by=self._asks,
        )  # fmt: skip
        self._calls.accords.approve(proposed.id, by=self._approves)
        self._calls.accords.make(proposed.id, by=self._asks)
        made = self._calls.publishing.publish(by=self._asks)
        return CallTold(
            "agreement", Text("回線ごとの番号の合意", "What each trunk may show"), "",
            Text(
                f"二人で登録し、判定データ{made.number}号を台帳に記録してから発行",
                f"Entered by two people; bundle {made.number} was on record before it was published",
            ),
        )  # fmt: skip

    def _judged(self, name: str, ja: str, en: str, call: Call) -> CallTold:
        decision, _, _ = self._calls.decide(call, by=self._clerk)
        said = _WORDS[decision.outcome]
        return CallTold(name, Text(ja, en), decision.outcome.value, Text(*(_line(said.in_(each), decision)
                                                                            for each in ("ja", "en"))))  # fmt: skip

    def _stop(self) -> CallTold:
        stops, asks, today = self._stops, self._asks, japan_date(self._workspace.clock.now())
        stops.desk.set("association", "tca", source="架空の加入証 / made up", by=asks)
        stops.register.add_contractor(_PARTY, by=asks)
        since = (today - timedelta(days=300)).isoformat()
        stops.register.assign([{"number": STOPPED, "contractor": "sc_demo", "from": since}], by=asks)
        request = stops.requests.receive(
            {
                "force": "関所県警察", "document_number": "捜二発第901号", "dated": today.isoformat(),
                "basis": "特殊詐欺の犯行に利用（架空）", "contact": "捜査第二課",
                "numbers": [{"number": STOPPED, "crime_on": (today - timedelta(days=3)).isoformat()},
                            {"number": "09012345678", "crime_on": (today - timedelta(days=3)).isoformat()}],
            },
            by=asks,
        )  # fmt: skip
        stops.requests.call_back(
            request.id, published_number="関所県警察本部の代表番号（架空）", confirmed_by="捜査第二課 乙野", by=asks
        )
        proposal = stops.stopping.propose(request.id, by=asks)
        stops.proposals.approve(proposal.id, by=self._approves)
        stops.order(proposal.id, by=asks)
        stops.stopping.carry_out(proposal.id, StatedCore("架空-901"), by=asks)
        taken = deliver_now(self._workspace, stops, by=asks)
        answers, facts = ", ".join(one.answer.value for one in stops.requests.find(request.id).numbers), len(taken)
        return CallTold(
            "stop", Text("警察の要請による番号の停止", "A number stopped on a police force's request"), "",
            Text(
                f"番号ごとの答え: {answers}。停止は二人で行い、通話の窓口に伝えて判定データを発行（{facts}件）",
                f"An answer for each number: {answers}. Two people stopped it; the calls desk was told, and a bundle "
                f"published ({facts})",
            ),
        )  # fmt: skip


def _line(words: str, decision: Decision) -> str:
    status = f" {decision.sip_status}" if decision.sip_status is not None else ""
    rule = f"  {decision.rule}" if decision.rule is not None else ""
    return f"{words}{status}  [{decision.reason}]{rule}"
