"""Why something of a site couldn't be looked at: 測定不能, with a sentence that says what to do."""

from __future__ import annotations

from typing import Final

from sekisho.apps.evidence import Consent, NotMeasured, Place

_SENTENCES: Final = {
    "navigation_failed": (
        "ページを開けませんでした（{detail}）。アドレスとサーバーの状態を確かめて、もう一度実行してください。",
        "The page couldn't be opened ({detail}). Check the address and the server, and run this again.",
    ),
    "certificate": (
        "証明書に問題があるため開きませんでした（{detail}）。証明書を直すか、検証用の公開鍵をtrusted_keysに指定してください。",
        "Not opened because of its certificate ({detail}). Mend it, or name a test key in trusted_keys.",
    ),
    "redirect_loop": (
        "転送が終わらないため開けませんでした。転送の設定を確かめてください。",
        "Redirects don't end, so the page couldn't be opened. Check how it redirects.",
    ),
    "download": (
        "ページではなくダウンロードが始まったため、中身は見ていません。",
        "It is a download, not a page; what is in it wasn't looked at.",
    ),
    "load_unfinished": (
        "{detail}秒以内に読み込みが終わらず、その時点までを見ました。以後の送信は分かりません。",
        "It hadn't loaded after {detail} s; it was looked at as far as it was. What is sent later isn't known.",
    ),
    "never_settled": (
        "{detail}秒待っても通信が続いたため、そこで打ち切りました。以後の送信は分かりません。",
        "It still sent after {detail} s, and watching ended there. What is sent later isn't known.",
    ),
    "page_timeout": (
        "このページの調査が{detail}秒で終わらず打ち切りました。それまでの送信は記録されています。",
        "Looking at this page wasn't done after {detail} s and was ended. What was sent until then is recorded.",
    ),
    "state_timeout": (
        "この状態の調査が{detail}秒で終わらず打ち切りました。ページ数を減らして実行してください。",
        "This state wasn't done after {detail} s and was ended. Run it with fewer pages.",
    ),
    "too_many_requests": (
        "1ページの通信が上限の{detail}件を超えたため打ち切りました。それまでの送信は記録されています。",
        "One page made more than {detail} requests and was closed. What was sent until then is recorded.",
    ),
    "too_much_data": (
        "1ページの受信が上限の{detail}バイトを超えたため打ち切りました。それまでの送信は記録されています。",
        "One page received more than {detail} bytes and was closed. What was sent until then is recorded.",
    ),
    "too_many_frames": (
        "フレームが上限の{detail}個を超えたため打ち切りました。それまでの送信は記録されています。",
        "It has more than {detail} frames and was closed. What was sent until then is recorded.",
    ),
    "dialog_loop": (
        "ダイアログが上限の{detail}回を超えて開いたため打ち切りました。",
        "It opened more than {detail} dialogs and was closed.",
    ),
    "too_many_windows": (
        "別の窓が上限の{detail}個を超えて開いたため打ち切りました。",
        "It opened more than {detail} windows and was closed.",
    ),
    "page_crashed": (
        "ページの処理が異常終了しました。それまでの送信は記録されています。",
        "The page crashed. What was sent until then is recorded.",
    ),
    "browser_gone": (
        "ブラウザが異常終了しました。もう一度実行してください。",
        "The browser ended unexpectedly. Run this again.",
    ),
    "memory_limit": (
        "ブラウザのメモリーが上限の{detail}バイトを超えたため終了させました。",
        "The browser used more than {detail} bytes of memory and was ended.",
    ),
    "page_refused": (
        "ページを調べられませんでした（{detail}）。送信の記録は残っています。",
        "The page couldn't be looked at ({detail}). What was sent is recorded.",
    ),
    "no_answer": (
        "ページが{detail}秒応答しないため打ち切りました。それまでの送信は記録されています。",
        "The page didn't answer for {detail} s and was closed. What was sent until then is recorded.",
    ),
    "never_stays": (
        "ページが移動し続けるため調べられませんでした。それまでの送信は記録されています。",
        "The page goes on to others all the time and couldn't be looked at. What was sent until then is recorded.",
    ),
    "hook_absent": (
        "フレーム「{detail}」では指紋採取などの観測が動かなかったため、有無は分かりません。",
        "In the frame {detail} scripts weren't watched: whether it took a fingerprint isn't known.",
    ),
    "hook_replaced": (
        "フレーム「{detail}」ではページが観測を置き換えたため、指紋採取などの有無は分かりません。",
        "In the frame {detail} the page replaced what watches scripts: whether it took a fingerprint isn't known.",
    ),
    "worker_unwatched": (
        "ワーカー「{detail}」の中は観測していません（WebSocketを除く通信は記録されています）。",
        "What the worker {detail} does wasn't watched. Its requests are recorded, but for WebSockets.",
    ),
    "reports_full": (
        "スクリプトの動きの記録が上限の{detail}件に達し、以後は記録していません。",
        "What scripts do was recorded up to {detail} times; later ones weren't.",
    ),
    "no_banner": (
        "同意を求めるバナーが見つからないため、この状態は調べていません。",
        "No banner that asks for consent was found, so this state wasn't looked at.",
    ),
    "banner_unclear": (
        "バナーのボタンの意味を言葉から一つに決められないため、押していません（{detail}）。目で確かめてください。",
        "What the banner's buttons mean isn't plain from their words ({detail}); none was pressed. Look yourself.",
    ),
    "no_way": (
        "バナーに、その選択をする明らかなボタンがありません（{detail}）。目で確かめてください。",
        "The banner has no plain button for this choice ({detail}). Look at it yourself.",
    ),
    "press_without_effect": (
        "ボタン「{detail}」を押してもバナーが残るため、選択できたか分かりません。以後の送信の状態は不明としました。",
        "The banner stays after {detail} was pressed, so what was sent after it is of an unknown state.",
    ),
    "no_opt_out": (
        "送信を止める操作（オプトアウト）が自社のページに見つからないため、この状態は調べていません。",
        "No way to stop sending (opt-out) was found on the operator's pages, so this state wasn't looked at.",
    ),
    "cname_not_asked": (
        "DNSを引いていないため、自社のホスト名に見える送信先が他社のものかは分かりません（{detail}）。",
        "DNS wasn't asked, so whether the operator's own hosts stand for somebody else's isn't known ({detail}).",
    ),
    "body_unseen": (
        "送信{detail}件の本文を記録できませんでした。含まれる情報は分かりません。",
        "The bodies of {detail} requests couldn't be recorded; what stands in them isn't known.",
    ),
    "fields_unclear": (
        "何を入力する欄か分からないため、空のままにした欄があります（{detail}）。",
        "Fields that don't say what they ask for were left empty ({detail}).",
    ),
}  # fmt: skip

REASONS: Final = frozenset(_SENTENCES)
"""Every reason's slug."""


def unmeasured(reason: str, *, page: str, consent: Consent, detail: object = "") -> NotMeasured:
    """What wasn't measured on this page in this state. ``reason`` is one of :data:`REASONS`."""
    ja, en = _SENTENCES[reason]
    shown = str(detail)[:300]
    return NotMeasured(
        place=Place(path=f"{page[:500]} ({consent.value})"), reason=reason,
        ja=ja.format(detail=shown), en=en.format(detail=shown),
    )  # fmt: skip


class Stopped(Exception):
    """One page's visit was ended; what was recorded stays. It never leaves the collector."""

    def __init__(self, reason: str, detail: object = "") -> None:
        """``reason`` is one of :data:`REASONS`."""
        self.reason = reason
        self.detail = detail
        super().__init__(f"{reason} {detail}")
