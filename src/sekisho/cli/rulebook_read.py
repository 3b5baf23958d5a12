"""``sekisho rulebook show | timeline | diff``: the law as data, for reading."""

from __future__ import annotations

from datetime import date, datetime
from itertools import product
from pathlib import Path

import click

from sekisho.cli.rulebook_desks import desk_law, desk_option
from sekisho.cli.rulebook_options import (
    ALL,
    day_of,
    day_option,
    dimension_options,
    dimensions,
    lang_option,
    selection,
    selection_options,
)
from sekisho.cli.session import Session, json_option, pass_session
from sekisho.contracts.facts import CATALOGUE
from sekisho.contracts.law import load_contracts
from sekisho.engine.rules import Rule, Rulebook
from sekisho.rulebook.difference import law_difference
from sekisho.rulebook.difference_text import difference_text
from sekisho.rulebook.errors import UnknownRule
from sekisho.rulebook.show import (
    Confirmations,
    instruments_document,
    provision_document,
    rule_document,
    rule_summary,
    rules_about,
)
from sekisho.rulebook.show_text import instruments_text, provision_text, rule_text, rules_text
from sekisho.rulebook.timeline_chart import Chart, chart
from sekisho.rulebook.timeline_svg import timeline_svg
from sekisho.rulebook.timeline_text import legend_text, timeline_text
from sekisho.workspace.legal_texts import LegalTexts

CONTRACTS = "contracts"
"""The desk whose kinds of case the options describe."""

SINCE = date(2019, 11, 1)
"""Where timelines begin unless asked otherwise: the oldest version of the Ordinance that is encoded word for word."""


@click.command()
@click.argument("name", required=False)
@click.option("--instruments", is_flag=True, help="法令・業界規則・社内規則の一覧 / List the instruments.")
@desk_option
@dimension_options(allow_all=False)
@day_option(
    "--on", "この日の条番号と有効な規則（既定: 今日）", "Letters and rules in force on that day (default: today)"
)
@day_option("--as-known-at", "この日に知られていた法令で（既定: 今日）", "As known on that day (default: today)")
@selection_options
@lang_option
@json_option
@pass_session
def show(
    session: Session,
    name: str | None,
    instruments: bool,
    desk: str,
    event: str | None,
    subject: str | None,
    channel: str | None,
    service: str | None,
    on: datetime | None,
    as_known_at: datetime | None,
    adopted: tuple[str, ...],
    proposals: tuple[str, ...],
) -> None:
    """規則・条文（ID）、または一覧を表示する / Show a rule or provision by its id, or a list.

    NAME がなければ、その日に有効な規則の一覧。--event などで絞り込めます。
    作業領域（--workspace）があれば、照合済みかどうかも出ます。
    """
    law, day = desk_law(desk), day_of(on)
    engine = law.engine()
    rulebook = engine.rulebook
    about = dimensions(event, subject, channel, service)
    if desk != CONTRACTS and about:
        raise click.BadParameter(
            "契約の規則集だけ / contracts only", param_hint="--event --subject --channel --service"
        )
    if instruments:
        listed = instruments_document(rulebook)
        session.answer(listed) if session.json else session.say(instruments_text(listed, session.lang))
        return
    if name is not None and name in rulebook.rules:
        confirmations = _confirmations(session, rulebook)
        rule = rulebook.rules[name]
        if session.json:
            session.answer(rule_document(engine, rule, on=day, confirmations=confirmations))
        else:
            session.say(rule_text(engine, rule, session.lang, on=day, confirmations=confirmations))
        return
    if name is not None and name in rulebook.provisions:
        document = provision_document(rulebook, rulebook.provisions[name], on=day)
        session.answer(document) if session.json else session.say(provision_text(document, session.lang))
        return
    chosen = selection(rulebook, adopted, proposals)
    rules = rules_about(
        rulebook,
        law.catalogue,
        about,
        on=day,
        as_known_at=day_of(as_known_at),
        selection=chosen,
    )
    if name is not None:
        rules = _starting_with(name, list(rulebook.rules.values()))
    summaries = [rule_summary(rulebook, rule, on=day) for rule in rules]
    session.answer(summaries) if session.json else session.say(rules_text(summaries, session.lang))


def _starting_with(name: str, rules: list[Rule]) -> list[Rule]:
    """The rules whose id begins with ``name``; ``UnknownRule`` where there is none."""
    found = sorted((rule for rule in rules if rule.id.startswith(name)), key=lambda rule: (rule.role.value, rule.id))
    if not found:
        raise UnknownRule(rule=name)
    return found


def _confirmations(session: Session, rulebook: Rulebook) -> Confirmations | None:
    """Which duties wait for confirmation in the workspace; None without a workspace."""
    if session.workspace is None:
        return None
    with session.open("read", keys=False) as workspace:
        return Confirmations(frozenset(rule.id for rule in LegalTexts(workspace, rulebook).unconfirmed()))


@click.command()
@dimension_options(
    allow_all=True, defaults={"event": "new_contract", "subject": "natural", "channel": ALL, "service": "voice"}
)
@click.option("--duty", "duties", multiple=True, help="この義務だけ（既定: すべて） / This duty only (default: all).")
@day_option("--on", "印をつける日（既定: 今日）", "The day that is marked (default: today)")
@day_option("--since", f"この日から（既定: {SINCE}）", f"From that day (default: {SINCE})")
@day_option("--as-known-at", "この日に知られていた法令で（既定: 今日）", "As known on that day (default: today)")
@selection_options
@click.option(
    "--svg",
    type=click.Path(path_type=Path),
    help="図をこのファイル（複数なら、このフォルダー）に書く / Write the picture there (several: into that folder).",
)
@lang_option
@json_option
@pass_session
def timeline(
    session: Session,
    event: str,
    subject: str,
    channel: str,
    service: str,
    duties: tuple[str, ...],
    on: datetime | None,
    since: datetime | None,
    as_known_at: datetime | None,
    adopted: tuple[str, ...],
    proposals: tuple[str, ...],
    svg: Path | None,
) -> None:
    """いつ、どの方法が使えるかを、手続・相手方・経路ごとに / Which methods are allowed when, per kind of case."""
    rulebook = load_contracts()
    chosen = selection(rulebook, adopted, proposals)
    known = set(rulebook.duties)
    for duty in duties:
        if duty not in known:
            raise click.BadParameter(f"{duty}: one of {', '.join(sorted(known))}", param_hint="--duty")
    axes = [
        CATALOGUE.facts[name].values if value == ALL else (value,)
        for name, value in zip(CATALOGUE.dimensions, (event, subject, channel, service), strict=True)
    ]
    charts = [
        chart(
            rulebook,
            dict(zip(CATALOGUE.dimensions, values, strict=True)),
            since=since.date() if since is not None else SINCE,
            on=day_of(on),
            as_known_at=day_of(as_known_at),
            selection=chosen,
            duties=duties or None,
        )
        for values in product(*axes)
    ]
    charts = [one for one in charts if one.duties] or charts[:1]
    if svg is not None:
        _write_pictures(session, charts, svg)
    if session.json:
        session.answer([one.document() for one in charts])
    elif svg is None:
        pages = [timeline_text(one, session.lang, legend=len(charts) == 1) for one in charts]
        session.say("\n\n\n".join(pages))
        if len(charts) > 1:
            session.say("\n" + legend_text(charts[-1], session.lang))


def _write_pictures(session: Session, charts: list[Chart], target: Path) -> None:
    """One picture to the file named, or several into the folder named."""
    if len(charts) == 1 and not target.is_dir():
        target.write_text(timeline_svg(charts[0], session.lang), encoding="utf-8")
        session.say(str(target))
        return
    target.mkdir(parents=True, exist_ok=True)
    for one in charts:
        path = target / f"{'.'.join(one.dimensions.values())}.{session.lang}.svg"
        path.write_text(timeline_svg(one, session.lang), encoding="utf-8")
        session.say(str(path))


@click.command()
@click.argument("first", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE1")
@click.argument("second", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE2")
@dimension_options(allow_all=False)
@day_option("--as-known-at", "この日に知られていた法令で（既定: 今日）", "As known on that day (default: today)")
@selection_options
@lang_option
@json_option
@pass_session
def diff(
    session: Session,
    first: datetime,
    second: datetime,
    event: str | None,
    subject: str | None,
    channel: str | None,
    service: str | None,
    as_known_at: datetime | None,
    adopted: tuple[str, ...],
    proposals: tuple[str, ...],
) -> None:
    """DATE1 の法令と DATE2 の法令で変わることを言葉で / In words, what changes from DATE1 to DATE2."""
    rulebook = load_contracts()
    found = law_difference(
        rulebook,
        CATALOGUE,
        first.date(),
        second.date(),
        as_known_at=day_of(as_known_at),
        selection=selection(rulebook, adopted, proposals),
        about=dimensions(event, subject, channel, service),
    )
    session.answer(found.document()) if session.json else session.say(difference_text(found, session.lang))
