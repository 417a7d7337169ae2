"""What one does with the answer."""

__version__ = "1.2.0"
