"""Charts as SVG, made from numbers: pure, and drawn by a template that escapes every word.

``shapes`` is the vocabulary, ``series`` draws periods, ``bars`` what stands in a table's cell,
``heat`` months. A chart never stands alone: the page has the same numbers in a table.
"""
