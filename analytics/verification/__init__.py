"""Holding published files and result records against each other, against their hashes and the database."""
