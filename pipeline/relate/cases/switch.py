"""Another medicine in the drug's stead, told by a verb and its object.

"The drug was stopped and X was started"        in the same sentence or the next
"X was given instead", "put on X in its place"  a word of replacement beside the medicine
"X replaced the drug", "went over to X"         a verb of replacement
"Treatment was continued with X"                with a medicine not given before
"After the episodes X was started"              begun on account of them
"X was then started", "she later started X"     begun behind the episode; not "and the count recovered" under it
"meropenem was replaced by vancomycin"          none: not the drug
"a switch to X is planned", "was declined"      none: not done
"""

from __future__ import annotations

import re

from pipeline.concepts.assertion import role_of
from pipeline.concepts.regimen import mention_drug
from pipeline.records import Evidence, Mention
from pipeline.relate.cases.account import Episode, Piece
from pipeline.relate.cases.management import OF_THE_DRUG, is_on_account_of_the_condition
from pipeline.relate.context import SentenceView

_BEGUN_BEHIND = re.compile(
    r"\s(?:therapy\s|treatment\s)?(?:(?:was|were)\s)?(?:\w+ly\s|then\s|later\s)?(?:started|introduced|initiated|"
    r"begun|commenced|substituted|prescribed|chosen|preferred|given instead|instead)\b"
)
_BEGUN_BEFORE = re.compile(
    r"\b(?:started(?: on)?|began|begun(?: on)?|introduced|initiated|commenced(?: on)?|substituted"
    r"|replaced (?:by|with)|"
    r"in favou?r of|switched to)\s$"
)
_GIVEN = (
    r"(?:given|used|chosen|started|begun|tried|prescribed|preferred|introduced|initiated|commenced|substituted"
    r"|selected)"
)
_INSTEAD = r"(?:instead\b(?!\sof)|in\s(?:its|the\sdrug's|the\santibody's)\s(?:place|stead)\b)"
_INSTEAD_BEHIND = re.compile(
    rf"\s(?:(?:therapy|treatment|maintenance)\s)?(?:(?:was|were|has been|had been)\s(?:\w+ly\s|then\s)?{_GIVEN}\s)?"
    rf"{_INSTEAD}",
    re.IGNORECASE,
)
_IN_ITS_PLACE = re.compile(rf"\b{_INSTEAD},?\s(?:he|she|the patient)\s(?:\w+\s){{1,4}}$", re.IGNORECASE)
_RATHER = re.compile(
    r"\s(?:was\s\w+\s)?(?:rather than|instead of|in (?:place|lieu|stead) of|in preference to)\s", re.IGNORECASE
)
_REPLACED = re.compile(r"\s(?:(?:then|later)\s)?(?:replaced|superseded|took the place of)\s(?:the\s)?", re.IGNORECASE)
_WENT_OVER = re.compile(
    r"\b(?:(?:moved|went|changed|crossed|transferred|passed)\s(?:over\s)?(?:on\s?to|to)|gave way to|escalated to"
    r"|(?:an?|the)\s(?:change|switch|transition|move)\s(?:over\s)?to)\s(?:oral\s|maintenance\s|treatment\swith\s)?$",
    re.IGNORECASE,
)
_WENT_ON_WITH = re.compile(
    r"\b(?:treatment|therapy|maintenance|management)\s(?:was|has been|is|were)?\s?(?:then\s)?"
    r"(?:continued|went on|carried on|resumed|pursued|maintained)\s(?:with|by)\s$",
    re.IGNORECASE,
)
_NOW_ON = re.compile(
    r"\b(?:now|currently|since then|at present)\s(?:(?:he|she|the patient)\s)?(?:takes|taking|receives"
    r"|receiving|on|is on"
    r"|(?:is\s|being\s)?(?:treated|managed|maintained)\swith)\s$",
    re.IGNORECASE,
)
_ONCE_IT = re.compile(r"\b(?:after|following|since|upon|before|once|when|on)\s(?:\w+\s){0,2}$", re.IGNORECASE)
_AFTER_IT = re.compile(
    r"\b(?:after|following|because of|in view of|on account of|owing to|in the wake of)\s"
    r"(?:the|this|that|these|both|her|his|such)\s(?:[\w-]+\s){0,2}?(?:episodes?|events?|complications?)\b"
    r"[^.;]{0,40}?,?\s$",
    re.IGNORECASE,
)
_THEN = r"(?:then|subsequently|later|afterwards?|thereafter|eventually|finally)"
_BEGUN = r"(?:started|begun|commenced|initiated|introduced|instituted)"
_THEN_BEGUN = re.compile(
    r"\s(?:(?:therapy|treatment|maintenance)\s)?(?:was|were|has been|had been)\s"
    rf"(?:{_THEN}\s{_BEGUN}|{_BEGUN}\s(?:{_THEN}|(?:[\w-]+\s){{1,3}}(?:weeks|months|year|years)\slater))\b",
    re.IGNORECASE,
)
_THEN_BEGAN = re.compile(
    rf"\b{_THEN},?\s(?:(?:he|she|the patient)\s)?(?:(?:was|has been|had been)\s)?(?:started(?:\son)?|began|begun\son"
    r"|commenced(?:\son)?)\s(?:oral\s|maintenance\s|(?:treatment|therapy)\swith\s)?$",
    re.IGNORECASE,
)
_AND_RECOVERED = re.compile(
    r"[^.;]{0,60}\b(?:recover\w*|rose|normali[sz]\w+|respon\w+|resol\w+|neutro\w+)", re.IGNORECASE
)
_FOR_A_PURPOSE = re.compile(
    r"\s(?:(?:therapy|treatment|was|were|started|begun|given|added|initiated|introduced|commenced)\s)*"
    r"(?:for|because of|to treat|against|as prophylaxis|prophylaxis)\b",
    re.IGNORECASE,
)
_NOT_DONE = re.compile(
    r"\b(?:(?:not|never)(?!\s(?:recur\w*|return\w*|relaps\w*|come\sback|reappear\w*|been\sseen|happen\w*)\b)|neither|nor|planned|plans?|considered|discussed|proposed|offered|(?:declined|refused)(?!\s(?:any\s)?(?:further|more))|may|might|could|should"
    r"|would|recommended|advised|suggested|if|whether|being considered|intended)\b",
    re.IGNORECASE,
)
NEAR_BEFORE, NEAR_BEHIND = 25, 60
"""Characters around a switch in which the text says that it was not made."""
_CARE = frozenset({"gcsf", "antibiotics", "ivig", "corticosteroids"})
_CLAUSE = re.compile(r"[;:]|,\s(?:but|and|while|whereas)\s|\b(?:but|whereas)\b")
_OTHERS = frozenset({"co_medication", "drug", "CHEMICAL"})
_NOT_OF_THE_DISEASE = frozenset({"management", "infection", "regimen"})


def replacement(episode: Episode, drug: str | None) -> Evidence | None:
    """Another medicine in the stead of the drug of the episode, told of it or behind it."""
    for piece in episode.pieces:
        view = piece.view
        if role_of(view) in ("background", "conclusions", "aim", "title"):
            continue
        for mention in view.labelled("co_medication", "drug"):
            if not piece.holds(mention.start) or _is_known(episode, mention) or _is_treatment_of_event(view, mention):
                continue
            if view is episode.opening.view and mention.start < episode.opening.start:
                continue
            if mention_drug(mention, view.context.protocol) == drug:
                continue
            if is_on_account_of_the_condition(view, mention.start, mention.end):
                continue
            if _is_put_in_its_place(piece, mention) and was_done(view, mention.start):
                return view.evidence("", mention.start, mention.end)
    return _begun_where_stopped(episode)


def was_done(view: SentenceView, position: int) -> bool:
    """Whether the clause tells a switch as made: not planned, discussed, declined."""
    start = max((m.end() for m in _CLAUSE.finditer(view.section_text, view.start, position)), default=view.start)
    stop = _CLAUSE.search(view.section_text, position, view.end)
    end = min(stop.start() if stop else view.end, position + NEAR_BEHIND)
    return _NOT_DONE.search(view.section_text, max(start, position - NEAR_BEFORE), end) is None


def _is_put_in_its_place(piece: Piece, mention: Mention) -> bool:
    view, text = piece.view, piece.view.section_text
    ahead = max(piece.start, mention.start - 90)
    if _INSTEAD_BEHIND.match(text, mention.end) or _IN_ITS_PLACE.search(text, ahead, mention.start):
        return True
    over = _WENT_OVER.search(text, ahead, mention.start)
    if over is not None and not _ONCE_IT.search(text, piece.start, over.start()):
        return True
    if _WENT_ON_WITH.search(text, ahead, mention.start) or _NOW_ON.search(text, ahead, mention.start):
        return True
    for pattern in (_RATHER, _REPLACED):
        match = pattern.match(text, mention.end)
        if match and any(0 <= m.start - match.end() <= 4 for m in view.named_drugs):
            return True
    if _is_begun_afterwards(piece, mention):
        return True
    begun = _BEGUN_BEHIND.match(text, mention.end)
    return bool(begun and _AFTER_IT.search(text, ahead, mention.start) and not _FOR_A_PURPOSE.match(text, mention.end))


def _is_begun_afterwards(piece: Piece, mention: Mention) -> bool:
    """ "X was then started": behind the episode, for the condition and not to end the episode."""
    text = piece.view.section_text
    begun = _THEN_BEGUN.match(text, mention.end)
    end = begun.end() if begun else mention.end
    if begun is None and not _THEN_BEGAN.search(text, max(piece.start, mention.start - 60), mention.start):
        return False
    behind = _AND_RECOVERED.match(text, end, piece.end)
    return behind is None and not _FOR_A_PURPOSE.match(text, mention.end) and not _FOR_A_PURPOSE.match(text, end)


def _is_known(episode: Episode, mention: Mention) -> bool:
    """Whether the patient had the medicine before: it is no new one, and the drug itself is none in its stead."""
    pieces = [*episode.before, *episode.pieces]
    place = (mention.section, mention.start)
    return any(
        m.concept == mention.concept and (m.section, m.start) < place
        for p in pieces
        for m in p.view.mentions
        if m.label in _OTHERS
    )


def _is_treatment_of_event(view: SentenceView, mention: Mention) -> bool:
    """Antibiotics, growth factors and the like, under whatever label they were found too."""
    return any(
        m.label in _NOT_OF_THE_DISEASE and m.start < mention.end and mention.start < m.end for m in view.mentions
    ) or any(c.value in _CARE and c.start < mention.end and mention.start < c.end for c in view.courses)


def _begun_where_stopped(episode: Episode) -> Evidence | None:
    """ "The drug was stopped and X was started": in the same sentence or the next."""
    stopped = -2
    for piece in episode.pieces:
        view = piece.view
        stops = [c for c in view.courses if c.value in OF_THE_DRUG and not c.negated and not c.general]
        if stops:
            stopped = view.index
        if view.index - stopped not in (0, 1) or role_of(view) in ("background", "conclusions"):
            continue
        for mention in view.labelled("co_medication"):
            if not piece.holds(mention.start) or any(m.start == mention.start for m in view.labelled("management")):
                continue
            begun = _BEGUN_BEHIND.match(view.section_text, mention.end) or _BEGUN_BEFORE.search(
                view.section_text, max(piece.start, mention.start - 40), mention.start
            )
            if begun and not (stops and view.index == stopped and mention.start < stops[0].start):
                return view.evidence("", mention.start, mention.end)
    return None
