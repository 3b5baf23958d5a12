"""Answers as documents, for machines and people. Pure.

Times stand in Japan time with their offset. Every code has its sentence beside it, Japanese and English.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from sekisho.engine.facts import Text
from sekisho.logs.kinds import KINDS, LogKind
from sekisho.logs.lookup.answer import Interval, Outcome
from sekisho.logs.lookup.asked import Asked, japan_text
from sekisho.logs.lookup.find import Step
from sekisho.logs.lookup.ports import Computed, Lack, LogView, Missing
from sekisho.logs.lookup.who import Answer, Branch, LinkName, Weak
from sekisho.logs.rows import Known

OUTCOMES: Final = {
    Outcome.UNIQUE: Text("1人に定まる", "one holder, and no room for another"),
    Outcome.AMBIGUOUS: Text("定まらない（候補を示すだけ）", "not settled: candidates only"),
    Outcome.NONE: Text("だれにも割り当てられていない", "assigned to nobody"),
    Outcome.COVERAGE_GAP: Text(
        "記録が欠けている。いた・いないのどちらでもない", "logs are missing: neither somebody nor nobody"
    ),
    Outcome.EXPIRED: Text("保存期間が終わり削除済み", "deleted at the end of the period"),
    Outcome.COMPUTED: Text("割当規則から1人に計算できる", "one holder, computed from the assignment rule"),
    Outcome.NEXT_PROVIDER: Text("他社のアドレス", "another provider's address"),
}
LACKS: Final = {
    Lack.PURGED: Text("保存期間が終わり削除済み", "deleted at the end of the period"),
    Lack.NOT_HEARD: Text("この時間、出所から記録が届いていない", "the source wasn't heard in this time"),
    Lack.LOST: Text("出所の番号に抜けがある", "the source's own numbers show a loss"),
    Lack.SEGMENT_MISSING: Text("記録ファイルがない", "a file of records is missing"),
    Lack.SEGMENT_DAMAGED: Text("記録ファイルが壊れている", "a file of records is damaged"),
    Lack.NO_SOURCE: Text("このアドレスの記録を出すものがない", "no source keeps records of this address"),
    Lack.NOT_GRANTED: Text("照会許可にない種類の記録が要る", "needs a kind of log that the grant doesn't allow"),
    Lack.BY_RULE: Text("規則による割当は一覧に出ない", "what a rule assigns isn't in a trail"),
    Lack.DOUBTFUL: Text("ほかの人の可能性が残る", "somebody else remains possible"),
    Lack.NOBODY: Text("前の段にいる人がこの記録にはいない", "the link before names somebody, this log nobody"),
    Lack.NOT_NAMED: Text("記録に名前も内側アドレスもない", "the record names neither a line nor an inside address"),
    Lack.NOT_IN_REGISTER: Text("契約者名簿にこの回線がない", "the register doesn't know this line"),
    Lack.TOO_MANY: Text("候補が多すぎて追わない", "too many candidates to follow"),
}
ENDS: Final = {
    Known.LOGGED: Text("記録あり", "logged"),
    Known.CARRIED: Text("日をまたいで続く", "goes on across midnight"),
    Known.RESTART: Text("装置の再起動まで", "no later than a restart"),
    Known.NEXT_ASSIGNMENT: Text("次の割当まで", "no later than the next assignment"),
    Known.LIMIT: Text("最長時間・リース期限まで", "no later than its limit"),
    Known.OPEN: Text("まだ終わりの記録がない", "no end logged yet"),
    Known.UNSEEN: Text("始まりの記録がない", "its start wasn't logged"),
    Known.NOT_LOGGED: Text("時点の記録", "a point in time"),
    Known.TWICE: Text("時計の戻りで2通りある", "one of two times: the clock was put back"),
}
LINKS: Final = {
    LinkName.ADDRESS: Text("アドレス", "address"),
    LinkName.SESSION: Text("認証・割当", "session"),
    LinkName.CONTRACTOR: Text("契約者", "contractor"),
}


def answer_document(answer: Answer, view: LogView) -> dict[str, Any]:
    """An answer as JSON values."""
    return {
        "outcome": answer.outcome.value,
        "message": _both(OUTCOMES[answer.outcome]),
        "asked": asked_document(answer.asked),
        "reached": answer.reached.value,
        "address": step_document(answer.first, view),
        "computed": [computed_document(one) for one in answer.computed],
        "branches": [_branch(one, view) for one in answer.branches],
        "weak": [_weak(one, view) for one in answer.weak],
    }


def asked_document(asked: Asked) -> dict[str, Any]:
    """What was asked."""
    return {
        "address": str(asked.address),
        "port": asked.port,
        "time": japan_text(asked.at),
        "within_seconds": asked.within / 1_000_000,
        "protocol": asked.protocol,
        "destination": None if asked.destination is None else str(asked.destination),
        "destination_port": asked.destination_port,
    }


def step_document(step: Step, view: LogView) -> dict[str, Any]:
    """One link with its intervals."""
    return {
        "outcome": step.link.outcome.value,
        "message": _both(OUTCOMES[step.link.outcome]),
        "address": str(step.question.address),
        "kinds": sorted(kind.value for kind in step.kinds),
        "intervals": [interval_document(one, view) for one in step.link.intervals],
        "missing": [missing_document(one, view) for one in step.missing],
    }


def interval_document(one: Interval, view: LogView) -> dict[str, Any]:
    """One interval: whose, when, how its ends are known, and from which source."""
    inside, subject = one.holder if isinstance(one.holder, tuple) and len(one.holder) == 2 else (None, one.holder)
    return {
        "inside": inside,
        "subject": subject,
        "resource": one.resource,
        "ports": [one.port_low, one.port_high],
        "protocol": one.protocol or None,
        "start": japan_text(one.start),
        "start_known": one.start_known.name.lower(),
        "end": japan_text(one.end),
        "end_known": one.end_known.name.lower(),
        "confirmed": japan_text(one.confirmed),
        "firm": one.firm,
        "fraction": round(one.fraction, 6),
        "kind": None if one.kind is None else one.kind.value,
        "source": _source(one.source, view),
        "origin": one.origin,
        "reference": one.reference,
    }


def missing_document(one: Missing, view: LogView) -> dict[str, Any]:
    """What is lacking."""
    found: dict[str, Any] = {"why": one.lack.value, "message": _both(LACKS[one.lack]), "kind": one.kind.value}
    if one.day is not None:
        found["day"] = one.day.isoformat()
    if one.source is not None:
        found["source"] = _source(one.source, view)
    if one.gap is not None:
        found["gap"] = {
            "begin": japan_text(one.gap.begin),
            "end": japan_text(one.gap.end),
            "reason": one.gap.reason,
            "missing": one.gap.missing,
        }
    return found


def computed_document(one: Computed) -> dict[str, Any]:
    """What a rule says, with the rule."""
    return {
        "rule": one.rule,
        "method": one.method,
        "source": one.source,
        "valid_from": japan_text(one.valid_from),
        "valid_to": None if one.valid_to is None else japan_text(one.valid_to),
        "inside": None if one.inside is None else str(one.inside),
        "prefix_length": one.prefix_length,
        "ports": [one.port_low, one.port_high],
        "fraction": round(one.fraction, 6),
        "steps": list(one.steps),
    }


def _branch(one: Branch, view: LogView) -> dict[str, Any]:
    return {
        "inside": one.inside,
        "subject": one.subject,
        "rule": None if one.rule is None else one.rule.rule,
        "session": None if one.session is None else step_document(one.session, view),
        "lines": list(one.lines),
        "contractors": None if one.contractors is None else [each.document() for each in one.contractors],
    }


def _weak(one: Weak, view: LogView) -> dict[str, Any]:
    return {"link": one.link.value, "holder": one.holder, **missing_document(one.why, view)}


def _source(number: int, view: LogView) -> str:
    found = view.source(number)
    return f"#{number}" if found is None else found.spec.name


def _both(text: Text) -> dict[str, str]:
    return {"ja": text.ja, "en": text.en}


def answer_lines(document: dict[str, Any], lang: str) -> list[str]:
    """An answer for a person, in lines."""
    asked = document["asked"]
    port = "" if asked["port"] is None else f" {asked['port']}"
    lines = [
        f"{asked['address']}{port}  {asked['time']} ± {asked['within_seconds']:g} s",
        f"→ {document['outcome']}: {document['message'][lang]}",
    ]
    lines += [f"  {line}" for line in _step_lines(document["address"], lang)]
    for rule in document["computed"]:
        until = rule["valid_to"] or "…"
        lines.append(f"  {rule['method']} {rule['rule']} ({rule['source']}, {rule['valid_from']} – {until})")
        lines += [f"    {step}" for step in rule["steps"]]
    for branch in document["branches"]:
        if branch["session"] is not None and branch["session"]["intervals"]:
            lines.append(f"  {branch['inside']} → {branch['session']['outcome']}")
            lines += [f"    {line}" for line in _step_lines(branch["session"], lang)]
        for each in branch["contractors"] or []:
            person = "、".join(each["person"].values()) if lang == "ja" else ", ".join(each["person"].values())
            lines.append(f"    {each['contract']}  {each['valid_from']} – {each['valid_to'] or ''}  {person}")
    return lines + [f"  ! {line}" for line in _weak_lines(document["weak"], lang)]


def _weak_lines(found: list[dict[str, Any]], lang: str) -> list[str]:
    """What is missing or doubtful, once for each reason: several holders with the same one share a line."""
    shared: dict[tuple[str, str, str, str], list[dict[str, Any]]] = {}
    for one in found:
        gap = str(one.get("gap", one.get("day", "")))
        shared.setdefault((one["link"], one["why"], one["kind"] + one.get("source", ""), gap), []).append(one)
    lines = []
    for alike in shared.values():
        first, *rest = alike
        others = [one["holder"] for one in rest if one.get("holder")]
        more = ""
        if others:
            more = f" ほか{len(others)}件" if lang == "ja" else f" and {len(others)} more"
        lines.append(f"{_linked(first['link'], lang)}: {_missing_line(first, lang)}{more}")
    return lines


def _step_lines(step: dict[str, Any], lang: str) -> list[str]:
    lines = []
    for one in step["intervals"]:
        holder = " ".join(part for part in (one["inside"], one["subject"]) if part) or "—"
        start = _end(one["start"], one["start_known"], lang)
        end = _end(one["end"], one["end_known"], lang)
        firm = "" if one["firm"] else (" 推定" if lang == "ja" else " presumed")
        lines.append(
            f"{holder}  {one['ports'][0]}-{one['ports'][1]}  {start} – {end}  {one['fraction']:.0%}{firm}"
            f"  [{one['kind']} {one['source']}]"
        )
    return lines


def _end(moment: str, known: str, lang: str) -> str:
    text = ENDS[Known[known.upper()]]
    return f"{_plain(moment)} ({text.ja if lang == 'ja' else text.en})"


def _plain(moment: str) -> str:
    """A time for people: the microsecond by which an end lies after the last word isn't for them."""
    return re.sub(r"\.00000\d", "", moment)


def _missing_line(one: dict[str, Any], lang: str) -> str:
    about = [KINDS[LogKind(one["kind"])].title.ja if lang == "ja" else KINDS[LogKind(one["kind"])].title.en]
    about += [one[name] for name in ("source", "day", "holder") if one.get(name)]
    if "gap" in one:
        about.append(f"{_plain(one['gap']['begin'])} – {_plain(one['gap']['end'])}")
    return f"{one['message'][lang]} ({', '.join(about)})"


def _linked(name: str, lang: str) -> str:
    text = LINKS[LinkName(name)]
    return text.ja if lang == "ja" else text.en


def counted(outcomes: Sequence[Outcome]) -> dict[str, int]:
    """How often each outcome came, for the ledger."""
    return {one.value: outcomes.count(one) for one in Outcome if one in outcomes}


def trail_lines(document: dict[str, Any], lang: str) -> list[str]:
    """A trail for a person, in lines."""
    lines = []
    for one in document["assignments"]:
        start, end = _end(one["start"], one["start_known"], lang), _end(one["end"], one["end_known"], lang)
        inside = f" ({one['inside']})" if one["inside"] else ""
        ports = f" {one['ports'][0]}-{one['ports'][1]}" if one["ports"] != [0, 65535] else ""
        lines.append(f"{start} – {end}  {one['resource']}{ports}{inside}  [{one['kind']} {one['source']}]")
    if not lines:
        lines.append("割当は見つかりません。" if lang == "ja" else "No assignment was found.")
    return lines + [f"! {_missing_line(one, lang)}" for one in document["missing"]]


def contractor_lines(document: dict[str, Any], lang: str) -> list[str]:
    """A contractor for a person, in lines."""
    lines = [f"→ {document['outcome']}: {document['message'][lang]}"]
    for one in document["contractors"]:
        person = ", ".join(f"{name} {value}" for name, value in one["person"].items())
        lines.append(f"  {one['contract']}  {one['valid_from']} – {one['valid_to'] or ''}  {person}")
    return lines
