"""What an article says once holds for the whole article: corrections of a model's spans, article by article.

A short form is what its long form is, and the same words are the same thing wherever the article repeats them. On the
development set of BC5CDR the two rules together give the small model one point of F1 (pipeline/weights/ner/README.md).
Spans are (start, end, label) in tokens; they do not overlap.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Span = tuple[int, int, str]

# The share of the occurrences of a string that must be tagged before the others are, too (chosen on the
# development set: a chemical's name means nothing else, a disease's words often do).
TAGGED_SHARE: Mapping[str, float] = {"CHEMICAL": 0.2, "DISEASE": 0.5}
_LONGEST_CASELESS = 4  # shorter words are compared with their capitals: "AIDS" is not "aids"


@dataclass(frozen=True, slots=True)
class ShortForm:
    """A short form of an article: where its long form stands and where it is used, as (start, end) in tokens."""

    long: tuple[int, int]
    uses: tuple[tuple[int, int], ...]


def like_long_forms(spans: Sequence[Span], short_forms: Sequence[ShortForm]) -> list[Span]:
    """Short forms get the label of their long form, or lose theirs where the long form holds no span at all."""
    labels = {(start, end): label for start, end, label in spans}
    taken = {token for start, end in labels for token in range(start, end)}
    for form in short_forms:
        label = labels.get(form.long)
        unknown = not taken.intersection(range(*form.long))
        for use in form.uses:
            if label and (use in labels or taken.isdisjoint(range(*use))):
                labels[use] = label
                taken.update(range(*use))
            elif unknown and use in labels:
                del labels[use]
                taken.difference_update(range(*use))
    return sorted((start, end, label) for (start, end), label in labels.items())


def like_other_occurrences(spans: Sequence[Span], tokens: Sequence[str]) -> list[Span]:
    """Strings that are tagged often enough are tagged everywhere."""
    forms = [token if len(token) <= _LONGEST_CASELESS else token.lower() for token in tokens]
    places: dict[str, list[int]] = defaultdict(list)
    for number, form in enumerate(forms):
        places[form].append(number)
    counts: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    taken: set[int] = set()
    for start, end, label in spans:
        counts[tuple(forms[start:end])][label] += 1
        taken.update(range(start, end))
    found = list(spans)
    for words, labels in sorted(counts.items(), key=lambda item: (-len(item[0]), item[0])):
        if sum(map(len, words)) < 2:
            continue
        label, size = labels.most_common(1)[0][0], len(words)
        free = [
            start
            for start in places[words[0]]
            if tuple(forms[start : start + size]) == words and taken.isdisjoint(range(start, start + size))
        ]
        if labels.total() < TAGGED_SHARE.get(label, 1.0) * (labels.total() + len(free)):
            continue
        for start in free:
            if taken.isdisjoint(range(start, start + size)):
                found.append((start, start + size, label))
                taken.update(range(start, start + size))
    return sorted(found)
