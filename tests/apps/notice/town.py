"""A made-up service, what was seen of it, and what its operator confirmed."""

from __future__ import annotations

from datetime import date
from typing import Final

from sekisho.apps.evidence import Grade, Piece, Place, Reading, Target, TargetKind
from sekisho.apps.flows import Flow, flows_of
from sekisho.apps.notice.entries import Entries, read_entries
from sekisho.apps.recipients import shipped

TODAY: Final = date(2026, 11, 24)

ENTRIES: Final = """
operator: {ja: 株式会社みなとソフト, en: "Minato Soft K.K."}
service: {ja: 町の便り, en: Town News}
contact: {ja: 株式会社みなとソフト お客様窓口, en: Customer desk, address: "https://town.example/contact"}
recipients:
  google-analytics:
    handler: Google LLC
    service: Google アナリティクス
    information: [cookie_id, ip_address, user_agent, page_viewed]
    purpose: [analytics]
    recipient_purpose: {ja: 利用状況を分析するサービスの提供と改善, en: providing and improving its analysis service}
    policy: https://policies.google.com/privacy
    opt_out: https://tools.google.com/dlpage/gaoptout?hl=ja
    since: 2025-04-01
    confirmed: {by: 法務 花子, day: 2026-11-20}
  meta:
    handler: {ja: Meta Platforms, Inc., en: "Meta Platforms, Inc."}
    service: Meta ピクセル
    information: [cookie_id, page_viewed]
    more: 購入や申込みがあったこと
    purpose: [measurement]
    recipient_purpose: [advertising]
    confirmed: {by: 法務 花子, day: 2026-11-20}
  user-local:
    handler: 株式会社ユーザーローカル
    service: User Insight
    information: [cookie_id, ip_address, referrer]
    purpose: [analytics]
    recipient_purpose: [analytics]
    basis: opt_out
    stop:
      stops: sending
      how: {ja: 下の手続のページで「停止する」を押す。, en: Press 停止する on the page below.}
      limits: {ja: 使えなくなるものはありません。, en: Nothing.}
      link: https://town.example/opt-out
    confirmed: {by: 法務 花子, day: 2026-11-20}
  town.example:
    service: 町の便りの設備
    basis: own_identifier
    reason: {ja: ログインを保つ番号を当社だけに送ります。, en: "It keeps you signed in."}
    confirmed: {by: 法務 花子, day: 2026-11-20}
changes:
  - {day: 2026-11-20, ja: このページを公表しました。, en: First published.}
""".replace("ja: Meta Platforms, Inc.,", 'ja: "Meta Platforms, Inc.",')


def entries(text: str = ENTRIES) -> Entries:
    """The operator's entries."""
    return read_entries(text, "entries.yaml")


def _sent(host: str, *items: str) -> tuple[Piece, ...]:
    return tuple(Piece(grade=Grade.OBSERVED, place=Place(path="request 1"), host=host, information=item)
                 for item in items)  # fmt: skip


def flows(*more: Piece) -> tuple[Flow, ...]:
    """What was seen, and ``more``."""
    target = Target(name="town.har", sha256="11", kind=TargetKind.HAR)
    pieces = (
        *_sent("www.google-analytics.com", "cookie_id", "ip_address", "user_agent", "page_viewed"),
        *_sent("connect.facebook.net", "cookie_id", "page_viewed"),
        *_sent("ui.userlocal.jp", "cookie_id", "ip_address", "referrer"),
        *_sent("www.town.example", "cookie_id"),
        *more,
    )
    return flows_of([Reading(target=target, pieces=pieces)], shipped(), ("town.example",))


def new_one() -> tuple[Piece, ...]:
    """Somebody that no entry speaks of."""
    return _sent("t.vendor-unknown.example", "ip_address", "precise_location")
