"""Where a decision belongs: the text it was made on, and the finding, also under other numbers.

An anchor is kept beside a decision: a fingerprint of the article's text, and the places of the finding's evidence
with "!" behind those that no other finding of the article shared. With it a decision is found again under another PMID
(same text) and under another finding_id: the finding that now has all of the old one's evidence, one place of its own
among it, where there is exactly one such finding. Everything less certain is no match.

A row that a reviewer wrote by hand has no anchor. The one it would have had is remembered when it first applies, in
decisions/anchors.json: reviewer -> hash of the row's own cells -> anchor.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import PipelineError
from pipeline.files import atomic_write, read_text
from pipeline.records import Evidence, Finding

ANCHOR_SPAN = re.compile(r"(\w+)@(\d+):(\d+)-(\d+)(!?)")
MEMORY = "anchors.json"

Memory = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Text:
    """An article as decisions see it: the fingerprint of its text, and its sections, the title first."""

    sha256: str
    sections: tuple[str, ...]


def text_sha256(texts: Iterable[str]) -> str:
    """The fingerprint of an article's text: its sections as stored, the title first."""
    return hashlib.sha256("\x1f".join(texts).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Anchor:
    """The text a decision was made on, and the evidence of its finding; `own` marks what no other finding shared."""

    sha256: str
    spans: tuple[tuple[str, int, int, int, bool], ...] = ()


def write_anchor(text: Text, finding: Finding | None = None, siblings: Iterable[Finding] = ()) -> str:
    """The anchor of a decision on a finding (None: on the article); `siblings` are the article's other findings."""
    if finding is None:
        return text.sha256
    others = [e for sibling in siblings if sibling.finding_id != finding.finding_id for e in sibling.evidence]
    spans = {
        f"{e.field}@{e.section}:{e.start}-{e.end}" + ("" if any(same_place(e, other) for other in others) else "!")
        for e in finding.evidence
    }
    return " ".join([text.sha256, *sorted(spans)])


def parse_anchor(anchor: str) -> Anchor | None:
    """An anchor read back; None where it is not one."""
    sha256, *words = anchor.split() or [""]
    matches = [ANCHOR_SPAN.fullmatch(word) for word in words]
    if not re.fullmatch(r"[0-9a-f]{16}", sha256) or None in matches:
        return None
    return Anchor(sha256, tuple((m[1], int(m[2]), int(m[3]), int(m[4]), bool(m[5])) for m in matches if m))


def same_place(one: Evidence, other: Evidence) -> bool:
    return one.field == other.field and _overlap(
        (one.section, one.start, one.end), (other.section, other.start, other.end)
    )


def _overlap(one: tuple[int, int, int], other: tuple[int, int, int]) -> bool:
    return one[0] == other[0] and one[1] < other[2] and other[1] < one[2]


def find_article(pmid: int, anchor: Anchor | None, texts: Mapping[int, Text]) -> tuple[int | None, str | None]:
    """The PMID that the decision's text has now, or None and why; a note where the PMID is another one."""
    text = texts.get(pmid)
    if text is not None and (anchor is None or text.sha256 == anchor.sha256):
        return pmid, None
    if anchor is not None:
        same = [other for other, found in texts.items() if found.sha256 == anchor.sha256]
        if len(same) == 1:
            return same[0], f"the article is {same[0]} now"
    if text is None:
        return None, f"article {pmid} is not in the database"
    return None, "the text of the article has changed since the decision"


def find_quote(quote: str, sections: Sequence[str], near: Sequence[Evidence] = ()) -> tuple[int, int, int] | None:
    """Where the words stand (section, start, end), whatever the white space between them; None where they do not.

    Of several places the first that overlaps `near` is taken, else the first.
    """
    words = re.compile(r"\s+".join(re.escape(word) for word in quote.split()))
    places = [(number, m.start(), m.end()) for number, text in enumerate(sections) for m in words.finditer(text)]
    wanted = [place for place in places if any(_overlap(place, (e.section, e.start, e.end)) for e in near)]
    return next(iter(wanted or places), None)


def find_finding(finding_id: str | None, anchor: Anchor | None, findings: Sequence[Finding]) -> Finding | None:
    """The finding of the article that the decision was made on: by its id, else by its evidence, else None."""
    for finding in findings:
        if finding.finding_id == finding_id:
            return finding
    if anchor is None or not any(own for *_, own in anchor.spans):
        return None
    same = [finding for finding in findings if _has_all(finding, anchor)]
    return same[0] if len(same) == 1 else None


def _has_all(finding: Finding, anchor: Anchor) -> bool:
    return all(
        any(e.field == name and _overlap((e.section, e.start, e.end), (section, start, end)) for e in finding.evidence)
        for name, section, start, end, _ in anchor.spans
    )


def nested(one: Anchor, other: Anchor) -> bool:
    """Whether two anchors can be of one finding at different times: the places of one are among those of the other."""
    return _within(one, other) or _within(other, one)


def _within(inner: Anchor, outer: Anchor) -> bool:
    return all(any(a[0] == b[0] and _overlap(a[1:4], b[1:4]) for b in outer.spans) for a in inner.spans)


def read_memory(folder: Path) -> Memory:
    """The anchors remembered beside the decisions of `folder`; nothing where there is no such file.

    Raises PipelineError where the file is damaged: without it a decision could apply to a text it was not made on.
    """
    path = folder / MEMORY
    if not path.exists():
        return {}
    try:
        memory = json.loads(read_text(path))
    except json.JSONDecodeError as error:
        raise _damaged(path, f"line {error.lineno} is not JSON") from error
    if not isinstance(memory, dict) or not all(isinstance(rows, dict) for rows in memory.values()):
        raise _damaged(path, "it is no table of reviewers")
    for reviewer, rows in memory.items():
        for row, anchor in rows.items():
            if not isinstance(anchor, str) or parse_anchor(anchor) is None:
                raise _damaged(path, f"{reviewer}, row {row} has no anchor")
    return memory


def _damaged(path: Path, why: str) -> PipelineError:
    return PipelineError(f"{path} is damaged: {why}; restore it, or delete it and all rows are bound anew")


def write_memory(folder: Path, memory: Memory) -> None:
    """Write the anchors remembered, sorted, one a line. Raises PipelineError where the folder cannot be written."""
    with atomic_write(folder / MEMORY, keep_same=True) as stream:
        json.dump(memory, stream, ensure_ascii=False, indent=2, sort_keys=True)
        stream.write("\n")
