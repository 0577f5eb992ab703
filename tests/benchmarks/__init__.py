"""Benchmarks: what must stay fast, measured by `make bench`; one module bench_*.py per subject."""
