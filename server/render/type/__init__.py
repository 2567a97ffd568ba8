"""What SVG and CSS say of type: a <text> element in, placed glyphs and rules out, one property a module. `texts.py` is
its door; the fitting itself is `server.text`'s.
"""
