"""The product's tokenizer: scispaCy's, which also splits at hyphens and slashes.

scispaCy keeps "rituximab-induced" and "cyclophosphamide/prednisone" whole, so no span can end at the drug's name.
"""

from __future__ import annotations

from scispacy.custom_tokenizer import combined_rule_tokenizer
from spacy.language import Language
from spacy.tokenizer import Tokenizer
from spacy.util import compile_infix_regex

SPLITS = "[-\u00ad\u2010-\u2015\u2212/+~]"


def product_tokenizer(nlp: Language) -> Tokenizer:
    """A tokenizer for `nlp` on its own vocab."""
    tokenizer = combined_rule_tokenizer(nlp)
    tokenizer.infix_finditer = compile_infix_regex([tokenizer.infix_finditer.__self__.pattern, SPLITS]).finditer
    return tokenizer
