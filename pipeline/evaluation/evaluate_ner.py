"""How well the language pipeline names things: `make evaluate` prints this report.

    exact         BC5CDR test, raw abstracts: a span counts when start, end and label are those of the corpus
    iob           the same articles as scispaCy measures them: sentences cut into words beforehand (read_ner_from_tsv)
    recall        the review's drugs and events in the sentences of the ADE corpus and of PHEE that name them

The data are not part of the project; a part whose data are absent says so and is skipped.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from lxml import etree
from scispacy.data_util import read_ner_from_tsv
from spacy.language import Language

from pipeline.errors import PipelineError
from pipeline.files import read_text
from pipeline.language.nlp import annotate, describe_model
from pipeline.ner.data import Abstract, Span, read_pubtator
from pipeline.ner.model import LABELS
from pipeline.protocol import Protocol, read_toml
from pipeline.records import AnnotatedArticle, Article, Section

TEST = "CDR_TestSet.PubTator.txt"
# scispaCy 0.5, en_ner_bc5cdr_md, https://allenai.github.io/scispacy/ : F1, IOB sentences, 200-d vectors.
PUBLISHED_IOB_F1 = 84.28


def article_of(abstract: Abstract) -> Article:
    """An abstract as an article: the title is section 0, the abstract section 1."""
    sections = (Section("TITLE", "TITLE", abstract.title), Section(None, None, abstract.abstract))
    return Article(pmid=abstract.pmid, title=abstract.title, sections=sections)


def general_spans(annotated: AnnotatedArticle) -> set[Span]:
    """The CHEMICAL and DISEASE mentions, with offsets in the sections joined by one blank."""
    starts = [0]
    for section in annotated.article.sections:
        starts.append(starts[-1] + len(section.text) + 1)
    general = (mention for mention in annotated.mentions if mention.label in LABELS)
    return {(starts[m.section] + m.start, starts[m.section] + m.end, m.label) for m in general}


def scores(pairs: Iterable[tuple[set[Span], set[Span]]]) -> dict[str, dict[str, float]]:
    """Precision, recall and F1 in percent, by label and over all, of pairs (found, wanted), and the number wanted."""
    right: Counter[str] = Counter()
    found: Counter[str] = Counter()
    wanted: Counter[str] = Counter()
    for guessed, truth in pairs:
        for counter, spans in ((right, guessed & truth), (found, guessed), (wanted, truth)):
            for _, _, label in spans:
                counter.update((label, "all"))
    return {
        label.lower(): {
            "precision": _percent(right[label], found[label]),
            "recall": _percent(right[label], wanted[label]),
            "f1": _percent(2 * right[label], found[label] + wanted[label]),
            "wanted": wanted[label],
        }
        for label in ("all", *LABELS)
    }


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 2) if whole else 0.0


def exact_scores(nlp: Language, abstracts: Sequence[Abstract]) -> dict[str, dict[str, float]]:
    """Exact characters on raw abstracts, from the product's mentions."""
    read = annotate(nlp, map(article_of, abstracts))
    return scores((general_spans(a), set(abstract.spans)) for a, abstract in zip(read, abstracts, strict=True))


def iob_scores(nlp: Language, path: Path) -> dict[str, dict[str, float]]:
    """scispaCy's own protocol: each sentence alone, its words joined by blanks."""
    rows = read_ner_from_tsv(str(path))
    articles = [Article(pmid=n, title="", sections=(Section(None, None, text),)) for n, (text, _) in enumerate(rows)]
    truth = [{(s, e, label.upper()) for s, e, label in gold["entities"]} for _, gold in rows]
    return scores((general_spans(a), wanted) for a, wanted in zip(annotate(nlp, articles), truth, strict=True))


def recall_in_sentences(nlp: Language, sentences: Sequence[str], stem: str, label: str) -> dict[str, Any]:
    """How many of the words that match `stem` lie in a mention of this vocabulary; the misses are listed."""
    pattern = re.compile(stem, re.IGNORECASE)
    naming = [sentence for sentence in sentences if pattern.search(sentence)]
    articles = [Article(pmid=n, title="", sections=(Section(None, None, text),)) for n, text in enumerate(naming)]
    total, misses = 0, []
    for annotated, text in zip(annotate(nlp, articles), naming, strict=True):
        spans = [(m.start, m.end) for m in annotated.mentions if m.label == label]
        for match in pattern.finditer(text):
            total += 1
            if not any(start <= match.start() and match.end() <= end for start, end in spans):
                misses.append(text[max(0, match.start() - 30) : match.end() + 30])
    return {"sentences": len(naming), "named": total, "recall": _percent(total - len(misses), total), "misses": misses}


def ade_sentences(folder: Path) -> Iterator[str]:
    for path, cut in ((folder / "DRUG-AE.rel", _between_bars), (folder / "ADE-NEG.txt", _after_neg)):
        for line in read_text(path).splitlines():
            if sentence := cut(line):
                yield sentence


def _between_bars(line: str) -> str:
    return line.split("|")[1] if line.count("|") >= 2 else ""


def _after_neg(line: str) -> str:
    return line.partition(" NEG ")[2]


def phee_sentences(folder: Path) -> Iterator[str]:
    for path in sorted((folder / "v1").glob("*.json")):
        for line in read_text(path).splitlines():
            yield json.loads(line)["context"]


def _recall(nlp: Language, protocol: Protocol, data: Path) -> dict[str, Any]:
    file = protocol.folder / "evaluation.toml"
    if not file.is_file():
        return _skipped(file)
    stems = read_toml(file)["stems"]
    corpora = {"ade": (data / "ade-corpus-v2", ade_sentences), "phee": (data / "phee", phee_sentences)}
    sentences: dict[str, None] = {}
    for folder, read in corpora.values():
        if folder.is_dir():
            sentences.update(dict.fromkeys(read(folder)))
    if not sentences:
        return {"skipped": f"neither ade-corpus-v2 nor phee in {data}"}
    return {label: recall_in_sentences(nlp, list(sentences), stem, label) for label, stem in stems.items()}


def _skipped(path: Path) -> dict[str, Any]:
    return {"skipped": f"{path} is absent"}


def evaluate_ner(nlp: Language, protocol: Protocol, data: Path) -> dict[str, Any]:
    """The whole report, fit for JSON. `data` is the folder that holds bc5cdr, ade-corpus-v2 and phee."""
    test, iob = data / "bc5cdr" / TEST, data / "bc5cdr" / "iob" / "test.tsv"
    return {
        "model": describe_model(nlp),
        "exact": exact_scores(nlp, read_pubtator(test)) if test.is_file() else _skipped(test),
        "iob": {**iob_scores(nlp, iob), "published_f1": PUBLISHED_IOB_F1} if iob.is_file() else _skipped(iob),
        "recall": _recall(nlp, protocol, data),
    }


def headlines(report: dict[str, Any]) -> list[str]:
    """The report as a line a score, for the terminal."""
    lines = [f"names ({report['model']['name']} {report['model']['version']})"]
    for part, title in (("exact", "BC5CDR test, raw abstracts"), ("iob", "BC5CDR test, scispaCy's IOB protocol")):
        if "skipped" in report[part]:
            lines.append(f"  {title}: skipped, {report[part]['skipped']}")
            continue
        published = report[part].get("published_f1")
        lines += [
            f"  {title}, {label}: P {score['precision']} R {score['recall']} F1 {score['f1']}"
            + (f" (published {published})" if published and label == "all" else "")
            for label, score in report[part].items()
            if isinstance(score, dict)
        ]
    for label, found in report["recall"].items():
        if isinstance(found, dict) and "recall" in found:
            lines.append(f"  {label} names in ADE and PHEE sentences: {found['recall']} % of {found['named']}")
    if speed := report.get("speed"):
        lines.append(
            f"  {speed['whole_words_per_second']:,} words/s whole, {speed['bare_ner_words_per_second']:,} tokenizer "
            "and model alone, one core"
        )
    return lines


def pubmed_xml(abstracts: Sequence[Abstract]) -> bytes:
    """The abstracts as PubMed XML, for `make refresh SOURCE=`: what is measured then went the whole way."""
    root = etree.Element("PubmedArticleSet")
    for abstract in abstracts:
        citation = etree.SubElement(
            etree.SubElement(root, "PubmedArticle"), "MedlineCitation", Status="MEDLINE", Owner="NLM"
        )
        etree.SubElement(citation, "PMID", Version="1").text = str(abstract.pmid)
        article = etree.SubElement(citation, "Article", PubModel="Print")
        etree.SubElement(article, "ArticleTitle").text = abstract.title
        etree.SubElement(etree.SubElement(article, "Abstract"), "AbstractText").text = abstract.abstract
        etree.SubElement(article, "Language").text = "eng"
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8"))


def mention_scores(mentions: Iterable[dict[str, Any]], abstracts: Sequence[Abstract]) -> dict[str, dict[str, float]]:
    """Exact characters from rows of mentions.jsonl (pmid, section, start, end, label)."""
    shift = {abstract.pmid: len(abstract.title) + 1 for abstract in abstracts}
    found: dict[int, set[Span]] = {pmid: set() for pmid in shift}
    for row in mentions:
        if row["pmid"] not in found:
            raise PipelineError(f"mentions of PMID {row['pmid']}, which is none of the abstracts measured")
        if row["label"] in LABELS:
            offset = shift[row["pmid"]] if row["section"] else 0
            found[row["pmid"]].add((offset + row["start"], offset + row["end"], row["label"]))
    return scores((found[abstract.pmid], set(abstract.spans)) for abstract in abstracts)
