"""App bundles and archives of splits are read as one app, and parts that aren't there are said."""

from __future__ import annotations

from sekisho.apps.readers.android import read

from . import made
from .test_reader import facts, marked, reasons


def test_an_app_bundle() -> None:
    """The protobuf manifest and the code of every module of an AAB are read."""
    root = made.manifest(made.Node("uses-sdk", {"targetSdkVersion": 35}), made.permission("android.permission.CAMERA"),
                         application={"networkSecurityConfig": "@xml/n"})  # fmt: skip
    config = made.Node("network-security-config", {}, (made.Node("domain-config", {"cleartextTrafficPermitted": "true"},
                       (made.Node("domain", text="old.tracker.jp"),)),))  # fmt: skip
    data = made.zipped({
        "BundleConfig.pb": b"\n\x00", "base/manifest/AndroidManifest.xml": made.proto(root),
        "base/dex/classes.dex": made.dex(["com.adjust.sdk.Adjust"]), "base/res/xml/n.xml": made.proto(config),
        "shop/manifest/AndroidManifest.xml": made.proto(made.manifest(split="shop")),
        "shop/dex/classes.dex": made.dex(["com.appsflyer.Lib"]), "base/lib/arm64-v8a/libx.so": b"",
    })  # fmt: skip
    reading = read(data, name="a.aab")
    assert facts(reading, "module") == ["base", "shop"]
    assert [each.place.path for each in marked(reading, "com.appsflyer")] == ["shop/dex/classes.dex"]
    assert [each.information for each in reading.pieces if each.information] == ["photos_videos"]
    assert facts(reading, "cleartext_host") == ["old.tracker.jp"]
    assert facts(reading, "native_library") == ["libx.so"]
    assert reasons(reading) == set()


def test_an_archive_of_splits() -> None:
    """The parts of an XAPK, APKS or APKM are one app, each piece with the part it stands in."""
    split = made.zipped({"AndroidManifest.xml": made.axml(made.manifest(split="config.ja"))})
    for names in (("jp.example.app.apk", "config.ja.apk"), ("splits/base-master.apk", "splits/base-ja.apk")):
        base = made.apk(code=made.dex(["com.adjust.sdk.Adjust"]))
        data = made.zipped({"manifest.json": b"{}", names[0]: base, names[1]: split}, stored=True)
        reading = read(data, name="a.xapk")
        assert [each.place.path for each in marked(reading, "com.adjust.sdk")] == [f"{names[0]}/classes.dex"]
        assert facts(reading, "package") == ["jp.example.app"]
        assert facts(reading, "split") == ["config.ja"]
        assert reasons(reading) == set()


def test_parts_that_are_not_there_are_said() -> None:
    """A split without its base, and a base that is only given out with splits, aren't taken for the whole app."""
    lone = made.zipped({"AndroidManifest.xml": made.axml(made.manifest(split="config.ja"))})
    assert "base_missing" in reasons(read(lone, name="a"))
    required = made.manifest(inside=(made.Node("meta-data", {"name": "com.android.vending.splits.required",
                                                             "value": True}),))  # fmt: skip
    assert "splits_missing" in reasons(read(made.apk(required), name="a"))


def test_an_apk_within_an_apk_is_said_and_not_read() -> None:
    """What an app carries with it is no part of it that a device would install."""
    inner = made.apk(code=made.dex(["com.adjust.sdk.Adjust"]))
    reading = read(made.apk(files={"assets/plugin.apk": inner}), name="a")
    assert "part_not_read" in reasons(reading)
    assert marked(reading, "com.adjust.sdk") == []
    nested = made.zipped({"base.apk": made.zipped({"base.apk": inner})})
    assert marked(read(nested, name="a"), "com.adjust.sdk") == []
