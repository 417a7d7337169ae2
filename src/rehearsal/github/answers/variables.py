"""The variables of a repository."""

from __future__ import annotations

from rehearsal.github.answer import Answer, Refusal, not_found
from rehearsal.github.call import Call
from rehearsal.github.routing import route
from rehearsal.github.shapes import JSON, stamp
from rehearsal.github.state import Variable

_DOCS = "actions/variables"
# No job can declare this permission: a job's token never reads variables.
_READ, _WRITE = "actions_variables:read", "actions_variables:write"
_ONE = "~/actions/variables/<name>"


@route("variables", "GET ~/actions/variables", needs=_READ, public=False, docs=_DOCS)
def variables(call: Call) -> Answer:
    """Every variable, by name."""
    found = sorted(call.repository.variables.values(), key=lambda variable: variable.name)
    return call.page(found, "variables", shape=_shape, newest_first=False, per_page=10)


@route("variable", f"GET {_ONE}", needs=_READ, public=False, docs=_DOCS)
def get(call: Call, name: str) -> Answer:
    """One variable; GitHub keeps names in capitals."""
    return Answer.json(_shape(_find(call, name)))


@route("create-variable", "POST ~/actions/variables", needs=_WRITE, docs=_DOCS)
def create(call: Call) -> Answer:
    """Make a variable."""
    name = call.text("name").upper()
    if name in call.repository.variables:
        raise Refusal(409, "Already exists - Variable already exists")
    call.repository.set_variable(name, call.text("value"))
    return Answer.json({}, 201)


@route("update-variable", f"PATCH {_ONE}", needs=_WRITE, docs=_DOCS)
def update(call: Call, name: str) -> Answer:
    """Change a variable."""
    variable = _find(call, name)
    call.repository.set_variable(variable.name, str(call.body.get("value", variable.value)))
    return Answer.empty()


@route("delete-variable", f"DELETE {_ONE}", needs=_WRITE, docs=_DOCS)
def delete(call: Call, name: str) -> Answer:
    """Remove a variable."""
    del call.repository.variables[_find(call, name).name]
    return Answer.empty()


def _find(call: Call, name: str) -> Variable:
    found = call.repository.variables.get(name.upper())
    if found is None:
        raise not_found()
    return found


def _shape(variable: Variable) -> JSON:
    return {
        "name": variable.name,
        "value": variable.value,
        "created_at": stamp(variable.created_at),
        "updated_at": stamp(variable.updated_at),
    }
