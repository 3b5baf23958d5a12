"""``sekisho app scan``: what an app or a site sends to whom, with or without a workspace."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import click
import orjson

from sekisho.access.errors import ScopeMissing
from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.apps.changes import Change, ChangeKind, baseline_of, changes
from sekisho.apps.collector import CHROMIUM, NoResolver, Plan, SystemResolver
from sekisho.apps.entered import answers_of, values_of
from sekisho.apps.errors import BaselineRefused, NewRecipient, ScanRefused, TargetRefused
from sekisho.apps.evidence import Consent
from sekisho.apps.law.questions import Answers
from sekisho.apps.looking import Asked, is_address, look
from sekisho.apps.reconcile.origin import Origin
from sekisho.apps.scan import Scan, scan
from sekisho.apps.service import AppScans, packed
from sekisho.apps.visiting import Browser, WebPages
from sekisho.cli.app_text import tell
from sekisho.cli.errors import NoWorkspace
from sekisho.cli.log_options import stated
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.clock import SystemClock, japan_date
from sekisho.workspace import Workspace

MAX_FILE = 512 * 1024 * 1024
"""Bytes of a scan that is compared with: what one may unpack to in a workspace."""
_STATES = [each.value for each in Consent if each is not Consent.UNKNOWN]
_ORIGINS = [each.value for each in Origin]
_Said = TypeVar("_Said", Consent, Origin)


@click.command("scan")
@click.argument("targets", metavar="TARGET…", nargs=-1, required=True)
@click.option("--service", help="サービスの名（既定: 最初の対象の名） / Its name (default: the first target's).")
@click.option("--own-host", "own_hosts", multiple=True, help="自社のホスト / A host of the operator's own.")
@click.option("--policy", "policies", multiple=True, metavar="FILE|URL",
              help="公表・通知・ポリシーのページ / The notice or policy.")  # fmt: skip
@click.option("--answers", type=click.Path(path_type=Path), metavar="FILE", help="質問票の答え / Answers (YAML, JSON).")
@click.option("--values", type=click.Path(path_type=Path), metavar="FILE",
              help="探す値（試験用アカウント） / Values to look for (YAML, JSON).")  # fmt: skip
@click.option("--consent-state", "states", multiple=True, metavar="[TARGET=]STATE",
              help=f"記録がどの状態のものか / In which state it was recorded: {', '.join(_STATES)}.")  # fmt: skip
@click.option("--recorded-from", "origins", multiple=True, metavar="[TARGET=]KIND",
              help=f"記録が何のものか / What was recorded: {', '.join(_ORIGINS)}.")  # fmt: skip
@click.option("--visit-state", "visits", multiple=True, type=click.Choice(_STATES),
              help="サイトを訪問する状態（既定: すべて） / States to visit a site in (default: all).")  # fmt: skip
@click.option("--page", "pages", multiple=True, metavar="URL", help="必ず訪問するページ / A page to visit.")
@click.option("--opt-out-page", "opt_out", multiple=True, metavar="URL", help="オプトアウトのページ / To opt out.")
@click.option("--max-pages", type=int, default=5, show_default=True, help="訪問するページの数 / Pages to visit.")
@click.option("--ask-dns", is_flag=True, help="自社の名が他社を指すか（CNAME）調べる / Resolve the own hosts' aliases.")
@click.option("--chromium", type=click.Path(path_type=Path), default=CHROMIUM, help="ブラウザの場所 / The browser.")
@click.option("--resolver-rules", default="", help="Chromiumの --host-resolver-rules（検証環境用） / For staging.")
@click.option("--trusted-key", "keys", multiple=True, help="検証環境の証明書の公開鍵（SPKI） / A staging site's key.")
@click.option("--baseline", metavar="FILE|last",
              help="比べる前回の結果。新しい送信先は終了コード1 / An earlier scan; new recipients exit 1.")  # fmt: skip
@click.option("--output", type=click.Path(path_type=Path), help="結果のJSONを書くファイル / Where the JSON is written.")
@click.option("--all", "everything", is_flag=True, help="測れていない事項も1件ずつ出す / Print unmeasured items too.")
@output_options
@pass_session
def scan_command(session: Session, /, targets: tuple[str, ...], **options: Any) -> None:
    """アプリ・サイトが何をどこへ送るかを調べる / What an app or a site sends to whom.

    TARGET: APK・AAB・XAPK、IPA、サイトのアドレス、HAR、mitmproxyの記録、pcap、PlayのデータセーフティのCSV、
    PrivacyInfo.xcprivacy、年齢レーティングのJSON、inspection.json、ポリシー。1サービスのものをいくつでも。
    作業領域がなくても使えます（CI）。あれば結果を保管し、前回と比べます。
    終了コード: 0 済、1 --baseline になかった送信先がある、2 対象が分からない・読めない。

    Any mix of targets of one service. Works without a workspace; with one, the scan is kept and compared with the last.
    Exits 0 when done, 1 where somebody receives who doesn't in --baseline, 2 where a target can't be told or opened.
    """
    asked = _asked(targets, options)
    given = _answers(options["answers"])
    before = _baseline_file(options["baseline"])
    kept = session.workspace is not None
    if options["baseline"] == "last" and not kept:
        raise NoWorkspace
    browser = Browser(SystemResolver() if options["ask_dns"] else NoResolver())
    material = look(asked, collector=browser, pages=WebPages())
    today = japan_date(SystemClock().now())
    if kept:
        with session.open() as workspace:
            service = AppScans(workspace)
            by = _by(workspace, session)
            last = service.last(asked.service)
            answers = Answers([*service.answers(asked.service), *given])
            material = replace(material, past=service.past(asked.service))
            made = scan(material, answers=answers, on=service.today())
            stored, _ = service.keep(made, by=by)
        compared = before if before is not None else last
        document = {**made.as_document(), "scan": stored.document()}
    else:
        made = scan(material, answers=given, on=today)
        compared, document = before, made.as_document()
    found = _changes(compared, made, options["baseline"] or "last")
    document["changes"] = [each.as_document() for each in found]
    if options["output"] is not None:
        options["output"].write_bytes(packed(document) + b"\n")
    if session.json:
        session.answer(document)
    else:
        tell(session, document, document["changes"], everything=options["everything"])
        if kept:
            session.say(f"\n{stored.id}  sha256:{stored.digest}")
    _end(session, found, failing=options["baseline"] is not None)


def _end(session: Session, found: Sequence[Change], *, failing: bool) -> None:
    new = [each.name for each in found if each.kind is ChangeKind.NEW_RECIPIENT]
    if not new or not failing:
        return
    if session.json:
        raise click.exceptions.Exit(NewRecipient.exit_code)
    raise NewRecipient(count=len(new), names=", ".join(new[:10]) + (" …" if len(new) > 10 else ""))


def _by(workspace: Workspace, session: Session) -> Principal:
    with suppress(ScopeMissing):
        return stated(workspace, session, Scope.REQUEST)
    return stated(workspace, session, Scope.DECIDE)


def _asked(targets: Sequence[str], options: Mapping[str, Any]) -> Asked:
    first = targets[0]
    service = options["service"] or (urlsplit(first).hostname if is_address(first) else Path(first).stem) or first
    values = values_of(_text(options["values"]), name=str(options["values"])) if options["values"] else ()
    plan = Plan(
        address="https://www.example/", pages=tuple(options["pages"]), max_pages=options["max_pages"],
        opt_out=tuple(options["opt_out"]), chromium=options["chromium"], resolver_rules=options["resolver_rules"],
        trusted_keys=tuple(options["keys"]),
    )  # fmt: skip
    if options["visits"]:
        plan = replace(plan, states=tuple(dict.fromkeys(map(Consent, options["visits"]))))
    states = _said(options["states"], Consent, _STATES, "consent-state", targets)
    origins = _said(options["origins"], Origin, _ORIGINS, "recorded-from", targets)
    return Asked(
        service=service, targets=targets, own_hosts=tuple(options["own_hosts"]), policies=tuple(options["policies"]),
        values=values, plan=plan, states=states, origins=origins,
    )  # fmt: skip


def _said(
    given: Sequence[str], kind: type[_Said], known: Sequence[str], option: str, targets: Sequence[str]
) -> dict[str, _Said]:
    """What is said of each target by its name; what names no target is said of all."""
    found: dict[str, _Said] = {}
    for each in given:
        name, equals, value = each.rpartition("=")
        if value not in known or (equals and name not in targets):
            problem = f"[TARGET=] one of {', '.join(known)}; TARGET as it stands among the targets"
            raise ScanRefused(field=option, problem=problem)
        found |= dict.fromkeys([name] if equals else [one for one in targets if one not in found], kind(value))
    return found


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise TargetRefused(name=str(path), why="not UTF-8") from None


def _answers(path: Path | None) -> Answers:
    if path is None:
        return Answers()
    return answers_of(_text(path), name=str(path), hashed=lambda name: sha256_of(path.parent / name))


def sha256_of(path: Path) -> str:
    """The SHA-256 of a paper, in hex. Raises what opening a file raises."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _baseline_file(given: str | None) -> dict[str, Any] | None:
    if given is None or given == "last":
        return None
    path = Path(given)
    if path.stat().st_size > MAX_FILE:
        raise BaselineRefused(name=given, problem=f"more than {MAX_FILE} bytes")
    try:
        document = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError:
        raise BaselineRefused(name=given, problem="not JSON") from None
    baseline_of(document, given)
    found: dict[str, Any] = document
    return found


def _changes(before: dict[str, Any] | None, made: Scan, name: str) -> tuple[Change, ...]:
    if before is None:
        return ()
    return changes(baseline_of(before, name), baseline_of(made.as_document(), "this scan"))
