"""The answers of the API, one module a topic; each adds its routes to the table."""
