"""Reads an Android app: APK, AAB, or a bundle of splits (XAPK, APKS, APKM)."""

from sekisho.apps.readers.android.reader import read

__all__ = ["read"]
