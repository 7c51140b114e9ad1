"""Extract: articles.jsonl -> mentions.jsonl and findings.jsonl.

An article is read once. What was read is kept beside its digest, so that the next run reads only articles that are new
or revised, and a run that was interrupted goes on where it stopped; both hold only while code, model, vocabulary and
triggers are the same (`versions`).
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from pipeline.files import atomic_write, read_jsonl
from pipeline.progress import Progress
from pipeline.records import AnnotatedArticle, Article, Extraction, Mention, article_from_json, to_json

MENTIONS = "mentions.jsonl"
FINDINGS = "findings.jsonl"
READING = "extract.reading.jsonl"
NOT_READ = "not_read"
BATCH = 64

Reading = dict[str, Any]
Annotate = Callable[[Iterable[Article]], Iterator[AnnotatedArticle]]
Relate = Callable[[AnnotatedArticle], Extraction]


def run(out: Path, versions: str, annotate: Annotate, relate: Relate) -> tuple[int, int]:
    """Write mentions.jsonl and findings.jsonl under `out`; the number of articles read and kept is returned.

    `versions` is a digest of everything beside the text that decides what is read.
    """
    known = _known(out)
    articles = [(_digest(row, versions), row) for row in read_jsonl(out / "articles.jsonl")]
    waiting = {digest: article_from_json(row) for digest, row in articles if digest not in known}
    kept = len(articles) - len(waiting)
    if waiting:
        with (
            (out / READING).open("a", encoding="utf-8") as stream,
            Progress("extract", "articles", len(waiting)) as progress,
        ):
            for digest, (mentions, extraction) in zip(waiting, _read(waiting.values(), annotate, relate), strict=True):
                reading: Reading = {
                    "digest": digest,
                    "mentions": [to_json(mention) for mention in mentions],
                    "extraction": to_json(extraction),
                }
                stream.write(json.dumps(reading, ensure_ascii=False) + "\n")
                known[digest] = reading
                progress.add(1)
    with atomic_write(out / MENTIONS) as mention_lines, atomic_write(out / FINDINGS) as finding_lines:
        for digest, row in articles:
            reading = known[digest]
            for mention in reading["mentions"]:
                mention_lines.write(json.dumps({"pmid": row["pmid"], **mention}, ensure_ascii=False) + "\n")
            finding_lines.write(json.dumps({**reading["extraction"], "digest": digest}, ensure_ascii=False) + "\n")
    (out / READING).unlink(missing_ok=True)
    return len(waiting), kept


def _read(
    articles: Iterable[Article], annotate: Annotate, relate: Relate
) -> Iterator[tuple[tuple[Mention, ...], Extraction]]:
    """Mentions and extraction of each article, in order.

    A fault of ours in one article must not cost the reviewer all the others: the article stays, flagged, without a
    finding, and the fault is named. A batch in which the language pipeline fails is read again one by one.
    """
    remaining = iter(articles)
    while batch := list(islice(remaining, BATCH)):
        try:
            annotated: list[AnnotatedArticle | Exception] = list(annotate(batch))
        except Exception:
            annotated = [_annotated_alone(article, annotate) for article in batch]
        for article, one in zip(batch, annotated, strict=True):
            yield _related(article, one, relate)


def _annotated_alone(article: Article, annotate: Annotate) -> AnnotatedArticle | Exception:
    try:
        return next(annotate([article]))
    except Exception as error:
        return error


def _related(
    article: Article, annotated: AnnotatedArticle | Exception, relate: Relate
) -> tuple[tuple[Mention, ...], Extraction]:
    try:
        if isinstance(annotated, Exception):
            raise annotated
        return annotated.mentions, relate(annotated)
    except Exception as error:
        fault = f"{type(error).__name__}: {error}"
        print(f"extract: PMID {article.pmid} was not understood ({fault}); read it by hand", file=sys.stderr)
        mentions = () if isinstance(annotated, Exception) else annotated.mentions
        return mentions, Extraction(article.pmid, None, reason=NOT_READ, flags=(NOT_READ,))


def _digest(article: dict[str, Any], versions: str) -> str:
    """Of one article's text and everything else that decides what is read in it."""
    return hashlib.sha256((versions + json.dumps(article, sort_keys=True)).encode()).hexdigest()[:24]


def _known(out: Path) -> dict[str, Reading]:
    """Readings by digest: of the last complete run, and of one that was interrupted."""
    known: dict[str, Reading] = {}
    if (out / FINDINGS).exists() and (out / MENTIONS).exists():
        mentions: dict[int, list[dict[str, Any]]] = {}
        for mention in read_jsonl(out / MENTIONS):
            mentions.setdefault(mention.pop("pmid"), []).append(mention)
        for row in read_jsonl(out / FINDINGS):
            digest = row.pop("digest", "")
            known[digest] = {"digest": digest, "mentions": mentions.get(row["pmid"], []), "extraction": row}
    if (out / READING).exists():
        _drop_half_line(out / READING)
        for reading in read_jsonl(out / READING):
            known[reading["digest"]] = reading
    return known


def _drop_half_line(path: Path) -> None:
    """Cut off what an interrupted run left behind the last complete line."""
    with path.open("rb+") as stream:
        stream.truncate(stream.read().rfind(b"\n") + 1)
