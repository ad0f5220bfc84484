"""Figures about what was decided: counts, rates, payments, comparisons, and what limits them.

``archive.stats`` counts what the archive holds (for ``decisions status``); this package answers
questions about the decisions themselves. Everything but ``reading`` and the writers of files is
pure, so that each number can be made again by hand from the same rows.
"""
