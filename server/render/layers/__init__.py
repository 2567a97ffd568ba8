"""Paints the parts of a template that no person's value can change once, and keeps them.

    filled source → cut (`cut.py`) → a plan (`plan.py`): layers, and the live document between them
                  → layers painted and kept (`painted.py`) → put below and between what is drawn live (`paint.py`)
                  → the layers alone, compressed once: a base for the encoder (`still.py`)

How a document is cut follows from the document alone, and what is kept is found by what it shows. So a picture is the
same to the pixel whether its layers were kept or are painted for it, and whatever was drawn before it.
"""
