"""``sekisho disclosure list``, ``show``, ``deadlines``: cases, for who may know of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import click

from sekisho.cli.disclosure_options import (
    PARTS,
    actor,
    case_argument,
    fact_line,
    line_of,
    next_line,
    term_title,
    token_option,
)
from sekisho.cli.log_options import as_day, day_type
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.clock import JAPAN
from sekisho.disclosure import listing
from sekisho.disclosure.deciding import Choice
from sekisho.disclosure.kinds import CaseType, Family
from sekisho.disclosure.listing import MAX_PAGE, PAGE, Filters, Order, Page
from sekisho.disclosure.overview import deadline_document, listed, overview, results_document
from sekisho.disclosure.progress import Part, State
from sekisho.disclosure.record import DisclosureCase, SecrecyState
from sekisho.disclosure.rows import CaseEntry, Deadline
from sekisho.disclosure.service import DisclosureService
from sekisho.disclosure.step_words import ORIGINS, STATES, STEPS, called
from sekisho.disclosure.words import CLASSES
from sekisho.logs.lookup.answer import Outcome
from sekisho.logs.lookup.ports import Lack
from sekisho.logs.lookup.words import LACKS, OUTCOMES

CHOICES: Final = {
    Choice.DISCLOSE: ("開示", "disclose"),
    Choice.FORWARD: ("次の提供者へ", "pass on"),
    Choice.REFUSE: ("不開示", "refuse"),
}
SECRECY: Final = {
    SecrecyState.NONE: ("なし", "none"),
    SecrecyState.ASKED: ("求められている", "asked for"),
    SecrecyState.ORDERED: ("命じられている", "ordered"),
}
SHOWN: Final = 20
"""Items that a person is shown; all of them with ``--json``."""


def _limits(command: Any) -> Any:
    made = click.option(
        "--limit", type=click.IntRange(1, MAX_PAGE), default=PAGE, show_default=True, help="件数 / How many."
    )(command)
    return click.option("--cursor", help="続きの印 / Where the list goes on.")(made)


@click.command("list")
@click.option("--state", "states", multiple=True, type=click.Choice([one.value for one in State]), help="状態 / State.")
@click.option("--type", "types", multiple=True, type=click.Choice([one.value for one in CaseType]), help="種類 / Type.")
@click.option(
    "--family", "families", multiple=True, type=click.Choice([one.value for one in Family]), help="区分 / Family."
)
@click.option("--due-before", type=day_type, help="期限がこの日より前 / Due before this day.")
@click.option("--number", help="文書番号（全体が一致） / The document's number, whole.")
@click.option("--requester", help="請求者の名前（全体が一致） / The requester's name, whole.")
@click.option("--all", "everything", is_flag=True, help="終了した案件も / Closed ones as well.")
@click.option("--by-due", is_flag=True, help="期限の近い順 / Whose term ends first, first.")
@_limits
@token_option
@output_options
@pass_session
def list_(
    session: Session,
    states: tuple[str, ...],
    types: tuple[str, ...],
    families: tuple[str, ...],
    due_before: datetime | None,
    number: str | None,
    requester: str | None,
    everything: bool,
    by_due: bool,
    cursor: str | None,
    limit: int,
    token_file: Path | None,
) -> None:
    """案件の一覧（知ってよいものだけ） / Cases that one may know of."""
    filters = Filters(
        states=frozenset(State(one) for one in states),
        types=frozenset(CaseType(one) for one in types),
        families=frozenset(Family(one) for one in families),
        due_before=as_day(due_before),
        number=number,
        requester=requester,
        open_only=not everything,
        order=Order.DUE if by_due else Order.RECEIVED,
    )
    with session.open("read") as workspace:
        by = actor(workspace, session, token_file)
        page = listing.page(workspace, filters, by=by, cursor=cursor, limit=limit)
        total = listing.count(workspace, filters, by=by)
    _tell_page(session, page, total)


def _of_party(one: Deadline) -> str:
    return "" if one.party is None else f" [{one.party}]"


def _left(days: int, lang: str) -> str:
    """What is left of a term after today, as the end of a line."""
    if days < 0:
        return "  ★期限切れ" if lang == "ja" else "  ★overdue"
    return f"  残り{days}日" if lang == "ja" else f"  {days} day{'' if days == 1 else 's'} left"


@click.command()
@click.option("--before", type=day_type, help="この日より前のもの / Before this day.")
@click.option("--days", type=click.IntRange(0, 3_660), help="今日からの日数 / Within so many days from today.")
@_limits
@token_option
@output_options
@pass_session
def deadlines(
    session: Session,
    before: datetime | None,
    days: int | None,
    cursor: str | None,
    limit: int,
    token_file: Path | None,
) -> None:
    """期限の近い順の案件。期限を過ぎたものには印 / Cases by their next term; what is overdue is marked."""
    with session.open("read") as workspace:
        by, today = actor(workspace, session, token_file), workspace.clock.now().astimezone(JAPAN).date()
        last = as_day(before) if days is None else today + timedelta(days=days + 1)
        filters = Filters(open_only=True, due_before=last, order=Order.DUE)
        service = DisclosureService(workspace)
        page = listing.page(workspace, filters, by=by, cursor=cursor, limit=limit)
        terms = service.deadlines_of([entry.id for entry in page.entries], by=by)
        told = [(entry, one) for entry in page.entries for one in terms[entry.id] if one.state == "open"]
    told.sort(key=lambda one: (one[1].due_on, one[0].id))
    if session.json:
        session.answer(
            {
                "today": today.isoformat(),
                "deadlines": [
                    {
                        "case": entry.id,
                        "overdue": one.due_on < today,
                        "days_left": one.days_left(today),
                        **deadline_document(one),
                    }
                    for entry, one in told
                ],
                "cursor": page.cursor,
            }
        )
        return
    for entry, one in told:
        session.say(
            f"{one.due_on}  {term_title(one.kind, session.lang)}{_of_party(one)}  {line_of(entry, session.lang)}"
            f"{_left(one.days_left(today), session.lang)}"
        )
    if not told:
        session.say_in("期限のある案件はありません。", "No case has an open term.")
    _more(session, page)


@click.command()
@case_argument
@click.option("--timeline", is_flag=True, help="経過を台帳から表示 / Every step, from the ledger.")
@click.option("--results", is_flag=True, help="検索の結果（権限のある人だけ） / What was found, for who may see it.")
@token_option
@output_options
@pass_session
def show(session: Session, case_id: str, timeline: bool, results: bool, token_file: Path | None) -> None:
    """案件を1件表示する / One case: the request, who did what, its terms and papers."""
    with session.open("read") as workspace:
        service, by = DisclosureService(workspace), actor(workspace, session, token_file)
        entry = service.find(case_id, by=by)
        document = overview(service, case_id, by=by)
        if timeline:
            document["timeline"] = [one.document() for one in service.timeline(case_id, by=by)]
        if results:
            document["results"] = results_document(service.deciding.results(case_id, by=by))
        # Items are read when they are looked at, and only while the workspace is open.
        lines = [] if session.json else _lines(entry, document, session.lang)
    if session.json:
        session.answer(document)
        return
    for line in lines:
        session.say(line)


def _tell_page(session: Session, page: Page, total: int) -> None:
    if session.json:
        session.answer({"cases": [listed(entry) for entry in page.entries], "total": total, "cursor": page.cursor})
        return
    for entry in page.entries:
        session.say(line_of(entry, session.lang))
    if not page.entries:
        session.say_in("該当する案件はありません。", "There is no such case.")
    else:
        session.say_in(f"全 {total} 件", f"{total} in all")
    _more(session, page)


def _more(session: Session, page: Page) -> None:
    if page.cursor is not None:
        session.say_in(f"続き: --cursor {page.cursor}", f"To go on: --cursor {page.cursor}")


def _lines(entry: CaseEntry, document: dict[str, Any], lang: str) -> list[str]:
    ja = lang == "ja"
    lines = [line_of(entry, lang)]
    if entry.case is not None:
        lines += _request(entry.case, ja=ja)
    for who, parts in document["parts"].items():
        named = ("・" if ja else ", ").join(PARTS[Part(one)][0 if ja else 1] for one in parts)
        lines.append(f"  {'担当' if ja else 'part'}: {who}  {named}")
    for one in document["deadlines"]:
        state = "" if one["state"] == "open" else f"  ({one['state']})"
        term = f"{'期限' if ja else 'term'}: {term_title(one['kind'], lang)}"
        if one["party"] is not None:
            term += f" [{one['party']}]"
        lines.append(f"  {term}  {one['started_on']} → {one['due_on']}{state}")
    if document["same_paper"]:
        others = ", ".join(document["same_paper"])
        lines.append(
            f"  確認: 同じ文書から作られた案件があります（紙と回線など）: {others}"
            if ja
            else f"  look: other cases come from the same paper (by post and by line, say): {others}"
        )
    for one in document["decisions"]:
        choice = CHOICES[Choice(one["choice"])][0 if ja else 1]
        lines.append(f"  {'決定' if ja else 'decided'} #{one['number']}: {choice}  {one['note']}  {one['by']}")
    for one in document.get("results", ()):
        found = OUTCOMES[Outcome(one["outcome"])].in_(lang) + f" [{one['outcome']}]"
        if one["lack"] is not None:
            found += f"  {LACKS[Lack(one['lack'])].in_(lang)}" if one["lack"] in tuple(Lack) else f"  {one['lack']}"
        lines.append(f"  {'結果' if ja else 'found'} #{one['number']}: {found}")
        if one["advice"] is not None:
            lines.append(f"    {one['advice'][lang]}")
    for one in document["papers"]:
        lines.append(f"  {'書類' if ja else 'paper'}: {one['id']}  {one['kind']}  {one['size']:,} B")
    for one in document.get("timeline", ()):
        at = datetime.fromisoformat(one["at"]).astimezone(JAPAN).isoformat(" ", "seconds")
        step, state = called(STEPS, one["event"]).in_(lang), STATES[one["state"]].in_(lang)
        lines.append(f"  #{one['ledger_index']}  {at}  {step} → {state}  {one['by']}")
    return [*lines, next_line(entry, lang)]


def _request(case: DisclosureCase, *, ja: bool) -> list[str]:
    paper, who = case.document, case.requester
    until = "" if paper.valid_until is None else f"  {'有効' if ja else 'valid to'} {paper.valid_until}"
    basis = paper.legal_provision
    lines = [
        f"  {'請求者' if ja else 'from'}: {who.name}  {who.rank} {who.officer}  {who.contact}".rstrip(),
        f"  {'文書' if ja else 'paper'}: {paper.title}  {paper.number}  {paper.dated or '—'}{until}  {basis}",
    ]
    if case.secret:
        last = "" if case.secrecy.until is None else f" – {case.secrecy.until}"
        asked = SECRECY[case.secrecy.state][0 if ja else 1]
        lines.append(f"  {'秘密保持' if ja else 'secrecy'}: {asked}{last}")
    for item in case.items[:SHOWN]:
        port = "" if item.port is None else f":{item.port}"
        lines.append(
            f"  #{item.number}  {item.kind.value} {item.value}{port}  {item.begin.astimezone(JAPAN).isoformat()}"
            f" – {item.end.astimezone(JAPAN).isoformat()}  {', '.join(item.wanted)}"
            f" ({CLASSES[item.data_class].in_('ja' if ja else 'en')})"
        )
    if len(case.items) > SHOWN:
        lines.append(f"  … {len(case.items)}{' 項目' if ja else ' items'}")
    for name, fact in sorted(case.facts.items()):
        note = f"  {fact.note}" if fact.note else ""
        lang = "ja" if ja else "en"
        origin = called(ORIGINS, fact.origin).in_(lang)
        lines.append(f"  {fact_line(name, fact.value, lang)}  ({origin}: {fact.by}){note}")
    return lines
