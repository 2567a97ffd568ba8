"""Foreign bytes to a PNG of our own, within limits: a raster picture of any make, or a logo drawn as SVG."""

from server.render.normalise.normalise import normalise

__all__ = ["normalise"]
