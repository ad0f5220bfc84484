"""What remedies are made of, as tables: the verbs that open one, sums, rates, deadlines.

The wording is that of the publisher's "Agreed action" and "Recommendations" sections. A new verb is
a row in ``ACTIONS``; the first row that fits decides the kind.
"""

from __future__ import annotations

import re

_UP_TO_5 = r"\b(?: [^\s,;:]+){0,5}?"
_UP_TO_8 = r"\b(?: [^\s,;:]+){0,8}?"
_GIVE = r"(?:provide|arrange|deliver|give|organise|carry out|complete|offer|hold)"
_SORRY = r"(?:apology|apologi[sz]ing|to apologi[sz]e)"
_DO = r"(?:carry out|complete|arrange|undertake|conduct|do|begin|start|hold|convene)"
_IMPROVE = (
    r"(?:improve|introduce|amend|revise|update|publish|monitor|make sure|ensure|put in place|set up"
    r"|share|circulate|produce|develop|prepare|brief|check|keep)"
)

ACTIONS: tuple[tuple[str, str, str], ...] = (
    ("apologise", "apology", r"apologi[sz]e"),
    (
        "apology",
        "apology",
        rf"(?:send|issue|make|write|publish|{_GIVE}){_UP_TO_8} {_SORRY}",
    ),
    ("pay", "payment", r"pay(?! (?:regard|attention|heed))"),
    ("make a payment", "payment", rf"(?:make|offer|arrange){_UP_TO_5} (?:payments?|compensation)"),
    ("meet a cost", "payment", rf"(?:meet|fund|cover|contribute){_UP_TO_8} costs?"),
    ("refund", "refund", r"(?:refund|reimburse|repay|waive|write[ -]off|cancel|credit|clear)"),
    ("train", "training", r"(?:train|retrain)"),
    ("training", "training", rf"{_GIVE}{_UP_TO_8} (?:training|workshops?)"),
    ("reassess", "reassessment", r"(?:reassess|re-assess|assess)"),
    ("assessment", "reassessment", rf"{_DO}{_UP_TO_5} (?:re-?)?assessments?"),
    ("review", "review", r"(?:review|reconsider|re-?examine|look again at|revisit|audit)"),
    ("hold a review", "review", rf"{_DO}{_UP_TO_5} (?:review|audit|appeal|panel)"),
    ("remind", "service_improvement", rf"(?:remind|(?:write to|email){_UP_TO_8} to remind)"),
    ("guidance", "service_improvement", rf"(?:issue|give|provide|send|write){_UP_TO_5} guidance"),
    ("improve", "service_improvement", _IMPROVE),
    ("send", "other", r"(?:send|write to)"),
)
"""Rule, kind, and the words a clause begins with. Order matters: the first that fits."""

SPLITTERS = frozenset(
    ("apologise", "apology", "pay", "make a payment", "meet a cost", "refund", "train", "training",
     "reassess", "assessment", "review", "hold a review", "remind", "send")
)  # fmt: skip
"""Rules that open another remedy in the middle of a clause ("…, pay her £300 and review …").

The others only open a list item or follow the agreement: "so that it can improve" is no remedy.
"""

OTHER = "other"

# "has agreed to my recommendations" says nothing about what.
_NO_NOUN = r"(?! to (?:the(?! following)|these|this|that|my|our|all|both)\b)"
AGREEMENT = re.compile(
    rf"\b(?=[hawsmnr])(?:(?:has|have|had)(?: also| now)? agreed{_NO_NOUN}"
    r"(?: with \S+ recommendations?)?(?: that it will| it will| to)?|agrees to"
    r"|agreed (?:that it will|to)|will(?: also| now)?"
    r"|should(?: also| now)?|must(?: also)?|needs? to"
    r"|recommend(?:s|ed)?(?: that)?(?: it| the (?:Care )?\w+)?)\b",
)
"""What turns a sentence into something the body is to do."""

NOT_THE_BODY = re.compile(
    r"\b(?:I|[Ww]e|[Hh]e|[Ss]he|[Tt]hey|(?:Mr|Mrs|Ms|Miss|Dr) \w+|[Tt]he Ombudsm[ae]n"
    r"|[Tt]h(?:is|at|ere|ese|ose)|which|who|[Pp]eople)\s+$"
)
"""Subjects before "will" or "should" that are not the body: what they do is no remedy."""

THE_BODY = re.compile(
    r"\b(?:[Cc]ouncils?|Provider|Trusts?|School|Company|Board|Home|Panel|[Aa]uthority|[Ii]t"
    r"|[Oo]rganisations?|[Bb]oth|Academy|Association)(?:,[^,]{1,60},)?\s+$"
)
"""Subjects that are the body, so that whatever it will do is a remedy, whichever the verb."""

STRONG_AGREEMENT = re.compile(r"(?:has|have)(?: also| now)? agreed|recommend")
"""What counts outside the sections on remedies; "agreed to assess in July" is only history."""

NO_REMEDY = re.compile(
    r"\b(?:evidence|proof|confirmation|confirm)\b.{0,60}\b(?:complied|done|carried out|completed"
    r"|actions?|it will do|what it will)\b|consider (?:the|this) report"
    r"|\b(?:provide|send|give|show|tell) (?:us|the Ombudsman|me)\b"
    r"|\bconfirm (?:within|to us)\b|\breports? (?:back )?to (?:us|the Ombudsman)\b",
    re.IGNORECASE,
)
"""Duties towards the Ombudsman, which put nothing right for anybody."""

NO_REMEDY_WORDS = ("vidence", "roof", "onfirm", "onsider th", " us ", "Ombudsman ", " me ")
"""Without one of these, ``NO_REMEDY`` cannot match: a quick look before a slow search."""

AMOUNT = re.compile(
    r"£\s?(?P<pounds>\d{1,3}(?:,\d{3}){1,2}|\d{1,9})(?:\.(?P<pence>\d{2}))?(?!,?\d)"
)
RATE = re.compile(
    r"\s*(?:per|an?|each|every|for each|for every)\s+(?:\w+\s+)?"
    r"(?P<period>hour|day|night|week|fortnight|month|term|quarter|year)\b"
    r"|\s*(?P<adverb>daily|weekly|fortnightly|monthly|yearly|annually)\b",
    re.IGNORECASE,
)
ADVERBS = {"daily": "day", "weekly": "week", "fortnightly": "fortnight", "monthly": "month",
           "yearly": "year", "annually": "year"}  # fmt: skip
SHARE = re.compile(
    r"(?P<percent>\d{1,3}(?:\.\d+)?)\s?(?:%|per ?cent\b)|\b(?P<half>half)\b(?= (?:of |the ))"
    r"|\b(?P<full>full|whole|entire)\b(?= (?:costs?|amount|fees?)\b)"
)
TOTAL_BEFORE = re.compile(
    r"(?:\b(?:a|in) total (?:payment |sum |remedy )?(?:of|is|being)?"
    r"|\btotall?ing|\bin total,?|\bmaking|\baltogether"
    r"|\b(?:this|that|it) (?:comes|amounts|adds up) to)\s*$",
    re.IGNORECASE,
)
TOTAL_AFTER = re.compile(r"\s*,?\s*(?:in total|altogether|in all)\b", re.IGNORECASE)
NOT_PAID_BEFORE = re.compile(
    r"\b(?:bills?|invoices?|debts?|fees?|charges?|arrears|ow(?:ed|es|ing)|fines?|penalt(?:y|ies)"
    r"|overpayment|contribution|balance|rent|paid|spent|lost|income|savings)"
    r"(?: (?:of|for|was|is|at|her|him|them|it))*\s*$",
    re.IGNORECASE,
)
OF_A_SUM = re.compile(r"\($")
FOR_EACH = re.compile(r"\s+(?:each|(?:per|for each) (?:person|child|family))\s*\)")
"""``£300 (£150 each)``: the share of a sum that was just named."""

DIRECT_OBJECT = re.compile(
    r"pays?\b(?: (?!for\b|towards\b|because\b|about\b)[^\s,;:£]+)*\s*$", re.IGNORECASE
)
"""Nothing between "pay" and the sum but whom and what: ``pay her the savings of £612``."""

NOT_PAID_AFTER = re.compile(
    r"\s+(?:(?:he|she|they|it|the \w+)(?: has| have| had)? (?:paid|spent|owed?s?|lost|was|were)\b"
    r"|bill|invoice|debt|fee|charge|fine|arrears|overpayment)\b",
    re.IGNORECASE,
)
"""A sum that is a bill or a debt which the text only mentions, not what is to be paid."""

PAYEE_BEFORE = re.compile(
    r"(?:\b(?:[Pp]ay|[Rr]efund|[Rr]eimburse|[Rr]epay)(?:s|ing)?|,|;|\band|\bplus)\s+(?:to )?"
    r"(?P<payee>(?:the |each |both )?[\w’'-]+"
    r"(?: (?:and )?[\w’'-]+){0,5}?)\s+"
    r"(?:(?:a|an|the|further|another|additional|symbolic|total|sum|payment|remedy|of|up|to)\s+)*$"
)
PAYEE_AFTER = re.compile(
    r"\s*(?:each\s+)?to (?P<payee>(?:the |each |both )?[\w’'-]+(?: (?:and )?[A-Z][\w’'-]*)*"
    r"(?: (?:family|families|complainant|woman|man|mother|father|parents|sister|brother|son"
    r"|daughter|husband|wife|partner|estate|carer|neighbours?|child|children))?)\b"
)
WHO_PAID = re.compile(
    r"\s+(?:that |which )?(?P<payee>(?:Mr|Mrs|Ms|Miss|Dr) (?:and (?:Mr|Mrs|Ms|Miss|Dr) )?"
    r"[A-Z][\w’'-]*)"
    r" (?:has |have |had )?(?:already )?(?:paid|spent)\b"
)
"""Who gets a refund of "the £3,266 Ms Y spent"."""

POSSESSIVES = frozenset(("her", "his", "their", "the"))
"""What stands between a payee and what is paid: ``pay Ms Q her savings of £612``."""

PRONOUNS = frozenset(("her", "him", "them", "both"))

NO_PAYEE = frozenset(("a", "an", "for", "of", "to", "recognise", "remedy", "acknowledge", "reflect",
                      "the", "another", "further", "also", "and", "sum", "payment", "total", "up",
                      "symbolic", "put", "make"))  # fmt: skip
"""Words that stand between "pay" and the sum without being anybody."""

NO_NAME = frozenset(("which", "making", "totalling", "bringing", "this", "that", "worth"))
"""Words before a sum that say something about it and name nobody."""

BREAKDOWN = re.compile(
    r"(?:This|That|It|The sum|The total|The payment)"
    r" (?:is|was|comprises|consists of|includes|is made up of|comes to|amounts to)\b"
)
"""How a sentence begins that takes the sum of the sentence before it apart."""
