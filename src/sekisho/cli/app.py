"""``sekisho app``: what an app or a site sends to whom."""

from __future__ import annotations

import click

from sekisho.cli.lazily import LazyGroup

_COMMANDS = {
    "notice": ("sekisho.cli.app_notice:notice", "公表ページを作る・比べる / Make the notice, or compare it."),
    "recipients": ("sekisho.cli.app_recipients:recipients", "送信先のデータ / Who receives, and by what it is known."),
}


@click.group(cls=LazyGroup, lazy=_COMMANDS)
def app() -> None:
    """アプリ・サイトの利用者情報の外部送信 / What apps and sites send about users."""
