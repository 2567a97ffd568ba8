"""How often what happened: counted in memory, kept by the minute and the hour in the data folder, read as shares.

counting → keeping → book (the file) → reading → shares, rises
"""
