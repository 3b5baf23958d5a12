"""The file layer: what is published is whole and durable, and the recorded layer loses exactly what wasn't synced."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import pytest

from sekisho.store.files import FileLayer, RealFiles
from sekisho.store.recorded import Loss, RecordedFiles


@pytest.fixture(params=["real", "recorded"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> FileLayer:
    """Both layers, which must behave alike while nothing crashes; they work below ``tmp_path / "store"``."""
    (tmp_path / "store").mkdir()
    return RealFiles() if request.param == "real" else RecordedFiles(tmp_path / "store")


def test_appending(files: FileLayer, tmp_path: Path) -> None:
    """A created file grows, is cut back, and goes on after being opened again; creating it twice is refused."""
    path = tmp_path / "store" / "log"
    handle = files.create(path)
    handle.write(b"one ")
    handle.write(b"two")
    handle.datasync()
    handle.truncate(4)
    assert handle.size == 4
    handle.close()
    handle.close()
    again = files.open_append(path)
    again.write(b"three")
    again.close()
    assert files.read(path) == b"one three"
    with pytest.raises(FileExistsError):
        files.create(path)
    with pytest.raises(FileNotFoundError):
        files.open_append(tmp_path / "store" / "none")


def test_names(files: FileLayer, tmp_path: Path) -> None:
    """Directories are made with their parents, listed in order, walked, and removed when empty."""
    root = tmp_path / "store"
    files.ensure_directory(root / "a" / "b")
    files.ensure_directory(root / "a" / "b")
    for name in ("z", "y"):
        files.create(root / "a" / "b" / name).close()
    assert files.names(root / "a" / "b") == ["y", "z"]
    assert files.names(root / "none") == []
    assert sorted(path.name for path in files.walk(root)) == ["y", "z"]
    with pytest.raises(OSError, match="not empty"):
        files.remove_directory(root / "a" / "b")
    for name in ("y", "z"):
        files.unlink(root / "a" / "b" / name)
    files.remove_directory(root / "a" / "b")
    assert not files.exists(root / "a" / "b")
    with pytest.raises(FileNotFoundError):
        files.unlink(root / "a" / "none")


def test_publishing_replaces_whole_files(files: FileLayer, tmp_path: Path) -> None:
    """New directories are made, old content is replaced, left-overs of an interrupted publication don't hinder."""
    root = tmp_path / "store"
    files.publish([(root / "deep" / "one", b"1"), (root / "two", b"2")])
    handle = files.create(root / ".tmp-two")
    handle.write(b"left over")
    handle.close()
    files.publish([(root / "two", b"new")])
    assert (files.read(root / "deep" / "one"), files.read(root / "two")) == (b"1", b"new")
    assert files.names(root) == ["deep", "two"]


def test_publishing_what_a_function_writes(files: FileLayer, tmp_path: Path) -> None:
    """The stream can seek; when the function fails nothing is left and the old file stands."""
    root = tmp_path / "store"

    def good(stream: BinaryIO) -> None:
        stream.write(b"?nd")
        stream.seek(0)
        stream.write(b"a")

    def bad(stream: BinaryIO) -> None:
        stream.write(b"half")
        raise RuntimeError("stopped")

    files.publish_from(root / "file", good)
    with pytest.raises(RuntimeError):
        files.publish_from(root / "file", bad)
    assert files.read(root / "file") == b"and"
    assert files.names(root) == ["file"]


def test_renaming_across_directories_is_refused(files: FileLayer, tmp_path: Path) -> None:
    """It would be durable only after two directories are synced."""
    root = tmp_path / "store"
    files.ensure_directory(root / "a")
    files.create(root / "one").close()
    with pytest.raises(ValueError, match="one directory"):
        files.rename(root / "one", root / "a" / "one")


def left(
    files: RecordedFiles, loss: Loss, where: Path, *, prefix: int | None = None, seed: int = 0
) -> dict[str, bytes]:
    """What a crash leaves: content by name."""
    files.rebuild(files.operations if prefix is None else prefix, loss, where, seed=seed)
    return {path.relative_to(where).as_posix(): path.read_bytes() for path in where.rglob("*") if path.is_file()}


def recorded(tmp_path: Path) -> tuple[RecordedFiles, Path]:
    """A recorded layer and its root."""
    root = tmp_path / "store"
    root.mkdir()
    return RecordedFiles(root), root


def test_what_is_not_synced_is_lost(tmp_path: Path) -> None:
    """Bytes need their file synced, names their directory; each is lost without the other being."""
    files, root = recorded(tmp_path)
    handle = files.create(root / "log")
    handle.write(b"synced")
    handle.datasync()
    where = tmp_path / "state"
    assert left(files, Loss.ALL, where) == {}
    assert left(files, Loss.NOTHING, where) == {"log": b"synced"}
    files.sync_directory(root)
    handle.write(b" not synced")
    assert left(files, Loss.ALL, where) == {"log": b"synced"}
    assert left(files, Loss.BYTES, where) == {"log": b"synced"}
    assert left(files, Loss.NOTHING, where) == {"log": b"synced not synced"}
    torn = {left(files, Loss.TORN, where, seed=seed)["log"] for seed in range(60)}
    assert {b"synced", b"synced not synced", b"synced no"} <= torn
    assert all(b"synced not synced".startswith(content) and len(content) >= 6 for content in torn)
    zeroed = {left(files, Loss.ZEROED, where, seed=seed)["log"] for seed in range(20)}
    assert zeroed == {b"synced" + bytes(11)}


def test_a_rename_is_atomic_and_may_be_lost(tmp_path: Path) -> None:
    """Before the directory is synced it is the old file or the new; unsynced content may then be empty."""
    files, root = recorded(tmp_path)
    files.publish([(root / "file", b"old")])
    handle = files.create(root / ".tmp-file")
    handle.write(b"new")
    files.rename(root / ".tmp-file", root / "file")
    where = tmp_path / "state"
    assert left(files, Loss.ALL, where) == {"file": b"old"}
    assert left(files, Loss.NAMES, where) == {"file": b"old"}
    assert left(files, Loss.BYTES, where) == {"file": b""}
    assert left(files, Loss.NOTHING, where) == {"file": b"new"}
    for seed in range(20):
        assert left(files, Loss.MIXED, where, seed=seed).get("file") in {b"old", b"", b"n", b"ne", b"new"}


def test_removals_and_cuts_may_be_lost(tmp_path: Path) -> None:
    """An unlinked file may come back, a cut file be whole again; a directory may come back empty."""
    files, root = recorded(tmp_path)
    files.publish([(root / "sub" / "file", b"content"), (root / "other", b"content")])
    handle = files.open_append(root / "other")
    handle.truncate(3)
    files.unlink(root / "sub" / "file")
    files.remove_directory(root / "sub")
    where = tmp_path / "state"
    assert left(files, Loss.ALL, where) == {"sub/file": b"content", "other": b"content"}
    assert left(files, Loss.NOTHING, where) == {"other": b"con"}


def test_publishing_is_atomic_at_every_prefix(tmp_path: Path) -> None:
    """At no point is a published file anything but the old or the new; once acknowledged it is the new."""
    files, root = recorded(tmp_path)
    files.publish([(root / "file", b"old content")])
    files.mark("old")
    files.publish([(root / "file", b"new content")])
    files.mark("new")
    where = tmp_path / "state"
    for prefix, _ in files.crashes(where):
        marks = files.marks(prefix)
        content = (where / "file").read_bytes() if (where / "file").exists() else None
        if "new" in marks:
            assert content == b"new content"
        elif "old" in marks:
            assert content in {b"old content", b"new content"}
        else:
            assert content in {None, b"old content"}


def test_a_recorded_run_starts_empty(tmp_path: Path) -> None:
    """What was there before could not be rebuilt."""
    (tmp_path / "something").touch()
    with pytest.raises(ValueError, match="empty"):
        RecordedFiles(tmp_path)
