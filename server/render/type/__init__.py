"""What SVG and CSS say of type: a <text> element in, placed glyphs and lines out, one property a module. `texts.py` is
its door; the fitting itself is `server.text`'s.
"""
