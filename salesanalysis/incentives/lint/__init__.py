"""What a plan provokes before anyone signs it: cliffs, dead zones, pay that falls, timing games."""

from salesanalysis.incentives.lint.findings import Lint, lint

__all__ = ["Lint", "lint"]
