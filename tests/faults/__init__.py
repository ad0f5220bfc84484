"""The fault suite: what can go wrong with a crawl, by name, and the proof that nothing is lost.

``trials`` says what a fault is and on what ground it is tried; each other module holds faults of
one kind and ends with a table of them; ``table`` puts the tables together. Some of each kind run
with the tests (``test_faults_quick.py``); all of them by ``python3 scripts/faults.py``.
"""
