"""``sekisho call publish`` and ``rule-set``, ``agreement``, ``line``: what proxies judge by, and who asked for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from sekisho.access.roles import Scope
from sekisho.calls.accords import Proposal, ProposalKind, read_agreements_csv
from sekisho.calls.errors import LineRefused, ProposalRefused
from sekisho.cli.call_options import opened, read_bytes, tell, token_option
from sekisho.cli.errors import FileRefused, readable
from sekisho.cli.log_options import day_type, read_document
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.errors import InputRefused

_file = click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))


@click.command()
@click.option("--state", is_flag=True, help="発行せず、いまの状態を示す / Publish nothing; show the state.")
@click.option("--roll-back", type=int, metavar="NUMBER", help="この版の規則と合意に戻す / Go back to its rules.")
@token_option
@output_options
@pass_session
def publish(session: Session, state: bool, roll_back: int | None, token_file: Path | None) -> None:
    """判定データを発行する / Publish what proxies judge by.

    戻すのは規則と合意だけです。解放した番号と撤回された同意は戻りません。
    Going back restores rules and agreements, never a freed number's entry or a withdrawn consent.
    """
    with opened(session, token_file) as (service, by):
        if not state:
            if roll_back is None:
                service.publishing.publish(by=by)
            else:
                service.publishing.roll_back(roll_back, by=by)
        found, root = service.publishing.state(), service.publishing.root
    held = len(found["without_effect"])
    if held and not session.json:
        session.say_in(
            f"条文との照合がないため、{held} の規則は通話に影響しません。"
            "`sekisho rulebook worklist --desk calls` で確かめ、照合してから発行してください。",
            f"{held} rules have no effect on calls: nobody has confirmed their texts. See `sekisho rulebook worklist "
            "--desk calls`, confirm them, and publish again.",
        )
    now, behind = found["current"], ", ".join(found["behind"]) or "-"
    shown = "-" if now is None else f"{now['number']} ({now['folder']})"
    tell(
        session, found, f"判定データ {shown}、未更新の接続先: {behind}、--bundle に渡すフォルダー: {root}",
        f"Bundle {shown}; behind: {behind}; the folder for --bundle: {root}",
    )  # fmt: skip


@click.command()
@token_option
@output_options
@pass_session
def connectors(session: Session, token_file: Path | None) -> None:
    """接続先ごとの判定データと根拠の届き方を示す / What each connector has, and the evidence that came from it.

    使っている判定データ、最後に根拠が届いた時刻と、直近30日に届いた根拠による、判定できずに通した件数と失われた記録の件数。
    数に入るのは `call spool ingest DIR --connector NAME` で取り込んだものだけです。

    Which bundle each connector has, when its last evidence came, and, of what came in the last 30 days, how many calls
    passed unjudged and how many records are known to be lost. Only what was taken in with --connector counts.
    """
    with opened(session, token_file) as (service, by):
        by.require(Scope.READ)
        found = service.publishing.connectors()
    if session.json:
        session.answer(found)
        return
    if not found:
        session.say_in("接続先はまだ何も知らせていません。", "No connector has reported yet.")
    for one in found:
        said, bundle = one["evidence"], one["bundle"] or "-"
        last = said["last_at"] or "-"
        session.say_in(
            f"{one['name']}  判定データ {bundle}{'' if one['up_to_date'] else '（古い）'}  最後の根拠 {last}"
            f"{'（途絶）' if said['silent'] else ''}  記録 {said['records']:,}  判定できず通した呼 "
            f"{said['failed_open']:,}  失われた記録 {said['lost']:,}",
            f"{one['name']}  bundle {bundle}{'' if one['up_to_date'] else ' (old)'}  last evidence {last}"
            f"{' (silent)' if said['silent'] else ''}  records {said['records']:,}  passed unjudged "
            f"{said['failed_open']:,}  lost {said['lost']:,}",
        )


@click.group("rule-set")
def rule_set() -> None:
    """自社の判定の規則 / The operator's own screening rules."""


@rule_set.command()
@_file
@click.option("--shadow", is_flag=True, help="試行: 通話に影響させない / On trial, without effect on calls.")
@token_option
@output_options
@pass_session
def load(session: Session, file: Path, shadow: bool, token_file: Path | None) -> None:
    """規則（YAML）を申請する / Propose a rule set; on trial it is loaded and published at once.

    別の人が `call agreement approve` で承認し、`call agreement make` で有効にしてから発行します。
    試行（--shadow）は通話に影響しないので、一人で始められます。健全でない規則は何も変えません。
    Somebody else approves it; made, it decides from the next bundle on. One that isn't sound changes nothing.
    """
    with opened(session, token_file) as (service, by):
        if not shadow:
            found = service.publishing.propose_rules(read_bytes(file), by=by)
            _proposed(session, found)
            return
        digest = service.publishing.try_rules(read_bytes(file), by=by)
        made = service.publishing.publish(by=by)
    document = {"sha256": digest, "shadow": True, "bundle": made.document()}
    tell(session, document, f"規則を読み込み、{made.folder} を発行しました。", f"Loaded; {made.folder} is published.")


@rule_set.command("end-shadow")
@token_option
@output_options
@pass_session
def end_shadow(session: Session, token_file: Path | None) -> None:
    """試行を終え、発行する / End the trial, and publish."""
    with opened(session, token_file) as (service, by):
        service.publishing.end_shadow(by=by)
        made = service.publishing.publish(by=by)
    tell(session, made.document(), "試行を終えました。", "The trial is ended.")


@click.group()
def agreement() -> None:
    """回線ごとの発信者番号の合意（二人で登録） / What each trunk may show; entered by two people."""


@agreement.command()
@_file
@token_option
@output_options
@pass_session
def propose(session: Session, file: Path, token_file: Path | None) -> None:
    """合意（CSV、または JSON の agreements）を申請する / Propose agreements.

    CSVの列: id,trunk,direction,shows,from は必須。ほかに otherwise,until,numbers,ranges,forwards,foreign,
    emergency_numbers,extensions,owner。numbers は「;」区切り、ranges は「初め-終わり」の「;」区切り、forwards などは
    yes か no。

    direction: egress, domestic, abroad. shows: own_numbers, wholesale, transit, roaming_hub. otherwise: anonymise or
    reject. numbers and ranges (LOW-HIGH) are joined by ";". from: today or later.
    """
    documents: list[dict[str, Any]]
    if file.suffix == ".json":
        documents = _fields(file, {"agreements"}, ProposalRefused).get("agreements", [])
    else:
        try:
            documents = read_agreements_csv(read_bytes(file).decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise FileRefused(path=readable(file), why="not UTF-8") from None
    with opened(session, token_file) as (service, by):
        found = service.accords.propose_agreements(documents, by=by)
    _proposed(session, found)


@agreement.command("propose-default")
@_file
@token_option
@output_options
@pass_session
def propose_default(session: Session, file: Path, token_file: Path | None) -> None:
    """希望のない回線の既定（settings, basis, document）を申請する / Propose what holds for lines without a wish.

    settings の各項目には、根拠とする文書を consent として書きます。
    Each of settings names the document that it rests on as its consent.
    """
    written = _fields(file, {"settings", "basis", "document"}, ProposalRefused)
    with opened(session, token_file) as (service, by):
        found = service.accords.propose_default(
            written.get("settings", {}), basis=written.get("basis", ""), document=written.get("document", ""), by=by
        )
    _proposed(session, found)


def _fields(file: Path, known: set[str], refused: type[InputRefused]) -> dict[str, Any]:
    """A file's document. Raises ``refused`` for a field nobody knows."""
    written = read_document(str(file))
    for name in sorted(set(written) - known):
        raise refused(field=ascii(name)[1:-1][:40], problem=f"no such field; known: {', '.join(sorted(known))}")
    return written


def _asked(found: Proposal) -> Iterator[str]:
    """What is approved: each agreement with all its numbers, or a default with what it rests on."""
    for one in found.body.get("agreements", ()):
        numbers = [*one["numbers"], *("-".join(pair) for pair in one["ranges"])]
        facts = {name: one[name] for name in ("forwards", "foreign", "emergency_numbers", "owner")}
        facts["extensions"] = one.get("extensions", False)
        told = "  ".join(f"{name}={value}" for name, value in facts.items() if value not in (None, ""))
        until = one["until"] or ""
        yield f"{one['id']}  {one['trunk']}  {one['direction']}  {one['shows']}  {one['otherwise']}"
        yield f"  {one['from']} – {until}  {told}"
        yield f"  {'; '.join(numbers)}"
    if found.kind is ProposalKind.END_AGREEMENT:
        yield f"{found.body['agreement']}  → {found.body['on']}"
    if found.kind is ProposalKind.RULE_SET:
        yield f"sha256 {found.body['sha256']}"
        for rule in json.loads(found.body["rules"])["rules"]:
            yield f"  {rule['priority']:>3}  {rule['id']}  → {rule['outcome']}"
    if "settings" in found.body:
        yield f"{found.body['document']}: {found.body['basis']}"
        for case, choice in found.body["settings"].items():
            yield f"  {case}: {choice['wish']}  {choice.get('consent') or ''}"


def _proposed(session: Session, found: Proposal) -> None:
    tell(
        session,
        found.document(),
        f"{found.id} を申請しました。別の人が `sekisho call agreement approve {found.id}` で承認してください。",
        f"Proposed {found.id}. Somebody else approves it (`sekisho call agreement approve {found.id}`).",
    )


@agreement.command()
@click.argument("proposal")
@token_option
@output_options
@pass_session
def approve(session: Session, proposal: str, token_file: Path | None) -> None:
    """申請を承認する（申請者でない人） / Approve a proposal; not who asked."""
    with opened(session, token_file) as (service, by):
        by.require(Scope.APPROVE)
        for line_ in _asked(service.accords.find(proposal)):
            click.echo(line_, err=True)
        found = service.accords.approve(proposal, by=by)
    tell(session, found.document(), f"{found.id} を承認しました。", f"Approved {found.id}.")


@agreement.command()
@click.argument("proposal")
@token_option
@output_options
@pass_session
def make(session: Session, proposal: str, token_file: Path | None) -> None:
    """承認された申請を有効にする / Put an approved proposal in force."""
    with opened(session, token_file) as (service, by):
        found = service.accords.make(proposal, by=by)
    tell(session, found.document(), f"{found.id} は有効になりました。", f"{found.id} is in force.")


@agreement.command()
@click.argument("proposal")
@token_option
@output_options
@pass_session
def withdraw(session: Session, proposal: str, token_file: Path | None) -> None:
    """申請を取り下げる / Withdraw a proposal."""
    with opened(session, token_file) as (service, by):
        found = service.accords.withdraw(proposal, by=by)
    tell(session, found.document(), f"{found.id} を取り下げました。", f"Withdrew {found.id}.")


@agreement.command()
@click.argument("agreement_id", metavar="AGREEMENT")
@click.option("--on", type=day_type, required=True, help="有効でなくなる最初の日 / The first day without it.")
@token_option
@output_options
@pass_session
def end(session: Session, agreement_id: str, on: datetime, token_file: Path | None) -> None:
    """合意の終わりを申請する（別の人が承認） / Propose that an agreement ends; somebody else approves."""
    with opened(session, token_file) as (service, by):
        found = service.accords.propose_end(agreement_id, on.date(), by=by)
    _proposed(session, found)


@agreement.command("list")
@token_option
@output_options
@pass_session
def every(session: Session, token_file: Path | None) -> None:
    """合意と申請の一覧 / Agreements and proposals."""
    with opened(session, token_file) as (service, _):
        agreements, proposals = service.accords.agreements(), service.accords.every()
        documents = service.accords.documents()
    document = {
        "agreements": documents,
        "proposals": [one.document() for one in proposals],
    }  # fmt: skip
    text = [f"{one.id}  {one.trunk}  {one.direction.value}  {one.shows.value}  {one.begins}" for one in agreements]
    text += [f"{one.id}  {one.kind.value}  {one.state}" for one in proposals]
    tell(session, document, "\n".join(text) or "合意はありません。", "\n".join(text) or "There is no agreement.")


@click.group()
def line() -> None:
    """回線ごとの希望と同意 / What each line asked for, and its consent."""


@line.command("set")
@click.argument("name", metavar="LINE")
@_file
@token_option
@output_options
@pass_session
def set_(session: Session, name: str, file: Path, token_file: Path | None) -> None:
    """希望（settings と consent の JSON）を登録する / Enter settings with the consent they rest on.

    settings: anonymous_calls, foreign_calls, listed_calls, suspicious_calls（それぞれ wish と sip_status）。
    wish: pass, label, anonymise, announce, reject. consent: given_at（時刻）, way（app, paper, phone, shop, web）,
    text_version, cases（通話を変える項目）。
    """
    written = _fields(file, {"settings", "consent"}, LineRefused)
    with opened(session, token_file) as (service, by):
        found = service.lines.set(name, written.get("settings", {}), written.get("consent", {}), by=by)
    tell(session, found.document(), f"登録しました（同意 {found.id}）。", f"Entered (consent {found.id}).")


@line.command("show")
@click.argument("name", metavar="LINE")
@token_option
@output_options
@pass_session
def show_line(session: Session, name: str, token_file: Path | None) -> None:
    """回線の希望 / What a line asked for."""
    with opened(session, token_file) as (service, by):
        found = service.lines.find(name, by=by)
    tell(session, found.document(), f"{found.settings}", f"{found.settings}")


@line.command("end")
@click.argument("name", metavar="LINE")
@token_option
@output_options
@pass_session
def end_line(session: Session, name: str, token_file: Path | None) -> None:
    """同意の撤回: 次の発行から既定に戻る / The consent is withdrawn; the default holds with the next bundle."""
    with opened(session, token_file) as (service, by):
        service.lines.end(name, by=by)
    tell(session, {"ended": True}, "希望を終えました。", "Ended.")
