"""What the reports of smartphone cards say beside their steps."""

from __future__ import annotations

from typing import Final

from sekisho.engine.facts import Text

LEFT_TO_CALLER: Final = (
    Text(
        "だれの証拠か（契約者本人か代表者等か）は、呼び出す側が示します。",
        "Whose evidence it is (the counterparty's or a representative's) is the caller's to say.",
    ),
    Text(
        "送信したプログラムが認定されたもの（番号利用法18条の3）かどうかは、呼び出す側が示します。",
        "Whether the program that sent it is a certified one (Number Use Act art. 18-3) is the caller's to say.",
    ),
)
COPY_NOT_EXCLUDED: Final = Text(
    "端末の鍵による署名を確かめていないので、複製された記録である可能性を排除できません。",
    "The phone's own signature wasn't verified, so a copied record can't be excluded.",
)
REPLAY_NOT_EXCLUDED: Final = Text(
    "セッションを発行した側に照会していないので、以前の応答の使い回しである可能性を排除できません。",
    "Whoever issued the session wasn't asked, so an earlier answer sent again can't be excluded.",
)
NO_SESSION: Final = Text("セッションの要求が示されていません", "no session's challenge was given")
NO_AUTHORITY: Final = Text(
    "発行者を認証できないので、署名者の失効も確かめられません",
    "the issuer isn't authenticated, so there is nobody's list to look at",
)
NOT_AUTHENTICATED: Final = Text(
    "記録が認証されていないので、端末の鍵が記録のものと言えません",
    "the record isn't authenticated, so its key could be anybody's",
)
NO_DEVICE_SIGNATURE: Final = Text(
    "端末の署名がありません（複製された記録である可能性を排除できません）",
    "there is no signature by the phone: a copied record can't be excluded",
)
DEVICE_MAC: Final = Text(
    "端末はMACで応答しました。読取装置の秘密鍵がないので確かめられません",
    "the phone answered with a MAC, which only the reader's private key can verify",
)
OWN_SESSION: Final = Text(
    "文書にあるセッションです。発行したことと再使用は確かめていないので、送信者のものとは言えません",
    "the document's own session: neither that it was issued nor reuse was checked, so it doesn't show the sender",
)
STATUS_NOT_ASKED: Final = Text(
    "記録に失効の照会先がありますが、照会していません。照会は呼び出す側に委ねられています",
    "the record names a place to ask whether it was revoked; nobody was asked: that is left to the caller",
)
NO_STATUS: Final = Text(
    "記録に失効の照会先がありません。有効期間だけが頼りです",
    "the record names no place to ask whether it was revoked; its validity is all there is",
)
UNUSED_NOTED: Final = Text(
    "使わない項目が {count} 件ありました。必要な4項目だけを求めてください",
    "{count} elements aren't used; ask only for the four that are needed",
)
UNKNOWN_NOTED: Final = Text(
    "扱わない欄が {count} 件あります（発行者は署名しています）",
    "{count} fields aren't read here, though the issuer signed them",
)


def counted(text: Text, count: int) -> Text:
    """``text`` with its number; nothing where there is none."""
    return Text(text.ja.format(count=count), text.en.format(count=count)) if count else Text("", "")


def signer_from(source: str, fingerprint: str) -> Text:
    """Which configured authority it was."""
    short = fingerprint[:16]
    return Text(f"認証局: {source}（SHA-256 {short}…）", f"authority: {source} (SHA-256 {short}…)")
