"""Words per second of the language pipeline on one core, beside the bare NER in the same run.

Whole: `annotate`, from stored text to mentions, as the extract stage runs it. Bare: tokenizer and NER model alone.
Words are what white space separates; time is that of this process on the processor, the median of three runs over the
same texts, after one run that is not counted.
"""

from __future__ import annotations

import statistics
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from spacy.language import Language

from pipeline.evaluation.evaluate_ner import TEST, article_of
from pipeline.language.nlp import BATCH_SIZE, annotate, build_nlp, describe_model
from pipeline.medline import parse_records
from pipeline.ner.data import read_pubtator
from pipeline.protocol import Protocol
from pipeline.records import Article

RUNS = 3
LEAST_WORDS = 50_000
_MODELS = ("small_ner", "ner", "tok2vec")


def words_per_second(words: int, work: Callable[[], object]) -> float:
    """The median of RUNS runs, after one to warm up."""
    seconds = []
    for _ in range(RUNS + 1):
        begin = time.process_time()
        work()
        seconds.append(time.process_time() - begin)
    return words / statistics.median(seconds[1:])


def bench(nlp: Language, articles: Sequence[Article]) -> dict[str, Any]:
    """Words a second, whole and bare, over the articles, repeated until they hold enough words."""
    texts = [" ".join(section.text for section in article.sections) for article in articles]
    words = sum(len(text.split()) for text in texts)
    times = max(1, -(-LEAST_WORDS // max(1, words)))
    articles, texts, words = list(articles) * times, texts * times, words * times
    others = [name for name in nlp.pipe_names if name not in _MODELS]

    def whole() -> None:
        _consume(annotate(nlp, articles))

    def bare() -> None:
        with nlp.select_pipes(disable=others):
            _consume(nlp.pipe(texts, batch_size=BATCH_SIZE))

    return {
        "model": describe_model(nlp),
        "words": words,
        "whole_words_per_second": round(words_per_second(words, whole)),
        "bare_ner_words_per_second": round(words_per_second(words, bare)),
    }


def _consume(items: Iterable[object]) -> None:
    deque(items, maxlen=0)


def report(protocol: Protocol, model: str | None = None, data: Path | None = None) -> dict[str, Any]:
    """Measured on the BC5CDR test abstracts in `data`, or on the sample of the review where there are none."""
    test = data / "bc5cdr" / TEST if data else None
    if test and test.is_file():
        articles = [article_of(abstract) for abstract in read_pubtator(test)]
    else:
        articles = list(_sample(protocol.folder / "sample"))
    return bench(build_nlp(protocol, model), articles)


def _sample(folder: Path) -> Iterator[Article]:
    for path in sorted(folder.glob("*.xml")):
        with path.open("rb") as stream:
            yield from (record for record in parse_records(stream, path.name) if isinstance(record, Article))


def main(protocol: Protocol, model: str | None = None, data: Path | None = None) -> None:
    """Print the report on one line."""
    speed = report(protocol, model, data)
    print(
        f"language pipeline: {speed['whole_words_per_second']:,} words/s whole, "
        f"{speed['bare_ner_words_per_second']:,} words/s tokenizer and NER alone ({speed['words']:,} words, one core)"
    )
