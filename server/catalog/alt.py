"""The alternative text of a picture: the manifest's `alt` with the values in it, in the web process.

So it is words, placeholders and conditions only: nothing that computes is let in, because here nobody could kill it.
"""

from __future__ import annotations

from collections.abc import Mapping

import jinja2
from jinja2 import nodes

from server.catalog.manifest import MANIFEST_FILE, Manifest, as_text
from server.errors import BrokenTemplate

_PLAIN = jinja2.Environment(autoescape=False)  # noqa: S701  # it becomes text; whoever shows it escapes it
_HARMLESS = (nodes.Output, nodes.TemplateData, nodes.Name, nodes.If, nodes.CondExpr, nodes.And, nodes.Or, nodes.Not)


def check_alt(name: str, alt: str) -> None:
    """Raises BrokenTemplate when `alt` is more than words, `{{ placeholders }}` and `{% if %}`."""
    try:
        tree = _PLAIN.parse(alt)
    except (jinja2.TemplateSyntaxError, RecursionError, ValueError) as error:
        raise BrokenTemplate(name, f"alt: {error}", file=MANIFEST_FILE) from error
    for node in tree.find_all(nodes.Node):
        is_word = isinstance(node, nodes.Const) and isinstance(node.value, str)
        if not is_word and not isinstance(node, _HARMLESS):
            kind = type(node).__name__.lower()
            raise BrokenTemplate(name, f"alt takes placeholders and {{% if %}} only, no {kind}", file=MANIFEST_FILE)


def alt_text(manifest: Manifest, values: Mapping[str, str]) -> str:
    """The text for these values; the title where the manifest has no `alt`."""
    known = {name: as_text(param.default) for name, param in manifest.params.items()} | dict(values)
    return " ".join(_PLAIN.from_string(manifest.alt).render(known).split()) or manifest.title
