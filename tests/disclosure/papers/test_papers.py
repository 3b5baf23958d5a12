"""What a paper refuses to say, and to whom it can't be made."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from sekisho.clock import JAPAN
from sekisho.disclosure.kinds import CASE_TYPES, CaseType
from sekisho.disclosure.papers.answers import Answer, Charge, Doubt, Named, NextProvider, Provider, QuestionBack, Quote
from sekisho.disclosure.papers.decisions import DisclosureDecision, RefusalDecision
from sekisho.disclosure.papers.era import era_day, era_moment, era_span, last_day_of
from sekisho.disclosure.papers.errors import (
    NotAskedFor,
    NothingToTell,
    PaperRefused,
    SecrecyForbidsPaper,
    WrongPaper,
)
from sekisho.disclosure.papers.forms import FORMS, EntryForm
from sekisho.disclosure.papers.frame import Addressee, Frame, Office, Paper
from sekisho.disclosure.papers.handing import Handed, Means, Provision
from sekisho.disclosure.papers.keeping import Held, HoldExtension, HoldNotice
from sekisho.disclosure.papers.kinds import PAPERS, Audience, PaperKind
from sekisho.disclosure.papers.printing import html_of, text_of
from sekisho.disclosure.papers.sender import OpinionAnswer, OpinionInquiry, SenderNotice
from sekisho.disclosure.papers.shown import KINDS, RESULTS, Answered, Told, content_name
from sekisho.disclosure.record import DisclosureCase, ItemKind, Precision, Secrecy, SecrecyState
from sekisho.disclosure.search.outcomes import DISCLOSABLE
from sekisho.logs.lookup.answer import Outcome
from tests.disclosure.made_cases import case, item
from tests.disclosure.papers.made_papers import (
    CLAIM,
    DAY,
    DIGEST,
    HANDED,
    OFFICE,
    SENDER,
    TOLD,
    claimed,
    every,
    officer,
)

WITH: dict[str, Any] = {"office": OFFICE, "number": "開示-8-30", "dated": DAY}
SECRETS = (
    Secrecy(SecrecyState.ASKED),
    Secrecy(SecrecyState.ASKED, date(2027, 1, 1)),
    Secrecy(SecrecyState.ORDERED, date(2027, 11, 22)),
    Secrecy(SecrecyState.ORDERED, date(2026, 1, 1)),  # over by its day; nobody has lifted it
)
FOUND = Answered(item=1, outcome=Outcome.UNIQUE, told=(Told(content="subscriber", label="契約者", value="綿貫 千早"),))


def secret(made: DisclosureCase, secrecy: Secrecy) -> DisclosureCase:
    """The same, with secrecy."""
    return replace(made, secrecy=secrecy)


def letters(about: DisclosureCase, order: DisclosureCase) -> list[Any]:
    """Every way to make a paper that a subscriber reads."""
    open_letter = OpinionInquiry.of(claimed(), to=SENDER, items=[1], claim=CLAIM, answer_by=date(2026, 12, 7), **WITH)
    return [
        lambda: OpinionInquiry.of(about, to=SENDER, items=[1], claim=CLAIM, answer_by=date(2026, 12, 7), **WITH),
        lambda: OpinionAnswer.of(about, to=SENDER, inquiry=open_letter, **WITH),
        lambda: SenderNotice.of(
            order, to=SENDER, items=[1], court="関所地方裁判所", order="第5号", ordered_on=DAY, opposed_on=DAY, **WITH
        ),
    ]


@pytest.mark.parametrize("secrecy", SECRETS)
def test_no_letter_to_a_subscriber_in_a_secret_case(secrecy: Secrecy) -> None:
    """No kind of letter to a subscriber can be made while a case is secret, even after the day it was to end."""
    for make in letters(secret(claimed(), secrecy), secret(claimed("disclosure_order"), secrecy)):
        with pytest.raises(SecrecyForbidsPaper) as refused:
            make()
        assert "契約者" in refused.value.sentence("ja")
        assert refused.value.exit_code == 3
    for make in letters(claimed(), claimed("disclosure_order")):
        make()


def test_secrecy_is_refused_before_anything_else() -> None:
    """A letter that is wrong otherwise is refused for its secrecy: the answer says nothing of the rest."""
    made = secret(claimed(), SECRETS[0])
    every_wrong: list[dict[str, Any]] = [{"items": [99]}, {"items": []}, {"answer_by": date(2000, 1, 1)}]
    for broken in every_wrong:
        given: dict[str, Any] = {"to": SENDER, "items": [1], "claim": CLAIM, "answer_by": date(2026, 12, 7)} | broken
        with pytest.raises(SecrecyForbidsPaper):
            OpinionInquiry.of(made, **given, **WITH)


def test_a_frame_cannot_be_made_around_the_check() -> None:
    """Making a frame by hand, or changing one, meets the same check; and a frame serves only its own paper."""
    frame = Frame.of(secret(officer("investigation_inquiry"), SECRETS[0]), PaperKind.ANSWER, **WITH)
    with pytest.raises(SecrecyForbidsPaper):
        replace(frame, audience=Audience.SUBSCRIBER)
    with pytest.raises(PaperRefused):
        replace(frame, audience=Audience.SUBSCRIBER, secrecy=SecrecyState.NONE)
    with pytest.raises(PaperRefused, match="made for answer"):
        RefusalDecision(frame=frame, questions=(), reasons=("x",))


def test_one_who_asks_about_themselves_is_a_subscriber() -> None:
    """Where the requester is the subscriber, a secret case gives them no paper of any kind."""
    about = {"requester": {"kind": "subscriber", "name": "綿貫 千早", "officer": "", "rank": ""}}
    own = case(type="own_account", **about)
    assert Answer.of(own, [FOUND], **WITH).frame.audience is Audience.SUBSCRIBER
    for secrecy in SECRETS:
        with pytest.raises(SecrecyForbidsPaper):
            Answer.of(secret(own, secrecy), [FOUND], **WITH)
        with pytest.raises(SecrecyForbidsPaper):
            QuestionBack.of(secret(own, secrecy), [Doubt(items="1", field="時刻", question="いつですか。")], **WITH)


def test_the_sentence_on_secrecy_reaches_only_who_asked() -> None:
    """It stands on papers to investigators who asked for secrecy, and on no other paper."""
    inquiry = officer("investigation_inquiry")
    told = [text_of(html_of(Answer.of(secret(inquiry, one), [FOUND], **WITH))) for one in SECRETS]
    assert "お求めに従い、みだりに漏らさない" in told[0]
    assert "令和9年1月1日までみだりに漏らさない" in told[1]
    assert "命令に従い、令和9年11月22日まで他に漏らさない" in told[2]
    plain = [Answer.of(inquiry, [FOUND], **WITH), *(one for one in every().values() if isinstance(one, Paper))]
    civil = QuestionBack.of(secret(claimed(), SECRETS[2]), [Doubt(items="1", field="時刻", question="いつ")], **WITH)
    for paper in (*plain, civil):
        assert "漏らさない" not in text_of(html_of(paper))


def test_a_subscriber_reads_nothing_of_the_request_but_what_is_meant() -> None:
    """A letter to a subscriber has neither the request's title and number, nor other items, nor an unnamed claimant."""
    made = claimed(document={"title": "芦屋桐子請求書", "number": "秘第1号", "valid_until": None})
    hidden = replace(CLAIM, claimant="")
    letter = OpinionInquiry.of(made, to=SENDER, items=[1], claim=hidden, answer_by=date(2026, 12, 7), **WITH)
    text = text_of(html_of(letter))
    for word in ("芦屋", "秘第1号", "203.0.113.9", "御影", "堀端"):
        assert word not in text
    assert "請求者の希望により記載していません" in text
    assert "203.0.113.5" in text


@pytest.mark.parametrize("outcome", [*sorted(set(Outcome) - DISCLOSABLE), None])
def test_what_is_uncertain_tells_nobody(outcome: Outcome | None) -> None:
    """No content stands beside an outcome that names nobody for certain."""
    with pytest.raises(NothingToTell):
        Answered(item=1, outcome=outcome, told=TOLD, why="x")
    if outcome is not Outcome.NEXT_PROVIDER:
        with pytest.raises(NothingToTell):
            Answered(item=1, outcome=outcome, provider="隣町電信", why="x")


def test_a_paper_does_not_say_that_somebody_was_found_and_withheld() -> None:
    """Where nothing is told a reader can't tell a find from a search that was never made."""
    with pytest.raises(PaperRefused):
        Answered(item=1, outcome=Outcome.UNIQUE)
    inquiry = officer("investigation_inquiry")
    pages = [
        html_of(Answer.of(inquiry, [Answered(item=1, outcome=outcome, why="令状が必要です。")], **WITH))
        for outcome in (Outcome.UNIQUE, Outcome.COMPUTED, None)
    ]
    assert len(set(pages)) == 1
    assert "回答できない" in pages[0]


def test_only_what_was_asked_for_is_told() -> None:
    """A civil item, or a content, that the item didn't ask for is refused."""
    mail = Told(content="civil.4", label="電子メールアドレス", value="c@example.jp")
    for content in (mail, replace(mail, content="log")):
        with pytest.raises(NotAskedFor):
            DisclosureDecision.of(claimed(), [Answered(item=1, outcome=Outcome.UNIQUE, told=(content,))], **WITH)
    with pytest.raises(NotAskedFor):  # asked for of item 1, not of item 2
        DisclosureDecision.of(claimed(), [Answered(item=2, outcome=Outcome.UNIQUE, told=TOLD)], **WITH)
    with pytest.raises(PaperRefused, match="make a refusal"):
        DisclosureDecision.of(claimed(), [Answered(item=1, outcome=Outcome.NONE)], **WITH)


@pytest.mark.parametrize("numbers", [[1, 1], [3], []])
def test_answers_are_the_requests_items_once_each(numbers: list[int]) -> None:
    """An item twice, an item of no request, and no item at all are refused."""
    answers = [Answered(item=number, outcome=Outcome.NONE) for number in numbers]
    with pytest.raises(PaperRefused):
        Answer.of(officer("investigation_inquiry"), answers, **WITH)


def test_papers_belong_to_types_of_request() -> None:
    """Each paper is made for its own types of request and refused for every other; every type has some paper."""
    for kind, spec in PAPERS.items():
        for one in CaseType:
            made = replace(case(), type=one)
            to: dict[str, Any] = {"addressee": SENDER} if spec.audience is Audience.SUBSCRIBER else {}
            if one in spec.cases:
                assert Frame.of(made, kind, **to, **WITH).kind is kind
            else:
                with pytest.raises(WrongPaper) as refused:
                    Frame.of(made, kind, **to, **WITH)
                assert CASE_TYPES[one].title.ja in refused.value.sentence("ja")
    assert set().union(*(spec.cases for spec in PAPERS.values())) == set(CaseType)


def test_a_paper_to_who_asked_goes_to_nobody_else() -> None:
    """Another addressee is refused, and a subscriber's letter needs one."""
    with pytest.raises(PaperRefused, match="goes to whoever asked"):
        Frame.of(case(), PaperKind.PROVISION, addressee=SENDER, **WITH)
    with pytest.raises(PaperRefused, match="subscriber's name"):
        Frame.of(claimed(), PaperKind.OPINION_INQUIRY, **WITH)


def test_how_each_requester_is_addressed() -> None:
    """A court and an association are 御中, an officer 殿, a person 様."""
    for kind, officer_name, honorific in (
        ("court", "", "御中"),
        ("court", "書記官 関守", "殿"),
        ("bar_association", "", "御中"),
        ("judicial_police_officer", "検見川 守", "殿"),
        ("prosecutor", "", "殿"),
        ("claimant", "", "様"),
        ("claimant_lawyer", "弁護士 御影 直", "様"),
        ("subscriber", "", "様"),
    ):
        who = {"kind": kind, "officer": officer_name, "rank": "", "name": "名", "office": ""}
        made = case(requester=who)
        assert Addressee.requester_of(made).honorific == honorific


def test_the_next_providers_paper_has_no_identifier() -> None:
    """What goes to the applicant of a 提供命令 has names and addresses of providers, nothing of the sender."""
    text = text_of(html_of(every()[PaperKind.NEXT_PROVIDER]))
    for word in ("203.0.113", "2000", "12時", "綿貫"):
        assert word not in text
    with pytest.raises(PaperRefused):
        Named(item=1, provider=None)
    with pytest.raises(PaperRefused):
        Named(item=1, provider=Provider(name="a", address="b"), why="c")
    with pytest.raises(PaperRefused):
        NextProvider.of(claimed("identification_order"), [], notify_by=DAY, **WITH)


def test_sums_and_days() -> None:
    """A quote adds up, a hold's days are counted from the day after it began, and ends don't precede beginnings."""
    charges = [Charge(what="a", count=3, each_yen=5_000), Charge(what="b", count=1, each_yen=1)]
    given: dict[str, Any] = {"counting": "c", "payment": "p", "tax": "税込み", "pay_by": DAY}
    assert Quote.of(claimed(), charges, **given, **WITH).total_yen == 15_001
    kept = [Held(item=1, records="接続記録")]
    days: dict[str, Any] = {"since": DAY, "was_until": date(2026, 12, 23), "until": date(2027, 1, 22)}
    assert HoldExtension.of(officer("preservation_extension"), kept, **days, **WITH).total_days == 60
    with pytest.raises(PaperRefused):
        HoldExtension.of(officer("preservation_extension"), kept, **(days | {"until": DAY}), **WITH)
    with pytest.raises(PaperRefused):
        HoldNotice.of(officer("preservation_request"), kept, since=DAY, until=None, **WITH)
    ended = HoldNotice.of(claimed("deletion_prohibition"), kept, since=DAY, until=None, ends="本案の終了", **WITH)
    assert "本案の終了まで" in text_of(html_of(ended))
    for wrong in ({"pay_by": date(2026, 11, 22)}, {"tax": " "}):
        with pytest.raises(PaperRefused):
            Quote.of(claimed(), charges, **(given | wrong), **WITH)


def test_what_is_handed_over_has_its_hash() -> None:
    """A hash that is none is refused; a medium's or line's letter has the package's hash, a paper's none."""
    for wrong in ("abc", DIGEST.upper().replace("0", "A"), f"{DIGEST}\n"):
        with pytest.raises(PaperRefused):
            Handed(name="a", what="b", sha256=wrong)
    for means, digest in ((Means.MEDIUM, None), (Means.LINE, None), (Means.PAPER, DIGEST), (Means.LINE, "x")):
        with pytest.raises(PaperRefused):
            Provision.of(case(), HANDED, means=means, package_sha256=digest, **WITH)
    sent = Provision.of(claimed("document_request"), HANDED, means=Means.PAPER, **WITH)
    assert "<h1>送付書</h1>" in html_of(sent)


def test_overlong_and_empty_fields_are_refused() -> None:
    """Every text has a limit, and what must be said isn't blank."""
    for make in (
        lambda: Told(content="log", label="", value="x"),
        lambda: Told(content="log", label="x", value="x" * 40_001),
        lambda: Addressee(name=" ", honorific="様"),
        lambda: Addressee(name="x" * 1_001, honorific="様"),
        lambda: Addressee(name="x", honorific="君"),
        lambda: replace(OFFICE, address=("a",) * 13),
        lambda: Office(name="x", address=("y",), signs="", desk="z"),
        lambda: RefusalDecision.of(claimed(), [], **WITH),
        lambda: RefusalDecision.of(claimed(), ["x"], **(WITH | {"number": "9" * 101})),
        lambda: Held(item=1),
        lambda: Held(item=1, why="なし", expires_on=DAY),
        lambda: EntryForm(kind=PaperKind.QUOTE),
    ):
        with pytest.raises(PaperRefused):
            make()


def test_every_word_list_is_complete() -> None:
    """Each kind of identifier, each outcome, and each content has its words; the forms are the staff's papers."""
    assert set(KINDS) == set(ItemKind)
    assert set(RESULTS) == set(Outcome)
    assert content_name("civil.14") == "利用管理符号"
    for wrong in ("civil.15", "civil.x", "content"):
        with pytest.raises(PaperRefused):
            content_name(wrong)
    assert set(FORMS) == {kind for kind, spec in PAPERS.items() if spec.audience is Audience.STAFF}


def test_days_by_era() -> None:
    """Each era's first and last day, its first year, and what lies before the Gregorian calendar."""
    for day, told in (
        (date(2026, 11, 23), "令和8年11月23日"),
        (date(2019, 5, 1), "令和元年5月1日"),
        (date(2019, 4, 30), "平成31年4月30日"),
        (date(1989, 1, 8), "平成元年1月8日"),
        (date(1989, 1, 7), "昭和64年1月7日"),
        (date(1926, 12, 25), "昭和元年12月25日"),
        (date(1912, 7, 30), "大正元年7月30日"),
        (date(1912, 7, 29), "明治45年7月29日"),
        (date(1873, 1, 1), "明治6年1月1日"),
        (date(1872, 12, 31), "西暦1872年12月31日"),
    ):
        assert era_day(day) == told


def test_moments_are_japans_and_as_exact_as_asked() -> None:
    """A moment in another zone is told in Japan time, no more exactly than it was stated; one without zone never."""
    moment = datetime.fromisoformat("2026-12-31T15:00:05.25+00:00")
    assert era_moment(moment) == "令和9年1月1日0時00分05.25秒"
    assert era_moment(moment, Precision.MINUTE) == "令和9年1月1日0時00分"
    assert era_moment(moment, Precision.HOUR) == "令和9年1月1日0時台"
    assert era_span(moment, moment, Precision.DAY) == "令和9年1月1日"
    later = moment.replace(hour=16)
    assert era_span(moment, later, Precision.MINUTE) == "令和9年1月1日0時00分から令和9年1月1日1時00分まで（日本時間）"
    assert last_day_of(datetime(2026, 12, 24, tzinfo=JAPAN)) == date(2026, 12, 23)
    with pytest.raises(ValueError, match="zone"):
        era_moment(moment.replace(tzinfo=None))


def test_a_question_tells_everything_that_was_asked() -> None:
    """Port, protocol and destination stand beside the identifier."""
    asked = item(protocol=6, destination="198.51.100.7", destination_port=443)
    page = html_of(Answer.of(officer("investigation_inquiry", items=[asked]), [FOUND], **WITH))
    assert "送信元ポート番号 2000、TCP、接続先 198.51.100.7 ポート番号 443" in page
