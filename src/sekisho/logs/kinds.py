"""The kinds of log Sekisho keeps: a closed list. Each is kept under its own keys, one per Japan day."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sekisho.engine.facts import Text


class LogKind(StrEnum):
    """What a record is about. The value is part of key names and file names, for good."""

    AP_AUTH = "ap.auth"
    """接続認証ログ: who was given which address or prefix, from when to when."""
    AP_NAT = "ap.nat"
    """Address and port translation: which inside address had which public ports. Declared apart from ``ap.auth``,
    because the guideline's commentary names only 接続認証ログ."""
    AP_DHCP = "ap.dhcp"
    """Address leases to a device or circuit."""
    AP_MAP_RULE = "ap.map_rule"
    """Rules from which an assignment is computed (MAP-E, lw4o6, deterministic NAT), with their validity."""
    CP_ACCOUNT = "cp.account"
    """Account changes at a content provider."""
    CP_LOGIN = "cp.login"
    """Log-ins."""
    CP_POST = "cp.post"
    """Address, port and time of a post; never its content."""
    CP_SMS_AUTH = "cp.sms_auth"
    """Which number an account was confirmed by."""
    SUBSCRIBER = "subscriber"
    """Which contractor a line, number, SIM or device belonged to. Personal data; not by itself communication."""
    QUARANTINE = "quarantine"
    """Records that couldn't be read, as they came."""
    CALL_EVIDENCE = "call.evidence"
    """What a decision about a call rested on."""
    SMS_VERDICT = "sms.verdict"
    """What was decided about a short message."""
    MAIL_VERDICT = "mail.verdict"
    """What was decided about a mail."""
    EXPORT = "export"
    """Answers and packages made for somebody."""


class Secrecy(StrEnum):
    """The gate a kind of data stands behind."""

    COMMUNICATION = "communication"
    """通信の秘密 (電気通信事業法4条): a lookup needs a lawful ground before it runs."""
    PERSONAL = "personal"
    """Personal data that isn't tied to one communication."""


@dataclass(frozen=True, slots=True)
class KindSpec:
    """What is said of a kind. ``written_by_sekisho`` kinds come from other desks, never from an operator's files."""

    kind: LogKind
    title: Text
    secrecy: Secrecy
    written_by_sekisho: bool = False


KINDS: Final = {
    spec.kind: spec
    for spec in (
        KindSpec(LogKind.AP_AUTH, Text("接続認証ログ", "connection authentication log"), Secrecy.COMMUNICATION),
        KindSpec(LogKind.AP_NAT, Text("アドレス変換ログ", "address translation log"), Secrecy.COMMUNICATION),
        KindSpec(LogKind.AP_DHCP, Text("アドレス割当ログ", "address lease log"), Secrecy.COMMUNICATION),
        KindSpec(LogKind.AP_MAP_RULE, Text("割当規則", "assignment rules"), Secrecy.COMMUNICATION),
        KindSpec(LogKind.CP_ACCOUNT, Text("アカウント情報", "account log"), Secrecy.COMMUNICATION),
        KindSpec(LogKind.CP_LOGIN, Text("ログイン情報", "log-in log"), Secrecy.COMMUNICATION),
        KindSpec(LogKind.CP_POST, Text("投稿情報", "post log"), Secrecy.COMMUNICATION),
        KindSpec(LogKind.CP_SMS_AUTH, Text("SMS認証の記録", "SMS confirmation log"), Secrecy.COMMUNICATION),
        KindSpec(LogKind.SUBSCRIBER, Text("契約者情報", "subscriber register"), Secrecy.PERSONAL),
        KindSpec(LogKind.QUARANTINE, Text("読めなかった記録", "quarantine"), Secrecy.COMMUNICATION, True),
        KindSpec(LogKind.CALL_EVIDENCE, Text("通話判定の根拠", "call evidence"), Secrecy.COMMUNICATION, True),
        KindSpec(LogKind.SMS_VERDICT, Text("SMS判定の記録", "SMS verdicts"), Secrecy.COMMUNICATION, True),
        KindSpec(LogKind.MAIL_VERDICT, Text("メール判定の記録", "mail verdicts"), Secrecy.COMMUNICATION, True),
        KindSpec(LogKind.EXPORT, Text("回答・出力", "exports"), Secrecy.COMMUNICATION, True),
    )
}
"""Every kind, in the order people read them."""
