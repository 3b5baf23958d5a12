"""What an Android app's file tells is read with its grade and place, and what it doesn't tell is said."""

from __future__ import annotations

import pytest

from sekisho.apps.evidence import Grade, Piece, Reading, TargetKind
from sekisho.apps.readers.android import read

from . import made


def reasons(reading: Reading) -> set[str]:
    """Why something couldn't be measured."""
    return {each.reason for each in reading.not_measured}


def facts(reading: Reading, name: str) -> list[str]:
    """Everything known under one name."""
    return [value for key, value in reading.facts if key == name]


def marked(reading: Reading, signature: str) -> list[Piece]:
    """The pieces with this mark."""
    return [each for each in reading.pieces if each.signature == signature]


AD_ID = "com.google.android.gms.permission.AD_ID"


@pytest.mark.parametrize("utf8", [True, False])
@pytest.mark.parametrize("hidden", [True, False])
def test_a_manifest_tells_names_and_permissions(utf8: bool, hidden: bool) -> None:
    """Name, versions and levels are facts; a permission that opens information is declared, and names nobody."""
    root = made.manifest(
        made.Node("uses-sdk", {"minSdkVersion": 24, "targetSdkVersion": 35}),
        made.permission(AD_ID),
        made.permission("android.permission.INTERNET"),
        application={"usesCleartextTraffic": True},
    )
    data = made.zipped({"AndroidManifest.xml": made.axml(root, utf8=utf8, hide_names=hidden),
                        "classes.dex": made.dex(["jp.example.app.Main"])})  # fmt: skip
    reading = read(data, name="app.apk")
    if hidden:
        # "package" has no id, so its name is never hidden.
        assert facts(reading, "permission") == [AD_ID, "android.permission.INTERNET"]
    for name, value in (("package", "jp.example.app"), ("version_code", "7"), ("version_name", "1.2"),
                        ("min_sdk", "24"), ("target_sdk", "35"), ("cleartext_allowed", "true")):  # fmt: skip
        assert facts(reading, name) == [value]
    (piece,) = [each for each in reading.pieces if each.information]
    assert (piece.grade, piece.information, piece.signature) == (Grade.DECLARED, "advertising_id", None)
    assert AD_ID in piece.words
    assert reading.target.kind is TargetKind.ANDROID
    assert reasons(reading) == set()


def test_a_package_in_the_code_is_embedded_and_an_unknown_one_is_no_recipient() -> None:
    """A known SDK's package gives one piece a file with its mark; what no row knows gives none."""
    code = made.dex(["com.adjust.sdk.Adjust", "com.adjust.sdk.network.Net", "com.adjust.sdkx.No", "jp.unknown.lib.A"])
    reading = read(made.apk(code=code), name="a")
    (piece,) = marked(reading, "com.adjust.sdk")
    assert (piece.grade, piece.place.path) == (Grade.EMBEDDED, "classes.dex")
    assert code[piece.place.offset or 0 :].startswith(b"Lcom/adjust/sdk/Adjust;")
    assert {each.signature for each in reading.pieces if each.signature} == {"com.adjust.sdk"}
    assert facts(reading, "library") == ["com.adjust.sdkx", "jp.unknown.lib"]


def test_what_code_asks_the_system_for() -> None:
    """A method that gives information is embedded evidence of it; the class alone isn't where it does other things."""
    code = made.dex(
        ["a.B"],
        refers={
            "android.telephony.TelephonyManager": ["getDeviceId", "getPhoneType"],
            "android.provider.Settings$Secure": ["getString"],
            "android.location.LocationManager": ["isProviderEnabled"],
            "com.google.android.gms.ads.identifier.AdvertisingIdClient": [],
        },
    )
    found = {each.information: each for each in read(made.apk(code=code), name="a").pieces if each.information}
    assert set(found) == {"device_id", "advertising_id"}
    assert found["device_id"].words == "android.telephony.TelephonyManager.getDeviceId"
    assert all(each.grade is Grade.EMBEDDED and each.signature is None for each in found.values())


def test_the_device_id_needs_its_name() -> None:
    """Reading a setting is not reading the device's id: its name must stand in the file."""
    refers = {"android.provider.Settings$Secure": ["getString"]}
    with_name = made.dex(["a.B"], refers=refers, strings=["android_id"])
    assert [each.information for each in read(made.apk(code=with_name), name="a").pieces] == ["device_id"]
    assert read(made.apk(code=made.dex(["a.B"], refers=refers)), name="a").pieces == ()


def test_endpoints_and_references_are_told_apart() -> None:
    """A URL that begins a string is a host the code could send to; one in a sentence, a vocabulary's name isn't."""
    code = made.dex(
        ["a.B"],
        strings=[
            "https://api.tracker.jp/v1", "http://old.tracker.jp/", "events.tracker.jp", "com.example.io",
            "facebook.com",
            "See https://manual.tracker.jp/help", "http://schemas.android.com/apk/res/android",
            "https://%s.filled.tracker.jp/x", "https://127.0.0.1:80/", "https://192.0.2.7/", "wss://push.tracker.jp",
            "https://user@who.tracker.jp:8443/", "https://demo.example.com/",
        ],
    )  # fmt: skip
    reading = read(made.apk(code=code), name="a")
    hosts = {each.host: each for each in reading.pieces if each.host}
    assert set(hosts) == {"api.tracker.jp", "old.tracker.jp", "events.tracker.jp", "filled.tracker.jp", "192.0.2.7",
                          "push.tracker.jp", "who.tracker.jp"}  # fmt: skip
    assert hosts["old.tracker.jp"].words == "http URL"
    assert all(each.grade is Grade.EMBEDDED and not each.cleartext for each in hosts.values())
    assert all(code[each.place.offset or 0 :].startswith((each.host or "").encode()) or each.host in {
        "filled.tracker.jp", "who.tracker.jp"} for each in hosts.values())  # fmt: skip
    assert set(facts(reading, "referred_host")) == {"manual.tracker.jp", "schemas.android.com"}


def test_settings_and_components_in_the_manifest() -> None:
    """An SDK's setting or component in the manifest is embedded evidence of it; a secret value isn't kept."""
    inside = (
        made.Node("meta-data", {"name": "com.facebook.sdk.ApplicationId", "value": "fb-secret"}),
        made.Node("meta-data", {"name": "google_analytics_adid_collection_enabled", "value": False}),
        made.Node("activity", {"name": "com.applovin.adview.Fullscreen"}),
        made.Node("service", {"name": ".Own"}),
    )
    code = made.dex(["jp.example.app.Own", "com.applovin.adview.Fullscreen"])
    reading = read(made.apk(made.manifest(inside=inside), code), name="a")
    assert [each.place.path for each in marked(reading, "com.facebook")] == ["AndroidManifest.xml"]
    assert len(marked(reading, "com.applovin")) == 2
    assert facts(reading, "meta_data") == ["com.facebook.sdk.ApplicationId",
                                           "google_analytics_adid_collection_enabled=false"]  # fmt: skip
    assert "secret" not in repr(reading)


@pytest.mark.parametrize(
    ("application", "target", "config", "expected"),
    [
        ({}, 27, None, ("true", "default")),
        ({}, 28, None, ("false", "default")),
        ({"usesCleartextTraffic": False}, 27, None, ("false", "manifest")),
        ({"networkSecurityConfig": "@0x7f1", "usesCleartextTraffic": True}, 34, "false",
         ("false", "network_security_config")),
        ({"networkSecurityConfig": "@0x7f1"}, 34, None, None),
    ],
)  # fmt: skip
def test_whether_cleartext_is_allowed(
    application: dict[str, str | int | bool], target: int, config: str | None, expected: tuple[str, str] | None
) -> None:
    """The configuration counts before the switch, that before the default; an unread configuration leaves it open."""
    files = {}
    if config is not None:
        domain = made.Node("domain", {"includeSubdomains": "true"}, text="old.tracker.jp")
        files["res/xml/net.xml"] = made.axml(made.Node("network-security-config", {}, (
            made.Node("base-config", {"cleartextTrafficPermitted": config}),
            made.Node("domain-config", {"cleartextTrafficPermitted": "true"}, (domain,)))))  # fmt: skip
    root = made.manifest(made.Node("uses-sdk", {"targetSdkVersion": target}), application=application)
    reading = read(made.apk(root, files=files), name="a")
    got = [*facts(reading, "cleartext_allowed"), *facts(reading, "cleartext_allowed_by")]
    assert got == list(expected or ())
    assert facts(reading, "cleartext_host") == (["*.old.tracker.jp"] if config else [])


def test_replaced_names_make_absence_say_nothing() -> None:
    """Short names of classes, and R8's own word for it, are told as a reason why nothing follows from absence."""
    many = made.dex([f"a.{chr(97 + i)}" for i in range(20)] + ["jp.example.Main"])
    mark = made.dex(["jp.example.Main"], strings=['~~R8{"pg-map-id":"1f","version":"8.5.35"}'])
    debug = made.dex(["jp.example.Main"], strings=['~~D8{"compilation-mode":"debug","version":"8.5.35"}'])
    assert "names_replaced" in reasons(read(made.apk(code=many), name="a"))
    r8 = read(made.apk(code=mark), name="a")
    assert "names_replaced" in reasons(r8)
    assert facts(r8, "compiler") == ["R8 8.5.35"]
    assert "names_replaced" not in reasons(read(made.apk(code=debug), name="a"))


def test_components_without_code_mean_code_elsewhere() -> None:
    """Where the manifest names what no DEX file has, the code is loaded from somewhere that wasn't looked at."""
    inside = tuple(made.Node("activity", {"name": f"jp.example.app.Screen{i}"}) for i in range(5))
    reading = read(made.apk(made.manifest(inside=inside)), name="a")
    assert "components_without_code" in reasons(reading)
    whole = made.dex([f"jp.example.app.Screen{i}" for i in range(5)])
    assert reasons(read(made.apk(made.manifest(inside=inside), whole), name="a")) == set()


def test_age_signals_and_child_settings_are_facts() -> None:
    """The Age Signals library and the calls that say that users are children are told where they stand."""
    code = made.dex(["com.google.android.play.agesignals.AgeSignalsManager"],
                    strings=["setTagForChildDirectedTreatment"])  # fmt: skip
    reading = read(made.apk(code=code), name="a")
    assert facts(reading, "age_signals_library") == ["true"]
    assert facts(reading, "child_setting_in_code") == ["setTagForChildDirectedTreatment"]


def test_programs_of_other_engines_are_said_and_searched_for_hosts() -> None:
    """Native libraries are named; those of one processor are looked into for hosts; SDKs in them can't be told."""
    text = b"\0\1https://dart.tracker.jp/x\0"
    reading = read(made.apk(files={
        "lib/arm64-v8a/libflutter.so": b"", "lib/arm64-v8a/libapp.so": text * 3,
        "lib/x86/libapp.so": b"\0https://other.tracker.jp/",
        "assets/index.android.bundle": b'x("https://js.tracker.jp/")', "assets/app.yaml": b"url: https://y.tracker.jp",
        "resources.arsc": "\0https://wide.tracker.jp/\0".encode("utf-16-le"),
    }), name="a")  # fmt: skip
    assert {each.host for each in reading.pieces} == {"dart.tracker.jp", "js.tracker.jp", "y.tracker.jp",
                                                      "wide.tracker.jp"}  # fmt: skip
    assert facts(reading, "engine") == ["Flutter"]
    assert "code_not_in_dex" in reasons(reading)
    assert "libapp.so" in facts(reading, "native_library")
