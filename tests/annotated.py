"""Annotated articles made by hand: sentences by full stop, mentions by a list of words. No language model."""

from __future__ import annotations

import re

from pipeline.records import AnnotatedArticle, Article, Mention, Section, Sentence

# label -> concept -> words; a small stand-in for the vocabularies
WORDS = {
    "drug": {
        "rituximab": ("rituximab", "RTX"),
        "ocrelizumab": ("ocrelizumab",),
        "ofatumumab": ("ofatumumab",),
        "anti-cd20": ("anti-CD20 antibody", "anti-CD20 therapy"),
    },
    "event": {
        "late_onset_neutropenia": ("late-onset neutropenia", "LON"),
        "early_onset_neutropenia": ("early-onset neutropenia",),
        "febrile_neutropenia": ("febrile neutropenia", "neutropenic fever", "neutropenic sepsis"),
        "agranulocytosis": ("agranulocytosis",),
        "neutropenia": ("neutropenia", "neutropenic"),
    },
    "indication": {
        "multiple sclerosis": ("multiple sclerosis", "RRMS", "MS"),
        "rheumatoid arthritis": ("rheumatoid arthritis",),
        "systemic lupus erythematosus": ("systemic lupus erythematosus",),
        "lupus nephritis": ("lupus nephritis",),
        "nephrotic syndrome": ("nephrotic syndrome",),
        "non-hodgkin lymphoma": ("lymphoma",),
    },
    "analyte": {
        "neutrophil_count": ("absolute neutrophil count", "neutrophil count", "neutrophils", "ANC"),
        "platelet_count": ("platelets", "platelet count"),
        "leukocyte_count": ("white cell count",),
    },
    "infection": {"pneumonia": ("pneumonia",), "fever": ("fever",)},
    "co_medication": {"ozanimod": ("ozanimod",), "cyclophosphamide": ("cyclophosphamide",)},
    "regimen": {"R-CHOP": ("R-CHOP",)},
    "other_cytopenia": {"thrombocytopenia": ("thrombocytopenia",)},
}
_END = re.compile(r"(?<=[a-z)\]%0-9])\.\s+(?=[A-Z])")


def sentences_of(text: str, section: int) -> list[Sentence]:
    """Spans between full stops."""
    found, start = [], 0
    for match in _END.finditer(text):
        found.append(Sentence(section, start, match.start() + 1))
        start = match.end()
    if start < len(text):
        found.append(Sentence(section, start, len(text)))
    return found


def mentions_of(text: str, section: int) -> list[Mention]:
    """The listed words, longest first, none overlapping another."""
    found: list[Mention] = []
    words = sorted(
        (
            (word, label, concept)
            for label, kinds in WORDS.items()
            for concept, names in kinds.items()
            for word in names
        ),
        key=lambda item: -len(item[0]),
    )
    for word, label, concept in words:
        flags = 0 if word.isupper() else re.IGNORECASE
        for match in re.finditer(rf"\b{re.escape(word)}\b", text, flags):
            if not any(m.start < match.end() and match.start() < m.end for m in found):
                found.append(Mention(section, match.start(), match.end(), match.group(), label, concept, concept))
    return sorted(found, key=lambda m: m.start)


def annotated(
    text: str | dict[str, str], title: str = "A case", publication_types: tuple[str, ...] = ("Case Reports",)
) -> AnnotatedArticle:
    """An article with this abstract: one text, or texts by heading."""
    parts = {None: text} if isinstance(text, str) else text
    sections = (Section("TITLE", "TITLE", title), *(Section(label, None, body) for label, body in parts.items()))
    article = Article(1, title, sections, publication_types=publication_types, language="eng")
    sentences: list[Sentence] = []
    mentions: list[Mention] = []
    for number, section in enumerate(sections):
        sentences += sentences_of(section.text, number)
        mentions += mentions_of(section.text, number)
    return AnnotatedArticle(article, tuple(sentences), tuple(mentions))
