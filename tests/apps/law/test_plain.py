"""Technical terms and language of a notice."""

from __future__ import annotations

import pytest

from sekisho.apps.law.plain import is_japanese, jargon_in


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("SDKを通じて送信します。", ("SDK",)),
        ("ｓｄｋを通じて送信します。", ("SDK",)),
        ("SDK（アプリに組み込まれた他社の部品）を通じて送信します。SDKは次のとおりです。", ()),
        ("SDKS社のサービスです。", ()),
        ("コンバージョンとリターゲティングのため。", ("コンバージョン", "リターゲティング")),
        ("ピクセルアートの投稿サイトです。", ()),
        ("閲覧したページのアドレスを、広告の配信のために送信します。", ()),
    ],
)
def test_unexplained_terms_are_found(text: str, found: tuple[str, ...]) -> None:
    """A term counts as a word of its own and where nothing explains it."""
    assert jargon_in(text) == found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("当サイトでは、閲覧の状況を分析するために、次の会社に情報を送信しています。", True),
        ("This site sends the following information to the companies below.", False),
        ("Google LLC, Meta Platforms, Inc. などに、見たページを送ります。広告を出すためです。", True),
        ("我们使用第三方服务收集和分析您在本网站上的浏览数据和设备信息。", False),
        ("Cookie", None),
        ("", None),
    ],
)
def test_japanese_is_told_by_its_kana(text: str, expected: bool | None) -> None:
    """Japanese has kana; a text too short isn't judged."""
    assert is_japanese(text) is expected
