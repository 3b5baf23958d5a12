"""``sekisho log policy``: what is recorded, for which purpose, and for how long."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from sekisho.access.roles import Scope
from sekisho.cli.log_options import day_type, proven, read_document, stated, token_file_option
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.clock import japan_date
from sekisho.logs.kinds import KINDS, LogKind
from sekisho.logs.policies import Policies, PolicyEntry
from sekisho.logs.policy import (
    HOUSE_POLICIES,
    PURPOSES,
    FieldName,
    Guideline,
    Purpose,
    approvals_needed,
    notices,
    period_text,
)
from sekisho.logs.policy_reading import read_policy


@click.group()
def policy() -> None:
    """保存方針: 目的・項目・期間と、その理由 / Policies: purpose, fields, period, and the reasons."""


@policy.command()
@click.option("--file", "file", metavar="FILE|-", help="方針（JSON）。ほかの指定はこれに重ねる / A policy as JSON.")
@click.option("--provider", help="事業者・ブランド / The provider or brand.")
@click.option("--service", help="サービス / The service.")
@click.option("--kind", type=click.Choice([kind.value for kind in LogKind]), help="ログの種類 / The kind of log.")
@click.option(
    "--purpose",
    "purposes",
    multiple=True,
    type=click.Choice([one.value for one in Purpose]),
    help="目的（繰り返し可） / A purpose; repeatable.",
)
@click.option(
    "--field",
    "fields",
    multiple=True,
    type=click.Choice([one.value for one in FieldName]),
    help="記録する項目（繰り返し可） / A field; repeatable.",
)
@click.option("--keep", "period", metavar="180d|6m|1y", help="保存期間 / For how long.")
@click.option("--need", help="必要性の出所（苦情件数など） / What in the business shows the need.")
@click.option("--necessity", help="理由1: 必要性 / Reason 1: necessity.")
@click.option("--effect", help="理由2: 効果 / Reason 2: effect.")
@click.option("--social-change", help="理由3: 社会環境の変化 / Reason 3: the change of social conditions.")
@click.option("--justification", help="6か月を超える業務上の必要性 / The need for more than six months.")
@click.option("--from", "valid_from", type=day_type, help="始まりの日（省くと今日） / First day; today by default.")
@output_options
@pass_session
def add(session: Session, file: str | None, **given: Any) -> None:
    """方針を登録する（長い期間と相手先の記録には承認が要る） / Declare a policy.

    90日未満は警告、90〜180日は望ましい幅です。180日を超えると理由と別の人の承認、1年を超えると2人の承認が要ります。
    相手先アドレスの記録は --file の destinations で、独自の目的・期間・理由とともに宣言したときだけ行います。

    Below 90 days warns; 90 to 180 is the desirable band; beyond needs a justification and approval, beyond a year two.
    Destinations are recorded only if --file declares them with a purpose, period and reason of their own.
    """
    written: dict[str, Any] = {} if file is None else read_document(file)
    reason = {name: given.pop(name) for name in ("necessity", "effect", "social_change")}
    if any(reason.values()):
        known = written.get("reason")
        changed = {name: one for name, one in reason.items() if one is not None}
        written["reason"] = (known if isinstance(known, dict) else {}) | changed
    begins: datetime | None = given.pop("valid_from")
    written |= {name: list(one) if isinstance(one, tuple) else one for name, one in given.items() if one}
    with session.open() as workspace:
        today = japan_date(workspace.clock.now())
        written.setdefault("valid_from", today.isoformat())
        if begins is not None:
            written["valid_from"] = begins.date().isoformat()
        policies = Policies(workspace)
        entry = policies.add(read_policy(written), by=stated(workspace, session, Scope.REQUEST))
        guideline = policies.guideline()
    if session.json:
        session.answer(entry.told(guideline))
        return
    _say(session, entry, guideline)
    needed = approvals_needed(entry.policy)
    if needed:
        session.say_in(
            f"{needed} 人の承認が要ります。`sekisho log policy approve {entry.id}` の後、"
            f"`sekisho log policy make {entry.id}` を行ってください。",
            f"{needed} people must approve it (`sekisho log policy approve {entry.id}`); then run `sekisho log policy "
            f"make {entry.id}`.",
        )


@policy.command()
@click.argument("policy_id", metavar="POLICY")
@token_file_option
@click.option("--yes", is_flag=True, help="確かめずに承認する / Don't ask.")
@output_options
@pass_session
def approve(session: Session, policy_id: str, token_file: Path, yes: bool) -> None:
    """方針を見て承認する（申請者でない人） / Look at a policy and approve it; not who asked."""
    with session.open() as workspace:
        actor = proven(workspace, token_file)
        policies = Policies(workspace)
        for line in _lines(policies.find(policy_id), policies.guideline(), session.lang):
            click.echo(line, err=True)
        session.confirm("この方針を承認しますか", "Approve this policy?", yes=yes)
        entry, guideline = policies.approve(policy_id, by=actor), policies.guideline()
    _tell(session, entry, guideline, f"{policy_id} を承認しました。", f"{policy_id} is approved by you.")


@policy.command()
@click.argument("policy_id", metavar="POLICY")
@output_options
@pass_session
def make(session: Session, policy_id: str) -> None:
    """承認された方針を有効にする / Put an approved policy in force."""
    with session.open() as workspace:
        policies = Policies(workspace)
        entry = policies.make(policy_id, by=stated(workspace, session, Scope.REQUEST))
        guideline = policies.guideline()
    _tell(session, entry, guideline, f"{policy_id} は有効になりました。", f"{policy_id} is in force.")


@policy.command()
@click.argument("policy_id", metavar="POLICY")
@click.option("--on", type=day_type, help="有効でなくなる最初の日（省くと今日） / First day without it; default today.")
@output_options
@pass_session
def end(session: Session, policy_id: str, on: datetime | None) -> None:
    """方針を終える（申請中なら取り下げる）。記録済みの分はその期間まで / End a policy, or withdraw a request."""
    with session.open() as workspace:
        policies = Policies(workspace)
        actor = stated(workspace, session, Scope.REQUEST)
        if policies.find(policy_id).state == "requested":
            entry = policies.withdraw(policy_id, by=actor)
        else:
            day = japan_date(workspace.clock.now()) if on is None else on.date()
            entry = policies.end(policy_id, on=day, by=actor)
        guideline = policies.guideline()
    _tell(session, entry, guideline, f"{policy_id} を終えました。", f"{policy_id} is ended.")


@policy.command("list")
@output_options
@pass_session
def list_(session: Session) -> None:
    """方針の一覧（Sekisho自身が書くものを含む） / All policies, those for what Sekisho itself writes included."""
    with session.open("read") as workspace:
        policies = Policies(workspace)
        found, guideline = policies.every(), policies.guideline()
    declared = {entry.policy.kind for entry in found if entry.state == "in_force"}
    house = [one for kind, one in HOUSE_POLICIES.items() if kind not in declared]
    if session.json:
        documents = [entry.told(guideline) for entry in found]
        session.answer(documents + [{"id": "house", "state": "in_force", **one.document()} for one in house])
        return
    for entry in found:
        one = entry.policy
        until = "" if one.valid_to is None else f"{one.valid_to}"
        session.say(
            f"{entry.id}  {entry.state}  {one.kind.value}  {one.provider} / {one.service}  {period_text(one.kept)}  "
            f"{one.valid_from} – {until}"
        )
    for one in house:
        session.say(f"house  in_force  {one.kind.value}  {period_text(one.kept)}")


@policy.command()
@click.argument("policy_id", metavar="POLICY")
@output_options
@pass_session
def show(session: Session, policy_id: str) -> None:
    """方針の全文と、いま知っておくこと / A policy in full, and what is to be known of it."""
    with session.open("read") as workspace:
        policies = Policies(workspace)
        entry, guideline = policies.find(policy_id), policies.guideline()
    if session.json:
        session.answer(entry.told(guideline))
        return
    _say(session, entry, guideline)


@policy.command()
@click.option("--applies-from", type=day_type, help="改正解説の適用開始日 / From when the amended commentary applies.")
@click.option("--source", help="確かめた場所（文書・URL） / Where that was found.")
@output_options
@pass_session
def guideline(session: Session, applies_from: datetime | None, source: str | None) -> None:
    """望ましい保存期間の目安が、いつから、何を根拠に当てはまるか / From when the desirable band applies."""
    if applies_from is None:
        with session.open("read") as workspace:
            found = Policies(workspace).guideline()
    else:
        with session.open() as workspace:
            found = Policies(workspace).record_guideline(
                applies_from.date(), source=source or "", by=stated(workspace, session, Scope.REQUEST)
            )
    if session.json:
        session.answer(
            {"applies_from": found.applies_from.isoformat(), "source": found.source, "confirmed": found.confirmed}
        )
        return
    session.say_in(
        f"{found.applies_from} から（{'確認済み' if found.confirmed else '未確認'}）: {found.source}",
        f"From {found.applies_from} ({'confirmed' if found.confirmed else 'not confirmed'}): {found.source}",
    )


def _tell(session: Session, entry: PolicyEntry, guideline: Guideline, ja: str, en: str) -> None:
    if session.json:
        session.answer(entry.told(guideline))
    session.say_in(ja, en)


def _say(session: Session, entry: PolicyEntry, guideline: Guideline) -> None:
    for line in _lines(entry, guideline, session.lang):
        session.say(line)


def _lines(entry: PolicyEntry, guideline: Guideline, lang: str) -> list[str]:
    one = entry.policy
    japanese = lang == "ja"
    title = KINDS[one.kind].title
    purposes = [PURPOSES[each].ja if japanese else PURPOSES[each].en for each in sorted(one.purposes)]
    lines = [
        f"{entry.id}  {entry.state}",
        f"  {one.provider} / {one.service}  {title.ja if japanese else title.en} ({one.kind.value})",
        f"  {'目的' if japanese else 'purpose'}: {'、'.join(purposes) if japanese else ', '.join(purposes)}",
        f"  {'項目' if japanese else 'fields'}: {', '.join(sorted(each.value for each in one.fields))}",
        f"  {'期間' if japanese else 'period'}: {period_text(one.period)}  {one.valid_from} – {one.valid_to or ''}",
        f"  {'必要の出所' if japanese else 'need'}: {one.need}",
        f"  {'必要性' if japanese else 'necessity'}: {one.reason.necessity}",
        f"  {'効果' if japanese else 'effect'}: {one.reason.effect}",
        f"  {'社会環境の変化' if japanese else 'social change'}: {one.reason.social_change}",
    ]
    if one.justification:
        lines.append(f"  {'6か月を超える理由' if japanese else 'beyond six months'}: {one.justification}")
    if one.destinations is not None:
        own = one.destinations
        lines.append(
            f"  {'相手先' if japanese else 'destinations'}: {period_text(own.period)}  {own.need}  "
            f"{', '.join(sorted(each.value for each in own.purposes))}"
        )
    told = notices(one, guideline, one.valid_from)
    said = [f"  {'!' if each.alert else '·'} {each.text.ja if japanese else each.text.en}" for each in told]
    return lines + said
