"""Paragraph numbers that stand in an element of their own, put back in front of their paragraph.

    <div class="no">12.</div><div>The Council …</div>      <td>12.</td><td>The Council …</td>

A reader sees ``12. The Council …``; the walk gives two blocks. Whether the number is then believed
is for the rules (``lgsco_text``), as for any typed one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from scraper.blocks import Block

_ALONE = re.compile(r"\d{1,3}\.")
_LONGEST = 4


def with_numbers(blocks: Sequence[Block]) -> Sequence[Block]:
    """The blocks, each number that stands alone joined to the paragraph after it."""
    alone = [
        index
        for index, block in enumerate(blocks)
        if len(block.text) <= _LONGEST and block.text.endswith(".") and _is_number(block)
    ]
    if not alone:
        return blocks
    joined = list(blocks)
    # From the end, so that the places of those before stay what they are.
    for index in reversed(alone):
        if index + 1 < len(blocks) and _takes_number(blocks[index + 1]):
            number, text = joined[index : index + 2]
            joined[index : index + 2] = [
                text._replace(
                    text=f"{number.text} {text.text}", marker=number.marker, stated=number.stated
                )
            ]
    return joined


def _is_number(block: Block) -> bool:
    return _ALONE.fullmatch(block.text) is not None and not (block.level or block.aside)


def _takes_number(block: Block) -> bool:
    """Whether a block can be what a number before it counts: text, no item, heading or number."""
    return not (block.level or block.aside or block.marker is not None or _is_number(block))
