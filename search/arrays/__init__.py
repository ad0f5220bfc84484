"""The evaluation of a search over whole NumPy arrays, for an index of our own codec.

``hits`` are the documents found, ``segments`` what the codec gives of an index seen as one,
``standing`` where words stand, ``evaluation`` the whole. Only ``search.evaluate.over`` imports
this, when there is such an index: NumPy takes longer to import than a small search takes.

Nothing here knows how anything is stored; see docs/index-format.md.
"""

import search.codec  # noqa: F401 - first, because it imports NumPy without threads
