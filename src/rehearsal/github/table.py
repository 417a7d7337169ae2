"""The whole table of routes: every topic of the API, imported so that its routes are in it."""

from rehearsal.github.answers import (
    apps,
    artifacts,
    assets,
    attestations,
    branches,
    commits,
    contents,
    dispatches,
    environments,
    git_data,
    graphql,
    issues,
    jobs,
    meta,
    permissions,
    pulls,
    refs,
    releases,
    rules,
    runs,
    security_advisories,
    variables,
    workflows,
)
from rehearsal.github.routing import route

TOPICS = (
    apps,
    artifacts,
    assets,
    attestations,
    branches,
    commits,
    contents,
    dispatches,
    environments,
    git_data,
    graphql,
    issues,
    jobs,
    meta,
    permissions,
    pulls,
    refs,
    releases,
    rules,
    runs,
    security_advisories,
    variables,
    workflows,
)
#: Route name to the requests it stands for: the names that faults and records use.
ROUTES = route.names()
#: The routes as werkzeug matches them.
MAP = route.map()
