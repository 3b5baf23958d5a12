"""A contract decision for a person at a terminal: verdict first, the reason next to it, then the one next step.

Made from the decision document alone, so that what people read and what ``--json`` prints can't differ.
"""

from __future__ import annotations

import unicodedata
from typing import Any

from sekisho.contracts.words import WORDS

_VERDICTS = {
    "accept": ("受付", "accepted"),
    "accept_on_completion": ("完了後に受付", "accepted on completion"),
    "need_evidence": ("証拠が足りません", "evidence is missing"),
    "refuse": ("お断り", "refused"),
    "needs_legal_confirmation": ("条文の確認が必要です", "needs legal confirmation"),
}
_KINDS = {
    "statutory": ("法令上の拒否事由（携帯電話不正利用防止法11条）", "statutory ground (Act art. 11)"),
    "contract_terms": ("契約約款による", "by the operator's terms"),
    "number_scheme": ("利用停止等スキームによる", "by the number-stop scheme"),
    "act2026_lines": ("令和8年法の回線数による", "by the line limit of the 2026 Act"),
    "lawful_ground_missing": ("法的根拠がない", "no lawful ground"),
}
_MARKS = {"met": "✓", "unmet": "✗", "unknown": "?", "not_applicable": "–"}
_STATES = {"summary": ("要旨", "summary"), "unverified": ("未確認", "text unverified")}
_BY = {"applicant": ("申込者", "applicant"), "operator": ("事業者", "operator")}
_DUTY_STATES = {
    "fulfilled": ("済", "fulfilled"),
    "leg_open": ("完了待ち", "waiting for completion"),
    "open": ("未了", "open"),
    "applicability_unknown": ("要否不明", "not known whether it applies"),
    "out_of_scope": ("対象外", "outside"),
}
_STRENGTHS = {
    "effort": ("努力義務", "effort"),
    "desirable": ("望ましい", "desirable"),
    "benchmark": ("ベンチマーク", "benchmark"),
    "voluntary": ("業界の自主ルール", "industry rule"),
    "house": ("社内規則", "house rule"),
    "proposal": ("報告書の提案（試算のみ）", "proposal, simulated only"),
}


def decision_text(document: dict[str, Any], lang: str, *, ledger_index: int | None, decision_id: str | None) -> str:
    """The decision in a dozen lines or so; everything else is in the JSON document."""
    ja = lang == "ja"
    at = 0 if ja else 1
    dims = document["dimensions"]
    lines = [
        f"{document['application']}  {'・'.join(WORDS[value].in_(lang) for value in dims.values())}   "
        + (f"基準日 {document['as_of']}" if ja else f"law of {document['as_of']}")
        + ("（仮定）" if document["hypothetical"] and ja else " (hypothetical)" if document["hypothetical"] else "")
        + (f"  規則集 {document['rulebook'][:8]}" if ja else f"  rulebook {document['rulebook'][:8]}"),
        "",
        f"  {_VERDICTS[document['verdict']][at]} ({document['verdict']})" + _verdict_note(document, lang),
    ]
    for ground in document["refusal"]:
        cited = _labels(ground["provisions"], lang)
        lines.append(f"    {_KINDS[ground['kind']][at]}: {ground['ground'][lang]}（{cited}）")
        if ground["ends_when"]:
            lines.append(("    終わるとき: " if ja else "    Ends when: ") + ground["ends_when"][lang])
    lines.append("")
    lines += _duty_lines(document, lang)
    lines += _finding_lines(document, lang)
    if document["ways"]:
        lines += ["", "  受け付けられるようにするには（やさしい順）" if ja else "  To be accepted (easiest first)"]
        for n, way in enumerate(document["ways"], start=1):
            who = "・".join(_BY[by][at] for by in way["by"] if by in _BY) if ja else " + ".join(way["by"])
            leads = _VERDICTS[way["verdict"]][at]
            lines.append(f"   {n}. {who}: {way['text'][lang]}  → {leads}")
    if document["questions"]:
        lines += ["", "  先に確かめるとよいこと" if ja else "  Worth finding out first"]
        lines += [f"   – {asked['title'][lang]}" for asked in document["questions"][:3]]
    for seen in document["seen"]:
        looks = ("、" if ja else ", ").join(look[lang] for look in seen["looked_at"])
        who = "見た者" if ja else "seen by"
        lines.append(f"  evidence[{seen['item']}] {who}: {seen['seen_by']}  {seen['seen_at']}  {looks}")
    lines += ["", ("  次の一歩: " if ja else "  Next: ") + document["next_step"][lang]]
    lines.append("  確かめていないこと:" if ja else "  Not checked:")
    lines += [f"   – {said[lang]}" for said in document["not_checked"]]
    if ledger_index is not None:
        ledger = f"台帳 #{ledger_index}  記録 {decision_id}" if ja else f"ledger #{ledger_index}  record {decision_id}"
        more = "--json で全部、--explain で木を表示" if ja else "--json for everything, --explain for the tree"
        lines.append(f"  {ledger}    {more}")
    return "\n".join(lines)


def verdict_word(verdict: str, lang: str) -> str:
    """A verdict in one short phrase."""
    return _VERDICTS[verdict][0 if lang == "ja" else 1]


def _verdict_note(document: dict[str, Any], lang: str) -> str:
    ja = lang == "ja"
    if document["verdict"] == "needs_legal_confirmation":
        would = _VERDICTS[document["would_be"]][0 if ja else 1]
        return f" — 確認されれば: {would}" if ja else f" — once confirmed: {would}"
    if document["verified_on"]:
        return f" — 本人確認の日 {document['verified_on']}" if ja else f" — verified on {document['verified_on']}"
    if document["complete_before"]:
        return (
            f" — {document['complete_before']} より前に完了すること"
            if ja
            else f" — must be completed before {document['complete_before']}"
        )
    return ""


def _duty_lines(document: dict[str, Any], lang: str) -> list[str]:
    at = 0 if lang == "ja" else 1
    titles = {finding["rule"]: finding for finding in document["findings"]}
    width = max(_width(duty["title"][lang]) for duty in document["duties"]) + 2
    lines = []
    for duty in document["duties"]:
        state = _DUTY_STATES[duty["state"]][at]
        if duty["state"] == "out_of_scope":
            because = titles[duty["by"][0]]
            state += f": {because['title'][lang]} ({_labels(because['provisions'], lang)})"
        elif not duty["binding"]:
            state += "（任意）" if at == 0 else " (voluntary)"
        if duty["voluntary"]:
            state += "／業界の自主ルール: " if at == 0 else "; industry rule: "
            state += _DUTY_STATES[duty["voluntary"]][at]
        lines.append(f"  {_pad(duty['title'][lang], width)}{state}")
    return lines


def _finding_lines(document: dict[str, Any], lang: str) -> list[str]:
    """What was tried, what met, what stands in the way; methods nobody tried share one line."""
    ja = lang == "ja"
    waiting = {duty["duty"] for duty in document["duties"] if duty["state"] in ("open", "applicability_unknown")}
    told: list[str] = []
    others: list[str] = []
    current = {f["method"] for f in document["findings"] if f["verdict"] != "not_applicable"}
    # Of several past versions of a method the last one tells what changed.
    last: dict[str, str] = {}
    for finding in document["findings"]:
        if finding["reason"] == "ended" and finding["method"] and finding["until"]:
            last[finding["method"]] = max(last.get(finding["method"], ""), finding["until"])
    for finding in document["findings"]:
        role, verdict = finding["role"], finding["verdict"]
        if role == "method":
            wanted = bool(set(finding["duties"]) & waiting)
            ended = (
                finding["reason"] == "ended"
                and finding["attempted"]
                and finding["method"] not in current
                and finding["until"] == last.get(finding["method"])
            )
            if verdict == "met" or (wanted and (ended or (finding["attempted"] and verdict != "not_applicable"))):
                told += _finding_line(finding, lang)
            elif wanted and verdict != "not_applicable":
                others.append(finding["title"][lang])
        elif (role in ("requirement", "advice") and verdict == "unmet") or (
            role == "requirement" and verdict == "unknown" and finding["binding"]
        ):
            told += _finding_line(finding, lang)
    if others:
        shown = ("、" if ja else ", ").join(dict.fromkeys(others))
        told.append(("  ほかに使える方法: " if ja else "  Other methods open: ") + shown)
    return ["", *told] if told else []


def _finding_line(finding: dict[str, Any], lang: str) -> list[str]:
    verdict, ja = finding["verdict"], lang == "ja"
    leg_open = verdict == "met" and finding["completion"] not in (None, "met")
    mark = "…" if leg_open else _MARKS[verdict]
    state = _STATES.get(finding["text_state"])
    strength = _STRENGTHS.get(finding["strength"])
    noted = "".join(f" [{words[0 if ja else 1]}]" for words in (state, strength) if words)
    head = f"  {mark} {_pad(finding['title'][lang], 44)} {_labels(finding['provisions'], lang)}{noted}"
    if verdict == "met":
        return [head]
    if verdict == "not_applicable" or finding["role"] == "advice":
        return [head, f"      {finding['staff'][lang]}"]
    return [head, *(f"      {reason}" for reason in finding["why"][lang])]


def _labels(provisions: list[dict[str, Any]], lang: str) -> str:
    return "・".join(provision["label"][lang] for provision in provisions)


def _width(text: str) -> int:
    """Columns on the screen: East Asian wide characters take two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _pad(text: str, width: int) -> str:
    return text + " " * max(0, width - _width(text))


def explanation_text(document: dict[str, Any], lang: str) -> str:
    """The tree of conditions for every rule that was evaluated, as indented lines."""
    lines = []
    for finding in document["findings"]:
        if not finding.get("conditions"):
            continue
        lines.append(f"\n{_MARKS[finding['verdict']]} {finding['rule']}  {_labels(finding['provisions'], lang)}")
        for slot, tree in finding["conditions"].items():
            lines.append(f"  {slot}")
            _tree_lines(tree, 2, lines)
    return "\n".join(lines)


def _tree_lines(part: dict[str, Any], depth: int, lines: list[str]) -> None:
    mark = {"met": "✓", "unmet": "✗", "unknown": "?"}.get(part.get("truth", ""), "·")
    if part["form"] == "atom":
        value = "?" if part["value"] is None else part["value"]
        words = f"{part['name']} = {value}  ({part['operator']} {part['operand']})"
        words += f"  [{part['origin']}]" if "origin" in part else ""
    elif part["form"] in ("exists", "count"):
        words = f"{part['form']} {part['kind']}" + ("" if "parts" in part else "  –")
    else:
        words = f"{part['form']} {part.get('name', '')} {', '.join(part.get('provisions', ()))}".rstrip()
    lines.append(f"{'  ' * depth}{mark} {words}")
    for below in part.get("parts", ()):
        _tree_lines(below, depth + 1, lines)
