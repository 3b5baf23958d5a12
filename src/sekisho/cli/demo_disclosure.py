"""The disclosure desk in ``sekisho demo``: made-up requests, taken through the desk by people with tokens of their own.

Everything is made up and dated from the day of the demonstration; the logs are written, taken in and searched as any
others. Each step is the service's own: what is told here is what came of it.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from ipaddress import ip_network
from typing import Any, Final

from sekisho.access.principal import Principal
from sekisho.cli.demo_logs import REGISTER, nat_log, radius_log
from sekisho.clock import JAPAN, japan_date
from sekisho.disclosure.deciding import Choice
from sekisho.disclosure.delivery.service import Channel, DeliveryDesk, Mode
from sekisho.disclosure.errors import UnknownCase
from sekisho.disclosure.gate_errors import NotPermittedByLaw
from sekisho.disclosure.hearing.letter import Claim, Sender
from sekisho.disclosure.hearing.record import Answer
from sekisho.disclosure.hearing.record import Channel as Sending
from sekisho.disclosure.intake.desk import IntakeDesk
from sekisho.disclosure.intake.json_form import read_object
from sekisho.disclosure.record import Origin
from sekisho.disclosure.service import DisclosureService
from sekisho.engine.facts import Text
from sekisho.errors import SekishoError
from sekisho.logs.kinds import LogKind
from sekisho.logs.policies import Policies
from sekisho.logs.policy_reading import read_policy
from sekisho.logs.service import LogService
from sekisho.logs.sources import SourceSpec
from sekisho.logs.subscribers.read import read_register
from sekisho.logs.subscribers.register import SubscriberRegister
from sekisho.workspace import Workspace

_PROVIDER: Final = {"provider": "関所通信", "service": "demo-hikari"}
_POLICE: Final = {
    "kind": "judicial_police_officer",
    "name": "関所県警察本部 サイバー犯罪対策課",
    "office": "関所市霞1-1",
    "contact": "03-0000-0110",
    "officer": "検見川 守",
    "rank": "警部補",
}
_SEEN: Final = ("document.in_writing", "document.original_received", "document.addressed_to_us")
_GENUINE: Final = ("authenticity.number_confirmed", "authenticity.called_back")
_CLAIM: Final = ("authenticity.identity_proved", "claim.infringement_clear", "claim.proper_reason")
_CALLED: Final = "代表番号 03-0000-0110 に折り返し、課長補佐に確認（架空）"


@dataclass(frozen=True, slots=True)
class Told:
    """What one request came to: its case, how it stands, and what to notice."""

    name: str
    title: Text
    case: str
    state: str
    notice: tuple[Text, ...]

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "request": self.name,
            "title": {"ja": self.title.ja, "en": self.title.en},
            "case": self.case,
            "state": self.state,
            "notice": [{"ja": one.ja, "en": one.en} for one in self.notice],
        }


class DisclosureWalk:
    """The requests, one after the other, in an open workspace."""

    def __init__(self, workspace: Workspace, people: Mapping[str, Principal]) -> None:
        """Takes the logs in."""
        self._workspace = workspace
        self._service = DisclosureService(workspace)
        self._intake = IntakeDesk(workspace, self._service)
        self._delivery = DeliveryDesk(self._service)
        now = workspace.clock.now()
        day = (now.astimezone(JAPAN) - timedelta(days=2)).date()
        self._noon = datetime(day.year, day.month, day.day, 12, tzinfo=JAPAN)
        self._people = people
        self._logs()

    def steps(self) -> Iterator[Told]:
        """Take each request as far as it goes."""
        yield self._inquiry()
        held = self._preservation()
        yield held
        yield self._warrant(held.case)
        yield self._ambiguous()
        yield self._claim()
        yield self._hidden(held.case)
        self._service.searching.close()

    # --- requests ----------------------------------------------------------------------------------------------------

    def _inquiry(self) -> Told:
        """An inquiry by the police asks who had an address: no ground, whatever is checked."""
        request = self._police("investigation_inquiry", "関サ発第101号", "捜査関係事項照会書", "刑事訴訟法197条2項")
        case = self._reviewed({**request, "items": [self._item(7500, "11:02:00", "subscriber")]})
        why = self._stopped(
            lambda: self._service.searching.request(case, by=self._people["kensaku"]), NotPermittedByLaw
        )
        return self._told(
            "inquiry", "照会だけで通信の秘密を求める", "An inquiry asks for what a warrant is needed for", case,
            ("検索は申請の前に止まりました: " + why["ja"], "It stopped before a search was asked for: " + why["en"]),
        )  # fmt: skip

    def _preservation(self) -> Told:
        """A preservation request under secrecy: held for thirty days from its receipt."""
        request = self._police("preservation_request", "関サ発第102号", "保全要請書", "刑事訴訟法197条3項")
        item = self._item(7500, "11:02:00", "log")
        case = self._reviewed(
            {**request, "secrecy": {"state": "asked"}, "items": [item]},
            facts={"document.necessity_stated": True, "preservation.for_seizure": True, "preservation.days_asked": 30},
            members=("kakunin", "kensaku", "kaiji"),
        )
        (hold,) = self._service.holding.hold(case, by=self._people["kensaku"])
        return self._told(
            "preservation", "保全要請（秘密保持の求めつき）", "A preservation request, to be kept secret", case,
            (f"1件の記録だけを別の鍵で保全: {hold.until} まで", f"Only its records are held, until {hold.until}"),
        )  # fmt: skip

    def _warrant(self, held: str) -> Told:
        """The warrant that follows: searched with two approvals, decided, handed over encrypted, receipted."""
        case = self._searched(self._warrant_for([self._item(7500, "11:02:00", "log")]))
        del held
        kaiji = self._people["kaiji"]
        self._service.deciding.decide(case, {1: (Choice.DISCLOSE, "令状どおり")}, by=kaiji)
        package, _ = self._delivery.prepare(case, "requester", "検見川 守", mode=Mode.PASSPHRASE, by=kaiji)
        handed = self._delivery.release(case, package.id, channel=Channel.MEDIUM, how="媒体 M-1（架空）", by=kaiji)
        today = japan_date(self._workspace.clock.now())
        self._delivery.receipt(
            case, package.id, received_on=today, signed_by="検見川 守", sha256=package.sha256, by=kaiji
        )
        (found,) = self._service.deciding.results(case, by=kaiji)
        return self._told(
            "warrant", "捜索差押許可状による交付", "A seizure warrant, handed over", case,
            (
                f"結果 {found.outcome.value}。暗号化し、台帳 #{handed.ledger_index} に記録してから渡しました",
                f"{found.outcome.value}. Encrypted, on record as ledger #{handed.ledger_index}, handed over",
            ),
        )  # fmt: skip

    def _ambiguous(self) -> Told:
        """A minute in which two had the port: whoever it was, it isn't certain, and nobody's name leaves."""
        item = {**self._item(12900, "11:20:00", "log", address="198.18.0.3"), "precision": "minute"}
        case = self._searched(self._warrant_for([item], number="令和8年（る）第102号"))
        kaiji = self._people["kaiji"]
        choose = partial(self._service.deciding.decide, case, by=kaiji)
        why = self._stopped(lambda: choose({1: (Choice.DISCLOSE, "令状どおり")}))
        choose({1: (Choice.REFUSE, "1人に定まらない")})
        return self._told(
            "ambiguous", "1人に定まらない結果", "An answer that names nobody for certain", case,
            ("開示は断られました: " + why["ja"], "Disclosing it was refused: " + why["en"]),
        )  # fmt: skip

    def _claim(self) -> Told:
        """A civil claim: the sender is asked, agrees, and what was asked for leaves."""
        dated = japan_date(self._workspace.clock.now()) - timedelta(days=1)
        item = {**self._item(7500, "11:02:00", "civil.1"), "wanted": ["civil.1", "civil.2"]}
        request = {
            "type": "voluntary_claim",
            "requester": {"kind": "claimant", "name": "請求 花子", "contact": "seikyu@example.jp"},
            "document": {"number": "請求-1", "dated": dated.isoformat(), "title": "発信者情報開示請求書",
                         "legal_provision": "情報流通プラットフォーム対処法5条"},
            "items": [item],
        }  # fmt: skip
        case = self._searched(request, facts=dict.fromkeys(_CLAIM, True))
        service, kaiji = self._service, self._people["kaiji"]
        sender = Sender("架空 十九", "関所市霞19-1")
        claim = Claim(
            "（氏名は示さない）", "https://example.jp/posts/1", "架空の書き込み", "名誉権", "事実に反する（架空）"
        )
        inquiry, _ = service.hearings.draft(case, [1], sender, claim, by=kaiji)
        today = japan_date(self._workspace.clock.now())
        sent = service.hearings.sent(case, inquiry.number, channel=Sending.REGISTERED_POST, on=today, by=kaiji)
        # Whoever asked the sender doesn't record the consent that opens the disclosure.
        service.hearings.answer(
            case, inquiry.number, Answer.AGREES, on=today, how="本人の署名のある回答書", by=self._people["kakunin"]
        )
        service.deciding.decide(case, {1: (Choice.DISCLOSE, "発信者が同意")}, by=kaiji)
        package, _ = self._delivery.prepare(case, "requester", "請求 花子", mode=Mode.PAPER, by=kaiji)
        self._delivery.release(case, package.id, channel=Channel.PAPER, how="書留（架空）", by=kaiji)
        self._delivery.wait(case, "請求者と発信者に通知", by=kaiji)
        return self._told(
            "claim", "発信者情報開示請求と意見聴取", "A civil claim, the sender heard", case,
            (f"照会の期限は {sent.due}。同意の回答を得て開示し、異議の1か月が始まりました",
             f"The sender had until {sent.due}, agreed, and a month for objections runs"),
        )  # fmt: skip

    def _hidden(self, case: str) -> Told:
        """The preservation request isn't there for who isn't on it: the same answer as for an id that nobody has."""
        answers = []
        for each in (case, "d0123456789abcdef"):
            error = self._stopped(partial(self._service.find, each, by=self._people["hogo"]), UnknownCase)
            answers.append(error["en"].replace(each, "…"))
        seen = self._service.count(by=self._people["hogo"])
        every = self._service.count(by=self._people["kansa"])
        same = answers[0] == answers[1]
        return self._told(
            "hidden", "秘密の案件", "A hidden case", case,
            (f"担当でない人の一覧は{seen}件、監査人は{every}件。存在しないIDと同じ答え: {'はい' if same else 'いいえ'}",
             f"Others count {seen} cases, the auditor {every}; the same answer as an unknown id: {same}"),
        )  # fmt: skip

    # --- how ---------------------------------------------------------------------------------------------------------

    def _told(self, name: str, ja: str, en: str, case: str, notice: tuple[str, str]) -> Told:
        state = self._service.find(case, by=self._people["kansa"]).state.value
        return Told(name, Text(ja, en), case, state, (Text(*notice),))

    def _police(self, kind: str, number: str, title: str, provision: str) -> dict[str, Any]:
        dated = japan_date(self._workspace.clock.now()) - timedelta(days=1)
        document = {"number": number, "dated": dated.isoformat(), "title": title, "legal_provision": provision}
        return {"type": kind, "requester": _POLICE, "document": document}

    def _warrant_for(self, items: list[dict[str, Any]], number: str = "令和8年（る）第101号") -> dict[str, Any]:
        made = self._police("search_seizure", number, "捜索差押許可状", "刑事訴訟法218条1項")
        last = japan_date(self._workspace.clock.now()) + timedelta(days=6)
        made["document"] |= {"valid_until": last.isoformat()}
        return {**made, "items": items}

    def _item(self, port: int, time: str, wanted: str, *, address: str = "198.18.0.2") -> dict[str, Any]:
        return {
            "number": 1,
            "kind": "address",
            "value": address,
            "port": port,
            "time": f"{self._noon.date()}T{time}",
            "zone": "JST",
            "data_class": "secrecy",
            "wanted": [wanted],
        }

    def _reviewed(
        self, request: Mapping[str, Any], *, facts: Mapping[str, Any] | None = None, members: tuple[str, ...] = ()
    ) -> str:
        taken = self._intake.take(read_object(dict(request)), by=self._people["uketsuke"])
        case = taken.entry.id
        for who in members:
            self._service.name_member(case, who, by=self._people["uketsuke"])
        self._check(case, dict.fromkeys((*_GENUINE, *_SEEN), True), "uketsuke")
        self._service.review(case, "原本と折り返しの記録を確認（架空）", by=self._people["kakunin"])
        judged = {"document.issued_by_judge": True} if request["type"] == "search_seizure" else {}
        self._check(case, {**judged, **(facts or {})}, "kakunin")
        return case

    def _check(self, case: str, facts: Mapping[str, Any], who: str) -> None:
        for name, value in facts.items():
            self._service.set_fact(case, name, value, origin=Origin.CHECKED, note=_CALLED, by=self._people[who])

    def _searched(self, request: Mapping[str, Any], *, facts: Mapping[str, Any] | None = None) -> str:
        case = self._reviewed(request, facts=facts)
        searching = self._service.searching
        searching.request(case, by=self._people["kensaku"])
        for who in ("kakunin", "hogo"):
            searching.approve(case, by=self._people[who])
        searching.run(case, by=self._people["kensaku"])
        return case

    def _stopped(self, act: Callable[[], Any], kind: type[SekishoError] = SekishoError) -> dict[str, str]:
        """The sentences with which something is refused."""
        try:
            act()
        except kind as error:
            return {"ja": error.sentence("ja"), "en": error.sentence("en")}
        raise AssertionError("the demonstration expected a refusal")

    def _logs(self) -> None:
        workspace, kensaku = self._workspace, self._people["kensaku"]
        policies, logs, today = Policies(workspace), LogService(workspace), japan_date(workspace.clock.now())
        reason = {"necessity": "苦情の9割が発生から4か月以内に寄せられる。", "effect": "発信者を確かめて警告できる。",
                  "social_change": "発信者特定の迅速化が求められている。"}  # fmt: skip
        for kind, fields, name, form, covers, content in (
            ("ap.nat", ["address", "ports", "times", "inside"], "demo-cgn", "juniper-pba", "198.18.0.0/24", nat_log),
            ("ap.auth", ["address", "times", "subject"], "demo-aaa", "freeradius-detail", "198.19.0.0/16", radius_log),
        ):
            declared = {
                **_PROVIDER, "kind": kind, "purposes": ["complaints", "abuse_prevention"], "fields": fields,
                "period": "180d", "need": "苦情対応記録（架空）", "reason": reason,
            }  # fmt: skip
            policies.add(read_policy({**declared, "valid_from": today.isoformat()}), by=kensaku)
            spec = SourceSpec(
                name,
                _PROVIDER["provider"],
                _PROVIDER["service"],
                LogKind(kind),
                form,
                covers=(ip_network(covers),),
            )
            logs.add_source(spec, by="kensaku")
            logs.ingest(io.BytesIO(content(self._noon)), name)
        since = self._noon.date() - timedelta(days=200)
        rows = read_register(REGISTER.format(since=since).encode(), lines=False)
        SubscriberRegister(workspace).take_in(rows, covers_from=since, as_of=today, by="kensaku")
