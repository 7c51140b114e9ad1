"""Where sentences begin and end in the text of one section.

A full stop ends a sentence when white space and something that can open a sentence follow, unless it belongs to an
abbreviation ("vs.", "Fig. 2", "i.v."), to an initial ("J. Smith") or stands inside brackets. Numbers with a decimal
point, units ("10^9/L") and bracketed units have no white space after their stops and are never cut. A
heading that ran into the text on both sides ("resolved.ConclusionsThe drug") is a sentence of its own.
"""

from __future__ import annotations

import re
from itertools import pairwise

# One word list a line of text reads better than one quoted word a line.
# ruff: noqa: SIM905

# Never the end of a sentence: something they announce follows.
_ANNOUNCING = frozenset(
    "vs fig figs no nos ref refs eq eqs vol approx ca cf dr drs prof mr mrs ms st resp viz e.g i.e eg ie "
    "incl excl tab suppl sect chap ed eds pp nr var subsp".split()
)
# The end of a sentence only when the next word is one that opens sentences.
_UNDECIDED = frozenset(
    "al etc spp sp i.v i.m s.c p.o i.p i.t i.a b.i.d t.i.d q.i.d q.d o.d b.d a.m p.m u.s u.k u.s.a e.u inc ltd co "
    "corp jr sr wt iv im sc po bid tid".split()
)
_OPENERS = frozenset(
    "a after all although among an and another as at because before both but by conclusion conclusions despite "
    "during each eight eleven five for four from further furthermore given he her here his how however if importantly "
    "in interestingly it its later median methods moreover most neither nine no none notably of on one only other our "
    "overall patients recently results seven several she since six some such ten that the their then there therefore "
    "these they this those three thus to treatment twelve two under until we what when whereas whether which while "
    "with within without".split()
)
# "resolved.ConclusionThe drug": a heading that ran into the text
_HEADING = (
    r"(?:Background|Introduction|Objectives?|Aims?|Purpose|Design|Settings?|Patients|Methods?|Results?|Findings|"
    r"Conclusions?|Interpretation)(?=[A-Z])"
)
_STOP = re.compile(
    rf"""(?P<stop>[.!?]+)
        (?P<close>["'”’)\]]*)
        (?P<gap>\s+|(?<=[a-z)\]]\.)(?=(?:{_HEADING})?[A-Z][a-z]+[ ,]))   # a missing space: "resolved.The patient"
        (?=["'“‘(\[]*(?P<next>[^\W_]+))""",
    re.VERBOSE,
)
_GLUED_HEADING = re.compile(_HEADING)
_BLANK_LINE = re.compile(r"\s*\n\s*\n\s*")
_INITIAL = re.compile(r"(?:[A-Z]\.)*[A-Z]")
_OPEN, _CLOSE = "([", ")]"
_LONG_WORD = 400  # characters; no abbreviation is longer


def _ends_sentence(word: str, stop: str, following: str) -> bool:
    """Whether a stop after `word` and before the word `following` ends a sentence."""
    first = following[0]
    if not (first.isupper() or first.isdigit() or following[1:2].isupper()):
        return False
    if stop != ".":
        return True
    bare = word.lstrip("\"'“‘/")
    if _INITIAL.fullmatch(bare):
        return following.lower() in _OPENERS
    if bare.isupper():  # "MS", "IV": names and numerals, not "Ms." and "i.v."
        return True
    if bare.lower() in _ANNOUNCING:
        return False
    return bare.lower() not in _UNDECIDED or following.lower() in _OPENERS


def _word_before(text: str, start: int, end: int) -> str:
    """What a stop at `end` is attached to: the characters before it up to a space or a bracket, none before `start`."""
    piece = text[start if end - start < _LONG_WORD else end - _LONG_WORD : end]
    parts = piece.split()
    if not parts or piece[-1].isspace():
        return ""
    return parts[-1][max(parts[-1].rfind(bracket) for bracket in "()[]") + 1 :]


def _inside_brackets(text: str, start: int, position: int) -> bool:
    """Whether a bracket opened since `start` is still open at `position` and closes within the next 150 characters."""
    depth = 0
    for character in text[max(start, position - 300) : position]:
        if character in _OPEN:
            depth += 1
        elif character in _CLOSE and depth:
            depth -= 1
    for character in text[position : position + 150] if depth else "":
        if character in _OPEN:
            return False
        if character in _CLOSE:
            return True
    return False


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """(start, end) of each sentence, white space around it left out; in order, never overlapping."""
    cuts = [0]
    last = 0
    for match in _STOP.finditer(text):
        word, last = _word_before(text, last, match.start()), match.end()
        if _ends_sentence(word, match["stop"], match["next"]) and not _inside_brackets(
            text, cuts[-1], match.end("close")
        ):
            cuts.append(match.end("gap"))
            if glued := _GLUED_HEADING.match(text, match.end("gap")):
                cuts.append(glued.end())
    cuts += [match.end() for match in _BLANK_LINE.finditer(text)] + [len(text)]
    spans = []
    for start, end in pairwise(sorted(set(cuts))):
        piece = text[start:end]
        if stripped := piece.strip():
            begin = start + piece.index(stripped[0])
            spans.append((begin, begin + len(stripped)))
    return spans
