"""Nameplate: one SVG template, one URL, a finished picture for every recipient.

Read `service.py` first: it names every stage of a picture in the order it happens.
"""

__version__ = "0.1.0"
