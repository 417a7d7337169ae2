"""Bytes in, facts out: no network, no files, no clock."""
