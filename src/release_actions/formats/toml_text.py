"""Keys and values as TOML 1.0 writes them, for a config that people copy."""

from __future__ import annotations

import json
import re
from typing import Any


def key(name: str) -> str:
    """A key, bare where TOML allows it."""
    return name if re.fullmatch("[A-Za-z0-9_-]+", name) else _text(name)


def value(given: Any) -> str:
    """A boolean, a whole number, a text, or a tuple of texts on one line."""
    if isinstance(given, bool):
        return "true" if given else "false"
    if isinstance(given, int):
        return str(given)
    if isinstance(given, tuple):
        return f"[{', '.join(map(_text, given))}]"
    return _text(str(given))


def _text(given: str) -> str:
    # JSON's escapes are TOML's; TOML wants DEL escaped as well, and knows no lone surrogates.
    whole = given.encode("utf-8", "replace").decode()
    return json.dumps(whole, ensure_ascii=False).replace("\x7f", "\\u007f")
