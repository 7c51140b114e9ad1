"""The product's tokenizer: scispaCy's, cut finer wherever a name can begin or end.

scispaCy keeps "aspirin-induced", "aspirin/codeine" and "(ASA)-treated" whole, and the full stop of "vitamin D.", so
that no span could hold the name alone. Here words are also split at hyphens, slashes and brackets.
"""

from __future__ import annotations

import warnings

from scispacy.custom_tokenizer import combined_rule_tokenizer
from spacy.language import Language
from spacy.tokenizer import Tokenizer
from spacy.util import compile_infix_regex, compile_prefix_regex, compile_suffix_regex

_INSIDE = ["[-\u00ad\u2010-\u2015\u2212/+~*]", r"[()\[\]{}]"]
_BEFORE = [r"[(\[{]", "[-\u2010-\u2015\u2212/+~*]"]
_AFTER = [r"(?<=[A-Z])\."]


def product_tokenizer(nlp: Language) -> Tokenizer:
    """A tokenizer for the vocab of `nlp`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # about a bracket in scispaCy's own patterns
        tokenizer = combined_rule_tokenizer(nlp)
        _cut_finer(tokenizer)
    return tokenizer


def _cut_finer(tokenizer: Tokenizer) -> None:
    before, after, inside = (
        getattr(tokenizer, name).__self__.pattern for name in ("prefix_search", "suffix_search", "infix_finditer")
    )
    tokenizer.prefix_search = compile_prefix_regex([before, *_BEFORE]).search
    tokenizer.suffix_search = compile_suffix_regex([after, *_AFTER]).search
    tokenizer.infix_finditer = compile_infix_regex([inside, *_INSIDE]).finditer
