"""``sekisho contract checklist``: what to bring, before the visit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from sekisho.cli.rulebook_options import day_of, day_option, dimension_options, dimensions
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.contracts.checklist import FORM_WORDS, Form, checklist
from sekisho.contracts.law import contract_engine
from sekisho.contracts.words import WORDS

_STATES = {"summary": ("要旨による", "known by a summary"), "unverified": ("条文は未確認", "text unverified")}


@click.command("checklist")
@dimension_options(
    allow_all=False,
    defaults={"event": "new_contract", "subject": "corporation", "channel": "face_to_face", "service": "voice"},
)
@day_option("--on", "来店・申込みの日（既定: 今日）", "Day of the visit (default: today)")
@day_option("--as-known-at", "この日に知られていた法令で（既定: 今日）", "As known on that day (default: today)")
@output_options
@pass_session
def checklist_command(
    session: Session,
    event: str,
    subject: str,
    channel: str,
    service: str,
    on: datetime | None,
    as_known_at: datetime | None,
) -> None:
    """来店前に、何を用意すればよいかの一覧 / What to bring, known before the visit.

    会社・手続をする人・在籍・権限を分けて、紙と電子の別に示します。作業領域はいりません。

    The company, the person, belonging and authority apart, on paper or electronically. Needs no workspace.
    """
    made = checklist(
        contract_engine(),
        dimensions(event, subject, channel, service),
        on=day_of(on),
        as_known_at=day_of(as_known_at),
    ).as_document()
    if session.json:
        session.answer(made)
    else:
        session.say(checklist_text(made, session.lang))


def checklist_text(document: dict[str, Any], lang: str) -> str:
    """A list for a person, made from its document alone, so that text and ``--json`` can't differ."""
    ja = lang == "ja"
    kind = "・".join(WORDS[value].in_(lang) for value in document["dimensions"].values())
    head = f"用意するもの  {kind}   {document['on']} の法令"
    lines = [head if ja else f"What to bring: {kind}   law of {document['on']}"]
    for number, question in enumerate(document["questions"], start=1):
        lines += ["", f"{number}. {question['title'][lang]}", f"   {question['standing_text'][lang]}"]
        lines += [f"   {'ただし' if ja else 'except'}: {text[lang]}" for text in question["except_where"]]
        for way in question["ways"]:
            lines += _way_lines(way, lang)
    lines += ["", *(f"※ {note[lang]}" for note in document["notes"])]
    return "\n".join(lines)


def _way_lines(way: dict[str, Any], lang: str) -> list[str]:
    ja = lang == "ja"
    forms = ("・" if ja else ", ").join(FORM_WORDS[Form(form)].in_(lang) for form in way["forms"])
    noted = []
    if way["conditional"]:
        noted.append("条件あり" if ja else "with conditions")
    if way["until"] is not None:
        noted.append(f"{way['until']} より前まで" if ja else f"before {way['until']}")
    if way["text_state"] in _STATES:
        noted.append(_STATES[way["text_state"]][0 if ja else 1])
    first = f"   □ {way['title'][lang]}" + (f"［{forms}］" if forms else "")
    if noted:
        said = ("、" if ja else ", ").join(noted)
        first += f"（{said}）" if ja else f" ({said})"
    if way["how"] == way["title"]:
        return [first]
    cited = "・".join(label[lang] for label in way["provisions"])
    return [first, f"      {way['how'][lang]}  {cited}"]
