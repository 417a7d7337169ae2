"""Where in a repository's files a version stands: one module a format, found by the file's name.

Each module has `NAMES` (file names or globs of names, matched against the last part of a path)
and `read(path, content) -> Manifest`; what it cannot read is an Unreadable with its line.
"""
