"""``sekisho call kamailio-config``: everything a Kamailio needs to ask Sekisho."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from sekisho.calls.connector.export import Exported, export
from sekisho.calls.evidence_keys import present_key
from sekisho.cli.errors import FileRefused, readable
from sekisho.cli.session import Session, output_options, pass_session

_MIB = 1024 * 1024


_FOLDER = click.Path(path_type=Path)


@click.command("kamailio-config")
@click.option("--out", type=_FOLDER, required=True, metavar="DIR", help="書き出す先 / Where to.")
@click.option("--bind", required=True, metavar="PLACE", help="SIPを受ける所 / Where it takes SIP (UDP).")
@click.option("--next-hop", required=True, metavar="URI", help="通す呼の行き先 / Where passing calls go.")
@click.option("--trunks", type=_FOLDER, required=True, metavar="FILE", help="回線の表（JSON） / Trunks.")
@click.option("--bundle", type=_FOLDER, required=True, metavar="DIR", help="判定の一式 / The bundles.")
@click.option("--spool", type=_FOLDER, required=True, metavar="DIR", help="根拠の置き場 / The spool.")
@click.option(
    "--windows", default="/run/kamailio/sekisho-windows", show_default=True, metavar="FILE",
    help="通話の型を見張る共有ファイル（メモリー上） / The shared file for patterns, in memory.",
)  # fmt: skip
@click.option("--spool-mib", type=click.IntRange(32), default=1024, show_default=True, help="上限 / At most, MiB.")
@click.option("--metrics", default="127.0.0.1:9460", show_default=True, metavar="PLACE", help="計測値 / Figures.")
@click.option("--children", type=click.IntRange(1, 64), default=4, show_default=True, help="子プロセス / Children.")
@click.option("--announcement", metavar="URI", help="案内サーバー（RFC 4240） / The announcement server.")
@click.option("--redress", metavar="URL", help="608の申し出先の署名付きカード（RFC 8688） / The signed card of a 608.")
@click.option("--label", "labels", multiple=True, metavar="NAME=WORDS", help="表示する言葉 / Words of a label.")
@output_options
@pass_session
def kamailio_config(
    session: Session,
    out: Path,
    bind: str,
    next_hop: str,
    trunks: Path,
    bundle: Path,
    spool: Path,
    windows: str,
    spool_mib: int,
    metrics: str,
    children: int,
    announcement: str | None,
    redress: str | None,
    labels: tuple[str, ...],
) -> None:
    """Kamailioの設定・スクリプト・コードを書き出す / Write Kamailio's configuration, script and code.

    コードは標準ライブラリだけで動きます。根拠は作業場所の公開鍵で暗号化され、SIPプロキシ自身も読めません。

    The code runs on the standard library alone. Evidence is sealed to the workspace's public key: the proxy itself
    can't read it.
    """
    with session.open() as workspace:
        public = present_key(workspace).public
    shown = {name: words or name for name, _, words in (one.partition("=") for one in labels)}
    settings = {
        "bundle": str(bundle.resolve()),
        "spool": str(spool.resolve()),
        "public_key": public.hex(),
        "spool_max_bytes": spool_mib * _MIB,
        "labels": shown,
        "trunks": table(trunks),
        "windows": windows or None,
    }
    places = Exported(
        bind=bind, metrics=metrics, next_hop=next_hop, children=children, announcement=announcement, redress=redress
    )
    written = export(out, places, settings)
    if session.json:
        session.answer({"files": [str(one) for one in written]})
    session.say_in(
        f"{len(written)} 個のファイルを {out} に書きました。確認: kamailio -c -f {out}/kamailio.cfg",
        f"{len(written)} files are in {out}. Check them with: kamailio -c -f {out}/kamailio.cfg",
    )


def table(path: Path) -> Any:
    """A table of trunks as its file has it, unchecked. Raises ``FileRefused``."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise FileRefused(path=readable(path), why=f"not a JSON file ({type(error).__name__})") from None
