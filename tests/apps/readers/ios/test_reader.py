"""What an iOS app's file tells is read with its grade and place, and what it doesn't tell is said."""

from __future__ import annotations

import plistlib

from sekisho.apps.evidence import Grade, TargetKind
from sekisho.apps.readers.ios import read
from tests.apps.readers.android.made import zipped
from tests.apps.readers.android.test_reader import facts, marked, reasons

from . import made


def test_the_apps_own_list() -> None:
    """Names and versions are facts; words that ask for information are declared; keys of SDKs are embedded."""
    reading = read(made.ipa({
        "NSUserTrackingUsageDescription": "広告の効果を測るため", "NSFaceIDUsageDescription": "ログイン",
        "GADApplicationIdentifier": "ca-app-pub-secret", "SKAdNetworkItems": [
            {"SKAdNetworkIdentifier": "abc123.skadnetwork"}, {"SKAdNetworkIdentifier": 7}],
        "NSAdvertisingAttributionReportEndpoint": "https://skan.tracker.jp", "GADDelayAppMeasurementInit": True,
    }), name="a.ipa")  # fmt: skip
    assert reading.target.kind is TargetKind.IOS
    for name, value in (("bundle_id", "jp.example.demo"), ("version_name", "3.1"), ("min_os", "16.0"),
                        ("skadnetwork", "abc123.skadnetwork"), ("cleartext_allowed", "false"),
                        ("setting", "GADDelayAppMeasurementInit=true")):  # fmt: skip
        assert facts(reading, name) == [value]
    (asked,) = [each for each in reading.pieces if each.information]
    assert (asked.grade, asked.information) == (Grade.DECLARED, "advertising_id")
    assert "広告の効果" in asked.words
    assert marked(reading, "GoogleMobileAds")[0].grade is Grade.EMBEDDED
    assert [each.host for each in reading.pieces if each.host] == ["skan.tracker.jp"]
    assert "secret" not in repr(reading)
    assert reasons(reading) == set()


def test_exceptions_from_encryption() -> None:
    """The wide switch counts unless a narrower one stands beside it; hosts with an exception are named."""
    ats = {"NSAllowsArbitraryLoads": True, "NSExceptionDomains": {
        "old.tracker.jp": {"NSExceptionAllowsInsecureHTTPLoads": True, "NSIncludesSubdomains": True},
        "new.tracker.jp": {"NSIncludesSubdomains": True}, "odd.tracker.jp": "yes"}}  # fmt: skip
    reading = read(made.ipa({"NSAppTransportSecurity": ats}), name="a")
    assert facts(reading, "cleartext_allowed") == ["true"]
    assert facts(reading, "cleartext_host") == ["*.old.tracker.jp"]
    narrower = read(made.ipa({"NSAppTransportSecurity": {**ats, "NSAllowsLocalNetworking": True}}), name="a")
    assert facts(narrower, "cleartext_allowed") == ["false"]
    assert facts(narrower, "cleartext_allowed_in") == ["NSAllowsLocalNetworking"]
    assert facts(read(made.ipa({"DTSDKName": "iphoneos8.4"}), name="a"), "cleartext_allowed") == ["true"]


def test_frameworks_and_extensions() -> None:
    """A known SDK's framework is embedded; others are facts; extensions are named, and their code is read as well."""
    framework = {"CFBundleIdentifier": "x", "CFBundleShortVersionString": "9.0", "CFBundleExecutable": "AppsFlyerLib"}
    reading = read(made.ipa(files={
        "Frameworks/AppsFlyerLib.framework/Info.plist": plistlib.dumps(framework),
        "Frameworks/AppsFlyerLib.framework/AppsFlyerLib": made.program(strings=["https://af.tracker.jp/"]),
        "Frameworks/Own.framework/Info.plist": plistlib.dumps({}),
        "PlugIns/Push.appex/Info.plist": plistlib.dumps({"CFBundleIdentifier": "jp.example.demo.push"}),
        "PlugIns/Push.appex/Push": made.program(strings=["https://push.tracker.jp/"]),
    }), name="a")  # fmt: skip
    assert [each.words for each in marked(reading, "AppsFlyerLib")] == ["framework AppsFlyerLib 9.0"]
    assert facts(reading, "framework") == ["AppsFlyerLib 9.0", "Own"]
    assert facts(reading, "extension") == ["jp.example.demo.push"]
    assert {each.host: each.place.path for each in reading.pieces if each.host} == {
        "af.tracker.jp": f"{made.APP}Frameworks/AppsFlyerLib.framework/AppsFlyerLib",
        "push.tracker.jp": f"{made.APP}PlugIns/Push.appex/Push",
    }


def test_what_a_program_has_in_it() -> None:
    """Linked frameworks, classes, modules, hosts and calls in a program are embedded, with their places."""
    data = made.program(
        libraries=["/System/Library/Frameworks/AdSupport.framework/AdSupport",
                   "@rpath/FBSDKCoreKit.framework/FBSDKCoreKit"],
        classes=["GADMobileAds", "OwnClass"], symbols=["_OBJC_CLASS_$_SentrySDK", "_$s9AmplitudeAAC4initABycfC"],
        strings=["https://api.tracker.jp/v1", "see https://manual.tracker.jp", "identifierForVendor"],
        entitlements={"com.apple.developer.declared-age-range": True, "aps-environment": "production",
                      "of-the-signature": "https://certificates.tracker.jp/"},
    )  # fmt: skip
    for main in (data, made.fat((7, made.program()), (0x0100000C, data))):
        reading = read(made.ipa(main=main), name="a")
        for name in ("FBSDKCoreKit", "GADMobileAds", "SentrySDK", "Amplitude"):
            (piece,) = marked(reading, name)
            assert piece.grade is Grade.EMBEDDED
            assert piece.place.offset is None or main[piece.place.offset :].startswith(name.encode())
        assert {each.information for each in reading.pieces if each.information} == {"advertising_id", "device_id"}
        assert [each.host for each in reading.pieces if each.host] == ["api.tracker.jp"]
        assert facts(reading, "entitlement") == ["aps-environment", "com.apple.developer.declared-age-range=true",
                                                 "of-the-signature"]
        assert facts(reading, "declared_age_range") == ["true"]


def test_an_encrypted_program_is_said() -> None:
    """What the App Store encrypted isn't taken for what the app has: only load commands count, and that is said."""
    main = made.program(libraries=["@rpath/FBSDKCoreKit.framework/FBSDKCoreKit"], classes=["GADMobileAds"],
                        strings=["https://noise.tracker.jp/"], encrypted=True)  # fmt: skip
    reading = read(made.ipa(main=main), name="a")
    assert "program_encrypted" in reasons(reading)
    assert [each.signature for each in reading.pieces] == ["FBSDKCoreKit"]


def test_a_provisioning_profile() -> None:
    """The entitlements in a profile are read though its signature isn't checked."""
    profile = b"0\x82signed" + plistlib.dumps({"Entitlements": {"get-task-allow": True}, "ProvisionedDevices": []})
    reading = read(made.ipa(files={"embedded.mobileprovision": profile + b"\0rest"}), name="a")
    assert facts(reading, "entitlement") == ["get-task-allow=true"]
    assert facts(reading, "provisioned") == ["devices"]


def test_each_privacy_manifest_says_whose_it_is() -> None:
    """A framework's or a library bundle's manifest names it; the app's own names no recipient."""
    manifest = made.privacy(NSPrivacyTracking=False, NSPrivacyCollectedDataTypes=[
        made.collected("NSPrivacyCollectedDataTypeCrashData", "AppFunctionality")])  # fmt: skip
    reading = read(made.ipa(files={
        "PrivacyInfo.xcprivacy": manifest, "Frameworks/Own.framework/PrivacyInfo.xcprivacy": manifest,
        "Sentry_Privacy.bundle/PrivacyInfo.xcprivacy": manifest, "Amplitude_Amplitude.bundle/PrivacyInfo.xcprivacy":
        manifest}), name="a")  # fmt: skip
    declared = [each for each in reading.pieces if each.grade is Grade.DECLARED]
    assert [each.signature for each in declared] == [None, "Own", "Sentry", "Amplitude"]
    assert {(each.information, each.purpose) for each in declared} == {("crash", "function")}


def test_a_file_that_is_no_ipa() -> None:
    """An archive without an app in it is not measured, and nothing is claimed of it."""
    for data in (b"", b"PK\x05\x06" + bytes(18), zipped({"a.txt": b"x"}), zipped({"Payload/A.app/": b""})):
        reading = read(data, name="x")
        assert reading.pieces == ()
        assert {"no_info_read", "no_code_read"} <= reasons(reading)
