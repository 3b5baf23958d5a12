"""``sekisho demo``: the shipped examples, remote sign-ups over HTTP, disclosure, calls, and a workspace."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from sekisho.access import service as access
from sekisho.access.principal import Principal
from sekisho.access.roles import Role, Scope, StaffKind
from sekisho.cli.callers import caller_of
from sekisho.cli.contract_text import decision_text, verdict_word
from sekisho.cli.demo_calls import CallsWalk
from sekisho.cli.demo_disclosure import DisclosureWalk
from sekisho.cli.demo_evidence import DemoCards
from sekisho.cli.demo_people import hired
from sekisho.cli.demo_remote import Remote
from sekisho.cli.demo_world import Server, World, world
from sekisho.cli.errors import Usage
from sekisho.cli.init import DEMO_NAME
from sekisho.cli.session import Session, default_key_file, output_options, pass_session
from sekisho.clock import SystemClock
from sekisho.contracts.application import parse_json
from sekisho.contracts.service import Asking, ContractService
from sekisho.errors import InputRefused
from sekisho.keys import make_key_file
from sekisho.keys.disk import RealDisk
from sekisho.ledger.verify import verify_ledger
from sekisho.workspace import Workspace, parts
from sekisho.workspace.creation import CREATING_NAME
from sekisho.workspace.settings import read_settings

_SYSTEM = "demo-site"
"""Staff id of the made-up sign-up system."""


class NotADemo(InputRefused):
    """Something that isn't a demonstration workspace is in the way."""

    reason = "not_a_demo"
    ja = "{path} はデモの作業領域ではないので消しません。別のフォルダーを指定してください。"
    en = "{path} is not a demonstration workspace, so it is left alone. Name another folder."


class NoExamples(InputRefused):
    """There are no applications to decide."""

    reason = "no_examples"
    ja = "{path} に申込みの例（*.json）がありません。プロジェクトのフォルダーで実行してください。"
    en = "There are no applications (*.json) in {path}. Run this in the project's folder."


@click.command()
@click.argument("directory", type=click.Path(path_type=Path), default=Path("demo-workspace"))
@click.option(
    "--examples",
    type=click.Path(path_type=Path),
    default=Path("examples/contracts"),
    show_default=True,
    help="申込みのフォルダー / The folder of applications.",
)
@click.option(
    "--no-http",
    is_flag=True,
    help="サーバーとシミュレーターを動かさない / Without server and simulators: the examples alone.",
)
@click.option(
    "--keep",
    is_flag=True,
    help="サーバーとシミュレーターを動かしたままにする / Leave server and simulators running until Ctrl-C.",
)
@output_options
@pass_session
def demo(session: Session, directory: Path, examples: Path, no_http: bool, keep: bool) -> None:
    """例の申込みを判断し、非対面の申込みをHTTPで通し、台帳を検証する / Run the examples and remote sign-ups.

    外部の相手（公的個人認証の失効照会、デジタル認証アプリ、gBizID、依拠先、法人番号）はすべて手元のシミュレーターです。

    Every outside party is a simulator on this machine: JPKI platform, the authentication app, gBizID, firms relied on.
    """
    if keep and no_http:
        raise Usage(problem="--keep without HTTP has nothing to keep", command="sekisho demo")
    files = sorted(examples.glob("*.json"))
    if not files:
        raise NoExamples(path=examples)
    key_file = default_key_file(directory)
    _clear(directory, key_file)
    if not key_file.exists():
        make_key_file(key_file, RealDisk())
    # A demonstration opens with its own key file, whatever the surroundings say.
    session.key_file, session.pkcs11_library, session.staff = key_file, None, "clerk"
    with ExitStack() as until_the_end:
        server = None if no_http else until_the_end.enter_context(Server(directory, key_file))
        outside = None if no_http else until_the_end.enter_context(world(SystemClock().now()))
        with Workspace.create(
            directory, name=DEMO_NAME, legal_confirmation="shown", keyring=session.unlock(directory)
        ) as workspace:
            token = _staff(workspace)
            decided, verdicts = _examples(session, workspace, files, outside)
            people = hired(workspace)
            requests = _requests(session, workspace, people)
            calls = _calls(session, workspace, people)
        told = {}
        if outside is not None and server is not None:
            told = Remote(session, outside, server, directory, token, SystemClock().now).run(keep=keep)
    with Workspace.open(directory, mode="read") as workspace:
        found = verify_ledger(
            workspace.ledger_directory, public_key=workspace.ledger_public_key, origin=workspace.origin
        )
    verdicts.update(step["verdict"] for step in told.get("steps", ()))
    if session.json:
        ledger = {"size": found.size, "holds": found.holds}
        session.answer(
            {
                "workspace": str(directory),
                "decisions": decided,
                "remote": told,
                "disclosure": requests,
                "calls": calls,
                "ledger": ledger,
            }
        )
    _summary(session, directory, examples, verdicts, found.size, holds=found.holds)
    if not found.holds:
        raise click.exceptions.Exit(1)


def _examples(
    session: Session, workspace: Workspace, files: list[Path], outside: World | None
) -> tuple[list[dict[str, Any]], Counter[str]]:
    """Decide the examples in this process; what was decided, and how often each verdict."""
    verdicts: Counter[str] = Counter()
    decided: list[dict[str, Any]] = []
    desk, caller = ContractService(workspace), caller_of(workspace, session)
    if outside is None:
        cards = DemoCards.by_list(workspace, desk, by="stated:legal")
    else:
        outside.believed_by(workspace, desk, by="stated:legal")
        cards = DemoCards(desk, outside.jpki, lambda card: outside.platform.know(outside.jpki.id_of(card)))
    for file in files:
        application, signed = cards.signed(parse_json(file.read_bytes()))
        if signed:
            session.say_in(
                "（模擬のマイナンバーカードがいま署名し、その署名を検証しました）",
                "(A simulated My Number card has signed just now, and the signature was verified.)",
            )
        answer = desk.decide(application, caller, Asking())
        verdicts[answer.document["verdict"]] += 1
        told = {name: answer.document[name] for name in ("application", "as_of", "verdict")}
        decided.append({"file": str(file), "id": answer.id, "ledger_index": answer.ledger_index, **told})
        session.say(
            decision_text(answer.document, session.lang, ledger_index=answer.ledger_index, decision_id=answer.id)
        )
        session.say("\n" + "─" * 100 + "\n")
    return decided, verdicts


def _requests(session: Session, workspace: Workspace, people: Mapping[str, Principal]) -> list[dict[str, Any]]:
    """Requests for disclosure through the desk; what came of each."""
    session.say_in("開示請求（架空の警察・請求者・記録）", "Requests for disclosure (made-up police, claimant, logs)")
    found = []
    for step in DisclosureWalk(workspace, people).steps():
        session.say(f"\n  {step.title.in_(session.lang)}   {step.case}  {step.state}")
        for one in step.notice:
            session.say(f"    {one.in_(session.lang)}")
        found.append(step.document())
    session.say("\n" + "─" * 100 + "\n")
    return found


def _calls(session: Session, workspace: Workspace, people: Mapping[str, Principal]) -> list[dict[str, Any]]:
    """An agreement, calls judged by it, a number stopped; what came of each."""
    session.say_in(
        "通話と番号の停止（架空の回線・番号・警察）", "Calls and a stopped number (made-up trunks, numbers, police)"
    )
    with workspace.database.read() as connection:
        clerk = access.stated_principal(connection, "clerk", required=Scope.DECIDE)
    found = []
    for step in CallsWalk(workspace, people, clerk).steps():
        session.say(f"\n  {step.title.in_(session.lang)}\n    {step.notice.in_(session.lang)}")
        found.append(step.document())
    session.say("\n" + "─" * 100 + "\n")
    return found


def _clear(directory: Path, key_file: Path) -> None:
    """Remove the demonstration that is there, and nothing else; one that is open, ``WorkspaceBusy``."""
    if not directory.exists() or not any(directory.iterdir()) or (directory / CREATING_NAME).exists():
        return
    settings = read_settings(directory)
    if settings is None or settings.name != DEMO_NAME:
        raise NotADemo(path=directory)
    with parts.lock(directory, shared=False):
        shutil.rmtree(directory)
    key_file.unlink(missing_ok=True)


def _staff(workspace: Workspace) -> str:
    """People with roles, and a token for the sign-up system; its text."""
    now = workspace.clock.now()
    workspace.change(lambda c: access.add_first_administrator(c, staff_id="admin", name="管理者", now=now))
    with workspace.database.read() as connection:
        admin: Principal = access.stated_principal(connection, "admin", required=Scope.STAFF_ADMIN)
    for staff_id, name, role, kind in (
        ("clerk", "受付係", Role.CLERK, StaffKind.PERSON),
        ("legal", "法務担当", Role.LEGAL, StaffKind.PERSON),
        (_SYSTEM, "申込みサイト（模擬）", Role.INTEGRATION, StaffKind.SERVICE),
    ):
        _add(workspace, admin, staff_id, name, role, kind)
    issued = workspace.change(
        lambda c: access.issue_token(
            c,
            actor=admin,
            staff_id=_SYSTEM,
            scopes=[Scope.DECIDE, Scope.ATTEST, Scope.READ],
            expires_at=now + timedelta(days=1),
            now=now,
        )
    )
    return issued.text


def _add(workspace: Workspace, admin: Principal, staff_id: str, name: str, role: Role, kind: StaffKind) -> None:
    now = workspace.clock.now()
    workspace.change(lambda c: access.add_staff(c, actor=admin, staff_id=staff_id, name=name, kind=kind, now=now))
    workspace.change(lambda c: access.grant_role(c, actor=admin, staff_id=staff_id, role=role, now=now))


def _summary(
    session: Session, directory: Path, examples: Path, verdicts: Counter[str], leaves: int, *, holds: bool
) -> None:
    counted = "  ".join(f"{verdict_word(verdict, session.lang)} {count}" for verdict, count in verdicts.most_common())
    command = f"sekisho --workspace {directory}"
    if session.lang == "ja":
        session.say(f"{sum(verdicts.values())}件の申込みを、それぞれの日の法令で判断しました:  {counted}")
        state = "すべてのハッシュと署名が合っています" if holds else "異常があります"
        session.say(f"台帳 {leaves} 件: {state}")
        session.say("\n続けて試せること（.venv/bin/ の sekisho）")
        session.say(f"  {command} --by clerk contract decide {examples}/04-selfie-next-day.json --explain")
        session.say(f"  {command} --by clerk contract decide {examples}/04-selfie-next-day.json --as-of 2026-03-31")
        session.say("  sekisho rulebook timeline --event new_contract --subject natural --channel remote")
        session.say("  sekisho rulebook diff 2026-03-31 2026-04-01")
        session.say(f"  {command} --by kansa disclosure list")
        session.say(f"  sekisho call screen examples/calls/forged.json --bundle {directory}/calls/bundles")
        session.say(f"  {command} ledger verify")
        session.say(f"  {command} ledger export ledger.zip")
        return
    session.say(f"Decided {sum(verdicts.values())} applications, each under the law of its own day:  {counted}")
    session.say(f"Ledger of {leaves} leaves: {'every hash and signature holds' if holds else 'there are faults'}")
    session.say("\nTo look around (sekisho is in .venv/bin/)")
    session.say(f"  {command} --lang en --by clerk contract decide {examples}/04-selfie-next-day.json --explain")
    session.say(
        f"  {command} --lang en --by clerk contract decide {examples}/04-selfie-next-day.json --as-of 2026-03-31"
    )
    session.say("  sekisho --lang en rulebook timeline --event new_contract --subject natural --channel remote")
    session.say("  sekisho --lang en rulebook diff 2026-03-31 2026-04-01")
    session.say(f"  {command} --lang en --by kansa disclosure list")
    session.say(f"  sekisho --lang en call screen examples/calls/forged.json --bundle {directory}/calls/bundles")
    session.say(f"  {command} ledger verify")
    session.say(f"  {command} ledger export ledger.zip")
