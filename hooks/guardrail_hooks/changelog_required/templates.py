"""What --fix writes: drafts that say TODO, so that none of them can pass the check."""

from __future__ import annotations

STUB = "- TODO: what changed, for whom"

KEEPACHANGELOG = f"""# Changelog

All notable changes to {{name}} are written down here, newest first. The form is that of
[Keep a Changelog](https://keepachangelog.com/en/1.1.0/).

## [Unreleased]

### Changed

{STUB}
"""

RESTRUCTURED = f"""Changelog
=========

All notable changes to {{name}} are written down here, newest first.

Unreleased
----------

{STUB}
"""

ENTRY = """### [{now}] - Version {version} - [{component}] - [{type}] - [{text}]
**Who**: {author}
**Why**: TODO
**What**: TODO
**Impact**: TODO
**Validation**: TODO
**Related Changes**: TODO
**Rollback**: TODO
"""

RULE18 = """# CHANGELOG - {name}

## Directory Information
- **Location**: `/{location}`
- **Purpose**: TODO
- **Owner**: {author}
- **Created**: {now}
- **Last Updated**: {now}

## Change History

{entry}
## Change Categories
- **MAJOR**: breaking changes, architectural modifications, API changes
- **MINOR**: new features, significant improvements, dependency updates
- **PATCH**: bug fixes, documentation updates, small improvements
- **HOTFIX**: security fixes, critical bug fixes
- **REFACTOR**: restructured code without a change in function
- **DOCS**: changes of documentation alone
- **TEST**: changes of tests and their coverage
- **CONFIG**: changes of configuration, environment or deployment

## Dependencies and Integration Points
- **Upstream Dependencies**: TODO
- **Downstream Dependencies**: TODO
- **External Dependencies**: TODO
- **Cross-Cutting Concerns**: TODO

## Known Issues and Technical Debt
- **Issues**: TODO
- **Technical Debt**: TODO

## Metrics and Performance
- **Change Frequency**: TODO
- **Stability**: TODO
- **Team Velocity**: TODO
- **Quality Indicators**: TODO
"""
