"""What a button's words say: only what is plain, and a rejection never as an acceptance."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.apps.collector.lexicon import (
    Meaning,
    is_notice,
    leads_out,
    leads_to_notice,
    leads_to_opt_out,
    leads_to_policy,
    meaning,
)

_PLAIN = {
    Meaning.ACCEPT: (
        "同意する",
        "すべて許可",
        "全て同意する",
        "Cookieを許可する",
        "クッキーの使用に同意する",
        "同意して閉じる",
        "すべてのCookieを受け入れる",
        "許可",
        "同意します",
        "Accept all",
        "I agree",
        "Ａｃｃｅｐｔ　ａｌｌ",
    ),
    Meaning.REJECT: (
        "拒否する",
        "すべて拒否",
        "同意しない",
        "許可しない",
        "同意せずに続ける",
        "Cookieを拒否する",
        "拒否して閉じる",
        "Reject all",
        "Continue without accepting",
        "Decline",
    ),
    Meaning.NECESSARY: (
        "必要なもののみ",
        "必要なCookieのみ許可する",
        "必須Cookieのみ",
        "必要最低限のクッキーのみ使用する",
        "Only necessary cookies",
        "Accept only necessary",
    ),
    Meaning.SETTINGS: (
        "設定",
        "詳細設定",
        "Cookie設定",
        "クッキーの設定を変更する",
        "カスタマイズ",
        "Cookieの管理",
        "Manage cookies",
    ),
    Meaning.SAVE: (
        "設定を保存",
        "選択を許可",
        "選択した内容で保存",
        "選択内容を保存する",
        "保存して閉じる",
        "Save preferences",
        "Allow selection",
    ),
    Meaning.OPT_OUT: (
        "オプトアウトする",
        "送信を停止する",
        "無効にする",
        "Google Analyticsを無効化する",
        "オプトアウト",
    ),
    Meaning.OPT_IN: ("オプトインする", "有効にする"),
    Meaning.UNCLEAR: (
        "OK",
        "閉じる",
        "×",
        "続ける",
        "はい",
        "いいえ",
        "理解しました",
        "次へ",
        "確認する",
        "ログイン",
        "",
        "購入する",
        "利用規約に同意して登録する",
        "詳しくはこちら",
        "プライバシーポリシーに同意した上で申し込みを続けるにはこちら",
    ),
}


@pytest.mark.parametrize(("words", "sense"), [(words, sense) for sense, all_ in _PLAIN.items() for words in all_])
def test_a_button_means_what_it_plainly_says(words: str, sense: Meaning) -> None:
    """Each label has the meaning that its words have, and none where they don't say."""
    assert meaning(words) is sense


@settings(max_examples=100)
@given(
    st.sampled_from(_PLAIN[Meaning.ACCEPT]),
    st.sampled_from(("しない", "できない", "せずに進む", "しません", "した場合")),
)
def test_an_acceptance_with_anything_after_it_is_no_acceptance_by_itself(words: str, after: str) -> None:
    """What stands after an acceptance may turn it round: then it isn't taken for one."""
    assert meaning(f"{words}{after}") is not Meaning.ACCEPT


@settings(max_examples=100)
@given(st.text(max_size=60))
def test_no_words_break_it(words: str) -> None:
    """Any text has a meaning, mostly an unclear one."""
    assert meaning(words) in Meaning


def test_links_are_told_by_their_words() -> None:
    """A notice, a policy, an opt-out and a way out of the session are recognised; other links aren't."""
    assert leads_to_notice("利用者情報の外部送信について")
    assert leads_to_notice("電気通信事業法に基づく公表事項")
    assert not leads_to_notice("プライバシーポリシー")
    assert leads_to_policy("個人情報保護方針")
    assert not leads_to_policy("会社概要")
    assert leads_to_opt_out("行動ターゲティング広告のオプトアウト")
    assert not leads_to_opt_out("停止しないアラームの直し方")
    assert leads_out("ログアウト", "https://a.example/x")
    assert leads_out("x", "https://a.example/logout")
    assert not leads_out("ログイン", "https://a.example/login")


def test_a_notice_is_headed_as_one_and_says_who_receives() -> None:
    """A page that only mentions the words, or is only headed with them, is no notice."""
    body = "送信先 Google LLC 利用目的 分析"
    assert is_notice("外部送信について", (), body)
    assert is_notice("ポリシー", ("利用者に関する情報の送信",), body)
    assert not is_notice("会社概要", (), f"外部送信 {body}")
    assert not is_notice("外部送信について", (), "準備中")
