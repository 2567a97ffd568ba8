"""Draws for a person what only that person sees, and takes the rest from pictures before.

    filled source → cut (`cut.py`) into parts, with holes for values (`plan.py`)
                  → what stays, and drawings: painted by themselves, and kept (`painted.py`)
                  → texts: read once as blanks (`reader.py`), filled in with words (`blank.py`)
                  → all of it put on one another (`sheet.py`)
                  → what stays, compressed once: a base for the encoder (`still.py`, `variants.py`)

How a document is cut follows from the document alone, and what is kept is found by what it shows. So a picture is the
same to the pixel whether anything was kept for it or not, and whatever was drawn before it.
"""
