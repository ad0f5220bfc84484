"""The judged queries: what a person types, and what a decision must be about to answer it.

A query names one or more facets of ``judged_corpus``. The grade of a decision is the *least* of
its grades for them:

=====  ===================================================================================
3      the decision is about it and finds on it (for a remedy: it was agreed; for a provision: the
       finding rests on it; for a council: it is the decision's own)
2      it is dealt with in paragraphs of its own, but is not what the decision turns on; or the
       decision is about it and was closed without a finding
1      mentioned in passing, outside the standard wording
0      absent, or only in standard wording
=====  ===================================================================================

Half of the queries are held out by a hash of their words: nothing was ever tuned on them.
"""

from __future__ import annotations

import hashlib
import re
from typing import NamedTuple

from benchmarks.judged_corpus import Judged


class Query(NamedTuple):
    """``text`` is in the language of ``decisions search``: words, and phrases in quotes."""

    kind: str
    text: str
    facets: tuple[str, ...]

    @property
    def held_out(self) -> bool:
        """Whether this one is never tuned on: the lowest bit of SHA-256 of its words."""
        return bool(hashlib.sha256(self.text.encode("utf-8")).digest()[0] & 1)

    def grade(self, judged: Judged) -> int:
        """0 to 3, by the table above."""
        return min(judged.grade(facet) for facet in self.facets)


def _queries(kind: str, *asked: tuple[str, str]) -> tuple[Query, ...]:
    return tuple(
        Query(kind, text, tuple(re.split(r" & (?=topic:)", facets))) for text, facets in asked
    )


QUERIES: tuple[Query, ...] = (
    *_queries(
        "one word",
        ("homelessness", "topic:homelessness"),
        ("noise", "topic:noise"),
        ("safeguarding", "topic:safeguarding"),
        ("pothole", "topic:potholes"),
        ("culvert", "topic:drainage"),
        ("smoke", "topic:smoke"),
        ("interpreter", "theme:interpreter"),
        ("consultation", "theme:consultation"),
        ("respite", "topic:short-breaks"),
        ("bias", "theme:bias"),
    ),
    *_queries(
        "words",
        ("council tax support", "topic:council-tax-support"),
        ("housing benefit overpayment", "topic:housing-benefit"),
        ("care home fall", "topic:care-home"),
        ("direct payments suspended", "topic:direct-payments"),
        ("penalty charge notice bus lane", "topic:parking"),
        ("antisocial behaviour neighbour", "topic:asb"),
        ("child protection conference", "topic:child-protection"),
        ("care leaver personal adviser", "topic:care-leaver"),
        ("school admission appeal", "topic:admissions"),
        ("reasonable adjustments", "theme:reasonable-adjustments"),
        ("record keeping", "theme:record-keeping"),
        ("complaint handling", "theme:complaint-handling"),
        ("human rights family life", "theme:human-rights"),
        ("planning permission objections", "topic:planning"),
        ("missed bin collections", "topic:refuse"),
        ("restricted contact persistent", "theme:persistent"),
    ),
    *_queries(
        "phrase",
        ('"disabled facilities grant"', "topic:dfg"),
        ('"school transport"', "topic:school-transport"),
        ('"housing register"', "topic:allocations"),
        ('"blue badge"', "topic:blue-badge"),
        ('"financial assessment"', "topic:charging"),
        ('"planning enforcement"', "topic:planning-enforcement"),
        ('"human rights"', "theme:human-rights"),
        ('"unreasonably persistent"', "theme:persistent"),
        ('"home care"', "topic:home-care"),
        ('"education, health and care plan"', "topic:sen"),
    ),
    *_queries(
        "statute",
        ("section 42 care act", "act:care-42"),
        ('"section 42" "children and families act"', "act:cfa-42"),
        ("section 19 education act 1996", "act:education-19"),
        ('"section 188"', "act:housing-188"),
        ("section 80 environmental protection act", "act:epa-80"),
        ("section 17 care act charging", "act:care-17"),
        ("section 26B late", "theme:late"),
        ("equality act reasonable adjustments", "theme:reasonable-adjustments"),
    ),
    *_queries(
        "council and subject",
        ("highcombe homelessness", "body:London Borough of Highcombe & Fenn & topic:homelessness"),
        ("northmoor district parking", "body:Northmoor District Council & topic:parking"),
        ("wealdshire special educational needs", "body:Wealdshire County Council & topic:sen"),
        ("holmeroyd disabled facilities grant", "body:Holmeroyd City Council & topic:dfg"),
        ("wealdshire school transport", "body:Wealdshire County Council & topic:school-transport"),
        ("eastmarsh data protection", "body:London Borough of Eastmarsh & topic:data-protection"),
        (
            "stannerley planning permission",
            "body:Stannerley Metropolitan Borough Council & topic:planning",
        ),
        ("mereshire financial assessment", "body:Mereshire County Council & topic:charging"),
        ("eastwold council tax", "body:Eastwold District Council & topic:council-tax"),
        ("holmeroyd care assessment", "body:Holmeroyd City Council & topic:care-assessment"),
    ),
    *_queries(
        "remedy",
        ("waive charge", "redress:waive"),
        ("write off arrears", "redress:write-off"),
        ("payment for each term missed education", "redress:term-payment"),
        ("refresher training", "redress:staff-training"),
        ("refund with interest", "redress:refund"),
        ("fresh decision with reasons", "redress:fresh-decision"),
        ("chief executive apologise", "redress:chief-executive"),
        ("independent occupational therapist", "redress:occupational-therapist"),
    ),
    *_queries(
        "in standard wording",
        ("data protection", "topic:data-protection"),
        ('"data protection"', "topic:data-protection"),
        ("fault", "fault"),
        ("injustice", "injustice"),
        ("maladministration", "theme:maladministration"),
        ("ombudsman powers", "theme:jurisdiction"),
        ("service failure", "theme:service-failure"),
        ("information commissioner data breach", "topic:data-protection"),
        ("late complaint", "theme:late"),
        ("school exclusion bullying special educational needs", "topic:sen"),
        ("homelessness court", "topic:homelessness"),
        ("late complaint good reasons", "theme:late"),
    ),
    *_queries(
        "question",
        (
            "what has the ombudsman said about delay in disabled facilities grants",
            "topic:dfg",
        ),
        ("can a council charge for care without a financial assessment", "topic:charging"),
        ("how long can a family be in bed and breakfast when homeless", "topic:homelessness"),
        ("education for a child out of school with anxiety", "topic:alternative-provision"),
        ("council shared my information data protection breach", "topic:data-protection"),
        ("noise from a pub at night council did not visit", "topic:noise"),
        ("20 week limit for an education health and care plan", "topic:sen"),
        ("fault and injustice poor record keeping", "theme:record-keeping"),
        ("was the officer biased conflict of interest", "theme:bias"),
        ("is maladministration more than one mistake", "theme:maladministration"),
    ),
)
"""All judged queries. Words of a query that are in no decision find nothing for any ranking."""
