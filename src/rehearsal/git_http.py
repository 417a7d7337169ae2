"""git over HTTP, by git's own http-backend."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from werkzeug.wrappers import Request

_SERVICE = re.compile(
    r"/(?P<name>[^/]+/[^/]+?)(\.git)?/(?P<service>info/refs|git-upload-pack|git-receive-pack)"
)


def is_git(path: str) -> bool:
    """Whether this path is one of those that git asks for."""
    return _SERVICE.fullmatch(path) is not None


def split(path: str) -> tuple[str, str]:
    """OWNER/NAME and the service in a path that git asks for."""
    found = _SERVICE.fullmatch(path)
    assert found is not None
    return found["name"], found["service"]


def serve(
    request: Request, path: Path, *, user: str, environment: Mapping[str, str]
) -> tuple[int, dict[str, str], bytes]:
    """Let git answer: status, headers and body. `path` is the repository and the service."""
    body = request.get_data()
    variables = {
        **environment,
        "GIT_PROJECT_ROOT": "/",
        "GIT_HTTP_EXPORT_ALL": "1",
        "PATH_INFO": str(path),
        "QUERY_STRING": request.query_string.decode(),
        "REQUEST_METHOD": request.method,
        "CONTENT_TYPE": request.headers.get("Content-Type", ""),
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_CONTENT_ENCODING": request.headers.get("Content-Encoding", ""),
        "GIT_PROTOCOL": request.headers.get("Git-Protocol", ""),
        "REMOTE_USER": user,
        "REMOTE_ADDR": "127.0.0.1",
    }
    done = subprocess.run(
        ["git", "http-backend"], input=body, env=variables, capture_output=True, check=False
    )
    head, _, content = done.stdout.partition(b"\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.decode().splitlines())
    status = headers.pop("Status", "200 OK")
    return int(status.split()[0]), headers, content
