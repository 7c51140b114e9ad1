"""Words that more than one reader of a sentence asks for: where a clause ends, what joins a list, what speaks against.

    "A in 5%, but B ..."              a new clause
    "5% versus 3%", "A, B and C"      one list goes on
    "A recovered in 12 days"          another statement: 12 is no count of A

A pattern that a single module asks for stands in that module.
"""

from __future__ import annotations

import re

# ", which occurred in 8": a relative clause right behind the name goes on with it
RELATIVE_AT_ONCE = re.compile(r"[\s)\]]*(?:\([^()]*\)\s?)?,?\s?(?:which|that)\b", re.IGNORECASE)

# "A requiring G-CSF occurred in 4": a participle that belongs to the name, before the verb
PARTICIPLE_AT_ONCE = re.compile(
    r"\s(?:requiring|needing|necessitating|leading\sto|resulting\sin|lasting|persisting|complicated\sby|accompanied\sby|associated\swith"
    r"|of(?=\s(?:[\w-]+\s){1,3}(?:duration|severity|degree|length)\b))"
    r"\s[^,;:.()]{1,50}?(?=\s(?:occurred|developed|was|were)\s)",
    re.IGNORECASE,
)

# "it was of moderate degree": nothing else follows
DEGREE_CLOSES = re.compile(
    r"(?:\s(?:degree|severity|intensity))?\s?(?:$|[.;,(]|and\b|in\s(?:all|every|each)\b)", re.IGNORECASE
)

# "; ", "but", a full stop: what follows is another statement
_NEW_CLAUSE = r"\b(?:but|whereas|while|although|though|however|yet)\b|(?<!i\.e)(?<!e\.g)\.\s"
NEW_CLAUSE = re.compile(_NEW_CLAUSE, re.IGNORECASE)
CLAUSE_END = re.compile(rf";|{_NEW_CLAUSE}", re.IGNORECASE)

# "5% versus 3%": a fragment of other expressions
VERSUS = r"vs?\.?|versus|(?:as\s)?compared\s(?:with|to)|(?:as\s)?against"

# ", B, C and": list words between two names, with other names of the list among them
LIST_GAP = re.compile(
    r"""
    \s*(?:\([^()]{1,20}\)\s?)?
    (?:
        (?:,|/|&|,?\s?(?:and|or|plus|as\swell\sas)\b)\s?(?:of\s)?
        (?:(?!(?:was|were|is|are|had|has|in|with|by|for|of|occurred|developed|followed|who|which)\b)[\w-]+\s?){0,4}
    ){1,4}
    \s*
    """,
    re.IGNORECASE | re.VERBOSE,
)

# "12 [patients with late-onset] A", "grade 3 [treatment-related] A": what may stand before the name it belongs to
ADJECTIVES = re.compile(
    r"""
    (?:
        \s | [-/,]
        | \b(?:
            of|the|with|a|an|any|each|one|at|or|first|further|least|more|new|had|developed|reported
            |episodes?|cases?|events?|patients?|incidence|rate|frequency
            |treatment|drug|related|associated|induced|emergent|adverse|toxicity|toxic|serious
            |h(?:a)?ematologic|h(?:a)?ematological
            |\w+(?=-(?:induced|associated|related|emergent)\b)
            |transient|isolated|reversible|asymptomatic|symptomatic|persistent|prolonged|recurrent|uncomplicated
            |late|early|onset|delayed|milder
        )\b
    )*
    """,
    re.IGNORECASE | re.VERBOSE,
)

# Words between event and number that tell of something else than how many had it
VETO = re.compile(
    r"""
    \b(?:
        # figures of a course
        median|mean|average|lasted|lasting|(?<!long\s)(?<!longer\s)(?<!short\s)(?<!prolonged\s)duration|recover\w*|resol\w+|died|deaths?|mortality|survival
        |remission|response|responders?|respond\w+|recurr\w+|relaps\w+|came\sback|returned|again|second
        |persist\w*|(?:was|were|being|remained|proved|is)\s(?:\w+\s)?(?:asymptomatic|symptomatic|self-?limit\w+|transient|reversible|uncomplicated|fatal|uneventful|isolated)
        # what was done
        |hospitali[sz]\w*|admitted|admission|treated\swith|received|GM?-?CSF|support|requir\w+|needed
        |discontinu\w*|delays?|delayed\b(?!\sonset)|reduc\w+|re-?treat\w*|re-?challeng\w*|prophyla\w+|withdr\w+
        |doses?\s(?:reduc|delay|modif)\w+|stopped|interrupt\w*|delivered|administered
        # what was looked for, and with which result
        |looked\sfor|sought|searched|screened|evaluated|assessed|tested|measured
        |associated\swith|leading\sto|led\sto|resulting\sin|showed|revealed|correlat\w+
        |patterns?|features|characteristics|risk\sfactors
        # a relative clause
        |which|whom|who
    )\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
