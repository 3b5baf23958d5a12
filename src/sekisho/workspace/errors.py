"""Why a workspace was not made or not opened.

::

    SekishoError
    ├── InputRefused
    │   ├── WorkspaceExists           something is there already
    │   ├── WorkspaceNameRefused      empty, too long or with control characters
    │   ├── KeyringNeeded             no passphrase, key file or token was given
    │   ├── DatabaseTaken             the database belongs to another workspace
    │   ├── KeyOfWorkspace            a key that holds the workspace together ends only with it
    │   └── KeyringInPlace            something else is where a keyring is to be rebuilt
    ├── CheckFailed
    │   └── WorkspaceMismatch         file, database, keyring or ledger are not of the same workspace
    └── Unavailable
        ├── WorkspaceMissing          no workspace there
        ├── WorkspaceIncomplete       its creation was interrupted
        ├── WorkspaceBusy             another process writes to it
        ├── DatabaseUnreachable       the database does not answer, or isn't one
        ├── WorkspaceFileRefused      workspace.toml cannot be read, or is of a newer program
        └── WorkspaceReadOnly         opened for reading, asked to write
"""

from __future__ import annotations

from sekisho.errors import CheckFailed, InputRefused, Unavailable


class WorkspaceExists(InputRefused):
    """There is something in the directory already. Fields: ``path``."""

    reason = "workspace_exists"
    http_status = 409
    ja = "{path} には既に何かがあります。空の場所か、まだ無い名前を指定してください。"
    en = "There is something in {path} already. Give an empty directory, or a name that does not exist."


class WorkspaceNameRefused(InputRefused):
    """A workspace cannot have this name or origin. Fields: ``problem``."""

    reason = "workspace_name_refused"
    ja = "この名前は使えません（{problem}）。制御文字を含まない1〜100文字の名前を指定してください。"
    en = "This name cannot be used ({problem}). Give one of 1 to 100 characters without control characters."


class KeyringNeeded(InputRefused):
    """The keyring must be opened for this, and nothing to open it with was given. Fields: none."""

    reason = "keyring_needed"
    ja = "この操作には鍵束が要ります。鍵ファイル、パスフレーズ、またはHSMを指定してください。"
    en = "This needs the keyring. Give its key file, passphrase or token."


class DatabaseTaken(InputRefused):
    """The database already holds a workspace. Fields: ``workspace_id``."""

    reason = "database_taken"
    http_status = 409
    ja = "このデータベースは別の作業領域（{workspace_id}）のものです。空のデータベースかスキーマを指定してください。"
    en = "This database belongs to another workspace ({workspace_id}). Give an empty database or schema."


class KeyOfWorkspace(InputRefused):
    """The key holds the workspace itself together. Fields: ``name``."""

    reason = "key_of_workspace"
    ja = (
        "「{name}」は作業領域そのものの鍵です。"
        "作業領域を終えるときは、フォルダーと鍵ファイルを保管規程に従って廃棄してください。"
    )
    en = "'{name}' is a key of the workspace itself. To end a workspace, dispose of its folder and its key file."


class KeyringInPlace(InputRefused):
    """What is where a keyring is to be rebuilt is no keyring, and not nothing. Fields: ``path``."""

    reason = "keyring_in_place"
    http_status = 409
    ja = (
        "{path} に鍵束ではないものがあります。このフォルダーを別の名前に移してから、復元をやり直してください。"
        "何も変更していません。"
    )
    en = (
        "What is in {path} is not a whole keyring. Move this folder aside, then restore again. Nothing was changed."
    )


class WorkspaceMismatch(CheckFailed):
    """Two parts of the workspace contradict each other. Fields: ``what`` (a slug), ``path``."""

    reason = "workspace_mismatch"
    ja = (
        "{path} の構成が食い違っています（{what}）。workspace.toml の書き換えや、別の作業領域からの混入がないか確"
        "かめ、同じ時点の控えから戻してください。何も書き込んでいません。"
    )
    en = (
        "The parts of {path} do not belong together ({what}). Check whether workspace.toml was edited or a part "
        "came from another workspace, and restore them from the same backup. Nothing was written."
    )


class WorkspaceMissing(Unavailable):
    """No workspace there. Fields: ``path``."""

    reason = "workspace_missing"
    ja = "{path} に作業領域がありません。--workspace か SEKISHO_WORKSPACE を確かめるか、新しく作ってください。"
    en = "There is no workspace in {path}. Check --workspace or SEKISHO_WORKSPACE, or create one."


class WorkspaceIncomplete(Unavailable):
    """The creation of the workspace was interrupted. Fields: ``path``."""

    reason = "workspace_incomplete"
    ja = "{path} は作成の途中で中断されています。まだ何も記録されていないので、同じ場所でもう一度作成してください。"
    en = "The creation of {path} was interrupted. It holds no records yet: create it again in the same place."


class WorkspaceBusy(Unavailable):
    """Another process has the workspace open for writing (or is migrating it). Fields: ``path``."""

    reason = "workspace_busy"
    ja = "{path} は別のプロセスが書き込み中です。そちらを止めるか、動いている関所にHTTPで依頼してください。"
    en = "Another process is writing to {path}. Stop it, or ask the running Sekisho over HTTP."


class DatabaseUnreachable(Unavailable):
    """The workspace's database does not answer, or isn't one. Fields: ``path``, ``cause`` (class name)."""

    reason = "database_unreachable"
    ja = (
        "{path} のデータベースを開けません（{cause}）。PostgreSQLなら動いていて接続できるか、SQLiteならファイルが壊れて"
        "いないか確かめてください。何も書き込んでいません。"
    )
    en = (
        "The database of {path} cannot be opened ({cause}). Check that PostgreSQL is running and can be reached, or "
        "that the SQLite file is whole. Nothing was written."
    )


class WorkspaceFileRefused(Unavailable):
    """``workspace.toml`` cannot be used. Fields: ``path``, ``problem``."""

    reason = "workspace_file_refused"
    ja = (
        "{path} を読めません（{problem}）。手で変えた場合は控えから戻し、新しい版が作ったものなら新しい版で開いて"
        "ください。"
    )
    en = (
        "{path} cannot be used ({problem}). If it was edited, restore it from a backup; if a newer Sekisho made "
        "it, use the newer version."
    )


class WorkspaceReadOnly(Unavailable):
    """The workspace was opened for reading. Fields: ``path``."""

    reason = "workspace_read_only"
    ja = "{path} は読み取り専用で開かれています。書き込むには書き込みモードで開き直してください。"
    en = "{path} is open for reading only. Open it for writing to do this."
