"""A whole release on one machine, against a loopback world: before the tag is out."""
