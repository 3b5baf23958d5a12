"""The law on what leaves a user's device: the external transmission rule (外部送信規律) and the SPSI catalogue.

Three layers that are never mixed, each with its own words: law (``rulebook/apps/etr``, judged by the engine), guideline
(``rulebook/apps/spsi``), and what a platform was told. Pure: facts and answers in, findings out.
"""
