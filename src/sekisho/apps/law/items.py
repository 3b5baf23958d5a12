"""Items of the catalogue that no rule judges: from plain facts and a person's answer, in their layer's own words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from sekisho.apps.evidence import Consent, Place
from sekisho.apps.law.about_service import choice_fair, modules_listed
from sekisho.apps.law.catalogue import Actor, Ask, Item
from sekisho.apps.law.deduced import Deduced, all_of, answered, bad, good, opened, outside, unseen
from sekisho.apps.law.facts import Coverage, House, Inapplicable, Medium, Sending, ServiceFacts, Unmeasured
from sekisho.apps.law.questions import Answers
from sekisho.apps.law.verdicts import Finding, Layer, Outcome, Provision, verdict_of
from sekisho.apps.law.vocabulary import OBSERVATIONS
from sekisho.engine.facts import Text

NO_TRAFFIC: Final = ("送信が観測されていない。観測されないことは、送信がないことを示さない。",
                     "Nothing was seen being sent; that doesn't show that nothing is.")  # fmt: skip

_APP_ONLY: Final = frozenset({Actor.APP_PROVIDER})


def plain(facts: ServiceFacts, name: str) -> Deduced:
    """One plain fact of the vocabulary with its sentence."""
    words = OBSERVATIONS[name]
    found = facts.observed(name)
    if isinstance(found, Unmeasured):
        gap_ja, gap_en = found.ja.rstrip("。"), found.en.rstrip(".")
        return Deduced(
            outcome=Outcome.UNMEASURED,
            why=Text(f"「{words.holds.ja.rstrip('。')}」かどうかを測れていない（{gap_ja}）。",
                     f"Not measured ({gap_en}): {words.holds.en}"),
            next_step=Text("測り直すか、測れる形のものを渡す。", "Measure again, or give something that can be read."),
        )  # fmt: skip
    if isinstance(found, Inapplicable):
        return outside(found.ja, found.en)
    if found.value:
        return good(words.holds.ja, words.holds.en, found.places)
    return bad(words.lacks.ja, words.lacks.en, found.places, step=(words.next_step.ja, words.next_step.en))


def made(facts: ServiceFacts, house: House) -> Mapping[str, Deduced]:
    """The facts that are made from what was observed."""
    return {
        "choice.fair": choice_fair(facts, house),
        "modules.listed": modules_listed(facts),
        "wire.encrypted": opened(facts.sendings, ("通信の暗号化", "encryption on the wire"), _encrypted),
        "refusal.respected": opened(facts.coverage, ("拒否の後の送信", "what is sent after refusal"),
                                    lambda coverage, _: _respected(coverage, facts)),
    }  # fmt: skip


def _encrypted(sent: tuple[Sending, ...], _: tuple[Place, ...]) -> Deduced:
    if not sent:
        return unseen(*NO_TRAFFIC)
    clear = [one for one in sent if one.cleartext]
    if clear:
        names = "、".join(one.name for one in clear)
        return bad(f"暗号化されずに送られている：{names}。", f"Sent without encryption: {names}.",
                   [place for one in clear for place in one.places],
                   step=("TLSで送る。", "Send it over TLS."))  # fmt: skip
    return good("観測された送信は、すべて暗号化されている。", "Everything observed was encrypted.", sent[0].places)


def _respected(coverage: Coverage, facts: ServiceFacts) -> Deduced:
    if Consent.REJECTED not in coverage.states:
        return unseen("拒否した後を測っていない。", "What happens after refusal wasn't measured.")

    def respected(sent: tuple[Sending, ...], _: tuple[Place, ...]) -> Deduced:
        if not sent:
            return unseen(*NO_TRAFFIC)
        after = [one for one in sent if Consent.REJECTED in one.states and "advertising_id" in one.information]
        if after:
            names = "、".join(one.name for one in after)
            return bad(
                f"拒否の後も広告IDが送られている：{names}。",
                f"The advertising id is sent after refusal: {names}.",
                [place for one in after for place in one.places],
                step=("拒否の後は識別子を送らない。", "Send no identifier after refusal."),
            )
        return good("拒否の後に広告IDの送信は観測されなかった（測った範囲で）。",
                    "No advertising id was seen after refusal, in what was measured.")  # fmt: skip

    return opened(facts.sendings, ("拒否の後の送信", "what is sent after refusal"), respected)


def judge_item(
    item: Item, facts: ServiceFacts, answers: Answers, derived: Mapping[str, Deduced], *, on: date
) -> Finding:
    """One item that no rule judges."""
    kept_out = _not_for(item, facts)
    if kept_out is not None:
        return finding_of(item, Outcome.OUTSIDE, (kept_out,))
    parts = [derived[name] if name in derived else plain(facts, name) for name in item.facts]
    return finding_of(item, *with_answer(item, parts, answers, on=on))


def with_answer(item: Item, parts: list[Deduced], answers: Answers, *, on: date) -> tuple[Outcome, tuple[Deduced, ...]]:
    """The outcome of an item's facts together with a person's answer, as far as the item asks for one."""
    if item.ask is Ask.NO:
        return all_of(parts), tuple(parts)
    said = answered(answers, item.id, on=on)
    if item.ask is Ask.INSTEAD:
        if all_of(parts) is not Outcome.UNMEASURED:
            return all_of(parts), tuple(parts)
        if said.outcome is Outcome.ASK:
            return Outcome.UNMEASURED, (*parts, said)
        return said.outcome, (said,)
    return all_of((*parts, said)), (*parts, said)


def _not_for(item: Item, facts: ServiceFacts) -> Deduced | None:
    if not item.actors & facts.roles:
        return outside("この事業者の役割についての事項ではない。", "It is for somebody in another role.")
    if item.actors == _APP_ONLY and facts.medium is Medium.WEB:
        return outside("SPSIはスマートフォンアプリについてのもので、ウェブサイトには及ばない。",
                       "SPSI is about smartphone apps, not websites.")  # fmt: skip
    return None


def finding_of(
    item: Item,
    outcome: Outcome,
    parts: Iterable[Deduced],
    *,
    aspect: str = "",
    title: Text | None = None,
    provisions: tuple[Provision, ...] | None = None,
) -> Finding:
    """A finding from its outcome: told are the facts that made it so."""
    parts = tuple(parts)
    told = _deciding(outcome, parts)
    cited = provisions if provisions is not None else _articles(item)
    steps = (each.next_step for each in told if each.next_step is not None)
    return Finding(
        item=item.id, layer=item.layer, verdict=verdict_of(item.layer, outcome), title=title or item.gist,
        why=tuple(dict.fromkeys(each.why for each in told)),
        evidence=tuple(dict.fromkeys(place for each in told for place in each.places)),
        next_step=tuple(dict.fromkeys(steps)) if outcome not in (Outcome.GOOD, Outcome.OUTSIDE) else (),
        provisions=cited if item.layer is Layer.LAW else (), degree=item.degree, aspect=aspect,
    )  # fmt: skip


def _deciding(outcome: Outcome, parts: tuple[Deduced, ...]) -> tuple[Deduced, ...]:
    if outcome in (Outcome.ASK, Outcome.UNMEASURED):
        # What is already seen to be wrong is told too, though it doesn't decide yet.
        open_ones = tuple(each for each in parts if each.outcome in (Outcome.BAD, Outcome.ASK, Outcome.UNMEASURED))
        return open_ones or parts
    return tuple(each for each in parts if each.outcome is outcome) or parts


def _articles(item: Item) -> tuple[Provision, ...]:
    return tuple(
        Provision(id=each.law, label=Text(each.article, each.article), revision=each.revision,
                  text_state=each.text_state.value)
        for each in item.legal_basis
    )  # fmt: skip
