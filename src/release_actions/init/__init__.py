"""`release-actions init`: a release workflow for a repository, from what is found in it.

Looked at (`looking`), decided (`choosing`, `answering`), filled in (`filling`, `configuring`),
proved by the library's own lint (`proving`), written all or nothing (`writing`), told (`telling`).
"""
