"""Changelogs in the shapes that people give them."""

from __future__ import annotations

# A crate's, as its maintainers keep it: a placeholder, headings without brackets, long entries.
CRATE = """\
# Changelog

All notable changes to this project are documented here.

The format is based on [Keep a Changelog](https://keepachangelog.com/en/1.1.0/),
and this project adheres to [Semantic Versioning](https://semver.org/spec/v2.0.0.html).

## [Unreleased]

_No unreleased changes._

## 0.6.0 - 2026-07-19

### Added

- **Forward-only decoders.** `read_from_sized` accepts a `Read` plus the exact
  encoded bytes that remain.

### Changed

- **BREAKING (`acme-manifest`): schema v2.** Manifests of 0.5.x do not parse.
  Migration: create them again with `acme-manifest create`.

This release is minor-breaking.

## 0.5.0 - 2026-06-19

### Security

- Hardened the Python binding.
"""

# Keep a Changelog's own example: brackets, references at the bottom.
KEEP = """\
# Changelog

## [Unreleased]

### Added

- A café for [crabs]. ([#12](https://github.com/acme/app/pull/12))

```md
## [9.9.9] - 2020-01-01
```

## [1.1.0] - 2026-02-15

### Fixed

- Typos.

## [1.0.0] - 2025-12-01

- First.

[crabs]: https://example.com/crabs
[unreleased]: https://github.com/acme/app/compare/v1.1.0...HEAD
[1.1.0]: https://github.com/acme/app/compare/v1.0.0...v1.1.0
[1.0.0]: https://github.com/acme/app/releases/tag/v1.0.0
"""

RULE = "-" * 80

# Wasmtime's main branch: one open cycle, a rule, the archive.
TRAIN = f"""\
## 25.0.0

Unreleased.

### Added

* The `config` crate reads [TOML].
  [#9021](https://github.com/acme/runtime/pull/9021)

[TOML]: https://toml.io

### Changed

{RULE}

Release notes for previous releases of Runtime can be found on the respective
release branches of the repository.

<!-- ARCHIVE_START -->
* [24.0.x](https://github.com/acme/runtime/blob/release-24.0.0/RELEASES.md)
* [23.0.x](https://github.com/acme/runtime/blob/release-23.0.0/RELEASES.md)
"""

# Its release branch after a patch.
PATCHED = f"""\
## 24.0.1

Released 2026-11-05.

### Fixed

* Fixed a panic.

{RULE}

## 24.0.0

Released 2026-08-20.

### Added

* Much.

{RULE}

Release notes for previous releases.

<!-- ARCHIVE_START -->
* [23.0.x](https://github.com/acme/runtime/blob/release-23.0.0/RELEASES.md)
"""
