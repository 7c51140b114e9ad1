"""Texts read by the language pipeline with the review's whole vocabulary, as the extraction reads them."""

from __future__ import annotations

from functools import cache
from typing import Any

from spacy.language import Language

from pipeline.language.nlp import annotate, build_nlp
from pipeline.protocol import Protocol, load_protocol
from pipeline.records import Article, Section
from pipeline.relate.context import Context


@cache
def protocol(name: str = "anti-cd20-neutropenia") -> Protocol:
    return load_protocol(name)


@cache
def _language(name: str) -> Language:
    return build_nlp(protocol(name))


def context(text: str, title: str = "Rituximab", name: str = "anti-cd20-neutropenia", **article: Any) -> Context:
    """An abstract without headings, ready for the relation rules."""
    sections = (Section("TITLE", "TITLE", title), Section(None, None, text))
    (read,) = annotate(_language(name), [Article(pmid=1, title=title, sections=sections, **article)])
    return Context(read, protocol(name))
