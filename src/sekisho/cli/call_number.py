"""``sekisho call number``: what a telephone number is, on a day."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from sekisho.calls.numbers import Classified, Designations, Kind, Numbering
from sekisho.calls.numbers.words import ASKED, CONFIDENCES, KINDS, REASONS, USES
from sekisho.cli.errors import FileRefused
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.clock import SystemClock, japan_date

_SOURCE = "総務省 電気通信番号指定状況"


@click.command()
@click.argument("given", metavar="NUMBER")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="いつの番号計画で見るか（既定: 今日） / On which day.")
@click.option(
    "--designations",
    "tables",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    multiple=True,
    help="総務省の指定状況の表（CSV・xlsx、何度でも） / MIC's tables of designated numbers; may be repeated.",
)
@click.option(
    "--snapshot",
    type=click.DateTime(["%Y-%m-%d"]),
    help="その表がいつ現在のものか（表に書いてなければ） / The day the tables are of, where they don't say it.",
)
@output_options
@pass_session
def number(
    session: Session, given: str, on: datetime | None, tables: tuple[Path, ...], snapshot: datetime | None
) -> None:
    """番号の種類を、その日の番号計画で示す / What a number is by the plan of a day.

    全角数字、区切り、+81、010、184・186 も読む。番号がだれのものか、偽装かどうかは、これではわからない。
    Reads full width, separators, +81, 010, 184 and 186. It doesn't tell whose a number is, nor that it isn't forged.
    """
    day = japan_date(SystemClock().now()) if on is None else on.date()
    known = _designations(tables, None if snapshot is None else snapshot.date())
    found = Numbering(on=day, designations=known).classify(given)
    if session.json:
        session.answer(_document(found, day, known))
    else:
        _say(session, found, day, known)


def _designations(tables: tuple[Path, ...], as_of: date | None) -> Designations | None:
    if not tables:
        return None
    from sekisho.calls.numbers.designation_files import (  # noqa: PLC0415  reads Excel: only where a table is given
        MOST_BYTES,
        read_designations,
    )

    files = {}
    for path in tables:
        try:
            with path.open("rb") as file:
                files[str(path)] = file.read(MOST_BYTES + 1)
        except OSError as error:
            raise FileRefused(path=str(path), why=error.strerror or "?") from None
    return read_designations(files, as_of=as_of, source=_SOURCE)


def _foreign(found: Classified) -> dict[str, Any] | None:
    if found.kind not in (Kind.FOREIGN, Kind.UIFN):
        return None
    from sekisho.calls.numbers.foreign import DATA, examine  # noqa: PLC0415  loads every country: only for foreign ones

    known = examine(found)
    if known is None:
        return None
    return {
        "region": known.region, "possible": known.possible, "valid": known.valid, "kind": known.kind,
        "shown": known.shown, "data": DATA,
    }  # fmt: skip


def _document(found: Classified, day: date, known: Designations | None) -> dict[str, Any]:
    block = found.block
    return {
        "kind": found.kind.value,
        "national": found.national,
        "e164": found.e164,
        "region": found.region,
        "use_as_caller": found.use.value,
        "asked": found.asked.value,
        "reasons": [reason.value for reason in found.reasons],
        "on": day.isoformat(),
        "row": {
            "id": found.place.row, "source": found.place.source, "confidence": found.place.confidence.value,
        },
        "designation": None if known is None else {
            "as_of": known.as_of.isoformat(), "source": known.source,
            "prefix": block.prefix if block else None, "holder": found.holder, "area": block.area if block else None,
            "in_service": found.in_service, "status": block.status if block else None,
        },
        "foreign": _foreign(found),
    }  # fmt: skip


def _say(session: Session, found: Classified, day: date, known: Designations | None) -> None:
    lang = 0 if session.lang == "ja" else 1
    session.say(f"{KINDS[found.kind][lang]}  ({day.isoformat()})")
    for label, value in ((("国内", "national"), found.national), (("国際", "international"), found.e164)):
        if value is not None:
            session.say(f"   {label[lang]}: {value}")
    session.say(f"   {USES[found.use][lang]}")
    for reason in found.reasons:
        session.say(f"   - {REASONS[reason][lang]}")
    if ASKED[found.asked][lang]:
        session.say(f"   {ASKED[found.asked][lang]}")
    foreign = _foreign(found)
    if foreign is not None:
        country = foreign["region"] or found.region or "?"
        said = ("番号計画にある", "valid") if foreign["valid"] else ("番号計画にない", "not valid")
        session.say(f"   {country}: {foreign['kind']}, {said[lang]} ({foreign['data']})")
    if known is not None:
        holder = found.holder or ("不明", "unknown")[lang]
        session.say_in(
            f"   指定事業者: {holder}（{known.as_of.isoformat()} 現在。番号ポータビリティ後の事業者ではありません）",
            f"   designated to: {holder} (as of {known.as_of.isoformat()}; not who serves it after porting)",
        )
    confidence = CONFIDENCES[found.place.confidence][lang]
    session.say_in(
        f"   根拠: {found.place.source}（{confidence}）", f"   source: {found.place.source} ({confidence})"
    )
