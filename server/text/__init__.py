"""Typography: strings and fonts in, placed glyphs out. Knows no SVG, no cairo and no HTTP; `fit.py` is its door."""
