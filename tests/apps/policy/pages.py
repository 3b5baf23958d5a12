"""Made-up notices for the reader's tests."""

from __future__ import annotations

from sekisho.apps.law.facts import Known, Notice, NoticeRow, OptOut
from sekisho.apps.policy.read import PolicyRead, read

HEAD = "<!DOCTYPE html><html lang=ja><head><meta charset=utf-8><title>外部送信について</title></head><body>"
PROVIDER = "<p>株式会社みなとソフト（以下「当社」といいます。）は、利用者に関する情報を次のとおり送信しています。</p>"

TABLE = (
    "<table><tr><th>オプトアウト</th><th>送信先</th><th>当社の利用目的</th><th>サービス名</th><th>送信先の利用目的</th>"
    "<th>送信される情報</th></tr>"
    "<tr><td><a href='https://stop.example/'>手続</a></td><td>株式会社プレイド</td><td>利用状況の分析</td><td>KARTE</td>"
    "<td>接客サービスの提供</td><td>Cookieの識別子、IPアドレス、ブラウザの種類、閲覧したページ</td></tr>"
    "<tr><td>なし</td><td>Google LLC</td><td>広告の効果測定</td><td></td><td>広告の配信</td><td>広告ID等</td></tr>"
    "</table>"
)
"""Labels in an order of their own; the second row names a company, no service, and leaves open what else there is."""


def notice_page(*parts: str) -> bytes:
    """A page of these parts, in UTF-8."""
    return (HEAD + PROVIDER + "".join(parts) + "</body></html>").encode()


def told(page: bytes | str, **more: object) -> PolicyRead:
    """The page read."""
    data = page.encode() if isinstance(page, str) else page
    return read(data, name="page.html", **more)  # type: ignore[arg-type]  # options by name


def notice(found: PolicyRead) -> Notice:
    """Its notice, which must have been read."""
    assert isinstance(found.notice, Known), found.notice
    return found.notice.value


def rows(found: PolicyRead) -> dict[str, NoticeRow]:
    """Its rows by key."""
    return {row.recipient: row for row in notice(found).rows}


def opt_out(found: PolicyRead) -> OptOut:
    """Its opt-out, which must have been read."""
    assert isinstance(found.opt_out, Known), found.opt_out
    return found.opt_out.value


def reasons(found: PolicyRead) -> set[str]:
    """Why what wasn't measured."""
    return {each.reason for each in found.reading.not_measured}
