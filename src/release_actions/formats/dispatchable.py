"""Whether a workflow can be asked for by name, by its own file."""

from __future__ import annotations

from typing import Any


def why_not(workflow: bytes | None) -> str:
    """Why a dispatch without inputs does not start it; empty where it does."""
    if workflow is None:
        return "there is no such file"
    import yaml  # 16 ms that only a dispatch needs

    try:
        document = yaml.safe_load(workflow)
    except (yaml.YAMLError, UnicodeError):
        return "it is no YAML"
    # YAML 1.1 reads the key `on` as true.
    triggers = document.get("on", document.get(True)) if isinstance(document, dict) else None
    named = triggers if isinstance(triggers, dict | list) else [triggers]
    if "workflow_dispatch" not in named:
        return "it has no `on: workflow_dispatch`"
    wanted = _wanted(triggers.get("workflow_dispatch")) if isinstance(triggers, dict) else []
    return f"it requires inputs: {', '.join(wanted)}" if wanted else ""


def _wanted(event: Any) -> list[str]:
    """The inputs that a dispatch has to give."""
    inputs = event.get("inputs") if isinstance(event, dict) else None
    return [
        str(name)
        for name, about in (inputs.items() if isinstance(inputs, dict) else ())
        if isinstance(about, dict) and about.get("required") is True and "default" not in about
    ]
