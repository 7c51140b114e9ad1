"""The course told by a verb and what it does, where no fixed phrase has it: a count raised, a drug kept from both.

"filgrastim brought the count up"                      resolved
"the count went up quickly", "soon normal"             resolved
"G-CSF was effective", "G-CSF sufficed"                resolved
"G-CSF had a short-lived effect"                       not resolved
"neither X nor Y helped"                               X and Y were tried
"in neither was the drug given again"                  drug_discontinued
"""

from __future__ import annotations

import re

_CELLS = r"(?:counts?|neutrophils?|granulocytes?|ANC|leu[ck]ocytes?|white cells?|cells|values?|levels?)"
_SOON = r"(?:soon|quickly|rapidly|promptly|swiftly|steadily|slowly|gradually|fully|completely|once|entirely|all)"
_RAISED = re.compile(
    r"\b(?:brought|pulled|pushed|took|drove)\s(?:the|his|her|their)\s(?:[\w-]+\s){0,2}?"
    rf"{_CELLS}\s(?:\w+ly\s)?(?:up|back)\b"
    r"|\b(?:raised|lifted|boosted|corrected|restored)\s(?:the|his|her|their)\s(?:[\w-]+\s){0,2}?"
    rf"{_CELLS}\b"
    rf"|\b{_CELLS}\s(?:had\s)?(?:{_SOON}\s)?(?:went up|gone up|shot up|picked up|righted themselves|righted itself)\b"
    rf"|\b{_CELLS}\s(?:was|were|became|had become)\s(?:{_SOON}\s){{1,2}}normal\b"
    r"|\b(?:came\s(?:up|back)|reappeared|climbed|went\sup|rose|recovered|returned|normali[sz]ed)\s(?:\w+ly\s|again\s|to\s[\d.]+\s)?"
    r"(?:(?:all\s)?by\s(?:itself|themselves)|(?:on|of)\s(?:its|their)\sown(?:\saccord)?|unaided|unassisted|unprompted)\b"
    r"|\b(?:righted itself|corrected itself|reversed (?:it|the neutrop[ae]nia)"
    r"|corrected the neutrop[ae]nia|put it right|passed off)\b",
    re.IGNORECASE,
)
# "At the nine-month follow-up she was well with a normal neutrophil count"
_NORMAL_AT_LOOK = re.compile(
    r"\b(?:follow[-\s]?up|last\s(?:visit|contact|review)|now|currently|today|since\sthen)\b[^.;]{0,90}?"
    r"\b(?:with|has|have|had|and)\s(?:an?\s|her\s|his\s|their\s)?normal\s(?:absolute\s)?(?:neutrophil|granulocyte|blood|ANC)\b",
    re.IGNORECASE,
)
_GROWTH_FACTOR = r"\b(?:G-?CSF|filgrastim|lenograstim|pegfilgrastim|colony[-\s]stimulating factors?|growth factors?)\s"
_WORKED = re.compile(
    _GROWTH_FACTOR + r"(?:treatment\s|therapy\s)?(?:(?:was|were|proved|being)\s(?:\w+ly\s)?"
    r"(?:effective|successful|enough|sufficient)\b(?!\s(?:only|for))"
    r"|sufficed\b|(?:was|were)\s(?:given|used|administered|started|tried),?\s(?:with|to)\s(?:\w+\s)?"
    r"(?:success|effect|response)\b"
    r"|(?:led to|produced|induced|brought|caused|gave)\s(?:an?\s)?(?:prompt|rapid|quick|steep|brisk|swift|good)\s"
    r"(?:rise|response|recovery|increase)\b)"
    + r"|"
    + _GROWTH_FACTOR
    + r"(?:[^.;]{0,40}\b(?:given|started|commenced|administered|added|begun)\b,?\s)?(?:then,?\s)?with\s(?:an?\s)?"
    r"(?:\w+\s)?(?:prompt|rapid|quick|good|excellent|brisk|swift|immediate|complete|full|sustained|lasting)\s(?:\w+\s)?(?:response|recovery|effect|rise|result)\b"
    r"|\banswered\s(?:\w+ly\s)?to\s(?:\w+\s){0,2}?" + _GROWTH_FACTOR.rstrip(r"\s"),
    re.IGNORECASE,
)
_LISTED_WITH = (
    r"(?:G-?CSF|\w*filgrastim|lenograstim|\w+penem|\w*cillin(?:[-/]\w+)?|cef\w+|vancomycin|antibiotics?|antimicrobials?|antifungals?|steroids?|corticosteroids?|prednisolone"
    r"|prednisone|methylprednisolone)"
)
_IMMUNOGLOBULIN_LISTED = re.compile(
    rf"\b{_LISTED_WITH}(?:,\s(?:and\s)?|\sand\s|\splus\s|\swith\s)(?P<what>immunoglobulins?)(?=\s?[,.;(]|\s(?:and|were|was|with|s?he|they|the|for|at|over|but|had|did|led|brought|failed|\d)\b|$)"
    rf"|\b(?P<what2>immunoglobulins?)(?=(?:,\s(?:and\s)?|\sand\s|\splus\s){_LISTED_WITH}\b)"
    # "immunoglobulins (0.4 g/kg) were infused", "was given immunoglobulins"
    r"|\b(?P<what3>immunoglobulins?)(?:\s\([^()]*\)|\s[\d.]+\s?g(?:/kg)?(?:\s\w+){0,3}?)?\s(?:was|were)\s(?:\w+ly\s)?(?:given|infused|administered|tried|added)\b"
    r"|\b(?:given|received|treated\swith|administered)\s(?P<what4>immunoglobulins)\b",
    re.IGNORECASE,
)
_UNLIKE = re.compile(
    r"\b(?:not|no|never|nor|without|failed|hardly|barely|briefly|transiently|temporarily|only|if|until|when|once|before|may|can"
    r"|might|should|could|would)\s(?:\w+\s){0,2}$",
    re.IGNORECASE,
)
# One of these words must be there
_OF_RECOVERY = frozenset(
    {
        "up", "brought", "raised", "lifted", "boosted", "corrected", "restored", "righted", "normal", "reversed",
        "right", "off", "effective", "successful", "enough", "sufficient", "sufficed", "success", "effect", "response",
        "recovery", "increase", "rise", "result", "answered", "itself", "themselves", "own", "unaided", "unassisted",
        "unprompted",
    }
)  # fmt: skip
_NOT_AGAIN = re.compile(
    r"\bneither\b[^.;]{0,40}?\b(?:was|were|is|has|have|had|received|got)\b[^.;]{0,50}?"
    r"\b(?:again|since|further|more|re-?treated|re-?challenged|re-?exposed|resumed|restarted|repeated|readministered)\b"
    r"|\bneither\s(?:[\w-]+\s){0,4}?(?:resumed|restarted)\b",
    re.IGNORECASE,
)
_NONE = frozenset({"neither", "none", "no"})
# "No child has received the drug again", "none was re-exposed"
_NONE_AGAIN = re.compile(
    r"\b(?:none(?:\sof\sthe(?:m|se)?)?|no\s(?:one|patient|child|woman|man|adult|case))\s(?:[\w-]+\s){0,2}?(?:(?:has|have|had|was|were)\s)?(?:since\s)?(?:been\s)?"
    r"(?:(?:given|received|treated\swith|exposed\sto|had)\s(?:[\w-]+\s){1,3}?(?:again|since|any\s?more|thereafter)\b"
    r"|re-?(?:treated|challenged|exposed)\b[^.;,]{0,40})",
    re.IGNORECASE,
)
# Behind a treatment in a sentence with "neither ... nor", "none of", "nothing": what it did, not whether it was given
_IN_VAIN = re.compile(
    r"\b(?:helped|worked|availed|succeeded|changed|altered|influenced|improved|raised|brought|led to"
    r"|made (?:any|a) difference"
    r"|had (?:any|an|a|the desired|lasting|much|more than)\b[^.;]{0,20}"
    r"\b(?:effect|influence|impact|success|benefit|response)"
    r"|had (?:effect|success)|(?:was|were|proved) (?:effective|successful|helpful"
    r"|of (?:any )?(?:use|help|benefit|avail)|useful|beneficial))\b",
    re.IGNORECASE,
)
# "nor did X": it was given; not "nor did she receive X"
_NOR_DID = re.compile(
    r"\bnor\sdid\s(?!(?:s?he|they|we|it|the\s(?:patient|child|wom[ae]n|m[ae]n))\b)[^.;]{0,60}$", re.IGNORECASE
)
_FOR_A_TIME = re.compile(r"\b(?:short[-\s]lived|transient|brief|temporary|fleeting|passing)$", re.IGNORECASE)
_EFFECT = re.compile(
    r"\s(?:and\s\w+\s)?(?:effects?|responses?|rises?|increases?|improvements?|benefits?|success|recovery)\b", re.I
)
_OF_THE_EFFECT = re.compile(
    r"\b(?:effect|response|rise|increase|improvement|benefit|recovery)\b[^.;,]{0,30}\b(?:was|were|proved|remained|being)\s(?:\w+\s)?"
    r"(?:short[-\s]lived|transient|brief|temporary)$",
    re.IGNORECASE,
)

Span = tuple[int, int]


def recoveries(text: str, heads: frozenset[str]) -> list[Span]:
    """Where a verb says that the count came up, or that a growth factor worked; `heads` are the words of the text."""
    if _OF_RECOVERY.isdisjoint(heads):
        return []
    found = [*_RAISED.finditer(text), *_WORKED.finditer(text), *_NORMAL_AT_LOOK.finditer(text)]
    return [m.span() for m in found if not _UNLIKE.search(text, max(0, m.start() - 30), m.start())]


def immunoglobulin_given(text: str) -> list[Span]:
    """ "G-CSF, immunoglobulin and antibiotics": in a list of treatments; not a level of it in the blood."""
    if "mmunoglobulin" not in text:
        return []
    return [m.span(m.lastgroup or 0) for m in _IMMUNOGLOBULIN_LISTED.finditer(text)]


def kept_from_all(text: str, heads: frozenset[str]) -> Span | None:
    """ "Neither received the drug again": it was left in each of them. `heads` are the words of the text."""
    if _NONE.isdisjoint(heads):
        return None
    match = _NOT_AGAIN.search(text) if "neither" in heads else _NONE_AGAIN.search(text)
    return match.span() if match else None


def was_in_vain(text: str, start: int, end: int, clause: Span) -> bool:
    """Whether a treatment that "neither", "nor" or "no" stands before was given and did not help."""
    return bool(_IN_VAIN.search(text, end, clause[1])) or bool(_NOR_DID.search(text, clause[0], start))


def is_of_the_effect(text: str, start: int, end: int) -> bool:
    """ "A short-lived effect", "the rise was transient": what was short was the help and not the illness."""
    if _FOR_A_TIME.search(text[start:end]) is None:
        return False
    return bool(_EFFECT.match(text, end)) or bool(_OF_THE_EFFECT.search(text, max(0, start - 80), end))
