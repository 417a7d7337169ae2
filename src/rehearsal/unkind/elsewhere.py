"""Another server, that a redirection leads to: whatever comes there brought no token."""

from __future__ import annotations

from pathlib import Path

from rehearsal.registries.service import Asked, Refused, Reply, Route, Service


class Elsewhere(Service):
    """Answers everything with an empty object, and remembers who came with a token."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "elsewhere")
        self.complaints: list[str] = []

    def routes(self) -> tuple[Route, ...]:
        return tuple(
            Route("elsewhere", method, "/<path:path>", self._answer, method != "GET")
            for method in ("GET", "POST", "PATCH", "PUT", "DELETE")
        )

    def refuse(self, refused: Refused) -> Reply:
        return Reply.json({"message": refused.message}, refused.status)

    def _answer(self, asked: Asked, path: str) -> Reply:
        if asked.request.headers.get("Authorization"):
            self.complaints.append(f"a token was brought to another server: {path}")
        return Reply.json({})
