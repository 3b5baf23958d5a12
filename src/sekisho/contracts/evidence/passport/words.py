"""What a passport's report says in words: reasons of steps not done, and what is left to others."""

from __future__ import annotations

from typing import Final

from sekisho.contracts.evidence.passport.trust import Origin, Provenance
from sekisho.contracts.evidence.steps import NO_REASON
from sekisho.engine.facts import Text

_COPY_JA = "複製されたチップである可能性を否定できません"
_COPY_EN = "a copied chip can't be excluded"

NO_AUTHORITY: Final = Text("国の認証局が設定にないため", "the country authority isn't configured")
NO_CHIP_KEY: Final = Text(
    f"この旅券には能動認証の鍵（DG15）がありません。{_COPY_JA}",
    f"this passport has no key for active authentication (data group 15); {_COPY_EN}",
)
NO_CHALLENGE: Final = Text(f"能動認証は行われていません。{_COPY_JA}", f"it wasn't done; {_COPY_EN}")
NO_DATA_GROUP_15: Final = Text(
    f"応答はありますが、DG15が渡されていません。{_COPY_JA}",
    f"there is an answer, but data group 15 wasn't given; {_COPY_EN}",
)
NOT_AUTHENTICATED: Final = Text(
    f"鍵（DG15）が国のものと確かめられていないため、応答は何も示しません。{_COPY_JA}",
    f"the key (data group 15) isn't known to be the state's, so the answer shows nothing; {_COPY_EN}",
)
NAME_NOT_COMPARABLE: Final = Text(
    "氏名：旅券のローマ字表記からは、申込みの氏名と同じかどうか判断できません。画面で確かめてください",
    "name: the passport's Latin letters don't settle whether it is the one stated; compare it on the screen",
)
LEFT_TO_CALLER: Final = (
    Text("旅券の名義人が本人であること（顔の照合）", "that the person is the holder (the face)"),
    Text("住居：旅券のチップに住所はありません", "the address: a passport's chip holds none"),
)
CHALLENGE_NOT_OURS: Final = Text(
    "能動認証のチャレンジが、自社のサーバが作った一回限りのものであること",
    "that the challenge was made by the operator's own server and used once",
)


def groups_not_given(numbers: frozenset[int]) -> Text:
    """Which groups of the SOD weren't given, and so weren't checked."""
    if not numbers:
        return NO_REASON
    listed = ", ".join(f"DG{number}" for number in sorted(numbers))
    return Text(f"渡されていないため確かめていないもの: {listed}", f"not given, so not checked: {listed}")


def origin_of(provenance: Provenance) -> Text:
    """Where the authority's trust comes from."""
    day, via = provenance.imported_at.date().isoformat(), (provenance.via or "")[:16]
    if provenance.origin is Origin.PINNED:
        return Text(
            f"認証局: 運用者が登録（{provenance.source}、{day}）",
            f"authority: registered by the operator ({provenance.source}, {day})",
        )
    if provenance.origin is Origin.MASTER_LIST:
        return Text(
            f"認証局: マスターリスト（{provenance.source}、署名者 {via}…、{day}）",
            f"authority: from a master list ({provenance.source}, signer {via}…, {day})",
        )
    return Text(
        f"認証局: 旧い鍵 {via}… からのリンク証明書（{provenance.source}、{day}）",
        f"authority: linked from the earlier key {via}… ({provenance.source}, {day})",
    )


def chip_authentication(reported: bool | None) -> Text:
    """What the reading application says of chip authentication."""
    if reported is None:
        return Text("読取りアプリからの報告がありません", "the reading application doesn't say")
    if reported:
        return Text(
            "読取りアプリは成功と報告しています（ここでは確かめられません）",
            "the reading application says it succeeded; that can't be verified here",
        )
    return Text("読取りアプリは行っていないと報告しています", "the reading application says it wasn't done")
