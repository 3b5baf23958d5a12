"""The page's own words in plain Japanese and English, and what kinds of information mean to somebody who isn't expert.

No technical term of :mod:`sekisho.apps.law.plain` stands here without its explanation; a test holds that.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sekisho.apps.law.facts import Basis, OptOutKind
from sekisho.errors import Lang

PAGE: Final[Mapping[str, tuple[str, str]]] = {
    "title": ("利用者に関する情報の外部への送信について", "Information about users that is sent to others"),
    "skip": ("送信先の一覧へ", "To the list of recipients"),
    "other_language": ("English", "日本語"),
    "intro": (
        "このサービスが、お使いの端末から、どの情報を、だれに、何のために送っているかをお知らせします。",
        "What information about you this service sends from your device, to whom, and for what.",
    ),
    "by": ("提供者", "Provided by"),
    "count": ("送信先", "Recipients"),
    "updated": ("最後に変えた日", "Last changed"),
    "contents": ("このページの内容", "On this page"),
    "list": ("送信先の一覧", "Recipients"),
    "list_caption": ("送信先ごとの、送られる情報と利用の目的", "What is sent to each recipient, and for what"),
    "recipient": ("送信先（取り扱う者）", "Recipient (who handles it)"),
    "service": ("サービスの名前", "Name of the service"),
    "information": ("送られる情報", "What is sent"),
    "our_purpose": ("当社が使う目的", "What we use it for"),
    "their_purpose": ("送信先が使う目的", "What the recipient uses it for"),
    "more": ("くわしく", "More"),
    "policy": ("送信先の説明", "The recipient's own page"),
    "their_opt_out": ("送信先で止める", "Stop it at the recipient"),
    "since": ("送り始めた日", "Sent since"),
    "none": ("送信先はありません。", "There are no recipients."),
    "stops": ("止めることができる送信", "What you can stop"),
    "stops_intro": (
        "次の送信は、お申し出があれば止めます。止める方法は送信先ごとに書いてあります。",
        "We stop the following when you ask us to. How to ask is told for each recipient.",
    ),
    "measure": ("止めることができるか", "Can it be stopped"),
    "measure_yes": ("お申し出があれば止めます。", "Yes, when you ask."),
    "which": ("止まるもの", "What stops"),
    "how": ("止める方法", "How to stop it"),
    "limits": ("止めると使えなくなるもの", "What you can't use then"),
    "link": ("止める手続のページ", "The page where you can stop it"),
    "not_needed": ("この一覧に載せていない送信", "What isn't in the list"),
    "not_needed_intro": (
        "次の送信は、法律で知らせる必要がないとされているものです。その理由をお知らせします。",
        "The law doesn't ask us to publish the following. We tell why.",
    ),
    "not_needed_caption": ("載せていない送信と、その理由", "What isn't in the list, and why"),
    "ground": ("どれにあたるか", "Ground"),
    "reason": ("理由", "Reason"),
    "meanings": ("ことばの説明", "What the words mean"),
    "history": ("変更の記録", "Changes"),
    "contact": ("お問い合わせ", "Questions"),
    "confirm": ("要確認", "to be confirmed"),
    "draft": (
        "下書きです。確かめていないところ（要確認）があるため、まだ公表できません。",
        "This is a draft. Some places are to be confirmed; it can't be published yet.",
    ),
    "machine": ("この内容をデータで見る（JSON）", "The same as data (JSON)"),
    "separator": ("、", ", "),
}
"""Word's name to Japanese and English."""

GROUNDS: Final[Mapping[Basis, tuple[str, str]]] = {
    Basis.NECESSARY: ("サービスを正しく表示し、安全に使っていただくために欠かせない情報",
                      "Needed to show the service rightly and to keep it safe"),
    Basis.OWN_IDENTIFIER: ("当社が付けた番号を、当社の設備だけに送るもの",
                           "A number that we gave, sent to our own equipment alone"),
    Basis.CONSENT: ("同意をいただいてから送るもの", "Sent only after you agreed"),
}  # fmt: skip
"""Why something needn't be published (法27条の12第1号から第3号まで)."""

KINDS: Final[Mapping[OptOutKind, tuple[str, str]]] = {
    OptOutKind.SENDING: ("情報の送信そのものが止まります。", "The sending itself stops."),
    OptOutKind.USE: ("送信は続き、送信先での利用が止まります。",
                     "Sending goes on; the recipient's use of it stops."),
    OptOutKind.UNSAID: ("", ""),
}  # fmt: skip

MEANINGS: Final[Mapping[str, tuple[str, str]]] = {
    "account_id": ("会員登録やログインに使う番号や名前です。", "The number or name you sign in with."),
    "advertising_id": ("広告のために端末に付いている番号です。端末の設定で変えたり止めたりできます。",
                       "A number on your device for advertising. You can change it or switch it off in the settings."),
    "device_id": ("端末を見分ける番号です。", "A number that tells your device apart."),
    "cookie_id": ("同じ方の同じブラウザかどうかを見分けるために、ブラウザに保存する番号です。",
                  "A number kept in your browser, to tell whether it is the same browser again."),
    "ip_address": ("インターネットにつなぐときに使う番号です。おおよその地域が分かることがあります。",
                   "The number with which you are connected to the internet. It may tell your region."),
    "user_agent": ("お使いの端末や、ブラウザ、基本ソフトの種類です。", "Your kind of device, browser and system."),
    "carrier": ("お使いの通信会社や、回線の種類です。", "Which network you use."),
    "page_viewed": ("ご覧になったページや画面です。", "The pages or screens you looked at."),
    "referrer": ("そのページの直前にご覧になっていたページです。", "The page you came from."),
    "search": ("検索に使われた言葉です。", "The words you searched for."),
    "interaction": ("押したボタンや、使った機能などです。", "The buttons you pressed, the functions you used."),
    "advertising_data": ("どの広告が表示され、押されたかです。", "Which advertisements were shown to you or pressed."),
    "precise_location": ("端末がある場所の、くわしい位置です。", "Where exactly your device is."),
    "coarse_location": ("端末がある場所の、おおよその位置です。", "About where your device is."),
    "contacts": ("電話帳に登録された方の名前や電話番号です。", "Names and numbers in your address book."),
    "call_log": ("電話やメッセージをやり取りした相手と時刻です。",
                 "With whom you talked or exchanged messages, and when."),
    "installed_apps": ("端末に入っているアプリの一覧です。", "The apps on your device."),
    "crash": ("アプリが異常に終わったときの記録です。", "What happened when the app failed."),
    "performance": ("表示の速さや電池の使い方などの記録です。", "How fast pages appear, how much battery is used."),
}  # fmt: skip
"""What a kind of information is, for those whose name alone doesn't say it."""


def page_words(lang: Lang) -> dict[str, str]:
    """The page's own words in one language."""
    at = 0 if lang == "ja" else 1
    return {name: both[at] for name, both in PAGE.items()}
