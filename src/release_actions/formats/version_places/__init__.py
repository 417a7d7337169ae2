"""Where in a repository's files a version stands: one module a format, found by the file's name.

Each module has `read(path, content) -> Manifest`, and readers.py knows which one is for which name.
What it cannot read is an Unreadable with its line.
"""
