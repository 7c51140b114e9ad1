"""`make model BC5CDR=path`: trains the NER model that ships with the project.

Learned from: training and development abstracts of BC5CDR, as raw text. The folders beside it that are there
(NCBI-disease, PHEE, drug labels of TAC 2017: all with terms that allow it) give plain text, never labels. No abstract
of the BC5CDR test set, and no sentence of one, is in either: such articles are left out by PMID and by text.

Context vectors: positive pointwise mutual information of words and their neighbours, reduced by a singular value
decomposition (Levy & Goldberg 2014, "Neural word embedding as implicit matrix factorization").

The same data and seed give the same weights: one thread, every draw from a seeded generator.
"""

from __future__ import annotations

import json
import platform
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np
import scipy
import scipy.sparse as sparse
import spacy
import thinc
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import minibatch
from thinc.api import Adam, fix_random_seed

from pipeline.errors import PipelineError
from pipeline.evaluation.evaluate_ner import TEST, article_of, exact_scores
from pipeline.files import read_text, sha256_of_file
from pipeline.language.nlp import WEIGHTS, article_doc, tagger_features
from pipeline.language.tokens import product_tokenizer
from pipeline.ner.data import Abstract, read_pubtator, without_nested
from pipeline.ner.model import TAGS, Array, Shape, softmax, without_digits
from pipeline.ner.names import Names
from pipeline.ner.tagger import FEATURE_COLUMNS, Tagger
from pipeline.records import Article, Section

TRAINING = ("CDR_TrainingSet.PubTator.txt", "CDR_DevelopmentSet.PubTator.txt")
NAMES = WEIGHTS / "names.tsv.gz"
Log = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Course:
    """Passes over the texts, and how many tokens are learned from at a time."""

    passes: int
    batch_tokens: int


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that decides the weights beside the data.

    The first course learns from the labels. Where there is a second, new members learn from the labels and from what
    the members of the first think of the plain texts (self-training); `label_copies` keeps the labels in the majority.
    """

    shape: Shape = field(default_factory=Shape)
    members: int = 2
    seed: int = 0
    first: Course = field(default_factory=lambda: Course(12, 1200))
    second: Course | None = None
    label_copies: int = 2
    learning_rate: float = 0.001
    warm_up_steps: int = 100
    weight_decay: float = 0.01
    drop: float = 0.2
    word_drop: float = 0.2
    context_width: int = 100
    context_window: int = 5
    context_least_count: int = 2
    context_neighbours: int = 8000


SHIPPED = Recipe()


@dataclass(frozen=True, slots=True)
class Example:
    """A text as the tagger reads it: words, further columns, and the wanted probability of each tag."""

    words: tuple[str, ...]
    features: Array
    truth: Array


def training_nlp() -> Language:
    """The product's pipeline up to the model: what the tagger is given must be the same in both."""
    nlp = spacy.blank("en")
    nlp.tokenizer = product_tokenizer(nlp)
    nlp.add_pipe("article_sentences")
    nlp.add_pipe("article_abbreviations")
    return nlp


def tags_of(doc: Doc, abstract: Abstract) -> tuple[Array, int]:
    """The wanted tags, and how many spans end inside a token: those take the whole token."""
    tags = np.zeros(len(doc), dtype="i")
    widened = 0
    for start, end, label in without_nested(abstract.spans):
        span = doc.char_span(start, end)
        if span is None:
            widened += 1
            span = doc.char_span(start, end, alignment_mode="expand")
        if span is None or tags[span.start : span.end].any():
            continue
        tags[span.start : span.end] = TAGS.index(f"I-{label}")
        tags[span.end - 1] = TAGS.index(f"L-{label}")
        tags[span.start] = TAGS.index(f"{'U' if len(span) == 1 else 'B'}-{label}")
    return tags, widened


def examples(nlp: Language, tagger: Tagger, abstracts: Sequence[Abstract]) -> tuple[list[Example], int]:
    """The abstracts as examples, and the number of spans that had to be widened."""
    found = []
    total = 0
    certain = np.eye(len(TAGS), dtype="f")
    for abstract in abstracts:
        doc = _read(nlp, article_of(abstract))
        words = [token.text for token in doc]
        tags, widened = tags_of(doc, abstract)
        total += widened
        found.append(Example(tuple(words), tagger_features(tagger, doc, words), certain[tags]))
    return found, total


def guessed(nlp: Language, tagger: Tagger, texts: Sequence[str]) -> list[Example]:
    """Plain texts as examples, with what the tagger makes of them."""
    found = []
    for batch in minibatch(texts, 64):  # type: ignore[no-untyped-call]
        docs = [_read(nlp, Article(pmid=0, title="", sections=(Section(None, None, text),))) for text in batch]
        words = [[token.text for token in doc] for doc in docs]
        features = [tagger_features(tagger, doc, tokens) for doc, tokens in zip(docs, words, strict=True)]
        guesses = tagger.log_probabilities(words, features)
        found += [
            Example(tuple(tokens), columns, softmax(guess))
            for tokens, columns, guess in zip(words, features, guesses, strict=True)
        ]
    return found


def _read(nlp: Language, article: Article) -> Doc:
    doc = article_doc(nlp, article)
    for _, pipe in nlp.pipeline:
        doc = pipe(doc)
    return doc


def plain_texts(folder: Path, abstracts: Sequence[Abstract], test: Sequence[Abstract]) -> tuple[list[str], list[Path]]:
    """Distinct texts for context vectors, and the files they come from; nothing of the test abstracts."""
    banned_pmids = {abstract.pmid for abstract in test}
    banned_text = _letters(" ".join(abstract.text for abstract in test))
    texts: dict[str, str] = {}
    files = []
    for path, pairs in _sources(folder, abstracts):
        if path is not None:
            files.append(path)
        for pmid, text in pairs:
            letters = _letters(text)
            if letters and pmid not in banned_pmids and letters not in banned_text:
                texts.setdefault(letters, text)
    return list(texts.values()), files


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.lower())


def _sources(folder: Path, abstracts: Sequence[Abstract]) -> Iterator[tuple[Path | None, Iterator[tuple[int, str]]]]:
    yield None, ((a.pmid, text) for a in abstracts for text in (a.title, a.abstract))
    for path in sorted((folder / "ncbi-disease").glob("NCBI*set_corpus.txt")):
        yield path, ((a.pmid, text) for a in read_pubtator(path) for text in (a.title, a.abstract))
    for path in sorted((folder / "phee" / "v1").glob("*.json")):
        rows = map(json.loads, read_text(path).splitlines())
        yield path, ((int(row["id"].split("_")[0]), row["context"]) for row in rows)
    for path in sorted((folder / "tac-adr-labels").glob("*.json")):
        yield path, ((0, text) for row in json.loads(read_text(path)) for text in _paragraphs(row["section_text"]))


def _paragraphs(text: str) -> Iterator[str]:
    """Running text of a drug label: tables and headings are left out."""
    for paragraph in re.split(r"\n\s*\n", text):
        paragraph = " ".join(paragraph.split())
        if len(paragraph.split()) >= 6 and sum(map(str.isalpha, paragraph)) > 0.6 * len(paragraph):
            yield paragraph


def context_vectors(nlp: Language, texts: Sequence[str], recipe: Recipe) -> tuple[list[str], Array]:
    """Words, and a vector for each in the row after its place: row 0 stays for unknown words."""
    docs = [[without_digits(token.text) for token in nlp.make_doc(text)] for text in texts]
    counts = Counter(word for doc in docs for word in doc)
    words = [word for word, count in _by_frequency(counts) if count >= recipe.context_least_count and word.strip()]
    row = {word: number for number, word in enumerate(words)}
    neighbours = min(recipe.context_neighbours, len(words))
    rows, columns, weights = [], [], []
    for doc in docs:
        ids = np.array([row.get(word, -1) for word in doc], dtype="i")
        for distance in range(1, min(recipe.context_window, len(ids) - 1) + 1):
            left, right = ids[:-distance], ids[distance:]
            for word, other, near in ((left, right, 1), (right, left, 2)):
                # Neighbours up to two words away are told apart by their side, those farther away are not.
                block = near if distance <= 2 else 0
                keep = (word >= 0) & (other >= 0) & (other < neighbours)
                rows.append(word[keep])
                columns.append(other[keep] + block * neighbours)
                weights.append(np.full(keep.sum(), 1.0 / distance))
    table = sparse.csr_matrix(
        (np.concatenate(weights), (np.concatenate(rows), np.concatenate(columns))), shape=(len(words), 3 * neighbours)
    )
    vectors = _reduced(_positive_information(table), recipe.context_width, recipe.seed)
    return words, np.vstack([np.zeros((1, recipe.context_width)), vectors]).astype("f")


def _by_frequency(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _positive_information(table: sparse.csr_matrix) -> sparse.csr_matrix:
    table.sum_duplicates()
    of_word = np.asarray(table.sum(axis=1)).ravel()
    of_neighbour = np.asarray(table.sum(axis=0)).ravel() ** 0.75  # Levy, Goldberg & Dagan 2015: smoothed
    of_neighbour /= of_neighbour.sum()
    cells = table.tocoo()
    information = np.log(cells.data / (of_word[cells.row] * of_neighbour[cells.col]))
    keep = information > 0
    return sparse.csr_matrix((information[keep], (cells.row[keep], cells.col[keep])), shape=table.shape)


def _reduced(table: sparse.csr_matrix, width: int, seed: int) -> Array:
    """Randomised decomposition (Halko, Martinsson & Tropp 2011); rows have the length 0.3 * sqrt(width)."""
    rng = np.random.default_rng(seed)
    basis = table @ rng.standard_normal((table.shape[1], width + 10))
    for _ in range(4):
        basis, _ = np.linalg.qr(basis)
        basis, _ = np.linalg.qr(table.T @ basis)
        basis = table @ basis
    basis, _ = np.linalg.qr(basis)
    left, values, _ = np.linalg.svd((table.T @ basis).T, full_matrices=False)
    vectors = (basis @ left)[:, :width] * np.sqrt(values[:width])
    vectors *= 0.3 * np.sqrt(width) / (np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-9)
    reduced: Array = np.pad(vectors, ((0, 0), (0, width - vectors.shape[1])))  # fewer words than columns: a tiny text
    return reduced


def own_words(abstracts: Sequence[Example], rows: int) -> list[str]:
    """The words that get a vector of their own: seen twice or more in training."""
    counts = Counter(word.lower() for example in abstracts for word in example.words)
    return [word for word, count in _by_frequency(counts)[: rows - 1] if count > 1 and word.strip()]


def fit(
    tagger: Tagger, member: int, data: Sequence[Example], recipe: Recipe, course: Course, seed: int, log: Log
) -> None:
    """Train one member; its weights become their average over the training."""
    fix_random_seed(seed)
    rng = np.random.default_rng(seed)
    words, context = tagger.word_models[member], tagger.context_models[member]
    vocabulary = sorted({word for example in data for word in example.words})
    number = {word: n for n, word in enumerate(vocabulary)}
    read = tagger.read(vocabulary)
    ids = [np.array([number[word] for word in example.words], dtype="i") for example in data]
    steps = max(1, int(sum(map(len, ids)) / course.batch_tokens * course.passes))
    optimizer = Adam(
        recipe.learning_rate, L2=recipe.weight_decay, grad_clip=1.0, use_averages=True, L2_is_weight_decay=True
    )
    step = 0
    for number_of_pass in range(1, course.passes + 1):
        losses = []
        for batch in _batches(rng.permutation(len(data)), ids, course.batch_tokens):
            step += 1
            pace = min(1.0, step / recipe.warm_up_steps) * max(0.02, 1 - step / steps)
            optimizer.learn_rate = recipe.learning_rate * pace
            kinds, place = np.unique(np.concatenate([ids[i] for i in batch]), return_inverse=True)
            vectors, back_words = words.begin_update(read[kinds])
            ends = np.cumsum([len(ids[i]) for i in batch])[:-1]
            inputs = np.hstack([vectors[place], np.concatenate([data[i].features for i in batch])])
            scores, back_context = context.begin_update(np.split(inputs, ends))
            guesses = softmax(np.concatenate(scores))
            truth = np.concatenate([data[i].truth for i in batch])
            losses.append(-(truth * np.log(guesses + 1e-9)).sum(axis=1).mean())
            blame = ((guesses - truth) / len(truth)).astype("f")
            of_tokens = np.concatenate(back_context(np.split(blame, ends)))[:, : vectors.shape[1]]
            sums = sparse.csr_matrix(
                (np.ones(len(place), dtype="f"), (place, np.arange(len(place)))), shape=(len(kinds), len(place))
            )
            back_words(np.ascontiguousarray(sums @ of_tokens))
            words.finish_update(optimizer)
            context.finish_update(optimizer)
        log(f"seed {seed}, pass {number_of_pass} of {course.passes}: loss {np.mean(losses):.4f}")
    for model in (words, context):
        for node in model.walk():
            for name in node.param_names:
                average = optimizer.averages.get((node.id, name))
                if average is not None:
                    node.set_param(name, average)
    tagger.forget()


def _batches(order: Array, ids: Sequence[Array], tokens: int) -> Iterator[list[int]]:
    batch: list[int] = []
    size = 0
    for number in order:
        batch.append(int(number))
        size += len(ids[number])
        if size >= tokens:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def train(
    abstracts: Sequence[Abstract], texts: Sequence[str], names: Names, recipe: Recipe, log: Log = print
) -> tuple[Tagger, dict[str, int]]:
    """A trained tagger, and what was counted on the way."""
    nlp = training_nlp()
    context_words, context = context_vectors(nlp, texts, recipe)
    shape = replace(recipe.shape, context_width=recipe.context_width, features=FEATURE_COLUMNS)
    bare = Tagger(replace(shape, depth=1), [], [], context[:1], names)
    data, widened = examples(nlp, bare, abstracts)
    known = own_words(data, shape.word_rows)

    def untrained(seed: int) -> Tagger:
        fix_random_seed(seed)  # the first weights are drawn from numpy's global generator
        drops = (recipe.drop, recipe.word_drop)
        return Tagger(shape, known, context_words, context, names, recipe.members, None, seed, *drops)

    counted = {
        "abstracts": len(abstracts),
        "tokens": sum(len(example.words) for example in data),
        "spans": sum(len(abstract.spans) for abstract in abstracts),
        "spans_that_end_inside_a_token": widened,
        "context_texts": len(texts),
        "context_words": len(context_words),
        "own_words": len(known),
        "names": len(names.names),
    }
    log(", ".join(f"{key} {value}" for key, value in counted.items()))
    tagger = untrained(recipe.seed)
    for member in range(recipe.members):
        fit(tagger, member, data, recipe, recipe.first, recipe.seed + member, log)
    if recipe.second:
        labelled = {text for abstract in abstracts for text in (abstract.title, abstract.abstract)}
        plain = guessed(nlp, tagger, [text for text in texts if text not in labelled])
        seed = recipe.seed + 100
        tagger = untrained(seed)
        for member in range(recipe.members):
            fit(tagger, member, data * recipe.label_copies + plain, recipe, recipe.second, seed + member, log)
    return tagger, counted


def make_model(
    bc5cdr: Path,
    out: Path,
    names: Path,
    recipe: Recipe,
    name: str,
    version: str,
    training: Sequence[str] = TRAINING,
    log: Log = print,
) -> None:
    """Train on a BC5CDR folder and write the model and its card to `out`. Raises PipelineError on unfit data."""
    for file in (*training, TEST):
        if not (bc5cdr / file).is_file():
            raise PipelineError(f"BC5CDR={bc5cdr}: {file} is missing; give the folder with the three PubTator files")
    abstracts = [abstract for file in training for abstract in read_pubtator(bc5cdr / file)]
    test = read_pubtator(bc5cdr / TEST)
    _check_apart(abstracts, test)
    texts, files = plain_texts(bc5cdr.parent, abstracts, test)
    tagger, counted = train(abstracts, texts, Names.read(names), recipe, log)
    tagger.card = {
        "name": name,
        "version": version,
        "what": "Tagger of CHEMICAL and DISEASE in abstracts of biomedical articles, English",
        "recipe": asdict(recipe),
        "counted": counted,
        "labels_from": {file: sha256_of_file(bc5cdr / file) for file in training},
        "plain_text_from": {"/".join(f.parts[-2:]): sha256_of_file(f) for f in files},
        "names_from": {names.name: sha256_of_file(names)},
        "made_with": {
            "python": platform.python_version(),
            **{module.__name__: module.__version__ for module in (np, scipy, spacy, thinc)},
        },
    }
    out.mkdir(parents=True, exist_ok=True)
    if names.resolve() != (out / "names.tsv.gz").resolve():
        shutil.copyfile(names, out / "names.tsv.gz")
    tagger.save(out)


def model_nlp(tagger: Tagger) -> Language:
    """The product's pipeline with this tagger and no review's vocabulary."""
    nlp = training_nlp()
    nlp.add_pipe("small_ner").use(tagger)  # type: ignore[attr-defined]
    nlp.add_pipe("article_consistency")
    return nlp


def run(bc5cdr: str | Path, out: Path = WEIGHTS) -> None:
    """Train the model that ships, measure it on the test abstracts, and put it in its place."""
    bc5cdr = Path(bc5cdr)
    make_model(bc5cdr, out, NAMES, SHIPPED, "small_ner_bc5cdr", "1.0.0")
    tagger = Tagger.load(out)
    tagger.card["scores_bc5cdr_test_exact"] = exact_scores(model_nlp(tagger), read_pubtator(bc5cdr / TEST))
    tagger.save(out)
    for label, score in tagger.card["scores_bc5cdr_test_exact"].items():
        print(f"{label:10}precision {score['precision']:.2f}  recall {score['recall']:.2f}  F1 {score['f1']:.2f}")


def _check_apart(abstracts: Sequence[Abstract], test: Sequence[Abstract]) -> None:
    shared = {abstract.pmid for abstract in abstracts} & {abstract.pmid for abstract in test}
    if shared:
        raise PipelineError(
            f"{len(shared)} test abstracts are also in the training files (PMID {min(shared)}); take them out"
        )
