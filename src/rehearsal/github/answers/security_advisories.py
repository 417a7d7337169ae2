"""Security advisories of a repository: who may not see drafts is not told that there are any."""

from __future__ import annotations

from rehearsal.github.access import not_accessible
from rehearsal.github.answer import Answer
from rehearsal.github.call import Call
from rehearsal.github.routing import route
from rehearsal.github.shapes import JSON, html_url, maybe_stamp, repository_url, stamp
from rehearsal.github.state import Advisory

_NEEDS = "repository_advisories:read"


@route(
    "security-advisories",
    "GET ~/security-advisories",
    needs=None,
    docs="security-advisories/repository-advisories#list-repository-security-advisories",
)
def advisories(call: Call) -> Answer:
    """All for one who may; of a public repository the published ones for everybody."""
    found = call.repository.state.advisories
    if not call.may(_NEEDS):
        if call.repository.private:
            raise not_accessible(_NEEDS)
        found = [advisory for advisory in found if advisory.state == "published"]
    if state := call.filter("state"):
        found = [advisory for advisory in found if advisory.state == state]
    return call.page(found[::-1], shape=lambda advisory: _shape(call, advisory))


def _shape(call: Call, advisory: Advisory) -> JSON:
    at, repository = call.addresses, call.repository
    made = stamp(advisory.created_at)
    ended = {
        f"{state}_at": maybe_stamp(advisory.created_at) if advisory.state == state else None
        for state in ("published", "closed", "withdrawn")
    }
    reported = advisory.state == "triage"
    lists = ("vulnerabilities", "cwes", "cwe_ids", "credits", "credits_detailed")
    return {
        "ghsa_id": advisory.ghsa_id,
        "cve_id": None,
        "url": f"{repository_url(at, repository)}/security-advisories/{advisory.ghsa_id}",
        "html_url": f"{html_url(at, repository)}/security/advisories/{advisory.ghsa_id}",
        "summary": advisory.summary,
        "description": None,
        "severity": advisory.severity,
        "author": None,
        "publisher": None,
        "identifiers": [{"value": advisory.ghsa_id, "type": "GHSA"}],
        "state": advisory.state,
        "created_at": made,
        "updated_at": made,
        **ended,
        "submission": {"accepted": False} if reported else None,
        **{name: [] for name in lists},
        "collaborating_users": [],
        "collaborating_teams": [],
        "private_fork": None,
    }
