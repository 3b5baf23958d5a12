"""What may be done in a case, for a person at a terminal: each act, its ground, what is missing and from whom.

Made from the document that ``--json`` prints, so that the two can't differ.
"""

from __future__ import annotations

from typing import Any, Final

from sekisho.disclosure import words
from sekisho.disclosure.kinds import CASE_TYPES, CaseType

ACTS: Final = {one.value: (text.ja, text.en) for one, text in words.ACTS.items()}
CLASSES: Final = {one.value: (text.ja, text.en) for one, text in words.CLASSES.items()}
VERDICTS: Final = {one.value: (text.ja, text.en) for one, text in words.VERDICTS.items()}
RECIPIENTS: Final = {
    "requester": ("請求者", "the requester"),
    "next_provider": ("次の提供者", "the next provider"),
    "data_subject": ("本人", "the data subject"),
}
_ASKED: Final = {
    "applicant": ("請求者", "the requester"),
    "operator": ("社内", "this operator"),
    "nobody": ("事実による", "as it is"),
}
_STATES: Final = {"summary": ("要旨のみ", "summary only"), "unverified": ("条文未確認", "text unverified")}
_MARKS: Final = {"accept": "✓", "refuse": "✗"}


def permissions_text(document: dict[str, Any], lang: str, *, everything: bool = False) -> str:
    """Each act in a few lines; acts with the same answer together. ``everything``: also what is missing for what the
    law refuses anyway."""
    at = 0 if lang == "ja" else 1
    law = f"基準日 {document['on']}" if at == 0 else f"law of {document['on']}"
    title = CASE_TYPES[CaseType(document["event"])].title.in_(lang)
    lines = [f"{document['case']}  {title}   {law}   {('規則集', 'rulebook')[at]} {document['rulebook'][:8]}"]
    told: dict[tuple[str, ...], list[str]] = {}
    for one in document["permissions"]:
        body = _grounds(one, lang)
        if one["verdict"] != "refuse" or everything:
            body += _missing(one, lang)
        body += _told(one, lang)
        found = f" [{one['outcome']}]" if one["outcome"] else ""
        of = f"{CLASSES[one['data_class']][at]} ({('項目', 'items')[at]} {one['items']}){found}"
        alike = (one["verdict"], of, *body)
        told.setdefault(alike, []).append(ACTS[one["act"]][at])
    for (verdict, of, *body), acts in told.items():
        mark = _MARKS.get(verdict, "?")
        named = ("・" if at == 0 else ", ").join(acts)
        lines += ["", f" {mark} {named} — {of}: {VERDICTS[verdict][at]} ({verdict})", *body]
    return "\n".join(lines)


def _grounds(one: dict[str, Any], lang: str) -> list[str]:
    at = 0 if lang == "ja" else 1
    lines = [
        f"     {('根拠', 'ground')[at]}: {ground['title'][lang]}  ({cited(ground, lang)})"
        for ground in (one["grounds"] if one["permitted"] else ())
    ]
    for refusal in one["refusal"]:
        lines.append(f"     {('理由', 'because')[at]}: {refusal['ground'][lang]}  ({cited(refusal, lang)})")
        if refusal["ends_when"]:
            lines.append(f"     {('開くとき', 'opens when')[at]}: {refusal['ends_when'][lang]}")
    if one["permitted"]:
        who = ("、" if at == 0 else ", ").join(RECIPIENTS.get(each, (each, each))[at] for each in one["recipients"])
        if who:
            lines.append(f"     {('渡す相手', 'to')[at]}: {who}")
        if one["until"] is not None:
            day = "" if one["until"]["day"] is None else f"{one['until']['day']}  "
            lines.append(f"     {('いつまで', 'until')[at]}: {day}{one['until']['text'][lang]}")
    return lines


def _missing(one: dict[str, Any], lang: str) -> list[str]:
    """What is missing: of several ways to one end any suffices, the rest is all needed."""
    at = 0 if lang == "ja" else 1
    ways: dict[str | None, list[dict[str, Any]]] = {}
    for each in one["missing"]:
        ways.setdefault(each["duty"], []).append(each)
    lines = []
    for duty, several in ways.items():
        either = duty is not None and len(several) > 1
        for each in several:
            label = ("いずれか", "either")[at] if either else ("足りないもの", "missing")[at]
            lines.append(f"     {label}: {each['how'][lang]}")
            for fact in each["facts"]:
                who = _ASKED.get(fact["asked_of"], (fact["asked_of"],) * 2)[at]
                if fact.get("declared"):
                    who = (
                        f"文書の記載のみ。見て確かめたら `sekisho disclosure check CASE {fact['name']}`",
                        f"only the paper says so; once seen: `sekisho disclosure check CASE {fact['name']}`",
                    )[at]
                lines.append(f"       · {fact['title'][lang]}  [{fact['name']}]  ← {who}")
    return lines


def _told(one: dict[str, Any], lang: str) -> list[str]:
    at = 0 if lang == "ja" else 1
    label = ("請求者に伝える文", "to tell the requester")[at]
    return [f"     {label}: {text[lang]}" for text in one["requester"]]


def cited(rule: dict[str, Any], lang: str) -> str:
    """What a rule rests on, and how well its text is known."""
    at = 0 if lang == "ja" else 1
    labels = ("、" if at == 0 else ", ").join(each["label"][lang] for each in rule["provisions"])
    state = _STATES.get(rule["text_state"])
    return labels + ("" if state is None else f"・{state[at]}" if at == 0 else f"; {state[at]}")
