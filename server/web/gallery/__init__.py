"""The pages for people: every template live, each with a form that makes its links.

`site` answers requests, `wish` reads the form, `links` makes what can be pasted, `pages` writes the HTML.
"""

from server.web.gallery.site import Gallery

__all__ = ["Gallery"]
