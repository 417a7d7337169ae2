"""How long a test waits for what must come: only what hangs is ever taken for it.

No machine is so slow; and nothing in a test is shown by how long it took.
"""

HANG = 300.0  # seconds
