"""登記情報 and 法人番号: a company looked up where the Ordinance says, by a port, and compared with the application.

``verify.verify_corporate_number`` and ``verify.verify_registry_information`` are the ways in; their steps stand at the
top of ``verify.py``. Nothing here talks to anybody: adapters and simulators implement ``ports.py``.
"""
