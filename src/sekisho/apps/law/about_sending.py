"""Facts about one recipient's sending: what the notice says of it, where that stands, and whether it came first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Final

from sekisho.apps.evidence import Place
from sekisho.apps.items import ITEMS
from sekisho.apps.law.about_basis import about_basis
from sekisho.apps.law.about_service import NAMES_SHOWN, NOTICE, basis_of, whose
from sekisho.apps.law.deduced import Deduced, Deductions, ask, bad, good, opened, unseen
from sekisho.apps.law.facts import (
    FIRST_SCREEN,
    Banner,
    Display,
    History,
    House,
    Medium,
    Notice,
    NoticeRow,
    Reach,
    Sending,
    ServiceFacts,
    Stated,
)
from sekisho.apps.law.questions import Answers
from sekisho.apps.wider import COVERED_BY, HINTED_BY

_NOTHING: Final[frozenset[str]] = frozenset()


def _no_notice(places: Iterable[Place]) -> Deduced:
    return bad(
        "くまなく探して、公表・通知が見つからない。",
        "A complete search found no notice.",
        places,
        step=("公表ページを作る（`sekisho app notice`）。", "Make a notice (`sekisho app notice`)."),
    )


def about_sending(sending: Sending, facts: ServiceFacts, answers: Answers, *, on: date, house: House) -> Deductions:
    """Everything that rules ask about one recipient's sending, whichever basis is relied on."""
    name = sending.name

    def noticed(notice: Notice, places: tuple[Place, ...]) -> Deduced:
        if not notice.exists:
            return _no_notice(places)
        return good("公表・通知がある。", "There is a notice.")

    found = opened(facts.notice, NOTICE, noticed)

    def where(deduced: Deduced) -> Deduced:
        # Of a notice that isn't there nothing needs measuring; of one that wasn't read nobody knows that it is one.
        return deduced if found.value else found

    return {
        "basis.decided": _decided(sending, answers, on),
        "row.information": _row(sending, facts, lambda row: _information(sending, row)),
        "row.handler": _row(sending, facts, lambda row: _stated(
            row.handler, row.place, f"{name}：取り扱う者の名称", f"{name}: the name of who handles it")),
        "row.sender_purpose": _row(sending, facts, lambda row: _stated(
            row.sender_purpose, row.place, f"{name}：送信元の利用目的", f"{name}: the sender's purpose")),
        "row.recipient_purpose": _row(sending, facts, lambda row: _stated(
            row.recipient_purpose, row.place, f"{name}：送信先の利用目的", f"{name}: the recipient's purpose")),
        "notice.japanese": opened(facts.notice, NOTICE, _japanese),
        "notice.plain": opened(facts.notice, NOTICE, _plain),
        "notice.size": where(opened(facts.display, ("公表・通知の文字の大きさ", "the size of the notice's letters"),
                                    lambda display, places: _size(display, places, house))),
        "notice.reached": where(opened(facts.reach, ("公表・通知までの操作数", "the way to the notice"),
                                       lambda ways, places: _reached(sending, facts.medium, ways, places, house))),
        "banner.at_once": where(opened(facts.banner, ("通知の表示", "the notification's display"), _at_once)),
        "banner.rest": where(opened(facts.banner, ("通知の残りの表示", "the rest of the notification"),
                                    lambda banner, places: _rest(banner, places, house))),
        "told.before": opened(facts.history, ("送信と公表の時期", "when it was sent and told"),
                              lambda rows, places: _before(sending, rows, places)),
        **about_basis(sending, facts, answers, on=on),
    }  # fmt: skip


def _decided(sending: Sending, answers: Answers, on: date) -> Deduced:
    basis = basis_of(answers, sending.recipient, on=on)
    if basis is None:
        return ask(f"{sending.name}：何によるか（公表・通知・同意・オプトアウト・除外）の答えがない。",
                   f"{sending.name}: nobody said what is relied on (notice, consent, opt-out, exemption).",
                   sending.places, step=("質問票「basis」に答える。", "Answer `basis`."))  # fmt: skip
    return good(f"{sending.name}：{basis.value}による。", f"{sending.name}: relies on {basis.value}.", sending.places)


def _row(sending: Sending, facts: ServiceFacts, then: Callable[[NoticeRow], Deduced]) -> Deduced:
    def in_notice(notice: Notice, places: tuple[Place, ...]) -> Deduced:
        row = next((row for row in notice.rows if row.recipient == sending.recipient), None)
        if row is not None:
            return then(row)
        step = (f"{sending.name}の欄を公表に加える。", f"Add a row on {sending.name} to the notice.")
        if not notice.exists:
            return _no_notice((*sending.places, *places))
        if not notice.read_whole:
            return ask(f"{sending.name}：公表の読めた部分に欄がない（読めない部分がある）。",
                       f"{sending.name}: no row in what could be read of the notice (part couldn't).",
                       (*sending.places, *places), step=step)  # fmt: skip
        if notice.unmatched and not sending.identified:
            names = "、".join(notice.unmatched[:NAMES_SHOWN])
            return ask(f"{sending.name}：会社が分からず、公表に欄がない。公表には照合できない名がある（{names}）。",
                       f"{sending.name}: its company isn't known and no row is on it; the notice has names that "
                       f"couldn't be matched ({names}).", (*sending.places, *places),
                       step=whose(sending.name, names))  # fmt: skip
        return bad(f"{sending.name}への送信が観測され、公表に欄がない。",
                   f"Sending to {sending.name} was observed, and the notice has no row on it.",
                   (*sending.places, *places), step=step)  # fmt: skip

    return opened(facts.notice, NOTICE, in_notice)


def _information(sending: Sending, row: NoticeRow) -> Deduced:
    name, places = sending.name, (*sending.places, row.place)
    if not sending.information:
        return unseen(f"{name}：通信の内容が見えず、何が送られたか分からない。",
                      f"{name}: the contents couldn't be seen, so what was sent isn't known.")  # fmt: skip
    if row.information_stated is Stated.VAGUE:
        return ask(
            f"{name}：送信される情報の書き方があいまい。",
            f"{name}: what is sent is told vaguely.",
            places,
            step=(f"{name}の欄に情報の項目を具体的に書く。", f"Name the information in the row on {name}."),
        )
    untold = [each for each in sorted(sending.information - row.information)
              if not COVERED_BY.get(each, _NOTHING) & row.information]  # fmt: skip
    wider = [each for each in untold if HINTED_BY.get(each, _NOTHING) & row.information]
    missing = [each for each in untold if each not in wider]
    if wider and not missing:
        ja, en = _items(wider)
        return ask(
            f"{name}：より広い言葉で書かれている（{ja}）。",
            f"{name}: told in a wider word ({en}).",
            places,
            step=(f"{name}の欄に情報の名を書く：{ja}", f"Name it in the row on {name}: {en}"),
        )
    if missing or row.information_stated is Stated.ABSENT:
        missing = missing or sorted(sending.information)
        ja, en = _items(missing)
        return bad(
            f"{name}：観測された情報が書かれていない（{ja}）。",
            f"{name}: observed and not told ({en}).",
            places,
            step=(f"{name}の欄に書き加える：{ja}", f"Add to the row on {name}: {en}"),
        )
    return good(f"{name}：観測された情報は、すべて書かれている。", f"{name}: everything observed is told.", places)


def _items(slugs: Iterable[str]) -> tuple[str, str]:
    known = [(ITEMS[slug].ja, ITEMS[slug].en) if slug in ITEMS else (slug, slug) for slug in slugs]
    return "、".join(ja for ja, _ in known), ", ".join(en for _, en in known)


def _stated(stated: Stated, place: Place, ja: str, en: str) -> Deduced:
    step = (f"{ja}を具体的に書く。", f"Write {en} in concrete words.")
    if stated is Stated.CLEAR:
        return good(f"{ja}が書かれている。", f"{en} is told.", (place,))
    if stated is Stated.VAGUE:
        return ask(f"{ja}の書き方があいまい。", f"{en} is told vaguely.", (place,), step=step)
    return bad(f"{ja}が書かれていない。", f"{en} isn't told.", (place,), step=step)


def _japanese(notice: Notice, places: tuple[Place, ...]) -> Deduced:
    if not notice.exists:
        return _no_notice(places)
    if notice.japanese is None:
        return unseen("公表・通知の言語が分からない。", "The language of the notice couldn't be told.")
    if not notice.japanese:
        return bad("公表・通知が日本語で書かれていない。", "The notice isn't in Japanese.", places,
                   step=("日本語で書く。", "Write it in Japanese."))  # fmt: skip
    return good("日本語で書かれている。", "It is in Japanese.", places)


def _plain(notice: Notice, places: tuple[Place, ...]) -> Deduced:
    if not notice.exists:
        return _no_notice(places)
    if notice.jargon:
        words = "、".join(notice.jargon)
        return ask(f"専門用語がある：{words}。平易かは人が判断する。",
                   f"Technical terms: {words}. Whether it is plain is for a person to judge.", places,
                   step=(f"言い換える：{words}", f"Replace: {words}"))  # fmt: skip
    if not notice.read_whole:
        return ask(
            "読めない部分に専門用語があるか分からない。", "Part couldn't be read; it may have technical terms.", places
        )
    return good("用語集にある専門用語は使われていない。", "It has no technical term of our lexicon.", places)


def _size(display: Display, places: tuple[Place, ...], house: House) -> Deduced:
    step = ("文字を大きくし、はじめから見えるようにする。", "Make it larger and visible from the start.")
    if not display.visible or display.font_px <= 0:
        return bad("公表・通知が画面に見えない。", "The notice can't be seen on the screen.", places, step=step)
    size, least = f"{display.font_px:g}", f"{house.min_font_px:g}"
    if display.folded:
        return ask(
            "公表・通知が折りたたまれ、開かないと見えない。",
            "The notice is folded and must be opened.",
            places,
            step=step,
        )
    if display.font_px < house.min_font_px:
        return ask(f"最も小さい文字が{size}px（自社のしきい値は{least}px。法令に数値はない）。",
                   f"The smallest letters have {size} px (house threshold {least} px; the law has no number).",
                   places, step=step)  # fmt: skip
    return good(f"最も小さい文字が{size}px（自社のしきい値は{least}px）。",
                f"The smallest letters have {size} px (house threshold {least} px).", places)  # fmt: skip


def _reached(
    sending: Sending, medium: Medium, ways: tuple[Reach, ...], places: tuple[Place, ...], house: House
) -> Deduced:
    by_page = {way.page: way for way in ways}
    pages = (FIRST_SCREEN,) if medium is Medium.APP else sending.pages
    lost = [page for page in pages if page in by_page and by_page[page].clicks is None]
    if lost:
        return _no_way(sending, lost, places, whole=any(by_page[page].whole for page in lost))
    if not pages or any(page not in by_page for page in pages):
        return unseen(f"{sending.name}：送信が起きる画面からの操作数を測れていない。",
                      f"{sending.name}: the way from where it is sent wasn't measured.")  # fmt: skip
    most = max(clicks for page in pages if (clicks := by_page[page].clicks) is not None)
    if most > house.max_clicks:
        return ask(f"{sending.name}：公表まで最大{most}操作（自社のしきい値は{house.max_clicks}。法令に数値はない）。",
                   f"{sending.name}: up to {most} operations to the notice (house threshold {house.max_clicks}; "
                   "the law has no number).", places,
                   step=("各画面に公表へのリンクを置く。", "Put a link to the notice on each page."))  # fmt: skip
    return good(f"{sending.name}：公表まで最大{most}操作（自社のしきい値は{house.max_clicks}）。",
                f"{sending.name}: at most {most} operations to the notice (house threshold {house.max_clicks}).",
                places)  # fmt: skip


def _no_way(sending: Sending, lost: list[str], places: tuple[Place, ...], *, whole: bool) -> Deduced:
    names = "、".join(lost)
    step = ("その画面に公表へのリンクを置く。", "Put a link to the notice there.")
    if not whole:
        return ask(f"{sending.name}：リンクの言葉を頼りに探して、公表への道が見つからない（{names}）。",
                   f"{sending.name}: no way to the notice was found by the words of links ({names}).",
                   places, step=step)  # fmt: skip
    return bad(f"{sending.name}：くまなく探して、公表への道がない（{names}）。",
               f"{sending.name}: a complete search found no way to the notice ({names}).",
               places, step=step)  # fmt: skip


def _at_once(banner: Banner, places: tuple[Place, ...]) -> Deduced:
    if banner.at_once:
        return good("通知が即時に表示された。", "The notification was displayed at once.", places)
    return bad("通知が即時に表示されなかった。", "The notification wasn't displayed at once.", places,
               step=("送信の前に表示する。", "Display it before anything is sent."))  # fmt: skip


def _rest(banner: Banner, places: tuple[Place, ...], house: House) -> Deduced:
    if banner.shows_all:
        return good("通知にすべての事項が表示された。", "The notification shows everything.", places)
    step = ("残りの事項へのリンクを通知に置く。", "Put a link to the rest in the notification.")
    if banner.rest_clicks is None:
        return bad(
            "通知から残りの事項に行けない。", "There is no way from the notification to the rest.", places, step=step
        )
    if banner.rest_clicks > house.max_clicks:
        return ask(f"残りの事項まで{banner.rest_clicks}操作（自社のしきい値は{house.max_clicks}。法令に数値はない）。",
                   f"{banner.rest_clicks} operations to the rest (house threshold {house.max_clicks}; "
                   "the law has no number).", places, step=step)  # fmt: skip
    return good(f"残りの事項まで{banner.rest_clicks}操作。", f"{banner.rest_clicks} operations to the rest.", places)


def _before(sending: Sending, rows: tuple[History, ...], places: tuple[Place, ...]) -> Deduced:
    name = sending.name
    row = next((row for row in rows if row.recipient == sending.recipient), None)
    if row is None:
        return unseen(f"{name}：いつから送信し、いつ公表したかの記録がない。",
                      f"{name}: there is no record of when it was first sent and told.")  # fmt: skip
    step = ("公表を先に改めてから、タグ・SDKを入れる。", "Change the notice first, then add the tag or module.")
    sent = row.first_sent.isoformat()
    if row.first_told is None:
        return bad(
            f"{name}：{sent}から送信し、公表の記録がない。",
            f"{name}: sent since {sent}, never told.",
            places,
            step=step,
        )
    told = row.first_told.isoformat()
    if row.first_told > row.first_sent:
        return bad(
            f"{name}：公表（{told}）より前に送信した（{sent}）。",
            f"{name}: sent on {sent}, told on {told} only.",
            places,
            step=step,
        )
    return good(f"{name}：公表（{told}）の後に送信した（{sent}）。", f"{name}: told on {told}, sent on {sent}.", places)
