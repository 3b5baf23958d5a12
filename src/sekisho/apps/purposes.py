"""What information is used for, as one vocabulary for vendors' words, Play's and Apple's forms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """One purpose: slug, words for people, and the names that platforms give it (empty where they have none)."""

    slug: str
    ja: str
    en: str
    play: tuple[str, ...] = ()
    apple: tuple[str, ...] = ()


_ROWS: Final = (
    Purpose(slug="function", ja="サービスの提供・機能の実現", en="providing the service",
            play=("PSL_APP_FUNCTIONALITY",), apple=("AppFunctionality",)),
    Purpose(slug="analytics", ja="利用状況の分析", en="analysis of use", play=("PSL_ANALYTICS",), apple=("Analytics",)),
    Purpose(slug="advertising", ja="広告の配信", en="delivery of advertisements",
            play=("PSL_ADVERTISING",), apple=("ThirdPartyAdvertising",)),
    Purpose(slug="own_advertising", ja="自社の広告・販売促進", en="the operator's own advertising",
            play=("PSL_ADVERTISING",), apple=("DeveloperAdvertising",)),
    Purpose(slug="measurement", ja="広告の効果測定", en="measuring advertisements",
            play=("PSL_ADVERTISING", "PSL_ANALYTICS"), apple=("ThirdPartyAdvertising", "Analytics")),
    Purpose(slug="personalization", ja="利用者に合わせた表示", en="personalization",
            play=("PSL_PERSONALIZATION",), apple=("ProductPersonalization",)),
    Purpose(slug="security", ja="不正防止・安全の確保", en="fraud prevention and security",
            play=("PSL_FRAUD_PREVENTION_SECURITY",)),
    Purpose(slug="support", ja="問い合わせ対応・接客", en="support and chat", play=("PSL_DEVELOPER_COMMUNICATIONS",)),
    Purpose(slug="account", ja="アカウントの管理・ログイン", en="account management", play=("PSL_ACCOUNT_MANAGEMENT",)),
    Purpose(slug="payment", ja="決済", en="payment", play=("PSL_APP_FUNCTIONALITY",), apple=("AppFunctionality",)),
    Purpose(slug="stability", ja="不具合の把握・品質の改善", en="stability and quality",
            play=("PSL_ANALYTICS",), apple=("Analytics", "AppFunctionality")),
    Purpose(slug="social", ja="SNSとの連携・共有", en="social media", play=("PSL_APP_FUNCTIONALITY",),
            apple=("AppFunctionality",)),
    Purpose(slug="tag_management", ja="タグの管理", en="tag management", play=("PSL_ANALYTICS",), apple=("Other",)),
    Purpose(slug="other", ja="その他", en="other", apple=("Other",)),
)  # fmt: skip

PURPOSES: Final[Mapping[str, Purpose]] = {each.slug: each for each in _ROWS}
"""Every purpose, by slug."""
