"""Annotated abstracts in PubTator form (BC5CDR, NCBI-disease) as texts with spans.

    PMID|t|title
    PMID|a|abstract
    PMID <tab> start <tab> end <tab> text <tab> type <tab> id [<tab> parts of a composite mention]

Offsets count characters of the title, one blank and the abstract.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import PipelineError
from pipeline.files import read_text

CHEMICAL, DISEASE = "CHEMICAL", "DISEASE"
Span = tuple[int, int, str]  # start, end, label
_TEXT = re.compile(r"(\d+)\|([ta])\|(.*)")
# NCBI-disease tells kinds of disease apart; CHEMICAL and DISEASE are all that is learned here.
_LABELS = {
    "Chemical": CHEMICAL,
    "Disease": DISEASE,
    "DiseaseClass": DISEASE,
    "SpecificDisease": DISEASE,
    "Modifier": DISEASE,
    "CompositeMention": DISEASE,
}


@dataclass(frozen=True, slots=True)
class Abstract:
    """A title and an abstract with the spans of title + " " + abstract."""

    pmid: int
    title: str
    abstract: str
    spans: tuple[Span, ...]

    @property
    def text(self) -> str:
        return f"{self.title} {self.abstract}"


def read_pubtator(path: Path) -> list[Abstract]:
    """The abstracts of a file. Raises PipelineError with the line where it is cut short or offsets do not fit."""
    abstracts = [_abstract(path, block) for block in _blocks(read_text(path))]
    if not abstracts:
        raise PipelineError(f"{path} holds no abstract; a PubTator file is needed")
    return abstracts


def _blocks(text: str) -> Iterator[list[tuple[int, str]]]:
    """The lines between blank lines, each with its number."""
    block: list[tuple[int, str]] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            block.append((number, line.rstrip("\r")))
        elif block:
            yield block
            block = []
    if block:
        yield block


def _abstract(path: Path, block: list[tuple[int, str]]) -> Abstract:
    first = block[0][0]
    heads = [_TEXT.fullmatch(line) for _, line in block[:2]]
    if len(heads) < 2 or not all(heads) or [h[2] for h in heads if h] != ["t", "a"]:
        raise PipelineError(f"{path} line {first}: a title and an abstract line are needed; is the file cut short?")
    title_line, abstract_line = (h for h in heads if h)
    title, abstract = title_line[3], abstract_line[3]
    text = f"{title} {abstract}"
    spans: list[Span] = []
    for number, line in block[2:]:
        cells = line.split("\t")
        if len(cells) >= 4 and not cells[1].isdigit() and cells[1] == "CID":
            continue  # a relation between a chemical and a disease, not a mention
        if len(cells) < 5 or not (cells[1].isdigit() and cells[2].isdigit()) or cells[4] not in _LABELS:
            raise PipelineError(
                f"{path} line {number}: not a mention (pmid, start, end, text, type); is the file cut short?"
            )
        start, end = int(cells[1]), int(cells[2])
        if text[start:end].rstrip() != cells[3].rstrip():
            raise PipelineError(
                f"{path} line {number}: offsets {start}-{end} hold {text[start:end]!r}, not {cells[3]!r}; "
                "take the file as it was published"
            )
        spans.append((start, start + len(text[start:end].rstrip()), _LABELS[cells[4]]))
    return Abstract(int(title_line[1]), title, abstract, tuple(sorted(set(spans))))


def without_nested(spans: tuple[Span, ...]) -> list[Span]:
    """Spans without those that overlap a longer one: what a sequence of tags can say."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: (s[0] - s[1], s)):
        if all(span[1] <= other[0] or span[0] >= other[1] for other in kept):
            kept.append(span)
    return sorted(kept)
