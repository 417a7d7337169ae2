"""A package that is published in the rehearsal."""
