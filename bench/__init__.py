"""Benchmarks: one module per subject, each exposing ``run(*, repeats, seed)``; ``scripts/bench NAME`` runs one."""
