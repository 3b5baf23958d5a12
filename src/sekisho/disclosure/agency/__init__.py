"""The agency interface: ETSI TS 103 120 (V1.15.1) in JSON or XML over HTTP, beside the papers.

Japan has published no profile of it: :mod:`.profile` is this product's own, and says so in every message. ``schemas``
checks messages against the specification's JSON schemas, ``encodings`` reads and writes them (XML: ``xml_reader``,
``xml_grammar``, ``xml_messages``), ``objects`` keeps what an agency sent, ``status`` shows it
how its requests stand, ``desk`` answers messages, ``simulator`` is an agency that drives a whole case.

What an agency sends becomes a request that was received, and nothing more: it is looked over as every other, reviewed,
judged by the gate, searched and released by people here.
"""
