"""Rows: one file per aggregate, the engine and the migrations."""
