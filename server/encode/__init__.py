"""Pixels to bytes: one encoder per output format, each a plain function."""
