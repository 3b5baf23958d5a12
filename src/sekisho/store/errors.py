"""What can go wrong between a desk's rows and the ledger.

::

    SekishoError
    ├── InputRefused
    │   ├── DatabaseUrlRefused        the URL names a database Sekisho does not run on, or holds a password
    │   ├── LeafSubmittedTwice        the same sealed leaf was handed in a second time
    │   └── LeavesTooLarge            more than the ledger takes in one append
    ├── CheckFailed
    │   ├── LedgerBehindDatabase      the ledger is shorter than the database remembers
    │   └── LedgerAheadOfDatabase     the ledger holds leaves the database has no row for
    └── Unavailable
        ├── SchemaTooOld · SchemaTooNew · SchemaMissing
        ├── DatabaseNotDurable        the server answers before data is on disk
        ├── DatabaseUnavailable       the transaction failed before its commit: nothing was written
        ├── QueueFull · QueueClosed
        ├── LedgerStalled             nothing is written until the ledger can be written again
        ├── NotAcknowledged           rows are stored or may be; their leaf is not yet known to be
        └── UnitEndedTransaction      a unit tried to commit or roll back the shared transaction
"""

from __future__ import annotations

from sekisho.errors import CheckFailed, InputRefused, Unavailable


class DatabaseUrlRefused(InputRefused):
    """The database URL cannot be used. Fields: ``problem`` (a slug; the URL is not repeated: it may hold a secret)."""

    reason = "database_url_refused"
    ja = (
        "このデータベースURLは使えません（{problem}）。sqlite:///ファイル または postgresql://利用者@ホスト/デー"
        "タベース を指定し、パスワードはURLではなく ~/.pgpass または環境変数 PGPASSFILE に置いてください。"
    )
    en = (
        "This database URL cannot be used ({problem}). Give sqlite:///FILE or postgresql://USER@HOST/DATABASE, "
        "and keep the password in ~/.pgpass or the file named by PGPASSFILE, not in the URL."
    )


class LeafSubmittedTwice(InputRefused):
    """A sealed leaf already in the outbox was submitted. Fields: ``leaf_id``. Nothing of its unit was written."""

    reason = "leaf_submitted_twice"
    http_status = 409
    ja = "台帳の葉 {leaf_id} は既に登録されています。新しい葉を封緘してからやり直してください。"
    en = "Ledger leaf {leaf_id} was handed in before. Seal a new leaf and submit again."


class LeavesTooLarge(InputRefused):
    """A unit's leaves are longer than one append takes. Fields: ``size`` (bytes), ``leaves``. Nothing was written."""

    reason = "leaves_too_large"
    http_status = 413
    ja = (
        "一度に台帳へ書く葉が大きすぎます（{leaves}件、{size}バイト）。分けて登録してください。何も書き込んでいま"
        "せん。"
    )
    en = "These {leaves} leaves ({size} bytes) are too large for one write. Split them; nothing was written."


class LedgerBehindDatabase(CheckFailed):
    """The ledger has fewer leaves than the database has marked. Fields: ``ledger_size``, ``marked``.

    Appending would fork the log, so nothing is appended.
    """

    reason = "ledger_behind_database"
    ja = (
        "台帳の葉は{ledger_size}件ですが、データベースは{marked}件を記録しています。台帳のファイルが失われたか、"
        "古い控えに戻されています。台帳フォルダを最新の控えから復元してください。書き足しは行っていません。"
    )
    en = (
        "The ledger has {ledger_size} leaves but the database remembers {marked}. Ledger files were lost or "
        "replaced by an older copy. Restore the ledger directory from the newest copy; nothing has been appended."
    )


class LedgerAheadOfDatabase(CheckFailed):
    """The ledger holds leaves that no outbox row explains. Fields: ``count``, ``first`` (ledger index of the first).

    Happens when the database was restored from a copy older than the ledger.
    """

    reason = "ledger_ahead_of_database"
    ja = (
        "台帳にデータベースの知らない葉が{count}件あります（最初は{first}番）。データベースが古い控えに戻されたと"
        "考えられます。より新しい控えがあればそれを復元し、なければ sekisho accept-restored-database で欠落を台帳に"
        "記録してから開いてください。"
    )
    en = (
        "The ledger holds {count} leaves the database does not know (the first is number {first}). The database "
        "was probably restored from an older copy. Restore a newer one if there is one; otherwise record the "
        "loss in the ledger with sekisho accept-restored-database and open again."
    )


class SchemaMissing(Unavailable):
    """The database has no Sekisho schema. Fields: none."""

    reason = "schema_missing"
    ja = "データベースに関所の表がありません。接続先を確かめ、新しい作業領域なら作成からやり直してください。"
    en = "The database has no Sekisho tables. Check the address, or create the workspace anew."


class SchemaTooOld(Unavailable):
    """The database's schema is older than this program. Fields: ``found``, ``needed`` (revision ids)."""

    reason = "schema_too_old"
    ja = (
        "データベースの構造（{found}）がこの版（{needed}）より古いため開けません。控えを取り、書き込み中の関所を"
        "すべて止めてから sekisho migrate を実行してください。"
    )
    en = (
        "The database schema ({found}) is older than this version needs ({needed}). Take a backup, stop every "
        "running Sekisho on this workspace, then run sekisho migrate."
    )


class SchemaTooNew(Unavailable):
    """The database's schema was made by a newer program. Fields: ``found``, ``needed``."""

    reason = "schema_too_new"
    ja = (
        "データベースの構造（{found}）はより新しい版の関所が作ったものです（この版が知るのは {needed} まで）。新"
        "しい版で開いてください。何も変更していません。"
    )
    en = (
        "The database schema ({found}) was made by a newer Sekisho (this version knows up to {needed}). Open it "
        "with the newer version; nothing has been changed."
    )


class DatabaseNotDurable(Unavailable):
    """The server's settings let it answer before data is on disk. Fields: ``setting``, ``value``."""

    reason = "database_not_durable"
    ja = (
        "データベースの設定 {setting} = {value} では、応答の後でデータが失われることがあります。サーバー側で "
        "{setting} を on に戻してください。"
    )
    en = (
        "With {setting} = {value} the database can lose what it has acknowledged. Set {setting} back to on at "
        "the server."
    )


class DatabaseUnavailable(Unavailable):
    """The shared transaction failed before its commit. Fields: ``cause`` (class name). Nothing was written."""

    reason = "database_unavailable"
    ja = (
        "データベースに書き込めませんでした（{cause}）。何も書き込んでいません。接続とディスクの空きを確かめてか"
        "ら、やり直してください。"
    )
    en = (
        "The database could not be written ({cause}). Nothing was written; check the connection and disk space, "
        "then try again."
    )


class QueueFull(Unavailable):
    """More units are waiting than the queue takes. Fields: ``waiting``. Nothing of the unit was written."""

    reason = "queue_full"
    ja = (
        "書き込み待ちが{waiting}件あり、これ以上受け付けられません。何も書き込んでいません。少し待ってやり直して"
        "ください。"
    )
    en = "{waiting} writes are already waiting. Nothing was written; wait a little and try again."


class QueueClosed(Unavailable):
    """The workspace is closing or closed. Fields: none. Nothing of the unit was written."""

    reason = "queue_closed"
    ja = "作業領域は閉じられています。何も書き込んでいません。開き直してからやり直してください。"
    en = "The workspace is closed. Nothing was written; open it again and retry."


class LedgerStalled(Unavailable):
    """The ledger could not be written and has not recovered. Fields: ``cause`` (class name). Nothing was written."""

    reason = "ledger_stalled"
    ja = (
        "台帳に書き込めない状態です（{cause}）。何も書き込んでいません。ディスクの空きと権限を確かめてから、やり"
        "直してください。"
    )
    en = (
        "The ledger cannot be written ({cause}). Nothing was written; check disk space and permissions, then try "
        "again."
    )


class NotAcknowledged(Unavailable):
    """The unit's rows are or may be stored, but its leaf isn't known to be durable. Fields: ``cause``, ``leaf_ids``.

    The leaf is appended exactly once as soon as the ledger can be written, or when the workspace is next opened.
    """

    reason = "not_acknowledged"
    ja = (
        "書き込みの完了を確認できませんでした（{cause}）。記録は保存されている可能性があり、その場合は台帳にも一"
        "度だけ追記されます。同じ冪等キーで問い合わせ直してください。"
    )
    en = (
        "The write could not be confirmed ({cause}). It may be stored, and then it reaches the ledger exactly "
        "once. Ask again with the same idempotency key."
    )


class UnitEndedTransaction(Unavailable):
    """A unit ended, or left a savepoint in, the transaction it shares. Fields: ``call``. Nothing of it was written."""

    reason = "unit_ended_transaction"
    http_status = 500
    ja = (
        "内部の誤り：書き込み単位が共有トランザクションに {call} を呼びました。何も書き込んでいません。開発者に知"
        "らせてください。"
    )
    en = "Internal fault: a unit called {call} on the shared transaction. Nothing was written; please report this."
