"""`make bench`: how fast each part is, as ratios within one run. Absolute numbers are this machine's."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from pipeline.bench import language as bench_nlp
from pipeline.bench import load as bench_load
from pipeline.bench import parse as bench_parse
from pipeline.evaluation.gold import article_of, read_gold
from pipeline.language.nlp import annotate, build_nlp
from pipeline.protocol import Protocol
from pipeline.relate import relate

REPEATS = 3


def run(protocol: Protocol, data: Path | None = None) -> None:
    """Print one table or line for parsing, language, relation and loading."""
    print(bench_parse.table(bench_parse.measure()))
    bench_nlp.main(protocol, data=data)
    print(relation_share(protocol))
    bench_load.main(protocol)


def relation_share(protocol: Protocol) -> str:
    """Time of concepts and relate beside that of the language pipeline, over the sample."""
    nlp = build_nlp(protocol)
    articles = [article_of(r) for r in read_gold(protocol.folder / "gold" / "digest.jsonl")] * REPEATS
    words = sum(len(section.text.split()) for article in articles for section in article.sections)
    annotated = list(annotate(nlp, articles))
    language = _seconds(lambda: list(annotate(nlp, articles)))
    relation = _seconds(lambda: [relate(one, protocol) for one in annotated])
    return (
        f"concepts and relate: {1e6 * relation / words:.0f} µs a word beside {1e6 * language / words:.0f} µs of "
        f"the language pipeline, {100 * relation / language:.0f} % on top ({words:,} words of the sample, one core)"
    )


def _seconds(work: Callable[[], object]) -> float:
    best = float("inf")
    for _ in range(REPEATS):
        began = time.process_time()
        work()
        best = min(best, time.process_time() - began)
    return best
