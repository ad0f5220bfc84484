"""What is asked, as an address that can be changed: filters that are taken away, values to add.

Pure: the parameters of a search (``search.web.asking``) as pairs, the counts of its hits
(``search.facets``), and out come links. A value that is counted leaves, when its link is followed,
exactly as many decisions as the count beside it says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from archive.rendering import OUTCOME_WORDS
from archive.screen import clean
from search.facets import FacetValue
from search.web import addresses
from search.web.asking import LONGEST, MANY, ONE, Parameters
from search.words import fold_name

PAGES = ("offset", "limit")
"""Which part of the answer is shown; whoever asks something else begins at its first page."""

EXPAND = "expand"
"""``expand=1``: other names of the same thing are looked for too."""

MOST_VALUES = 60
"""Values of one facet on a page."""

_OUTCOMES = {str(value): words for value, words in OUTCOME_WORDS.items()}
_KINDS = {"statement": "Statement", "report": "Public interest report"}
_STATUSES = {
    "live": "On the Ombudsman’s site",
    "expired": "No longer on the Ombudsman’s site",
    "withdrawn": "Withdrawn from the Ombudsman’s site",
}

Labels = Mapping[tuple[str, str], str]
"""What a value of a facet is called: (name of the facet, its code) → words."""


class Asked:
    """The parameters of a search in their order; every change is another ``Asked``."""

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        self.pairs = tuple(pairs)

    @classmethod
    def of(cls, values: Parameters) -> Asked:
        """What stands in an address: names that there are, and values that say something."""
        names = [name for name in values if name in MANY or name in ONE or name == EXPAND]
        return cls(
            [
                (name, value[: LONGEST + 1])
                for name in names
                for value in values.getlist(name)
                if value.strip()
            ]
        )

    def values(self, name: str) -> list[str]:
        return [value for key, value in self.pairs if key == name]

    def first(self, name: str) -> str:
        """The value of a name that stands once, empty without one."""
        return next(iter(self.values(name)), "")

    def has(self, name: str, value: str) -> bool:
        """Whether a filter has this value, in any spelling."""
        return any(_same(given, value) for given in self.values(name))

    def with_one(self, name: str, value: str) -> Asked:
        """One value more of a name; the first page of it."""
        return Asked([*self._from_the_start(), (name, value)])

    def put(self, name: str, value: str) -> Asked:
        """This value in the place of all others of its name; the first page of it."""
        return self.without(name).with_one(name, value)

    def without(self, *names: str, value: str | None = None) -> Asked:
        """No values of these names, or not this one; the first page of it."""
        return Asked(
            [
                (key, given)
                for key, given in self._from_the_start()
                if key not in names or (value is not None and not _same(given, value))
            ]
        )

    def only(self, *names: str) -> Asked:
        """These names and nothing else."""
        return Asked([(key, value) for key, value in self.pairs if key in names])

    def address(self, path: str = "/search") -> str:
        return addresses.search(self.pairs, path)

    def from_hit(self, offset: int) -> str:
        """The same search from another of its hits on (0 is the first)."""
        pairs = [(key, value) for key, value in self.pairs if key != "offset"]
        return addresses.search([*pairs, ("offset", str(offset))] if offset else pairs)

    def _from_the_start(self) -> list[tuple[str, str]]:
        return [(key, value) for key, value in self.pairs if key != "offset"]


def _same(one: str, other: str) -> bool:
    code = fold_name(one)
    return one == other or (code != "" and code == fold_name(other))


# --- filters that are there ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in words, and the search without it."""

    what: str
    value: str
    href: str


FILTERS: Mapping[str, str] = {
    "phrase": "Exactly",
    "begins": "A word that begins",
    "not": "Without",
    "section": "Words in",
    "body": "Council or provider",
    "category": "Category",
    "subcategory": "Subcategory",
    "outcome": "Outcome",
    "kind": "Kind",
    "status": "Status",
    "source": "Ombudsman",
}
"""What is said of each filter before its value, in this order."""

RANGES: tuple[tuple[str, str, str, str], ...] = (
    ("from", "to", "Decided", ""),
    ("remedy-min", "remedy-max", "Largest sum", "£"),
)
"""Two names that make one filter, what it is called, and what stands before its values."""


def chips(asked: Asked, labels: Labels) -> list[Chip]:
    """Every filter of a search, each with the address of the search without it."""
    found = [
        Chip(what, value_words(name, value, labels), asked.without(name, value=value).address())
        for name, what in FILTERS.items()
        for value in asked.values(name)
    ]
    for low, high, what, sign in RANGES:
        if asked.values(low) or asked.values(high):
            words = _range_words(asked.first(low), asked.first(high), sign)
            found.append(Chip(what, words, asked.without(low, high).address()))
    return found


def value_words(name: str, value: str, labels: Labels) -> str:
    """A value of a filter as a person reads it."""
    code = fold_name(value)
    known = {
        "outcome": _OUTCOMES,
        "kind": _KINDS,
        "status": _STATUSES,
    }.get(name, {})
    if words := known.get(code.replace("-", "_")):
        return words
    if label := labels.get((name, code)):
        return label
    words = " ".join(clean(value).split())
    return words.replace("_", " ") if name == "section" else words


def _range_words(low: str, high: str, sign: str) -> str:
    first, last = (
        clean(value).strip() if not value or value.strip().startswith(sign) else sign + clean(value)
        for value in (low, high)
    )
    if low and high:
        return first if first == last else f"{first} to {last}"
    return f"{first} or more" if low and sign else f"from {first}" if low else f"up to {last}"


# --- filters to add -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a facet: how many decisions have it, and the search with it (or without)."""

    words: str
    count: int
    href: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The values of one facet: those shown at once, those that are folded away, how many more."""

    name: str
    title: str
    choices: Sequence[Choice]
    folded: Sequence[Choice]
    more: int


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet as it stands on a page. ``shown`` is how many values are to be seen at once."""

    title: str
    shown: int
    order: Callable[[FacetValue], int] = lambda one: -one.count


FACETS: Mapping[str, Facet] = {
    "outcome": Facet("Outcome", 4),
    "category": Facet("Category", 6),
    "subcategory": Facet("Subcategory", 6),
    "year": Facet("Year of the decision", 5, lambda one: -int(one.value)),
    "body": Facet("Council or provider", 8),
    "kind": Facet("Kind", 2),
}
"""The facets of ``search.facets`` that the page of a search counts, in their order on it."""


def labels_of(facets: Mapping[str, Sequence[FacetValue]]) -> dict[tuple[str, str], str]:
    """What the values that were counted are called."""
    return {(name, one.value): clean(one.label) for name in facets for one in facets[name]}


def groups(asked: Asked, facets: Mapping[str, Sequence[FacetValue]]) -> Iterator[Group]:
    """The facets that leave a choice, or in which one was made."""
    labels = labels_of(facets)
    for name, facet in FACETS.items():
        values = sorted(facets.get(name, ()), key=facet.order)
        choices = (_choice(asked, name, one, labels) for one in values if one.value)
        made = [one for one in choices if one is not None]
        made.sort(key=lambda one: not one.chosen)
        if len(made) < 2 and not any(one.chosen for one in made):
            continue
        left = max(0, len(made) - MOST_VALUES)
        # Folding one away would take as much room as the one.
        shown = facet.shown if len(made) > facet.shown + 1 else len(made)
        yield Group(name, facet.title, made[:shown], made[shown:MOST_VALUES], left)


def _choice(asked: Asked, name: str, one: FacetValue, labels: Labels) -> Choice | None:
    """A value with its link; None where taking it would not narrow the search down."""
    if name == "year":
        return _year(asked, one)
    words = value_words(name, one.value, labels)
    if asked.has(name, one.value):
        return Choice(words, one.count, asked.without(name, value=one.value).address(), True)
    if not asked.values(name):
        return Choice(words, one.count, asked.with_one(name, one.value).address(), False)
    if name == "body":
        # Words of names were asked for; this is one of the names that have them.
        return Choice(words, one.count, asked.put(name, one.value).address(), False)
    return None  # several values of a filter mean any of them


def _year(asked: Asked, one: FacetValue) -> Choice:
    """A year; a range that is asked for already and ends within it stays its end."""
    low, high = (asked.first(name).strip() for name in ("from", "to"))
    rest = asked.without("from", "to")
    if low[:4] == high[:4] == one.value:
        return Choice(one.value, one.count, rest.address(), True)
    low = low if low[:4] == one.value else one.value
    high = high if high[:4] == one.value else one.value
    return Choice(
        one.value, one.count, rest.with_one("from", low).with_one("to", high).address(), False
    )
