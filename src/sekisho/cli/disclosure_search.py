"""``sekisho disclosure search``: asked for by the searcher, approved by two others, run in just the request's scope."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import click

from sekisho.cli.disclosure_options import actor, case_argument, tell, token_option
from sekisho.cli.session import Session, output_options, pass_session, yes_option
from sekisho.disclosure.service import DisclosureService
from sekisho.logs.lookup.grants import GrantEntry


@click.group()
def search() -> None:
    """検索を申請・承認・実行する / Ask for a search, approve it, run it."""


@search.command()
@case_argument
@token_option
@output_options
@pass_session
def request(session: Session, case_id: str, token_file: Path | None) -> None:
    """検索を申請する（範囲は請求書のとおり） / Ask for the search, in just the scope of the request."""
    with session.open() as workspace:
        by = actor(workspace, session, token_file)
        found = DisclosureService(workspace).searching.request(case_id, by=by)
    _tell_grants(session, case_id, found)
    session.say_in(
        "受付・検索をしない2人の承認を待ちます: sekisho disclosure search approve",
        "Two people who neither took it in nor search approve: sekisho disclosure search approve",
    )


@search.command()
@case_argument
@token_option
@yes_option
@output_options
@pass_session
def approve(session: Session, case_id: str, token_file: Path | None, yes: bool) -> None:
    """範囲を見て承認する（2人とも要る。本人のトークンで） / Look at the scope and approve: two people, by token."""
    with session.open() as workspace:
        by = actor(workspace, session, token_file)
        service = DisclosureService(workspace)
        known = service.find(case_id, by=by)
        if known.case is not None:
            for item in known.case.items[:20]:
                port = "" if item.port is None else f":{item.port}"
                asked = f"#{item.number} {item.kind.value} {item.value}{port}  {item.begin.isoformat()}"
                click.echo(f"  {asked} – {item.end.isoformat()}  {', '.join(item.wanted)}", err=True)
        shown = [one.id for one in service.searching.waiting(case_id, by=by)]
        session.confirm("この範囲の検索を承認しますか", "Approve this search?", yes=yes)
        found = service.searching.approve(case_id, by=by, shown=shown or None)
    _tell_grants(session, case_id, found)


@search.command()
@case_argument
@token_option
@output_options
@pass_session
def run(session: Session, case_id: str, token_file: Path | None) -> None:
    """承認された検索を行い、結果を項目ごとに記録する / Run it, and store one outcome for each item."""
    with session.open() as workspace:
        by = actor(workspace, session, token_file)
        service = DisclosureService(workspace)
        entry = service.searching.run(case_id, by=by)
        outcomes = dict(Counter(one.outcome.value for one in service.deciding.results(case_id, by=by)))
        service.searching.close()
        told = "  ".join(f"{name} {count}" for name, count in outcomes.items())
        tell(session, entry, f"検索しました: {told}", f"Searched: {told}", {"outcomes": outcomes})


def _tell_grants(session: Session, case_id: str, found: Iterable[GrantEntry]) -> None:
    if session.json:
        session.answer({"case": case_id, "grants": [one.document() for one in found]})
        return
    for one in found:
        session.say(f"{one.id}  {one.state}  {', '.join(sorted(one.terms.kinds)) if one.terms else ''}")
