"""The words of the judged corpus: standard wording, themes, remedies, statutes, asides.

Tables only, in our own words; ``judged_corpus`` puts them together with the stories of
``tests/site``. The grammar is that of ``tests/site/stories.py``: ``[a|b]`` takes one choice,
``{X}`` is the complainant, ``{C}`` the body, ``{m1}`` a month, ``{£50-200}`` an amount.
"""

# ruff: noqa: E501, ISC004 - sentences are read and changed whole

from __future__ import annotations

from typing import NamedTuple

from archive.records import SectionKind

K = SectionKind


class Standard(NamedTuple):
    """A paragraph that stands nearly word for word in many decisions.

    ``share`` is that of the decisions it can stand in: those of ``categories`` (all where there
    are none) and ``outcomes``.
    """

    section: SectionKind
    share: float
    text: str
    categories: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ("Upheld", "Not upheld", "Closed")


ADULT, CHILDREN = "Adult care services", "Children's care services"

STANDARD: tuple[Standard, ...] = (
    Standard(
        K.POWERS,
        0.95,
        "We look into complaints about ‘maladministration’ and ‘service failure’. In this statement "
        "I use the word ‘fault’ for both. We must also consider whether a fault has had a bad effect "
        "on the person who complains, which I call ‘injustice’. Where there is fault that has caused "
        "an injustice we may suggest a remedy. (Local Government Act 1974, sections 26(1) and "
        "26A(1)[, as amended|, as amended|, as amended.|])",
    ),
    Standard(
        K.POWERS,
        0.7,
        "We cannot say that a decision is wrong only because someone disagrees with it. We look at "
        "how it was made. If there was no fault in that, we have no grounds to criticise the "
        "decision itself. (Local Government Act 1974, section 34(3)[, as amended|, as amended|])",
    ),
    Standard(
        K.POWERS,
        0.65,
        "If we are satisfied with what an organisation has done or proposes to do, we may complete "
        "our investigation and issue a decision statement. (Local Government Act 1974, section "
        "30(1B) and 34H(i), as amended)",
        outcomes=("Upheld", "Not upheld"),
    ),
    Standard(
        K.POWERS,
        0.9,
        "Our service is free, but it is paid for with public money which we have to use with care. "
        "We may decide not to start an investigation, or to end one, if we think that any injustice "
        "is not significant enough, that another body is better placed to consider the matter, or "
        "that we could not add to an investigation already carried out. (Local Government Act 1974, "
        "section 24A(6), as amended)",
        outcomes=("Closed",),
    ),
    Standard(
        K.POWERS,
        0.35,
        "We cannot investigate a late complaint unless we decide there are good reasons. A complaint "
        "is late when someone takes more than twelve months to come to us about something a council "
        "has done. (Local Government Act 1974, sections 26B and 34D, as amended)",
    ),
    Standard(
        K.POWERS,
        0.32,
        "We usually expect a person with a complaint about data protection to take it to the "
        "Information Commissioner first, whose office can consider a data breach and whether "
        "information was shared unlawfully. We may still decide to investigate if there are good "
        "reasons for it.",
    ),
    Standard(
        K.POWERS,
        0.55,
        "The law says that we cannot normally investigate a complaint when someone has a right of "
        "appeal to a tribunal about the same matter. We may do so if it would be unreasonable to "
        "expect the person to use it. The First-tier Tribunal considers appeals about special "
        "educational needs and about housing benefit. (Local Government Act 1974, section 26(6)(a), "
        "as amended)",
        ("Education", "Benefits and tax"),
    ),
    Standard(
        K.POWERS,
        0.4,
        "We cannot investigate most complaints about what happens inside a school, such as bullying, "
        "exclusion or the conduct of a teacher. (Local Government Act 1974, Schedule 5, paragraph "
        "5(b), as amended)",
        ("Education", CHILDREN),
    ),
    Standard(
        K.POWERS,
        0.5,
        "The law says that we cannot normally investigate a complaint when someone could take the "
        "matter to court, for instance about homelessness, trespass, a parking penalty or damage "
        "to property. We may do so if it would be unreasonable to expect the person to go to court. "
        "(Local Government Act 1974, section 26(6)(c), as amended)",
        ("Housing", "Transport and highways", "Environment and regulation", "Other Categories"),
    ),
    Standard(
        K.POWERS,
        0.5,
        "A person who is refused planning permission may appeal to the Planning Inspectorate, which "
        "acts for the Secretary of State. We do not act as an appeal body and do not take a new "
        "planning decision. We look at whether there was fault in how the council considered the "
        "application or the breach of planning control.",
        ("Planning",),
    ),
    Standard(
        K.POWERS,
        0.45,
        "We consider complaints about adult social care providers as well as councils. We decide "
        "whether a provider’s actions have caused an injustice, or could have, to the person who "
        "complains. (Local Government Act 1974, sections 34 B, 34C and 34 H(3 and 4) as amended)",
        (ADULT, "Health"),
    ),
    Standard(
        K.POWERS,
        0.6,
        "We may share this decision with the Care Quality Commission, or with Ofsted, under the "
        "information sharing agreements that we have with them.",
        (ADULT, CHILDREN, "Education"),
    ),
    Standard(
        K.POWERS,
        0.14,
        "The Equality Act 2010 asks organisations to make reasonable adjustments for disabled people "
        "and to have regard to equality in what they do. We cannot decide whether an organisation "
        "has broken the Equality Act, which is for the courts, but we can say whether it had regard "
        "to its duties.",
    ),
    Standard(
        K.POWERS,
        0.12,
        "The Human Rights Act 1998 sets out the rights and freedoms that everyone in the country is "
        "entitled to, such as respect for private and family life. We cannot decide whether human "
        "rights were breached, but we can say whether a council had regard to them.",
    ),
    Standard(
        K.POWERS,
        0.12,
        "This complaint is about events during the COVID-19 pandemic. Government gave councils new "
        "and often changed rules and guidance. We can consider whether the council acted without "
        "fault in the circumstances, and followed the relevant legislation and our good "
        "administrative practice during the response to COVID-19.",
    ),
    Standard(
        K.POWERS,
        0.1,
        "We cannot investigate complaints about personnel matters, such as recruitment, training or "
        "the discipline of staff. (Local Government Act 1974, Schedule 5, paragraph 4, as amended)",
    ),
    Standard(
        K.METHOD,
        0.9,
        "I considered the complaint and the information that {X} provided, made enquiries of {C} and "
        "considered its response together with the relevant law, guidance and policies[.|, and I "
        "spoke to {X} by telephone.|.]",
    ),
    Standard(
        K.METHOD,
        0.85,
        "{X} and {C} had an opportunity to comment on a draft of this decision. I considered their "
        "comments carefully before I made a final decision.",
    ),
    Standard(
        K.METHOD,
        0.4,
        "I considered our guidance on remedies, which is published on our website and says how we "
        "put a figure on distress, avoidable time and trouble, and lost provision.",
        outcomes=("Upheld",),
    ),
    Standard(
        K.METHOD,
        0.45,
        "Where there is a conflict of evidence we make our findings on the balance of probabilities. "
        "This means that we weigh up what there is and decide what is more likely than not to have "
        "happened.",
    ),
    Standard(
        K.METHOD,
        0.3,
        "I considered the Assessment Code that we use to decide which complaints to investigate, and "
        "gave {X} the chance to comment on my reasons.",
        outcomes=("Closed",),
    ),
    Standard(
        K.BACKGROUND,
        0.3,
        "{CC} has a complaints procedure with two stages. It aims to reply within {10-20} working "
        "days at the first stage and {20-65} at the second, and says that a person who remains "
        "unhappy may then come to the Ombudsman.",
        outcomes=("Upheld", "Not upheld"),
    ),
    Standard(
        K.BACKGROUND,
        0.75,
        "The Care Act 2014 and the statutory guidance set out what councils must do for adults who "
        "need care and support, from the assessment of needs and the care and support plan to "
        "charging, safeguarding and reviews.",
        (ADULT,),
        ("Upheld", "Not upheld"),
    ),
    Standard(
        K.BACKGROUND,
        0.7,
        "A child or young person with special educational needs may have an Education, Health and "
        "Care plan. The plan sets out the needs and what arrangements should be made to meet them. "
        "The council cannot leave it to the school to see that the plan is followed.",
        ("Education", CHILDREN),
        ("Upheld", "Not upheld"),
    ),
    Standard(
        K.BACKGROUND,
        0.6,
        "Part 7 of the Housing Act 1996 and the Homelessness Code of Guidance set out the powers and "
        "duties of councils towards people who are homeless or threatened with homelessness, and "
        "Part 6 how social housing is allocated.",
        ("Housing",),
        ("Upheld", "Not upheld"),
    ),
    Standard(
        K.REMEDY,
        0.9,
        "{CC} should provide us with evidence it has complied with the above actions within the time "
        "we have given, and tell us in good time if it foresees any delay.",
        outcomes=("Upheld",),
    ),
    Standard(
        K.REMEDY,
        0.35,
        "Our guidance on remedies says that a remedy should, so far as possible, put the person back "
        "in the position they would have been in but for the fault. Where that cannot be done we may "
        "recommend a symbolic payment for distress.",
        outcomes=("Upheld",),
    ),
    Standard(
        K.FINAL_DECISION,
        0.8,
        "I have completed my investigation and uphold the complaint. There was fault by {C} which "
        "caused injustice to {X}, and {C} has agreed to the remedy set out above.",
        outcomes=("Upheld",),
    ),
    Standard(
        K.FINAL_DECISION,
        0.8,
        "I have completed my investigation with a finding of no fault by {C}, and I do not uphold "
        "the complaint that {X} has made.",
        outcomes=("Not upheld",),
    ),
)

NEUTRAL: tuple[str, ...] = (
    "{X} kept a diary and sent us copies of {12-60} messages. They fit with {C}’s own records, except "
    "for {2-6} which {C} could not find.",
    "The records for {m2} are thin. The officer who dealt with the matter has left, and her notes do "
    "not cover every conversation.",
    "On {d5} {X} telephoned again and [spoke to a manager|was put through to another team|left a "
    "message]. The note of the call is {2-9} lines long.",
    "{CC} says that it had [an unusual number of cases|{3-8} vacancies|a new computer system] in {m4}.",
    "There is a recording of the call on {d3}. I have listened to it. It bears out what {X} told us "
    "[in most respects|about what was said].",
    "A meeting was arranged for {d7} and [took place|was put off by {2-9} days|took place without "
    "{X}]. {3-7} people are named in the minutes.",
    "{X} wrote to [a councillor|the Member of Parliament|the chief executive] in {m5}. The reply of "
    "{d8} repeats what {C} had said before.",
    "I asked {C} about this. It told me on {d11} that it [had nothing to add|would look for the "
    "papers|accepted the point].",
    "By {m6} {X} had sent {4-19} messages and received {1-3} answers.",
    "The file was passed from one officer to another on {d6}, and again {2-8} weeks later.",
    "{X} says that {he} was told the opposite [at the counter|on the telephone] in {m3}. There is no "
    "note of it and I cannot say what was said.",
    "Where accounts differ about {d4} I prefer [the note made that day|what {X} wrote the next "
    "morning|the account of the officer who was there].",
    "{CC} accepts that its letter of {d7} could have been clearer. I welcome that.",
    "{X} has made a number of other points about {m7} and {m8}. I have read them all, and mention "
    "those that bear on my decision.",
    "In {m9} {C} changed its [forms|staff|website], and {X} was asked to begin again.",
    "It is fair to say that {X} did not find the papers easy to follow. They run to {40-190} pages.",
)
"""Paragraphs that share a frame and belong to one person: never standard wording."""

ASIDES: tuple[tuple[str, str], ...] = (
    (
        "complaint",
        "{X} has a separate complaint about {name}, which we are dealing with under another reference.",
    ),
    ("complaint", "{He} also mentions {name}, but says this is not what {he} wants us to look at."),
    ("scope", "I have not looked at {name}. {X} may complain about that to {C} first."),
    ("background", "At the time {X} was also in contact with {C} about {name}."),
    ("background", "An officer noted in {m1} that {X} had asked about {name}, and passed it on."),
    ("background", "{X} had dealt with {C} before, over {name}, in the years up to {m0}."),
    (
        "analysis",
        "{X} compares this with how {C} dealt with {name}. That is another matter and I make no "
        "finding on it.",
    ),
    (
        "remedy",
        "{CC} told us that it is already changing how it deals with {name}, after another decision "
        "of ours.",
    ),
    ("summary", "{X} also complained about {name}, which we did not investigate."),
    ("summary", "We did not look at {name}."),
)
"""Ways in which a subject is mentioned in passing, by where."""

TOPICS: dict[str, tuple[str, tuple[str, ...]]] = {
    "Assessment and care plan": ("care-assessment", ("care needs assessment", "care assessment")),
    "Charging": ("charging", ("care charges", "charges for care", "financial assessment")),
    "Direct payments": ("direct-payments", ("direct payment", "direct payments")),
    "Disabled facilities grants": ("dfg", ("disabled facilities grant", "adaptations")),
    "Domiciliary care": ("home-care", ("home care", "domiciliary care")),
    "Residential care": ("care-home", ("care home", "residential care")),
    "Safeguarding": ("safeguarding", ("safeguarding",)),
    "Transport": ("blue-badge", ("Blue Badge",)),
    "Council tax": ("council-tax", ("council tax",)),
    "Council tax support": ("council-tax-support", ("council tax support",)),
    "COVID-19": ("business-grant", ("restart grant", "lockdown grant", "discretionary grant")),
    "Housing benefit and council tax benefit": ("housing-benefit", ("housing benefit",)),
    "Child protection": ("child-protection", ("child protection",)),
    "Disabled children": ("short-breaks", ("short breaks", "respite")),
    "Friends and family carers": ("kinship", ("fostering allowance", "foster carer")),
    "Looked after children": ("care-leaver", ("care leaver", "personal adviser")),
    "Other": ("data-protection", ("data protection",)),
    "Alternative provision": ("alternative-provision", ("education out of school", "tutor")),
    "School admissions": ("admissions", ("school admission", "school place", "admission appeal")),
    "School transport": ("school-transport", ("school transport", "home to school transport")),
    "Special educational needs": ("sen", ("Education, Health and Care Plan", "EHC Plan")),
    "Antisocial behaviour": ("asb", ("antisocial behaviour",)),
    "Drainage": ("drainage", ("culvert", "flooding")),
    "Noise": ("noise", ("noise",)),
    "Pollution": ("smoke", ("smoke",)),
    "Refuse and recycling": ("refuse", ("bin collections", "missed collections")),
    "Allocations": ("allocations", ("housing register", "housing allocation")),
    "Homelessness": ("homelessness", ("homelessness", "homeless")),
    "Councillor conduct and standards": ("councillor", ("councillor’s conduct",)),
    "Land": ("land", ("a strip of land",)),
    "Enforcement": ("planning-enforcement", ("planning enforcement",)),
    "Planning applications": ("planning", ("planning application", "planning permission")),
    "Highway repair and maintenance": ("potholes", ("pothole", "potholes")),
    "Parking and other penalties": ("parking", ("penalty charge notice", "parking penalty")),
}
"""Sub-category → the topic, and what it is called in a text. Sub-categories that are not here tell
stories but are not asked for."""


class Theme(NamedTuple):
    """A matter that can come up in any complaint.

    ``found`` are the paragraphs of a decision that finds on it (the first alone where it is dealt
    with among others); ``names`` what it is called.
    """

    heading: str
    names: tuple[str, ...]
    said: str
    found: tuple[str, ...]
    told: str


THEMES: dict[str, Theme] = {
    "reasonable-adjustments": Theme(
        "Reasonable adjustments",
        ("reasonable adjustments", "reasonable adjustment"),
        "refused to make reasonable adjustments for {his} disability",
        (
            "{X} asked {C} in {m2} to write in large print and not to telephone. {CC} did neither. "
            "It did not consider the request for reasonable adjustments at all, and that was fault.",
            "A council has to think ahead about what disabled people may need. There is no note that "
            "anyone asked {X} what adjustments would help, before or after {d4}.",
            "The failure to make adjustments meant that {X} did not understand the letter of {d5} and "
            "missed the date in it. That is an injustice.",
        ),
        "{CC} failed to make reasonable adjustments",
    ),
    "complaint-handling": Theme(
        "Complaint handling",
        ("complaint handling", "handling of the complaint", "handled the complaint"),
        "handled {his} complaint badly",
        (
            "{CC} took {5-11} months to answer the complaint. Its complaint handling fell well short of "
            "its own policy. That was fault.",
            "The reply at the second stage did not deal with {3-5} of the points. It was written by the "
            "officer complained of, which no complaint procedure should allow.",
            "The poor handling of the complaint put {X} to avoidable time and trouble over and above "
            "the matter itself.",
        ),
        "Its complaint handling was poor",
    ),
    "record-keeping": Theme(
        "Record keeping",
        ("record keeping", "no record"),
        "did not keep proper records",
        (
            "There is no record of the visit on {d3} or of the reasons for the decision. Poor record "
            "keeping is fault in itself, because nobody can test what was done.",
            "The notes were written up {3-9} weeks later. They cannot be relied on where they differ "
            "from what {X} wrote on the day.",
            "Because of the missing records {X} will never know whether the outcome would have been "
            "different. That uncertainty is an injustice.",
        ),
        "Its record keeping was poor",
    ),
    "interpreter": Theme(
        "Interpreting",
        ("interpreter",),
        "did not provide an interpreter",
        (
            "{X} speaks little English. {CC} held the meeting on {d2} without an interpreter, although "
            "its file says that one was needed. That was fault.",
            "A child of the family was asked to interpret. That should not have happened.",
            "Without an interpreter {X} could not follow what was agreed, and signed a form {he} had "
            "not understood.",
        ),
        "It did not provide an interpreter",
    ),
    "persistent": Theme(
        "Restricting contact",
        ("unreasonably persistent", "restricted contact", "restricting contact"),
        "called {him} unreasonably persistent and restricted how {he} could contact it",
        (
            "{CC} decided on {d6} that {X} was unreasonably persistent and restricted contact to one "
            "message a month. It gave no warning and no right of review, as its policy requires. That "
            "was fault.",
            "A restriction has to be reviewed. This one had no end date and stood for {7-20} months.",
            "I recognise that {X} wrote often. But {he} wrote because {he} was not answered.",
        ),
        "It restricted {his} contact without following its policy",
    ),
    "bias": Theme(
        "Whether the officer was biased",
        ("bias", "biased"),
        "allowed a biased officer to deal with the matter",
        (
            "The officer had a family connection with the other side and did not declare it. Whether "
            "or not she was biased, there was the appearance of bias, and that was fault.",
            "{CC} should have moved the case to someone else when {X} raised the conflict of interest "
            "on {d3}.",
            "I cannot say that the decision would have been different. {X} has lost the assurance that "
            "it was taken without bias.",
        ),
        "There was the appearance of bias",
    ),
    "human-rights": Theme(
        "Human rights",
        ("human rights", "Article 8"),
        "disregarded {his} right to family life",
        (
            "{CC} did not think about human rights when it separated the family. There is nothing in "
            "the file to show that it weighed Article 8 at all. That was fault.",
            "Interference with family life has to be proportionate. {CC} looked at cost alone.",
            "Had it had regard to human rights, it is more likely than not that {C} would have offered "
            "something nearer.",
        ),
        "It had no regard to human rights",
    ),
    "maladministration": Theme(
        "What amounts to maladministration",
        ("maladministration",),
        "is guilty of maladministration",
        (
            "{CC} argued that a mistake by one officer cannot amount to maladministration. I do not "
            "agree. Maladministration is a broad term and includes inattention, neglect and delay.",
            "The law does not define maladministration. It has been for us to say, case by case, and "
            "for the courts to correct us.",
            "Taken together what happened between {m2} and {m7} was maladministration by {C} and not "
            "the slip of one person.",
        ),
        "What happened was maladministration",
    ),
    "service-failure": Theme(
        "Service failure",
        ("service failure",),
        "failed to provide a service",
        (
            "{CC} could not recruit the people it needed. No one is to blame for that, but a duty was "
            "not met. This was service failure, which does not depend on anyone having acted badly.",
            "Service failure is an objective test: was what should have been provided, provided? It "
            "was not, for {5-14} months.",
            "The service failure had the same effect on {X} as any other failing would have had.",
        ),
        "There was service failure",
    ),
    "consultation": Theme(
        "The consultation",
        ("consultation", "consult"),
        "did not consult those affected",
        (
            "{CC} ended the service without public consultation. It had promised one in {m1}. That "
            "was fault.",
            "A consultation must come while a proposal can still be changed. The {3-9} days allowed in "
            "{m4} came after the contract had been signed.",
            "{X} lost the chance to be heard in the consultation. I cannot say it would have changed "
            "the decision.",
        ),
        "It did not consult before it ended the service",
    ),
    "late": Theme(
        "Whether the complaint is late",
        ("late complaint", "complaint is late", "exercise discretion"),
        "should still be looked at although the complaint is late",
        (
            "{X} knew of this in {m0} and came to us more than twelve months later, so the complaint "
            "is late. {He} was in hospital for much of that time. I have exercised discretion to look "
            "at it.",
            "The restriction in section 26B exists because memories fade and papers are lost. Here the "
            "papers are complete, so nobody is harmed by the late complaint.",
            "I have not gone back further than {m0}. There is no good reason for the time before that.",
        ),
        "Although the complaint was late, we exercised discretion",
    ),
    "jurisdiction": Theme(
        "What we have power to do",
        ("our powers", "our jurisdiction", "the Ombudsman’s powers"),
        "should be investigated whatever the limits of the Ombudsman’s powers",
        (
            "{CC} said that this lay outside the Ombudsman’s powers. I have taken advice and do not "
            "agree. Our powers cover an administrative function even where a contractor carries it out.",
            "Our jurisdiction does not reach to what the court decided on {d4}. It does reach to what "
            "{C} did before it applied to the court.",
            "I have therefore used our powers to look at the time up to {d4} and no further.",
        ),
        "{CC} disputed the Ombudsman’s powers, which cover this",
    ),
}
"""Matters that cut across subjects; several of them are named in standard wording, too."""


class Redress(NamedTuple):
    """Something that may be agreed: ``agreed``, ``offered`` before we came, or only ``wanted``."""

    names: tuple[str, ...]
    agreed: str
    offered: str
    wanted: str


REDRESS: dict[str, Redress] = {
    "waive": Redress(
        ("waive", "waived"),
        "waive the charge of £{240-1900} and confirm in writing that nothing is owed",
        "{CC} had offered on {d8} to waive £{100-600} of the charge, which {X} refused.",
        "{He} wants {C} to waive the charge.",
    ),
    "write-off": Redress(
        ("write off", "written off"),
        "write off the arrears of £{300-2900} and stop all recovery action",
        "{CC} had written off £{100-400} of the arrears in {m8} after an officer looked at the account.",
        "{He} would like {C} to write off the arrears.",
    ),
    "term-payment": Redress(
        ("for each term", "a term of missed"),
        "pay {him} £{900-2400} for each term of education that was missed",
        "{CC} had offered £{300-600} for each term, less what the tutor had cost.",
        "{X} asks for £2,000 for each term.",
    ),
    "staff-training": Redress(
        ("refresher training", "train its staff", "staff training"),
        "provide refresher training to the staff of the team and send us the slides",
        "{CC} had arranged staff training in {m9} and showed us who attended.",
        "{He} says the staff training is plainly not good enough.",
    ),
    "refund": Redress(
        ("refund", "refunded"),
        "refund the £{60-900} that {X} paid, with interest",
        "{CC} had refunded £{20-90} in {m8} without explanation.",
        "{X} wants a refund.",
    ),
    "fresh-decision": Redress(
        ("fresh decision", "take the decision again"),
        "take a fresh decision by an officer who has not been involved, and give reasons",
        "{CC} had agreed in {m9} to take the decision again but had not done so.",
        "{He} wants {C} to take the decision again.",
    ),
    "chief-executive": Redress(
        ("chief executive",),
        "arrange for its chief executive to meet {X} and apologise in person",
        "{CC}’s chief executive wrote a short letter on {d9} in which he apologised.",
        "{X} would like the chief executive to apologise in person.",
    ),
    "occupational-therapist": Redress(
        ("independent occupational therapist",),
        "pay for an assessment by an independent occupational therapist whom {X} accepts",
        "{CC} had offered in {m8} that an independent occupational therapist should look at the case.",
        "{X} asks for an independent occupational therapist.",
    ),
}
"""What was agreed, offered or wanted, to be asked for by kind of remedy."""

RELIED: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "Safeguarding": (
        "act:care-42",
        ("section 42 of the Care Act", "Care Act 2014, section 42"),
        (
            "What {C} did fell short of section 42 of the Care Act 2014. The duty under section 42 is "
            "to find out what should be done, and nobody asked.",
            "Under section 42 of the Care Act it was {C} which had to decide, and not the bank.",
        ),
    ),
    "Special educational needs": (
        "act:cfa-42",
        (
            "section 42 of the Children and Families Act",
            "Children and Families Act 2014, section 42",
        ),
        (
            "The duty in section 42 of the Children and Families Act 2014 is absolute. A council that "
            "has used its best endeavours has not met section 42 if the provision is not there.",
            "{CC} was in breach of section 42 of the Children and Families Act from {m5} to {m8}.",
        ),
    ),
    "Alternative provision": (
        "act:education-19",
        ("section 19", "Education Act 1996, section 19"),
        (
            "Section 19 of the Education Act 1996 leaves it to {C} to decide, and a section 19 duty "
            "arises as soon as it is clear that a child will be out of school for fifteen days.",
            "{CC} should have seen that its section 19 duty was engaged in {m1}.",
        ),
    ),
    "Homelessness": (
        "act:housing-188",
        ("section 188", "sections 184 and 188"),
        (
            "The threshold in section 188 of the Housing Act 1996 is low: reason to believe is enough. "
            "{CC} had it on {d1} and owed {X} interim accommodation under section 188 from that day.",
            "Section 188 does not ask for proof, and {C} was wrong to wait for it.",
        ),
    ),
    "Noise": (
        "act:epa-80",
        ("section 80", "sections 79 and 80"),
        (
            "Section 80 of the Environmental Protection Act 1990 leaves no choice: once satisfied that "
            "there is a nuisance, {C} must serve an abatement notice.",
            "The officer’s note of {d4} says that she was satisfied, so section 80 applied from then.",
        ),
    ),
    "Charging": (
        "act:care-17",
        ("section 17 of the Care Act", "sections 14 and 17"),
        (
            "Section 17 of the Care Act 2014 asks for a financial assessment before a charge. {CC} "
            "charged first and assessed afterwards, which section 17 does not allow.",
            "A light-touch assessment would have met section 17, and there was not even that.",
        ),
    ),
}
"""Sub-category → the provision a decision may rest on, how it is named, and the paragraphs that do."""
