"""The items of young people (APP-YTH-01 to 08), several findings on one item where it has several sides.

Words of a function in the app's file are not the function: they leave it 要確認. What was seen on a screen, or answered
with papers, decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Final

from sekisho.apps.evidence import Place
from sekisho.apps.law.catalogue import Item, load_catalogue
from sekisho.apps.law.deduced import Deduced, all_of, answered, ask, bad, good, opened, outside, unseen
from sekisho.apps.law.facts import Fact, Known, Unmeasured
from sekisho.apps.law.items import finding_of, with_answer
from sekisho.apps.law.questions import Answers
from sekisho.apps.law.verdicts import Finding, Outcome
from sekisho.apps.law.vocabulary import OBSERVATIONS
from sekisho.apps.youth.advertising import age_gate, child_tagged, families, modules
from sekisho.apps.youth.descriptors import ATTRIBUTES, WORDS, Agreement, Descriptor, agreement
from sekisho.apps.youth.facts import YouthFacts
from sekisho.engine.facts import Text

_TAGS: Final = Text("広告の要求の子ども向けの扱い", "Child-directed tags in ad requests")
_GATE: Final = Text("第三者への送信より前に年齢を尋ねる", "An age is asked before anything goes to somebody else")
_MODULES: Final = Text("子ども向けのアプリの広告の部品", "Modules for advertisements in an app for children")
_FAMILIES: Final = Text(
    "ファミリーポリシーの申告と観測の一致", "The Families policy's statement agrees with what was seen"
)
_ALONE: Final = outside("利用者どうしの交流がない。", "Users don't meet others in it.")


def check_youth(facts: YouthFacts, answers: Answers, *, on: date) -> tuple[Finding, ...]:
    """Every item of young people, in the catalogue's order; ``aspect`` tells several findings on one item apart."""
    items = load_catalogue()

    def one(item: str, part: Deduced, aspect: str, title: Text | None = None) -> Finding:
        return finding_of(items[item], part.outcome, (part,), aspect=aspect, title=title)

    return (
        _function(items["APP-YTH-01"], _meeting(facts), "youth.report", facts.report, facts.report_words,
                  answers, on),
        _quick(items["APP-YTH-02"], facts, answers, on),
        _function(items["APP-YTH-03"], _meeting(facts), "youth.block", facts.block, facts.block_words,
                  answers, on),
        _function(items["APP-YTH-04"], None, "youth.guardian_data", facts.guardian_data,
                  facts.guardian_marks, answers, on),
        _function(items["APP-YTH-05"], _payment(facts), "youth.guardian_payment", facts.guardian_payment,
                  facts.guardian_marks, answers, on),
        one("APP-YTH-06", child_tagged(facts), "child_tags", _TAGS),
        one("APP-YTH-06", age_gate(facts), "age_gate", _GATE),
        one("APP-YTH-06", modules(facts), "ad_modules", _MODULES),
        one("APP-YTH-06", answered(answers, "APP-YTH-06", on=on), "answer"),
        one("APP-YTH-07", _age_signals(facts), "age_signals"),
        one("APP-YTH-08", families(facts), "families", _FAMILIES),
        *(one("APP-YTH-08", part, descriptor.value, _rated(descriptor)) for descriptor, part in _rating(facts)),
    )  # fmt: skip


def _meeting(facts: YouthFacts) -> Deduced | None:
    return _ALONE if isinstance(facts.meeting, Known) and not facts.meeting.value else None


def _payment(facts: YouthFacts) -> Deduced | None:
    nothing = isinstance(facts.payment, Known) and not facts.payment.value
    return outside("課金がない。", "Nothing can be bought in it.") if nothing else None


def _function(
    item: Item, kept_out: Deduced | None, name: str, seen: Fact[bool],
    words: Fact[tuple[str, ...]], answers: Answers, on: date,
) -> Finding:  # fmt: skip
    """A function on the screen: seen, or answered with papers; words of it in the file only say where to look."""
    if kept_out is not None:
        return finding_of(item, Outcome.OUTSIDE, (kept_out,))
    told = OBSERVATIONS[name]
    part = opened(
        seen, (told.holds.ja.rstrip("。"), told.holds.en.rstrip(".")),
        lambda there, places: good(told.holds.ja, told.holds.en, places) if there
        else bad(told.lacks.ja, told.lacks.en, places, step=(told.next_step.ja, told.next_step.en)),
    )  # fmt: skip
    outcome, parts = with_answer(item, [part], answers, on=on)
    hint = _words(words, told.holds.ja)
    if outcome is Outcome.UNMEASURED and hint is not None:
        return finding_of(item, Outcome.ASK, (*parts, hint))
    return finding_of(item, outcome, parts)


def _words(words: Fact[tuple[str, ...]], holds: str) -> Deduced | None:
    if not isinstance(words, Known) or not words.value:
        return None
    found = "、".join(words.value[:5])
    return ask(
        f"アプリのファイルに手掛かりがある（{found}）。画面で確かめていない：{holds}",
        f"The file has signs of it ({found}); it wasn't seen on the screen.",
        words.places,
        step=(
            "画面で確かめ、質問票に画面の写しとともに答える。",
            "Look on the screen and answer with a picture of it.",
        ),
    )


def _quick(item: Item, facts: YouthFacts, answers: Answers, on: date) -> Finding:
    alone = _meeting(facts)
    part = alone if alone is not None else answered(answers, item.id, on=on)
    return finding_of(item, part.outcome, (part,))


def _age_signals(facts: YouthFacts) -> Deduced:
    def used(there: bool, _: tuple[Place, ...]) -> Deduced:
        if not there:
            return unseen(
                "年齢のシグナルを求める部品の目印は見つからない。目印がなくても、ないとは限らない。",
                "No mark of code that asks for an age was found; that doesn't show that there is none.",
            )
        return opened(facts.age_signals_in_ads, ("広告の要求の内容", "what requests for advertisements carry"), sent)

    def sent(in_ads: bool, places: tuple[Place, ...]) -> Deduced:
        if in_ads:
            return bad(
                "年齢のシグナルの値が、広告の要求に含まれている。",
                "A value of the age signals stands in ad requests.",
                places,
                step=("広告・分析に使わない。", "Don't use it for advertising or analysis."),
            )
        return unseen(
            "広告の要求には見えない。端末の中での使われ方は、外からは分からない。",
            "Not seen in ad requests; how it is used on the device can't be seen.",
        )

    return opened(facts.age_signals, ("年齢のシグナルの部品", "code for age signals"), used)


def _rating(facts: YouthFacts) -> Iterable[tuple[Descriptor, Deduced]]:
    for descriptor in ATTRIBUTES:
        yield (
            descriptor,
            opened(facts.rating, ("レーティングの回答", "the rating's answers"), _beside(descriptor, facts)),
        )


def _rated(descriptor: Descriptor) -> Text:
    words = WORDS[descriptor]
    return Text(f"レーティングの回答と観測の一致：{words.ja}", f"Rating and what was seen: {words.en}")


def _beside(descriptor: Descriptor, facts: YouthFacts) -> Callable[..., Deduced]:
    ja, en = WORDS[descriptor].ja, WORDS[descriptor].en

    def compared(rating: dict[str, str], places: tuple[Place, ...]) -> Deduced:
        if isinstance(facts.behaviour, Unmeasured) or not isinstance(facts.behaviour, Known):
            return unseen(f"{ja}：実際の動作を測っていない。", f"{en}: the app's behaviour wasn't measured.")
        observed = facts.behaviour.value.get(descriptor)
        found = agreement(descriptor, observed, rating)
        seen = observed.places if observed is not None else ()
        if found is Agreement.TELLS:
            return good(
                f"{ja}：観測され、レーティングの回答にもある。",
                f"{en}: observed, and the rating tells it.",
                (*seen, *places),
            )
        if found is Agreement.DENIES:
            return bad(
                f"{ja}：観測されたが、レーティングの回答は「ない」。",
                f"{en}: observed, and the rating says there is none.",
                (*seen, *places),
                step=("レーティングの回答を直す。", "Correct the rating's answers."),
            )
        if found is Agreement.SILENT:
            return unseen(
                f"{ja}：観測されたが、これについての回答がない。",
                f"{en}: observed, and the rating has no answer on it.",
            )
        return unseen(
            f"{ja}：観測されていない。観測されないことは、ないことを示さない。",
            f"{en}: not observed; that doesn't show that there is none.",
        )

    return compared


def overall(findings: Iterable[Finding]) -> dict[str, Outcome]:
    """One outcome for each item from its aspects: what is observed to be wrong decides."""
    by_item: dict[str, list[Deduced]] = {}
    for each in findings:
        outcome = _OUTCOMES[each.verdict.value]
        by_item.setdefault(each.item, []).append(Deduced(outcome=outcome, why=each.title))
    return {item: all_of(parts) for item, parts in by_item.items()}


_OUTCOMES: Final = {
    "addressed": Outcome.GOOD,
    "agrees": Outcome.GOOD,
    "not_addressed": Outcome.BAD,
    "differs": Outcome.BAD,
    "to_confirm": Outcome.ASK,
    "not_applicable": Outcome.OUTSIDE,
    "not_measured": Outcome.UNMEASURED,
}
