"""Tests mirror the tree; servers/ starts what they talk to, contracts/ keeps the shape of the project."""
