"""The rulebook of the external transmission rule: what its rules may name, and the engine over what is shipped."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from sekisho.apps.law.facts import Basis, Medium
from sekisho.engine.facts import Catalogue, ChangedBy, FactSpec, FactType, Text
from sekisho.engine.plan import LawEngine
from sekisho.engine.rules import Rulebook
from sekisho.rulebook.loader import load_folder

FOLDER: Final = Path(str(files("sekisho.rulebook") / "apps" / "etr"))
"""Where the rules lie. The guideline's catalogue lies beside it, not in it: it has no rules (ADR 0013)."""

SERVICE: Final = "user_information_service"
TRANSMISSION: Final = "external_transmission"
UNDECIDED: Final = "undecided"
"""The basis of a sending of which nobody said what the operator relies on."""


def _one_of(name: str, values: tuple[str, ...], ja: str, en: str) -> FactSpec:
    return FactSpec(name, FactType.ENUM, Text(ja, en), values)


def _flag(name: str, ja: str, en: str) -> FactSpec:
    return FactSpec(name, FactType.BOOL, Text(ja, en), changed_by=ChangedBy.OPERATOR)


FACTS: Final = (
    _one_of("event", (SERVICE, TRANSMISSION), "判断の対象", "what is judged"),
    _one_of("medium", tuple(one.value for one in Medium), "ウェブかアプリか", "web or app"),
    _one_of("basis", (*(one.value for one in Basis), UNDECIDED), "よりどころ", "what the operator relies on"),
    _flag("service.covered", "対象役務である", "the service is covered"),
    _flag("service.decided", "対象役務かを証拠とともに判定した", "whether it is covered was decided with evidence"),
    _flag("basis.decided", "よりどころを定めた", "what is relied on is decided"),
    _flag("inventory.measured", "すべての状態とページを測った", "all states and pages were measured"),
    _flag(
        "inventory.accounted", "観測した送信先のすべてによりどころがある", "each observed recipient is told or exempt"
    ),
    _flag("inventory.embedded", "組み込まれた送信先のすべてが公表にある", "each embedded recipient is told"),
    _flag("inventory.confirmed", "自社の一覧と一致すると確かめた", "agrees with the operator's own list"),
    _flag("row.information", "送信された情報が書かれている", "what was sent is told"),
    _flag("row.handler", "取り扱う者の名称が書かれている", "who handles it is named"),
    _flag("row.sender_purpose", "送信元の利用目的が書かれている", "the sender's purpose is told"),
    _flag("row.recipient_purpose", "送信先の利用目的が書かれている", "the recipient's purpose is told"),
    _flag("notice.japanese", "日本語で書かれている", "it is in Japanese"),
    _flag("notice.plain", "専門用語がない", "it has no technical terms"),
    _flag("notice.size", "操作なしで読める大きさで見える", "readable without any operation"),
    _flag("notice.reached", "容易に到達できる", "easily reached"),
    _flag("banner.at_once", "即時に表示される", "displayed at once"),
    _flag("banner.rest", "残りに容易に到達できる", "the rest is easily reached"),
    _flag("told.before", "送信より前に示した", "told before it was first sent"),
    _flag("necessary.confirmed", "真に必要であると証拠とともに判定した", "truly necessary, decided with evidence"),
    _flag("necessary.only", "ほかの目的に使わない", "serves no other purpose"),
    _flag("own.equipment", "自社の設備に送られる", "it goes to the operator's own equipment"),
    _flag("own.not_elsewhere", "同じ識別符号がほかに送られない", "the same identifier goes nowhere else"),
    _flag("own.identifier_only", "識別符号だけが送られる", "only the identifier is sent"),
    _flag("consent.not_before", "同意の前に送信されない", "nothing is sent before consent"),
    _flag("consent.not_refused", "拒否の後に送信されない", "nothing is sent after refusal"),
    _flag("consent.covers", "同意がこの送信に及ぶ", "the consent covers this sending"),
    _flag("opt_out.items", "7事項がすべて公表されている", "all seven items are published"),
    _flag("opt_out.stops", "求めの後に止まる", "it stops after opting out"),
    _flag("practice.choice_fair", "拒否が同意と同じく容易である", "refusing is as easy as accepting"),
    _flag("practice.change_control", "変更のときに公表を更新する", "the notice changes with tags and modules"),
    _flag("practice.template", "総務省の記載例に沿う", "follows the Ministry's template"),
)

CATALOGUE: Final = Catalogue.of(FACTS, (), ("event", "medium", "basis"))
"""Everything that a rule of this desk may name."""


@cache
def load_apps() -> Rulebook:
    """The rulebook as shipped; frozen data, loaded once per process."""
    return load_folder(FOLDER, CATALOGUE)


@cache
def apps_engine() -> LawEngine:
    """An engine over the shipped rulebook. Plans are cached in it; it holds no facts of a service."""
    return LawEngine(load_apps(), CATALOGUE)
