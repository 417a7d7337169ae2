"""Import a package without running the modules of it that nothing here touches.

PyGithub imports a module for each kind of thing that GitHub has, a hundred of them, and a start
pays for all: about a quarter of a step. The standard library's LazyLoader puts each off until it
is first used; what is used works as ever.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader
from types import ModuleType


class _Finder(MetaPathFinder):
    """Finds the modules of one package, and others, and has them run when they are first used."""

    def __init__(self, package: str, others: Sequence[str]) -> None:
        self._prefix = f"{package}."
        self._others = others

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if not name.startswith(self._prefix) and name not in self._others:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = LazyLoader(spec.loader)
        return spec


@contextmanager
def lazily(package: str, *others: str) -> Iterator[None]:
    """While this lasts, modules of the package are imported lazily, and so are the others."""
    finder = _Finder(package, others)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
