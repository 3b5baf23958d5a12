"""The layout on disk against the C2SP text and against the tree it stands for."""

from __future__ import annotations

from pathlib import Path

import pytest

from sekisho.ledger import merkle, tiles
from sekisho.ledger.errors import LedgerDamaged
from sekisho.ledger.standalone import verify as standalone
from sekisho.store.files import RealFiles
from tests.ledger import naive


def leaves(count: int) -> list[bytes]:
    """Distinct leaves of different lengths."""
    return [b"x" * (number % 7) + str(number).encode() for number in range(count)]


def grown(steps: list[int]) -> tuple[tiles.Edge, dict[str, bytes]]:
    """An edge grown in steps, and every file it gave, partial ones of the last step only."""
    edge = tiles.Edge()
    files: dict[str, bytes] = {}
    data = leaves(sum(steps))
    for step in steps:
        new = data[edge.size : edge.size + step]
        files.update(edge.grow(new, [merkle.leaf_hash(leaf) for leaf in new]))
    files.update(edge.partial_files())
    return edge, files


@pytest.mark.parametrize(("index", "path"), [
    (0, "tile/0/000"), (999, "tile/0/999"), (1000, "tile/0/x001/000"),
    (1234067, "tile/0/x001/x234/067"),  # the example in tlog-tiles
])
def test_paths(index: int, path: str) -> None:
    """Three digits to a path element, all but the last with an x; both implementations agree, and read it back."""
    assert tiles.tile_path(0, index) == path
    assert standalone.tile_path(0, index) == path
    assert standalone.parse_tile_path(path) == (0, index, 256)


def test_partial_and_entry_paths() -> None:
    """Width in the name; entries beside the levels."""
    assert tiles.tile_path(2, 0, 1) == "tile/2/000.p/1"
    assert tiles.tile_path(None, 273, 112) == "tile/entries/273.p/112"
    assert standalone.parse_tile_path("tile/entries/273.p/112") == (None, 273, 112)


@pytest.mark.parametrize("path", [
    "tile/0/0", "tile/00/000", "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/x000/001", "x",
])
def test_other_names_are_no_tiles(path: str) -> None:
    """Only the canonical spelling is a tile's name."""
    assert standalone.parse_tile_path(path) is None


def test_widths_of_the_example() -> None:
    """tlog-tiles, "Partial Tiles": the tree of 70,000 leaves."""
    widths = [[tiles.tile_width(level, index, 70_000) for index in range(275)] for level in range(4)]
    assert widths[0] == [256] * 273 + [112, 0]
    assert widths[1][:3] == [256, 17, 0]
    assert widths[2][:2] == [1, 0]
    assert widths[3][0] == 0


@pytest.mark.parametrize("steps", [[1], [255], [256], [257], [100, 200, 300], [1] * 300, [700, 68]])
def test_tiles_hold_the_trees_hashes(steps: list[int]) -> None:
    """Every file of a tree grown in steps is the one the definition gives, and no other file is made."""
    edge, files = grown(steps)
    data = leaves(sum(steps))
    expected: dict[str, bytes] = {}
    for index in range(-(-len(data) // 256)):
        part = data[index * 256 : (index + 1) * 256]
        expected[tiles.tile_path(None, index, len(part))] = b"".join(len(e).to_bytes(2, "big") + e for e in part)
        expected[tiles.tile_path(0, index, len(part))] = b"".join(naive.mth([e]) for e in part)
    full = [naive.mth(data[i * 256 : (i + 1) * 256]) for i in range(len(data) // 256)]
    if full:
        expected[tiles.tile_path(1, 0, len(full))] = b"".join(full)
    assert files == expected
    assert edge.root() == naive.mth(data)
    assert edge.size == len(data)


def test_a_tree_with_three_levels() -> None:
    """70,000 leaves: the files of the example, and the root of the hashes."""
    edge, files = grown([70_000])
    names = {name for name in files if not name.startswith("tile/entries/")}
    assert len(names) == 273 + 1 + 1 + 1 + 1
    assert {"tile/0/273.p/112", "tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1"} <= names
    assert edge.root() == merkle.root_of([merkle.leaf_hash(leaf) for leaf in leaves(70_000)])


def stored(directory: Path, steps: list[int]) -> tiles.TileReader:
    """The files of a grown tree on disk."""
    RealFiles().publish((directory / name, content) for name, content in grown(steps)[1].items())
    return tiles.TileReader(directory, RealFiles())


def test_nodes_are_read_from_tiles(tmp_path: Path) -> None:
    """Any complete subtree of a stored tree has the hash of its leaves."""
    data = leaves(600)
    reader = stored(tmp_path, [600])
    for level in range(10):
        for index in range(600 >> level):
            expected = naive.mth(data[index << level : (index + 1) << level])
            assert reader.node(level, index, 600) == expected
    assert reader.leaf(599, 600) == data[599]
    assert tiles.published_root(reader, 600) == naive.mth(data)


def test_the_edge_is_loaded_as_it_was(tmp_path: Path) -> None:
    """Growing goes on after loading as if it had never stopped."""
    edge, _ = grown([512 + 77])
    assert tiles.Edge.load(stored(tmp_path, [512 + 77]), 512 + 77) == edge


def test_a_partial_tile_that_has_been_completed_is_read_from_the_full_one(tmp_path: Path) -> None:
    """A reader at an older size goes on reading after the partial files are removed."""
    reader = stored(tmp_path, [300])
    assert reader.leaf(9, 10) == leaves(300)[9]
    assert tiles.published_root(reader, 10) == naive.mth(leaves(10))
    assert reader.file(0, 0, 10) == b"".join(naive.mth([leaf]) for leaf in leaves(10))


def test_missing_and_misshapen_files_are_located(tmp_path: Path) -> None:
    """A missing tile, a short one, and a bundle with bytes too many or too few name the file and the place."""
    reader = stored(tmp_path, [20])
    bundle = tmp_path / "tile/entries/000.p/20"
    whole = bundle.read_bytes()
    for content, offset in ((whole + b"!", len(whole)), (whole[:-1], whole.rfind(b"\x00", 0, -2) - 0)):
        bundle.write_bytes(content)
        with pytest.raises(LedgerDamaged) as caught:
            tiles.TileReader(tmp_path, RealFiles()).leaf(0, 20)
        assert caught.value.fields["file"] == "tile/entries/000.p/20"
        assert abs(caught.value.fields["offset"] - offset) <= 2
    (tmp_path / "tile/0/000.p/20").write_bytes(b"short")
    with pytest.raises(LedgerDamaged, match="5 bytes instead of 640"):
        reader.node(0, 0, 20)
    (tmp_path / "tile/0/000.p/20").unlink()
    with pytest.raises(LedgerDamaged, match="missing"):
        reader.node(0, 0, 20)
