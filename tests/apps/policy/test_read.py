"""Whole pages: rows under the keys that sendings have, what is denied, what is left open, what wasn't understood."""

from __future__ import annotations

import io

import pytest

from sekisho.apps.evidence import Grade, Target, TargetKind
from sekisho.apps.flows import flows_of
from sekisho.apps.law.facts import Denied, Known, OptOutItem, OptOutKind, Stated, Unmeasured
from sekisho.apps.law.sent import key_of
from sekisho.apps.policy.read import read
from sekisho.apps.recipients import shipped
from tests.apps.policy.pages import TABLE, notice, notice_page, opt_out, reasons, rows, told


def test_a_table_in_any_order_becomes_rows() -> None:
    """Each row has who, what, and whose purpose, whatever order the columns stand in; a service has its own key."""
    found = told(notice_page(TABLE))
    karte, google = rows(found)["karte"], rows(found)["Google LLC"]
    assert karte.information == {"cookie_id", "ip_address", "user_agent", "page_viewed"}
    assert (karte.handler, karte.information_stated) == (Stated.CLEAR, Stated.CLEAR)
    assert (karte.sender_purpose, karte.recipient_purpose) == (Stated.CLEAR, Stated.CLEAR)
    assert karte.purposes == {"analytics", "support"}
    assert google.information == {"advertising_id"}
    assert google.information_stated is Stated.VAGUE
    assert notice(found).read_whole
    assert notice(found).japanese


@pytest.mark.parametrize("turned", [False, True])
def test_both_ways_of_lying_say_the_same(turned: bool) -> None:
    """A table with its labels at the left says what the same table says with its labels above."""
    cells = [["送信先", "株式会社プレイド", "Criteo株式会社"], ["送信される情報", "IPアドレス", "Cookieの識別子"],
             ["当社の利用目的", "利用状況の分析", "広告の配信"]]  # fmt: skip
    lines = [list(each) for each in zip(*cells, strict=True)] if turned else cells
    table = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in line) + "</tr>" for line in lines)
    found = rows(told(notice_page(f"<table>{table}</table>")))
    assert {key: row.information for key, row in found.items()} == {"karte": {"ip_address"}, "criteo": {"cookie_id"}}
    assert {key: row.purposes for key, row in found.items()} == {"karte": {"analytics"}, "criteo": {"advertising"}}


def test_a_cell_over_several_rows_counts_in_each() -> None:
    """A recipient whose cell spans two rows gets what both rows say."""
    table = ("<table><tr><th>送信先</th><th>送信される情報</th></tr><tr><td rowspan=2>株式会社プレイド</td>"
             "<td>IPアドレス</td></tr><tr><td>Cookieの識別子</td></tr></table>")  # fmt: skip
    assert rows(told(notice_page(table)))["karte"].information == {"ip_address", "cookie_id"}


def test_declared_pieces_meet_the_rows() -> None:
    """What is declared becomes flows under the same keys as the notice's rows, and nothing but declared."""
    found = told(notice_page(TABLE))
    assert {piece.grade for piece in found.reading.pieces} == {Grade.DECLARED}
    flows = flows_of([found.reading], shipped(), ())
    assert {key_of(flow) for flow in flows} == set(rows(found)) == {"karte", "Google LLC"}
    assert found.reading.target.kind is TargetKind.POLICY


def test_prose_goes_on_about_whom_it_named() -> None:
    """「同社」 and sentences that name nobody are about the company before; another company begins another row."""
    page = notice_page(
        "<h2>広告</h2><p>当社はCriteo株式会社のタグを設置し、Cookieの識別子を同社に送信しています。"
        "当社は広告の効果測定のため、同社は広告の配信のために利用します。</p>"
        "<p>また、株式会社プレイドに閲覧したページを送信し、利用状況の分析に利用します。</p>"
    )
    found = rows(told(page))
    assert set(found) == {"criteo", "karte"}
    assert found["criteo"].information == {"cookie_id"}
    assert found["criteo"].purposes == {"measurement", "advertising"}
    assert (found["criteo"].sender_purpose, found["criteo"].recipient_purpose) == (Stated.CLEAR, Stated.CLEAR)
    assert found["karte"].information == {"page_viewed"}
    assert found["karte"].recipient_purpose is Stated.VAGUE


def test_a_heading_names_whom_its_section_is_about() -> None:
    """A section under a service's name is about that service; only a service's name is no handler's name."""
    page = notice_page("<h2>外部送信</h2><h3>KARTE</h3><p>IPアドレスを送信します。分析のために使います。</p>")
    found = rows(told(page))
    assert found["karte"].information == {"ip_address"}
    assert found["karte"].handler is Stated.VAGUE


def test_what_is_denied() -> None:
    """That something isn't sent is noted; beside a named recipient it is about that one alone."""
    page = notice_page("<h2>位置情報</h2><p>本アプリは位置情報を取得しません。</p>")
    assert [each.information for each in notice(told(page)).denied] == [{"precise_location"}]
    nothing = notice(told("<h1>外部送信について</h1><p>本アプリは、利用者の情報を外部に送信しません。</p>"))
    assert [(each.recipient, each.information) for each in nothing.denied] == [("", frozenset())]
    text = "<p>株式会社プレイドにIPアドレスを送信します。メールアドレスは送信していません。</p>"
    beside = notice(told(notice_page(f"<h2>送信</h2>{text}"))).denied
    assert [(each.recipient, each.information) for each in beside] == [("karte", frozenset({"email"}))]


@pytest.mark.parametrize(
    "text",
    [
        "あらかじめ同意を得ずに個人情報を第三者に提供することはありません。",
        "13歳未満のお客様については、広告IDを取得しません。",
        "個人を特定できる情報は送信しません。",
        "カード番号は当社では保持しません。",
        "許可されない場合、位置情報を取得することはありません。",
    ],
)
def test_a_promise_with_a_condition_excludes_nothing(text: str) -> None:
    """Promises under a condition, of giving to third parties, or in words for no kind, deny no sending."""
    found = told(notice_page(f"<h2>取扱い</h2><p>{text}</p>"))
    assert isinstance(found.notice, Known)
    assert all(each.information for each in found.notice.value.denied)
    assert found.notice.value.denied == ()


def test_nobody_named_is_no_row() -> None:
    """「広告事業者等の第三者」 is vague words and makes no row; the words are told."""
    found = told(notice_page("<h2>外部送信</h2><p>広告事業者等の第三者に、閲覧履歴を送信します。</p>"))
    assert rows(found) == {}
    assert ("vague_words", "第三者") in found.reading.facts


def test_what_is_not_understood_is_said_and_excludes_a_denial() -> None:
    """A purpose and information in words that no rule knows: vague, counted, and the page isn't read whole."""
    table = ("<table><tr><th>送信先</th><th>送信される情報</th><th>利用目的</th></tr>"
             "<tr><td>株式会社プレイド</td><td>天球の傾き</td><td>潮の満ち引きの記述</td></tr></table>")  # fmt: skip
    found = told(notice_page(table))
    row = rows(found)["karte"]
    assert (row.information_stated, row.sender_purpose) == (Stated.VAGUE, Stated.VAGUE)
    assert not notice(found).read_whole
    assert "policy_not_understood" in reasons(found)
    assert ("not_understood", "2") in found.reading.facts
    unknown = told(notice_page("<h2>外部送信</h2><p>閲覧履歴をふわりに送信しています。</p>"))
    assert not notice(unknown).read_whole


def test_a_name_that_nobody_knows_stands_under_itself() -> None:
    """An unknown company's row has its name as key, as a declared flow of it has."""
    found = told(notice_page("<h2>外部送信</h2><p>株式会社ちずのわにIPアドレスを送信します。</p>"))
    assert set(rows(found)) == {"株式会社ちずのわ"}
    assert {key_of(flow) for flow in flows_of([found.reading], shipped(), ())} == {"株式会社ちずのわ"}


def test_a_host_in_a_cell_is_its_owner() -> None:
    """A recipient told by a host's name is the service of that host, or its domain."""
    table = ("<table><tr><th>送信先</th><th>送信される情報</th></tr><tr><td>cdn.karte.io</td><td>IPアドレス</td></tr>"
             "<tr><td>t.vendor.example.net</td><td>IPアドレス</td></tr></table>")  # fmt: skip
    found = told(notice_page(table))
    assert set(rows(found)) == {"karte", "example.net"}
    assert {key_of(flow) for flow in flows_of([found.reading], shipped(), ())} == {"karte", "example.net"}


def test_the_operator_is_no_recipient() -> None:
    """The operator's own name, as the page says it or as it is given, receives nothing."""
    page = notice_page(TABLE, "<h2>お問い合わせ</h2><p>株式会社みなとソフト お客様窓口 メール：a@minato.example</p>")
    assert set(rows(told(page))) == {"karte", "Google LLC"}
    given = "<h1>外部送信</h1><p>東雲テレコム株式会社は、株式会社プレイドにIPアドレスを送信します。</p>"
    assert set(rows(told(given, own=("東雲テレコム株式会社",)))) == {"karte"}


def test_the_opt_outs_seven_items() -> None:
    """An opt-out that tells all seven is read so; what only rows elsewhere tell is left open, not missing."""
    full = notice_page(
        "<h2>オプトアウト</h2><p>株式会社プレイドへのIPアドレスの送信（利用状況の分析のため）は、お客様の求めに応じて送信を停止します。"
        "停止のお申込みは、設定のページのボタンで受け付けます。停止しても、ご利用に制限はありません。</p>"
    )
    found = opt_out(told(full))
    assert found.kind is OptOutKind.SENDING
    assert found.items == set(OptOutItem)
    text = "<p>送信を止めるのではなく、利用を停止する措置です。ボタンを押すと受け付けます。</p>"
    assert opt_out(told(notice_page(f"<h2>オプトアウト</h2>{text}"))).kind is OptOutKind.USE
    apart = opt_out(told(notice_page(TABLE)))
    assert not apart.read_whole
    none = told(notice_page("<h2>外部送信</h2><p>株式会社プレイドにIPアドレスを送信します。</p>"))
    assert isinstance(none.opt_out, Unmeasured)
    assert none.opt_out.reason == "policy_no_opt_out"


def test_a_link_to_the_rest_leaves_it_open() -> None:
    """Where the page points to a list elsewhere, nothing is missing for certain; a link to itself points nowhere."""
    away = told(notice_page(TABLE, "<p><a href='/list'>送信先の一覧</a></p>"))
    assert "policy_points_elsewhere" in reasons(away)
    assert not notice(away).read_whole
    itself = told(notice_page(TABLE, "<p><a href='/notice'>外部送信について</a></p>"))
    assert notice(itself).read_whole


def test_a_frame_or_a_picture_of_a_notice_leaves_it_open() -> None:
    """What stands in a frame or in a picture that is called so isn't read, and nothing is missing for certain."""
    for hidden in ("<iframe src='https://list.example/'></iframe>", "<img src='a.png' alt='送信先の一覧'>"):
        found = told(notice_page(TABLE, hidden))
        assert not notice(found).read_whole
        assert "policy_part_hidden" in reasons(found)


def test_a_file_is_read_like_its_bytes() -> None:
    """From an open file, the same result, and the hash of all of it."""
    page = notice_page(TABLE)
    assert read(io.BytesIO(page), name="page.html") == read(page, name="page.html")


def test_an_own_knowledge_base_is_asked() -> None:
    """Names are those of the knowledge base that is given."""
    found = read(notice_page(TABLE), name="page.html", matcher=shipped().matcher())
    assert set(rows(found)) == {"karte", "Google LLC"}
    assert isinstance(found.reading.target, Target)
    assert not any(isinstance(each, Denied) for each in notice(found).denied)
