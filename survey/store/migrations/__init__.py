"""Migrations, applied by survey.store.migrate."""
