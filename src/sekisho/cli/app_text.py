"""How a scan is told in words: who gets what for what, what follows, what couldn't be measured, what is new."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from sekisho.cli.session import Session

GRADES: Final = {
    "observed": ("観測", "observed"),
    "embedded": ("組み込み", "embedded"),
    "declared": ("申告", "declared"),
}
STATES: Final = {
    "before": ("同意前", "before consent"),
    "accepted": ("同意後", "after accepting"),
    "rejected": ("拒否後", "after refusing"),
    "opted_out": ("オプトアウト後", "after opting out"),
    "unknown": ("同意の状態は不明", "state of consent unknown"),
}
_BAD: Final = ("not_compliant", "not_addressed", "differs")
_OPEN: Final = ("to_confirm", "not_measured")
_GOOD: Final = ("compliant", "addressed", "agrees")
_GROUPS: Final = (
    (_BAD, "直すもの", "To be mended"),
    (("to_confirm",), "人が確かめるもの", "For a person to confirm"),
    (("not_measured",), "測れていないもの", "Not measured"),
)
_UNKNOWN: Final = {
    "observed": ("内容は見えない", "the contents weren't seen"),
    "embedded": ("送信は観測していない", "nothing sent was observed"),
    "declared": ("項目の記載なし", "no information is named"),
}
WHY_MOST: Final = 4
"""Sentences of one finding that are printed; all are in the JSON."""


def tell(
    session: Session,
    document: Mapping[str, Any],
    changes: Sequence[Mapping[str, Any]],
    *,
    everything: bool = False,
) -> None:
    """A scan, for a person. ``everything`` prints findings that couldn't be measured or don't apply one by one too."""
    for line in lines(document, changes, lang=session.lang, everything=everything):
        session.say(line)


def lines(
    document: Mapping[str, Any],
    changes: Sequence[Mapping[str, Any]],
    *,
    lang: str,
    everything: bool = False,
) -> Iterator[str]:
    """The lines of :func:`tell`."""
    ja, receivers = lang == "ja", document["recipients"]
    yield f"{document['service']}  {document['day']}  " + " / ".join(each["name"] for each in document["targets"])
    if changes:
        yield ""
        yield "前回からの変化" if ja else "What is new"
        for each in changes:
            mark = "!" if each["kind"] == "new_recipient" else " "
            yield f" {mark} {each[lang]}"
    yield ""
    yield f"送信先（{len(receivers)}）" if ja else f"Who receives ({len(receivers)})"
    hosts = [each for each in receivers if _only_a_host(each)]
    for each in receivers:
        if each not in hosts:
            yield from _receiver(each, lang)
    if hosts:
        names = " ".join(each["name"] for each in hosts)
        yield (f"  アプリの中に名が書かれているだけのホスト（部品でも送信でもない。{len(hosts)}）: {names}" if ja
               else f"  Hosts only written in the app (no module, no sending; {len(hosts)}): {names}")  # fmt: skip
    if not receivers:
        yield ("  見つかっていません。送信がないことを示すものではありません。" if ja
               else "  None was found, which doesn't show that nothing is sent.")  # fmt: skip
    hint = _hint(document, ja=ja)
    if hint:
        yield hint
    findings = [*document["findings"], *document["youth"]]
    for verdicts, title_ja, title_en in _GROUPS:
        chosen = [each for each in findings if each["verdict"] in verdicts]
        short = "not_measured" in verdicts and not everything
        yield ""
        yield f"{title_ja if ja else title_en}（{len(chosen)}）" if ja else f"{title_en} ({len(chosen)})"
        if short and chosen:
            yield "  " + " ".join(dict.fromkeys(each["item"] for each in chosen))
        else:
            said: set[str] = set()
            for each in chosen:
                yield from _finding(each, lang, said)
    yield from _agreements(document, ja=ja)
    good = [each for each in findings if each["verdict"] in _GOOD]
    outside = sum(each["verdict"] == "not_applicable" for each in findings)
    yield ""
    names = " ".join(dict.fromkeys(each["item"] for each in good)) or "—"
    yield (f"測った範囲で適合・対応・一致：{names}　対象外：{outside}" if ja
           else f"In order as far as was measured: {names}. Not applicable: {outside}")  # fmt: skip
    yield from _gaps(document["targets"], lang)


def _only_a_host(each: Mapping[str, Any]) -> bool:
    return bool(each.get("only_written"))  # a scan that was kept earlier doesn't tell


def _receiver(each: Mapping[str, Any], lang: str) -> Iterator[str]:
    ja = lang == "ja"
    at = 0 if ja else 1
    company = each["company"]
    name = each["name"]
    if company is not None:
        owner = (company["ja"] or company["en"]) if ja else (company["en"] or company["ja"])
        name += f"（{owner or '—'}）" if ja else f" ({owner or '—'})"
    elif each.get("services"):
        name += "（複数のサービスがある会社）" if ja else " (a company with several services)"
    else:
        name += "（データにない送信先）" if ja else " (not in the data)"
    if each["confidence"] == "unconfirmed":
        name += "［未確認］" if ja else " [unconfirmed]"
    grades = "・".join(GRADES[grade][at] for grade in each["grades"])
    yield f"  {name}  [{grades}]"
    for grade in each["grades"]:
        what = _words(each["information"][grade], "items", ja=ja)
        why = _words(each["purposes"][grade], "purposes", ja=ja)
        unknown = _UNKNOWN[grade][at]
        states = ""
        if grade == "observed" and each["states"]:
            states = "  " + "・".join(STATES[state][at] for state in each["states"])
        purpose = f"  {'目的' if ja else 'for'}: {why}" if why else ""
        yield f"    {GRADES[grade][at]}: {what or unknown}{purpose}{states}"
    if each["vendor_says_purposes"] and not any(each["purposes"].values()):
        told = _words(each["vendor_says_purposes"], "purposes", ja=ja)
        yield f"    {'提供元の説明（証拠ではない）' if ja else 'the vendor says (no evidence)'}: {told}"
    if each["cleartext"]:
        yield "    ! 暗号化されずに送られている" if ja else "    ! sent without encryption"


def _words(slugs: Iterable[str], of: str, *, ja: bool) -> str:
    from sekisho.apps.items import ITEMS  # noqa: PLC0415  a command's --help must start fast
    from sekisho.apps.purposes import PURPOSES  # noqa: PLC0415  as above

    known: Mapping[str, Any] = ITEMS if of == "items" else PURPOSES
    names = [(known[slug].ja if ja else known[slug].en) if slug in known else slug for slug in slugs]
    return ("、" if ja else ", ").join(names)


def _finding(each: Mapping[str, Any], lang: str, said: set[str]) -> Iterator[str]:
    """One finding. ``said`` are sentences that stand above already: many findings wait for the same answer."""
    ja = lang == "ja"
    aspect = f"・{each['aspect']}" if each["aspect"] else ""
    yield f"  {each['words'][lang]}  {each['item']}{aspect}  {each['title'][lang]}"
    fresh = [why[lang] for why in each["why"] if why[lang] not in said]
    for why in fresh[:WHY_MOST]:
        yield f"      {why}"
    left = len(each["why"]) - min(len(fresh), WHY_MOST)
    if left > 0 and ja:
        yield f"      （{'上と同じ理由など' if not fresh else 'ほか'}{left}件。全部は --json）"
    elif left > 0:
        yield f"      ({left} {'reasons as above' if not fresh else 'more'}; all in --json)"
    steps = [step[lang] for step in each["next_step"] if step[lang] not in said][:1]
    for step in steps:
        yield f"      → {step}"
    said.update(fresh, steps)


def _agreements(document: Mapping[str, Any], *, ja: bool) -> Iterator[str]:
    lang = "ja" if ja else "en"
    told = [each for each in document["reconciled"] if each["verdict"] in ("omitted", "incorrect", "vague")]
    if told:
        yield ""
        yield f"公表との突合で直すもの（{len(told)}）" if ja else f"To be mended in the notice ({len(told)})"
        for each in told:
            yield f"  {each[lang]}"
    differs = [each for each in document["platform"] if each["verdict"] == "不一致"]
    if differs:
        yield ""
        yield f"ストアの申告との不一致（{len(differs)}）" if ja else f"Stores' forms that differ ({len(differs)})"
        for each in differs:
            yield f"  {each[lang]}"


def _gaps(targets: Iterable[Mapping[str, Any]], lang: str) -> Iterator[str]:
    found = [(target["name"], gap) for target in targets for gap in target["not_measured"]]
    if not found:
        return
    yield ""
    yield f"測定不能の理由（{len(found)}）" if lang == "ja" else f"What couldn't be looked at, and why ({len(found)})"
    shown: dict[tuple[str, str], int] = {}
    for name, gap in found:
        shown[name, gap["reason"]] = shown.get((name, gap["reason"]), 0) + 1
    told: set[tuple[str, str]] = set()
    for name, gap in found:
        if (name, gap["reason"]) in told:
            continue
        told.add((name, gap["reason"]))
        times = shown[name, gap["reason"]]
        more = ""
        if times > 1:
            more = f"（同じ理由がほか{times - 1}件）" if lang == "ja" else f" ({times - 1} more of this)"
        yield f"  {name}: {gap['path']}: {gap[lang]}{more}"


def _hint(document: Mapping[str, Any], *, ja: bool) -> str:
    recorded = any(each["kind"] in ("har", "flows", "pcap") for each in document["targets"])
    if not recorded or document["own_hosts"]:
        return ""
    return ("  自社のホストが指定されていないため、自社への送信も含まれています。--own-host で指定してください。" if ja
            else "  Your own hosts weren't named, so they are among these. Name them with --own-host.")  # fmt: skip
