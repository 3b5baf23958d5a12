"""Information about users, as one vocabulary for what is declared, embedded and observed.

The rows follow SPSI's kinds of user information (利用者情報), finer where a platform's form is. Play's and Apple's
forms have no row for what every transmission carries (address, user agent): the external transmission rule asks about
it all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One kind of information: slug, words for people, and the names that platforms give it.

    ``play`` are data types of Google Play's Data safety form without their prefix, ``apple`` values of
    ``NSPrivacyCollectedDataType`` without theirs. Empty where the platform has no such type.
    """

    slug: str
    ja: str
    en: str
    play: tuple[str, ...] = ()
    apple: tuple[str, ...] = ()


def _item(slug: str, ja: str, en: str, play: str = "", apple: str = "") -> Item:
    return Item(slug=slug, ja=ja, en=en, play=tuple(play.split()), apple=tuple(apple.split()))


_ROWS: Final = (
    _item("name", "氏名", "name", "PSL_NAME", "Name"),
    _item("email", "メールアドレス", "e-mail address", "PSL_EMAIL", "EmailAddress"),
    _item("phone", "電話番号", "telephone number", "PSL_PHONE", "PhoneNumber"),
    _item("address", "住所・郵便番号", "postal address", "PSL_ADDRESS", "PhysicalAddress"),
    _item("birth_date", "生年月日・年齢", "date of birth, age", "PSL_OTHER_PERSONAL", "OtherUserContactInfo"),
    _item("account_id", "ログインID・会員ID", "account id", "PSL_USER_ACCOUNT", "UserID"),
    _item("password", "パスワード", "password"),
    _item("advertising_id", "広告ID", "advertising id", "PSL_DEVICE_ID", "DeviceID"),
    _item("device_id", "端末ID", "device id", "PSL_DEVICE_ID", "DeviceID"),
    _item("cookie_id", "Cookie等の識別子", "cookie or similar id", "PSL_DEVICE_ID", "DeviceID UserID"),
    _item("ip_address", "IPアドレス", "IP address"),
    _item("user_agent", "端末・OS・ブラウザの種類", "device, system and browser"),
    _item("carrier", "通信事業者・回線の種類", "carrier, kind of network"),
    _item("page_viewed", "閲覧したページ", "page or screen viewed", "PSL_WEB_BROWSING_HISTORY", "BrowsingHistory"),
    _item("referrer", "参照元のページ", "referring page", "PSL_WEB_BROWSING_HISTORY", "BrowsingHistory"),
    _item("search", "検索の内容", "search terms", "PSL_IN_APP_SEARCH_HISTORY", "SearchHistory"),
    _item("interaction", "操作・利用の履歴", "use of the service", "PSL_USER_INTERACTION", "ProductInteraction"),
    _item("advertising_data", "広告の表示・反応", "advertisements seen", "PSL_USER_INTERACTION", "AdvertisingData"),
    _item("precise_location", "詳しい位置情報", "precise location", "PSL_PRECISE_LOCATION", "PreciseLocation"),
    _item("coarse_location", "おおよその位置情報", "approximate location", "PSL_APPROX_LOCATION", "CoarseLocation"),
    _item("contacts", "電話帳", "contacts", "PSL_CONTACTS", "Contacts"),
    _item("call_log", "通話・SMSの履歴", "call and SMS log", "PSL_SMS_CALL_LOG", "EmailsOrTextMessages"),
    _item("messages", "メール・メッセージの内容", "messages", "PSL_EMAILS PSL_OTHER_MESSAGES", "EmailsOrTextMessages"),
    _item("photos_videos", "写真・動画", "photos and videos", "PSL_PHOTOS PSL_VIDEOS", "PhotosorVideos"),
    _item("audio", "音声", "audio", "PSL_AUDIO PSL_MUSIC PSL_OTHER_AUDIO", "AudioData"),
    _item("files", "ファイル", "files", "PSL_FILES_AND_DOCS", "OtherUserContent"),
    _item("calendar", "予定表", "calendar", "PSL_CALENDAR"),
    _item("installed_apps", "入っているアプリ", "installed apps", "PSL_APPS_ON_DEVICE"),
    _item("health", "健康・運動", "health and fitness", "PSL_HEALTH PSL_FITNESS", "Health Fitness"),
    _item("purchases", "購買の履歴", "purchases", "PSL_PURCHASE_HISTORY", "PurchaseHistory"),
    _item("payment", "決済の情報", "payment information", "PSL_CREDIT_DEBIT_BANK_ACCOUNT_NUMBER", "PaymentInfo"),
    _item("crash", "不具合の記録", "crash records", "PSL_CRASH_LOGS", "CrashData"),
    _item(
        "performance", "性能の記録", "performance records", "PSL_PERFORMANCE_DIAGNOSTICS PSL_OTHER_PERFORMANCE",
        "PerformanceData OtherDiagnosticData",
    ),
    _item("other_personal", "その他の個人の情報", "other personal information", "PSL_OTHER_PERSONAL", "OtherDataTypes"),
)  # fmt: skip

ITEMS: Final[Mapping[str, Item]] = {each.slug: each for each in _ROWS}
"""Every kind of information, by slug."""
