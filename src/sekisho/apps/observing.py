"""Plain facts of the vocabulary (:mod:`sekisho.apps.law.vocabulary`) that follow from what was read of an app. Pure.

``Known(True)`` rests on words or traffic that are there, ``Known(False)`` on something observed or declared that
contradicts. What rules didn't find in a policy may stand there in other words, so it is never said to be missing: it is
not measured, and the sentence says what a person has to read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from sekisho.apps.declared import declarations_agree
from sekisho.apps.evidence import Consent, Place, Reading, TargetKind
from sekisho.apps.flows import Flow, Seen
from sekisho.apps.law.facts import Fact, Inapplicable, Known, Notice, Unmeasured
from sekisho.apps.law.sent import is_identified, key_of
from sekisho.apps.law.vocabulary import OBSERVATIONS
from sekisho.apps.reconcile.platform import Agreement, Aspect, Platform, PlatformFinding

TELLS: Final[Mapping[str, str]] = {
    "policy.provider": "p1",
    "policy.items": "p2",
    "policy.method": "p3",
    "policy.involvement": "p5",
    "policy.external": "p6",
    "policy.contact": "p7",
    "policy.changes": "p8",
}
"""Facts of which a policy's reading tells that the words are there, in its fact ``tells``."""
_PURPOSES: Final = "p4"

SENSITIVE: Final = frozenset({"contacts", "precise_location", "call_log", "messages", "photos_videos", "audio",
                              "health"})  # fmt: skip
"""Information that is asked for one by one (電話帳・位置・通信内容/履歴・写真等)."""

_BY_PERSON: Final = (
    "policy.for_app", "policy.notice_way", "policy.third_party", "policy.summary", "policy.children",
    "policy.retention", "policy.profiling",
)  # fmt: skip
_NO_POLICY: Final = Unmeasured(
    "no_policy",
    "アプリのポリシーが与えられていません。`--policy` でファイルかアドレスを指定してください",
    "No policy was given. Name its file or address with `--policy`",
)


def _unseen(reason: str, ja: str, en: str) -> Unmeasured:
    return Unmeasured(reason, ja, en)


UNSEEN: Final[Mapping[str, Unmeasured]] = {
    "policy.before_download": _unseen(
        "store_page_unseen", "ストアの掲載ページは見ていません。掲載ページにポリシーがあるか人が確かめてください",
        "The store's page isn't looked at. See whether the policy stands there"),
    "permission.used": _unseen(
        "use_unseen", "どの権限が実際に使われるかは、ファイルからは分かりません。動かして確かめてください",
        "Which permissions are really used can't be told from the file. Run the app and see"),
    "choice.defaults_off": _unseen(
        "defaults_unseen", "任意の設定が、はじめに入っているかは画面で確かめてください",
        "Whether what is optional begins switched on is for a person to see on the screen"),
    "choice.withdraw": _unseen(
        "withdrawal_unseen", "撤回までの手数は測っていません。画面で確かめてください",
        "The steps to withdraw weren't measured. See on the screen"),
    "account.deletable": _unseen(
        "deletion_unseen", "アカウントの削除は試していません。画面で確かめ、質問票に答えてください",
        "Deleting an account wasn't tried. See on the screen, and answer the question"),
    "storage.protected": _unseen(
        "storage_unseen", "端末に何が保存されるかは見ていません", "What is stored on the device wasn't looked at"),
    "vulnerability.contact": _unseen(
        "security_txt_unseen", "security.txt や窓口のページは見ていません",
        "No security.txt or page for it was looked at"),
    "modules.no_known_flaw": _unseen(
        "flaws_not_compared", "既知の脆弱性の一覧とは比べていません", "Nothing was compared with lists of known flaws"),
}  # fmt: skip
"""What no reader sees, each with what to do instead."""


def observations_of(
    flows: Sequence[Flow], readings: Sequence[Reading], notice: Fact[Notice], stores: Iterable[PlatformFinding]
) -> Mapping[str, Fact[bool]]:
    """The facts of one app. ``flows`` are its own; ``readings`` everything that was read, policies and forms too;
    ``stores`` what its stores' forms are beside its traffic."""
    policies = [each for each in readings if each.target.kind is TargetKind.POLICY]
    found: dict[str, Fact[bool]] = {**UNSEEN}
    for name in (*TELLS, *_BY_PERSON, "policy.purposes"):
        found[name] = _of_policy(name, policies)
    found["policy.external"] = _external(found["policy.external"], flows, notice)
    found["policy.modules"] = _modules(flows, readings, notice) if policies else _NO_POLICY
    found["permission.asked_first"] = _asked_first(flows)
    found["declarations.agree"] = declarations_agree(readings, notice)
    found["manifest.agrees"] = _manifest(readings, stores)
    return found


def _of_policy(name: str, policies: Sequence[Reading]) -> Fact[bool]:
    if not policies:
        return _NO_POLICY
    told = {slug: each for each in policies for key, value in each.facts if key == "tells" for slug in value.split()}
    what = OBSERVATIONS[name].holds
    if name in TELLS and TELLS[name] in told:
        return Known(True, (Place(path=told[TELLS[name]].target.name),))
    unread = [gap for each in policies for gap in each.not_measured]
    if name in TELLS and unread:
        return Unmeasured.of(unread[0])
    if name == "policy.purposes" and _PURPOSES in told:
        return Unmeasured("purposes_by_item",
                          "利用目的の記載はあるが、項目ごとに示しているかは人が読んで確かめます",
                          "Purposes are told; whether each item has its own is for a person to read")  # fmt: skip
    if name in TELLS or name == "policy.purposes":
        return Unmeasured("policy_words_not_found",
                          "ポリシーを規則で読み、それと分かる記載がありません。人が読んで確かめます",
                          "Rules read the policy and found no words for it. Somebody must read it")  # fmt: skip
    return Unmeasured("policy_by_person", f"規則では読みません。人がポリシーを読んで確かめます：{what.ja}",
                      f"Rules don't read it. For a person: {what.en}")  # fmt: skip


def _external(told: Fact[bool], flows: Iterable[Flow], notice: Fact[Notice]) -> Fact[bool]:
    """Whether the policy tells what is sent out, as it was seen. Words about it are not enough: a policy that says that
    nothing is sent speaks of it too."""
    if not isinstance(told, Known) or not isinstance(notice, Known):
        return told
    seen: dict[str, tuple[str, Place]] = {}
    for flow in flows:
        if flow.observed and not flow.key.own and key_of(flow):
            seen.setdefault(key_of(flow), (flow.key.service or key_of(flow), flow.observed[0][1].place))
    if not seen:
        return Unmeasured("external_not_compared", "外部送信の記載はあるが、比べる通信が観測されていません",
                          "Sending is spoken of, and no traffic was seen to compare it with")  # fmt: skip
    denied = [each.place for each in notice.value.denied if not each.recipient and not each.information]
    if denied:
        return Known(False, (*denied, *(place for _, place in seen.values())))
    rows = {row.recipient for row in notice.value.rows}
    missing = sorted(name for key, (name, _) in seen.items() if key not in rows)
    if missing:
        names = "、".join(missing[:10])
        return Unmeasured("external_incomplete", f"外部送信の記載はあるが、観測した送信先が見つかりません（{names}）",
                          f"Sending is told, and recipients that were seen weren't found there ({names})")  # fmt: skip
    return told


def _modules(flows: Sequence[Flow], readings: Sequence[Reading], notice: Fact[Notice]) -> Fact[bool]:
    """Whether the policy tells of each module. Wrong where one is in the app's file, was seen sending, and the whole
    policy has no row on it; never right, since what it must tell of each (提供先・リンク) isn't read."""
    if not any(each.target.kind in (TargetKind.ANDROID, TargetKind.IOS) for each in readings):
        return Unmeasured("no_app_file", "アプリのファイルがありません", "There is no app's file")
    if not isinstance(notice, Known):
        return notice if isinstance(notice, Unmeasured) else _NO_POLICY
    told = {row.recipient for row in notice.value.rows}
    sending = {key_of(flow) for flow in flows if flow.observed}
    marks: dict[str, tuple[str, Seen]] = {}
    for flow in flows:
        if is_identified(flow) and not flow.key.own:
            for seen in flow.embedded:
                if not seen[1].only_written:
                    marks.setdefault(key_of(flow), (flow.key.service, seen))
    missing = [key for key in marks if key not in told]
    wrong = [key for key in missing if key in sending]
    if wrong and notice.value.read_whole:
        return Known(False, tuple(marks[key][1][1].place for key in sorted(wrong)))
    names = "、".join(sorted(marks[key][0] for key in missing)[:10])
    if missing:
        return Unmeasured("modules_untold",
                          f"ポリシーに見つからない部品があります（{names}）。使っているか人が確かめます",
                          f"Modules that weren't found in the policy: {names}. Are they used, and untold?")  # fmt: skip
    return Unmeasured("modules_by_person", "部品ごとの第三者提供とリンクは読みません。人が確かめます",
                      "What each module passes on, and its link, aren't read. For a person")  # fmt: skip


def _asked_first(flows: Iterable[Flow]) -> Fact[bool]:
    early = [(target, piece) for flow in flows if flow.key.information in SENSITIVE
             for target, piece in flow.observed if piece.consent is Consent.BEFORE]  # fmt: skip
    if early:
        return Known(False, tuple(piece.place for _, piece in early))
    return Unmeasured("permission_unseen",
                      "許諾の画面と送信の前後は見ていません。許諾の前だけの記録を加えてください",
                      "When permission was asked wasn't seen. Add a recording made before it alone")  # fmt: skip


def _manifest(readings: Iterable[Reading], stores: Iterable[PlatformFinding]) -> Fact[bool]:
    if not any(each.target.kind in (TargetKind.IOS, TargetKind.PRIVACY_MANIFEST) for each in readings):
        return Inapplicable("iOSのアプリではない。", "It is no app for iOS.")
    mine = [each for each in stores if each.platform is Platform.APPLE and each.aspect is Aspect.COLLECTED]
    wrong = [each for each in mine if each.agreement is Agreement.DIFFERS]
    if wrong:
        return Known(False, tuple(_place(seen) for each in wrong for seen in each.evidence))
    observed = [each for each in mine if any(piece.grade.value == "observed" for _, piece in each.evidence)]
    if observed and all(each.agreement is Agreement.AGREES for each in observed):
        return Known(True, tuple(_place(seen) for each in observed for seen in each.evidence[:1]))
    reason = next((each for each in observed if each.agreement is not Agreement.AGREES), None)
    if reason is not None:
        return Unmeasured("manifest_open", reason.sentence("ja").rstrip("。"), reason.sentence("en").rstrip("."))
    return Unmeasured("manifest_unseen", "マニフェストと比べられる通信が観測されていません",
                      "No traffic was seen that could be compared with the manifest")  # fmt: skip


def _place(seen: Seen) -> Place:
    target, piece = seen
    return Place(path=f"{target.name}: {piece.place.path}", offset=piece.place.offset, layers=piece.place.layers)
