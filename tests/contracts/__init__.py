"""Contracts: the shape that every change keeps."""
