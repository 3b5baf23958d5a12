"""Reads an iOS app: IPA."""

from sekisho.apps.readers.ios.reader import read

__all__ = ["read"]
