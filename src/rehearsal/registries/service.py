"""A small service on a port of 127.0.0.1: routes, faults, and a record of what was asked."""

from __future__ import annotations

import json
import pickle
import shutil
import threading
import time
import traceback
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request

from rehearsal.faults import NONSENSE, Faults, Side, Struck
from rehearsal.github.disturbance import interrupt
from rehearsal.github.headers import status_line
from rehearsal.github.server import Handler, Listener
from rehearsal.peers import CallingJob, calling_job

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_CHUNK = 1 << 20


@dataclass
class Reply:
    """One answer: bytes, or a file that is sent piece by piece."""

    body: bytes | Path = b""
    status: int = 200
    content_type: str = "application/octet-stream"
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def json(cls, value: Any, status: int = 200, content_type: str = "application/json") -> Reply:
        """An answer in JSON."""
        return cls(json.dumps(value).encode(), status, content_type)

    @classmethod
    def html(cls, text: str) -> Reply:
        """A page."""
        return cls(text.encode(), 200, "text/html; charset=utf-8")


class Refused(Exception):
    """An answer that is an error."""

    def __init__(
        self, status: int, message: str = "", headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = dict(headers or {})


@dataclass
class Asked:
    """One request, and what goes wrong with it."""

    request: Request
    struck: Struck

    @property
    def token(self) -> str:
        """What stands in the Authorization header, whatever its scheme."""
        authorization = self.request.authorization
        if authorization is not None and authorization.type == "basic":
            return authorization.password or ""
        return self.request.headers.get("Authorization", "").removeprefix("Bearer ")


@dataclass
class Record:
    """One request and what became of it."""

    method: str
    path: str
    route: str
    mutating: bool
    agent: str
    at: float  # time.monotonic()
    status: int = 0
    faults: tuple[str, ...] = ()
    caller: CallingJob | None = None


@dataclass(frozen=True)
class Route:
    """One kind of request: a short stable name that faults and tests use, and who answers."""

    name: str
    method: str
    path: str
    answer: Callable[..., Reply]
    mutating: bool


class Service(ABC):
    """A service for as long as the `with` lasts. `lag` is how long each layer lags, in seconds."""

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)
        self.lock = threading.RLock()
        self.faults = Faults()
        self.requests: list[Record] = []
        self.crashes: list[str] = []
        self.lag: dict[str, float] = {}
        #: Whether to look which job calls: it costs a walk through /proc.
        self.tells_callers = False
        self._map = Map(
            [Rule(r.path, endpoint=r, methods=[r.method]) for r in self.routes()],
            merge_slashes=False,
            strict_slashes=True,
        )
        self._listener: Listener | None = None
        self.url = ""

    @abstractmethod
    def routes(self) -> tuple[Route, ...]:
        """Every kind of request that is answered."""

    @abstractmethod
    def refuse(self, refused: Refused) -> Reply:
        """A refusal in this service's own form."""

    def __enter__(self) -> Self:
        self._listener = Listener("127.0.0.1", 0, self, Handler)
        self.url = f"http://127.0.0.1:{self._listener.port}"
        threading.Thread(target=self._listener.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        assert self._listener is not None
        self._listener.shutdown()
        self._listener.server_close()

    def ahead(self, route: Route, arguments: Mapping[str, str]) -> None:  # noqa: B027 - few wait
        """What an answer waits for, and the others need not: they hold one lock."""

    #: The attributes that hold what this service remembers beside its folder.
    remembers: tuple[str, ...] = ()

    def snapshot(self, folder: Path) -> None:
        """Keep all that is remembered here, and its files, in a new folder."""
        with self.lock:
            remembered = {name: getattr(self, name) for name in self.remembers}
            if self.folder.is_dir():
                shutil.copytree(self.folder, folder / "files")
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "remembered.pickle").write_bytes(pickle.dumps(remembered))

    def restore(self, folder: Path) -> None:
        """Let all be as it was kept; faults, keys and the record of requests stay as they are."""
        with self.lock:
            shutil.rmtree(self.folder, ignore_errors=True)
            if (folder / "files").is_dir():
                shutil.copytree(folder / "files", self.folder)
            # Our own file, written by `snapshot` on this machine: nobody else's is ever read.
            remembered = pickle.loads((folder / "remembered.pickle").read_bytes())
            for name, value in remembered.items():
                setattr(self, name, value)

    def shows(self, asked: Asked, layer: str, at: float) -> bool:
        """Whether this layer has what came at this time (time.monotonic()) already."""
        return time.monotonic() - at >= self.lag.get(layer, 0.0)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        request = Request(environ)
        request.get_data(cache=True)
        route, arguments = self._find(request)
        record, struck = self._begin(request, route)
        asked = Asked(request, struck)
        try:
            reply = self._disturbed(asked, route, arguments)
        finally:
            record.faults = tuple(fault.kind for fault in struck.taken)
        record.status = reply.status
        size = reply.body.stat().st_size if isinstance(reply.body, Path) else len(reply.body)
        heads = {"Content-Type": reply.content_type, "Content-Length": str(size)} | reply.headers
        pieces = [b""] if request.method == "HEAD" else _pieces(reply.body, struck)
        record.faults = tuple(fault.kind for fault in struck.taken)
        start_response(status_line(reply.status), list(heads.items()))
        return pieces

    def _find(self, request: Request) -> tuple[Route, dict[str, Any]]:
        method = "GET" if request.method == "HEAD" else request.method
        try:
            found, arguments = self._map.bind("").match(request.path, method)
        except HTTPException:
            return _UNKNOWN, {}
        return found, dict(arguments)

    def _begin(self, request: Request, route: Route) -> tuple[Record, Struck]:
        connection = request.environ["werkzeug.socket"]
        caller = calling_job(connection) if self.tells_callers else None
        with self.lock:
            agent = request.headers.get("User-Agent", "")
            now = time.monotonic()
            record = Record(
                request.method, request.path, route.name, route.mutating, agent, now, caller=caller
            )
            self.requests.append(record)
            return record, self.faults.strike(
                route=route.name, method=request.method, path=request.path, mutating=route.mutating
            )

    def _disturbed(self, asked: Asked, route: Route, arguments: dict[str, Any]) -> Reply:
        struck = asked.struck
        try:
            if fault := struck.take("delay"):
                time.sleep(fault.seconds)
            _limit(struck)
            _struck(asked, "before")
            self.ahead(route, arguments)
            with self.lock:
                reply = route.answer(asked, **arguments)
            struck.status = reply.status
            _struck(asked, "after")
        except Refused as refused:
            return self.refuse(refused)
        except ConnectionError:
            raise
        except Exception:  # In a server's thread: told when the world closes.
            self.crashes.append(traceback.format_exc())
            return Reply(b"the loopback service has a fault", 500, "text/plain")
        if fault := struck.take("nonsense"):
            content_type, body = NONSENSE[fault.body]
            return Reply(body, fault.status or 200, content_type)
        return reply


def _struck(asked: Asked, when: Side) -> None:
    fault = interrupt(asked.struck, asked.request, when)
    if fault is not None:
        headers = {"Retry-After": str(fault.retry_after)} if fault.status == 429 else {}
        raise Refused(fault.status or 500, fault.message or "on purpose", headers)


def _limit(struck: Struck) -> None:
    if fault := struck.take("secondary-rate-limit"):
        headers = {"Retry-After": str(fault.retry_after)}
        raise Refused(fault.status or 429, "too many requests", headers)
    if fault := struck.take("redirect"):
        raise Refused(fault.status or 302, "found", {"Location": fault.location})


def _unknown(asked: Asked) -> Reply:
    raise Refused(404, "Not Found")


_UNKNOWN = Route("unknown", "GET", "", _unknown, False)


def _pieces(body: bytes | Path, struck: Struck) -> Iterable[bytes]:
    """The body, whole, cut short, or with one bit changed."""
    size = body.stat().st_size if isinstance(body, Path) else len(body)
    cut = struck.take("truncated") if size else None
    bent = struck.take("wrong-bytes") if size else None
    if isinstance(body, bytes):
        content = bytes([body[0] ^ 1]) + body[1:] if bent else body
        return [content[: int(size * cut.keep)] if cut else content]
    return _read(body, int(size * cut.keep) if cut else size, bent is not None)


def _read(file: Path, size: int, bent: bool) -> Iterator[bytes]:
    with file.open("rb") as stream:
        while size > 0 and (piece := stream.read(min(_CHUNK, size))):
            size -= len(piece)
            yield bytes([piece[0] ^ 1]) + piece[1:] if bent else piece
            bent = False
