"""A study in words, for a terminal or a page: Japanese or English. Pure."""

from __future__ import annotations

from typing import Final

from sekisho.disclosure.study.answer import ERRORS, SIMULATED, Studied, stages_used
from sekisho.disclosure.study.cost import Rescue
from sekisho.disclosure.study.questions import Change, Difference
from sekisho.disclosure.study.routes import ROUTES
from sekisho.disclosure.study.simulate import Driver, Lost, Setting
from sekisho.disclosure.study.stages import AS_OF, STAGES
from sekisho.disclosure.study.times import Delay, Measured, Times
from sekisho.engine.facts import Text
from sekisho.logs.sizing_text import size_text, yen_text

CHANGES: Final = {
    Change.MORE_DAYS: Text("保存を{days:g}日延ばす", "{days:g} more days kept"),
    Change.FASTER: Text("回答を{days:g}日早める", "answers {days:g} days sooner"),
    Change.TRANSFER: Text("事業者間の提供を{hours:g}時間以内にする", "address passed on within {hours:g} hours"),
    Change.HOLD_AT_ONCE: Text("請求の当日に保存を始める", "hold on the day of the request"),
    Change.ONE_MORE_HOP: Text("事業者がもう1社間に入る", "one more provider in the chain"),
}
"""What each change is called."""

MEASURES: Final = (Change.MORE_DAYS, Change.FASTER, Change.TRANSFER, Change.HOLD_AT_ONCE, Change.ONE_MORE_HOP)
"""The order in which people read them."""


def change_text(found: Studied, change: Change, lang: str) -> str:
    """A change with its number."""
    asked = found.asked
    days = asked.more_days if change is Change.MORE_DAYS else asked.faster_days
    return CHANGES[change].in_(lang).format(days=days, hours=asked.transfer_hours)


def delay_text(delay: Delay, lang: str) -> str:
    """A delay by its two numbers."""
    if lang == "ja":
        return f"半数が{delay.median:g}日・9割が{delay.p90:g}日以内に申立て"
    return f"filed within {delay.median:g} days by half, {delay.p90:g} by 9 of 10"


def share_text(share: float) -> str:
    """A share in whole per cent; what is small but isn't nothing is said so."""
    if 0 < share < 0.005:
        return "<1%"
    return ">99%" if 0.995 <= share < 1 else f"{share:.0%}"


def points_text(one: Difference, lang: str) -> str:
    """A difference in percentage points with its standard error; fewer lost is a minus."""
    return f"{bare_points(one)} {'ポイント' if lang == 'ja' else 'points'}"


def bare_points(one: Difference) -> str:
    """The same without its unit."""
    return f"{-100 * one.saved:+.1f} ± {100 * one.error:.2f}"


def _times_text(times: Times, lang: str) -> str:
    ja = lang == "ja"
    if isinstance(times, Measured):
        said = times.document()
        return (
            f"実測{said['measured']}件、中央値{said['p50']:g}日（{said['p05']:g}～{said['p95']:g}日）"
            if ja
            else f"{said['measured']} measured, median {said['p50']:g} days ({said['p05']:g} to {said['p95']:g})"
        )
    if times.low == times.high:
        return f"{times.low:g}日" if ja else f"{times.low:g} days"
    numbers = f"{times.low:g} / {times.typical:g} / {times.high:g}"
    return f"{numbers}日（最小／最多／最大）" if ja else f"{numbers} days (low / typical / high)"


def setting_lines(setting: Setting, lang: str) -> list[str]:
    """What is otherwise than on an ordinary day; empty where nothing is."""
    ja, lines = lang == "ja", []
    if setting.hops:
        lines.append(
            f"間に入る事業者: {setting.hops}社（1社ごとに提供命令がもう一巡）"
            if ja
            else f"providers in between: {setting.hops} (one more cycle of identification order each)"
        )
    if setting.login is not None:
        days = _times_text(setting.login, lang)
        lines.append(
            f"ログイン時の記録を請求（投稿より前: {days}）"
            if ja
            else f"a log-in is asked about, before the post by {days}"
        )
    if setting.hold_at_once:
        lines.append("請求の当日に保存を始める" if ja else "a hold begins on the day of the request")
    if setting.transfer_hours is not None:
        hours = f"{setting.transfer_hours:g}"
        lines.append(f"事業者間の提供: {hours}時間" if ja else f"address passed on within {hours} hours")
    if setting.faster_days:
        lines.append(f"回答が{setting.faster_days:g}日早い" if ja else f"answers {setting.faster_days:g} days sooner")
    return lines


def difference_text(found: Studied, one: Difference, lang: str) -> str:
    """One comparison as a sentence of a list."""
    said = f"{change_text(found, one.change, lang)}: {points_text(one, lang)}"
    if one.worth_days is None:
        return said
    many = abs(round(one.worth_days))
    if lang == "ja":
        return f"{said}（保存を約{many}日{'延ばす' if one.worth_days >= 0 else '縮める'}のと同じ）"
    days = f"{many} {'day' if many == 1 else 'days'} {'more' if one.worth_days >= 0 else 'fewer'}"
    return f"{said} (as much as {days} kept)"


def driver_text(parts: tuple[Driver, ...], lang: str) -> str:
    """What most of a scenario's spread comes from."""
    first = parts[0]
    if first.stage is None:
        name = "申立てまでの日数（仮定）" if lang == "ja" else "the delay before filing (assumed)"
    else:
        name = STAGES[first.stage].title.in_(lang)
    share = share_text(first.variance)
    return f"ばらつきの{share}は{name}から" if lang == "ja" else f"{share} of the spread is {name}"


def _row(lost: tuple[Lost, ...]) -> str:
    return "".join(f"{share_text(one.share):>8}" for one in lost)


def lines_of(found: Studied, lang: str, *, kept: int | None = None, delay: Delay | None = None) -> list[str]:
    """A study for a terminal. ``kept`` and ``delay``: from where changes are told; None, or one that isn't in the
    study: the shortest period, and the delay in the middle. The others are in the document."""
    ja, given = lang == "ja", found.study
    at = kept if kept in given.retention else given.retention[0]
    middle = delay if delay in given.delays else given.delays[len(given.delays) // 2]
    lines = [
        (
            f"請求が届いた時には記録が消えていた事案の割合（各{given.draws:,}回のシミュレーション）"
            if ja
            else f"Share of cases whose record is gone when it can first be held ({given.draws:,} draws each)"
        ),
        *setting_lines(given.setting, lang),
        "",
    ]
    days = "".join(f"{f'{one}日' if ja else f'{one} d':>{7 if ja else 8}}" for one in given.retention)
    for each in given.delays:
        lines += [delay_text(each, lang), f"  {days}"]
        for one, parts in zip(found.cells, found.drivers, strict=True):
            if one.delay == each:
                said = f"{ROUTES[one.route].title.in_(lang)}{'。' if ja else ': '}{driver_text(parts, lang)}"
                lines.append(f"  {_row(one.lost)}   {said}")
        lines.append("")
    told = delay_text(middle, lang)
    lines.append(f"{at}日保存から何が変わるか（{told}）:" if ja else f"What would change from {at} days kept ({told}):")
    for route in given.routes:
        lines.append(f"  {ROUTES[route].title.in_(lang)}")
        mine = [one for one in found.differences if (one.delay, one.route, one.kept) == (middle, route, at)]
        lines += [f"    {difference_text(found, one, lang)}" for one in mine]
    lines += _cost_lines(found, lang, at, middle)
    lines += ["", "段階ごとの日数:" if ja else "Days of each stage:"]
    for stage in stages_used(given):
        spec = STAGES[stage]
        head = f"  {spec.title.in_(lang)}: {_times_text(given.times_of(stage), lang)}"
        if stage in given.times:
            lines.append(f"{head}（自社）" if ja else f"{head} (own)")
            continue
        lines.append(f"{head}。出典: {spec.source.ja}" if ja else f"{head}; source: {spec.source.en}")
        if spec.chosen is not None:
            lines.append(f"    {spec.chosen.in_(lang)}")
    dated = f"既定値は{AS_OF.isoformat()}にまとめたものです。" if ja else f"Defaults as of {AS_OF.isoformat()}."
    return [*lines, "", dated, SIMULATED.in_(lang), ERRORS.in_(lang)]


def _cost_lines(found: Studied, lang: str, at: int, delay: Delay) -> list[str]:
    if not found.costs:
        return []
    ja = lang == "ja"
    more = found.asked.more_days
    lines = ["", "費用（`sekisho log plan` の単価）:" if ja else "Cost (at the prices of `sekisho log plan`):"]
    lines.extend(
        (
            f"  {one.days}日: {size_text(one.stored)}、1か月 {yen_text(one.yen)}。{more}日延ばすと "
            f"+{yen_text(one.more_yen)}"
            if ja
            else f"  {one.days} days: {size_text(one.stored)}, {yen_text(one.yen)} a month; {more} days more: "
            f"+{yen_text(one.more_yen)}"
        )
        for one in found.costs
    )
    mine = [one for one in found.rescues if one.difference.kept == at and one.difference.delay == delay]
    if mine:
        lines.append(
            f"{at}日から{more}日延ばすと（すべての事案がその経路なら）:"
            if ja
            else f"{more} days more than {at} (were all cases of that route):"
        )
    return lines + [_rescue_text(one, lang) for one in mine]


def _rescue_text(one: Rescue, lang: str) -> str:
    route = ROUTES[one.difference.route].title.in_(lang)
    if one.yen_per_case is None:
        return f"  {route}: {'間に合う事案は増えない' if lang == 'ja' else 'no more cases in time'}"
    price = yen_text(one.yen_per_case)
    if lang == "ja":
        return f"  {route}: 年に約{one.cases:,.1f}件が新たに間に合う（1件あたり {price}）"
    return f"  {route}: about {one.cases:,.1f} more cases a year in time ({price} each)"
