"""The template lint: everything in a template's source that will not come out as drawn, with line and cure.

It reads the source, not one rendered picture, so that every branch is seen and every line is true.
"""

from server.render.lint.check import lint
from server.render.lint.findings import Finding

__all__ = ["Finding", "lint"]
