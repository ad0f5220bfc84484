"""A brief on one council: a year's decisions beside similar councils, as raw material for a paper.

``gathering`` reads and counts, ``deadlines`` puts times into words, ``markup`` escapes, ``drawing``
draws, ``page`` and ``workbook`` write the two forms.
"""
