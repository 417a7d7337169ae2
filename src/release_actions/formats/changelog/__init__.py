"""A changelog as people write it: its sections, and the edits that touch nothing else."""
