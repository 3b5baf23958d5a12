"""The notice (公表) of what is sent to whom: drafted from a scan and the operator's confirmed words, written as pages.

Nothing in it is invented. What was observed and nobody confirmed stands there as 要確認, and a notice with such a place
isn't complete (:attr:`sekisho.apps.notice.model.NoticeDocument.missing`).
"""
