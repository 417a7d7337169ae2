"""A package that is released in the rehearsal."""


def greeting(name: str) -> str:
    """What to say to somebody."""
    return f"Hello, {name}."
