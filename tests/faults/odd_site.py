"""A look-alike whose lists can be rearranged from page to page, as the real one's order shifts.

``Site`` keeps its order; what shifts here is said by a test. Links can be written in another way
too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.site import Answer, Case, Request, Site
from tests.site.listing import Query, page_slice, results

Arrange = Callable[[int, list[Case]], list[Case]]
Rewrite = Callable[[Case, str], str]


class OddSite(Site):
    """``arrange`` gets how many lists were asked for before, and the cases in their usual order;
    ``rewrite`` gets a case and its link. None: as usual."""

    arrange: Arrange | None = None
    rewrite: Rewrite | None = None
    asked = 0

    def answer(self, request: Request) -> Answer:
        """The answer, its list rearranged and its links rewritten."""
        answer = super().answer(request)
        if answer.kind != "listing":
            return answer
        query = Query.parse(request.query)
        cases = [case for case in self.visible() if query.wants(case)]
        if self.arrange is not None:
            shown = self.arrange(self.asked, cases)[page_slice(query.page)]
            answer = self._list(shown, len(cases), query)
        else:
            shown = cases[page_slice(query.page)]
        self.asked += 1
        if self.rewrite is not None:
            text = answer.content.decode()
            for case in shown:
                link = f'href="{self.rewrite(case, self.url + case.path)}"'
                text = text.replace(f'href="{case.path}"', link)
            answer.content = text.encode()
        return answer

    def _list(self, shown: Sequence[Case], total: int, query: Query) -> Answer:
        made = Answer.of(results(shown, total, query, form=self.form), kind="listing")
        made.listed = tuple(case.path for case in shown)
        made.stated = total
        return made
