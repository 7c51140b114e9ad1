"""`python -m pipeline <stage>`: the only place that reads arguments and the environment.

Environment: NCBI_EMAIL, NCBI_API_KEY (who asks PubMed), NCBI_EUTILS_URL (another address of the service),
NER_MODEL (another spaCy model).
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline import __version__
from pipeline.errors import PipelineError
from pipeline.files import make_folder, sha256_of_tree
from pipeline.progress import counted
from pipeline.protocol import Protocol, load_protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.entrez import Entrez

CODE = Path(__file__).resolve().parent
# What decides how a text is read, beside model and vocabulary: a change here reads every article again.
READING_CODE = ("records.py", "confidence.py", "language", "ner", "concepts", "relate")
EUTILS_URL = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/"


def main(arguments: list[str] | None = None) -> int:
    """Run one stage; 0 where it did its work, 2 where it could not (with one line that says why), 130 on Ctrl-C."""
    options = parser().parse_args(arguments)
    try:
        return int(options.command(options) or 0)
    except PipelineError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted: what is complete is kept; the same command goes on from here", file=sys.stderr)
        return 130


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="python -m pipeline", description="From a PubMed query to an evidence table.")
    stages = top.add_subparsers(dest="stage", required=True, metavar="stage")

    def stage(name: str, command: Callable[[argparse.Namespace], int | None], text: str) -> argparse.ArgumentParser:
        sub = stages.add_parser(name, help=text, description=text)
        sub.set_defaults(command=command)
        sub.add_argument(
            "--corpus", default="anti-cd20-neutropenia", help="folder under corpora/ (default: %(default)s)"
        )
        sub.add_argument("--out", type=Path, help="where results go (default: outputs/<corpus>)")
        return sub

    source_help = "a PubMed XML file, a gzip of one, or a folder of them, in place of PubMed"
    search = stage("search", run_search, "Ask PubMed for the PMIDs of the protocol's query: search.json, pmids.txt")
    search.add_argument("--source", type=Path, help=source_help)
    search.add_argument("--sample", action="store_true", help="the sample that ships with the protocol as the source")
    fetch = stage("fetch", run_fetch, "Fetch the records and parse them: records/, articles.jsonl, missing.csv")
    fetch.add_argument("--source", type=Path, help=source_help)
    fetch.add_argument("--sample", action="store_true", help="the sample that ships with the protocol as the source")
    stage("screen", run_screen, "Judge each record by what it says of itself, likeliest first: screening.csv")
    stage("extract", run_extract, "Read every article: mentions.jsonl, findings.jsonl")
    load = stage("load", run_load, "Load everything, with the reviewers' decisions, into evidence.db")
    load.add_argument("--searches", action="store_true", help="only the searches, where nothing else has changed")
    export = stage("export", run_export, "Write tables/, figures/ and report.html from evidence.db")
    export.add_argument("what", nargs="*", help="tables, figures, report (default: all)")
    stage("summary", run_summary, "Print what evidence.db holds")
    diff = stage("diff", run_diff, "What changed since the last refresh, or since an earlier run")
    diff.add_argument("--since", help="a run as `diff --list` names it (default: the one before the last)")
    diff.add_argument("--list", action="store_true", help="list the runs that can be compared")
    template = stage("decisions-template", run_decisions_template, "Write a sheet that a reviewer fills in")
    template.add_argument("--reviewer", required=True, help="name of the reviewer: letters, digits, hyphens")
    read_back = stage(
        "import-decisions", run_import_decisions, "Read a filled sheet back into corpora/<corpus>/decisions/"
    )
    read_back.add_argument("file", type=Path)
    stage("agreement", run_agreement, "Agreement of two reviewers, field by field, and what they disagree on")
    stage("browse", run_browse, "Open evidence.db in Datasette on this machine (extra: browse)")
    evaluate = stage("evaluate", run_evaluate, "Compare the extraction with the gold: precision, recall, every miss")
    evaluate.add_argument("--data", type=Path, help="folder of public corpora (bc5cdr, ade-corpus-v2, phee)")
    calibrate = stage("calibrate", run_calibrate, "Fit the confidences on a gold: corpora/common/confidence.json")
    calibrate.add_argument("gold", type=Path, nargs="?", help="a gold file (default: the review's own)")
    calibrate.add_argument("findings", type=Path, nargs="?", help="what was extracted for it (default: read it now)")
    calibrate.add_argument("--note", help="what the gold is, in words, for the confidence file (default: its name)")
    model = stage("model", run_model, "Train the NER model from a BC5CDR folder")
    model.add_argument("bc5cdr", type=Path)
    stage("sample", run_sample, "Write sample/ again from the digests in gold/")
    bench = stage("bench", run_bench, "Measure speed as ratios in one run")
    bench.add_argument("--data", type=Path, help="folder of public corpora: their abstracts in place of the sample")
    return top


def protocol_of(options: argparse.Namespace) -> Protocol:
    return load_protocol(options.corpus)


def out_of(options: argparse.Namespace) -> Path:
    return make_folder(options.out or Path("outputs") / options.corpus)


def client() -> Entrez:
    """The E-utilities client, from the environment."""
    from pipeline.entrez import Entrez

    url = os.environ.get("NCBI_EUTILS_URL") or EUTILS_URL
    return Entrez(url, email=os.environ.get("NCBI_EMAIL"), api_key=os.environ.get("NCBI_API_KEY"))


def source_of(options: argparse.Namespace) -> Path | None:
    """The file or folder that takes PubMed's place, or None. The sample never takes the place of a live search."""
    if not options.sample:
        return Path(options.source) if options.source else None
    protocol = protocol_of(options)
    record = out_of(options) / "search.json"
    if record.exists() and json.loads(record.read_text(encoding="utf-8")).get("kind") == "live":
        raise PipelineError(
            f"{record.parent} holds the results of a live search, which the sample would replace; "
            "choose another folder: make demo OUT=outputs/demo"
        )
    return protocol.folder / "sample"


@contextmanager
def recorded(out: Path, stage: str, **versions: Any) -> Iterator[None]:
    """Add a line to runs.jsonl: stage, start, end and the versions that made it."""
    started = datetime.now(UTC).isoformat(timespec="seconds")
    yield
    line = {
        "stage": stage,
        "started": started,
        "ended": datetime.now(UTC).isoformat(timespec="seconds"),
        "code_version": __version__,
        "code_sha256": sha256_of_tree(*sorted(CODE.rglob("*.py"))),
        **versions,
    }
    with (out / "runs.jsonl").open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(line) + "\n")


def run_search(options: argparse.Namespace) -> None:
    from pipeline import search

    protocol, out = protocol_of(options), out_of(options)
    with recorded(out, "search", protocol_sha256=protocol.sha256):
        source = source_of(options)
        if source is not None:
            search.run_source(source, out)
        else:
            search.run(protocol, client(), out, datetime.now(UTC))


def run_fetch(options: argparse.Namespace) -> None:
    from pipeline import fetch

    out = out_of(options)
    with recorded(out, "fetch"):
        source = source_of(options)
        if source is not None:
            fetch.run_source(source, out)
        else:
            fetch.run(client(), out)


def run_screen(options: argparse.Namespace) -> None:
    from pipeline import screen

    protocol, out = protocol_of(options), out_of(options)
    with recorded(out, "screen", protocol_sha256=protocol.sha256):
        total, excluded = screen.run(out, protocol.config["screening"])
    print(f"screen: {total} records, {excluded} excluded by what the record says of itself")


def run_extract(options: argparse.Namespace) -> None:
    from pipeline import extract
    from pipeline.confidence import FITTED
    from pipeline.language.nlp import annotate, build_nlp, describe_model
    from pipeline.relate import relate

    protocol, out = protocol_of(options), out_of(options)
    nlp = build_nlp(protocol, model=os.environ.get("NER_MODEL") or None)
    model = describe_model(nlp)
    versions = {
        "model": f"{model['name']} {model['version']}",
        "model_sha256": model["sha256"],
        "protocol_sha256": protocol.sha256,
        "vocabulary_sha256": protocol.vocabulary_sha256,
    }
    reading_code = sha256_of_tree(*(CODE / name for name in READING_CODE), FITTED)
    with recorded(out, "extract", **versions):
        read, kept = extract.run(
            out,
            versions="\0".join([reading_code, *map(str, versions.values())]),
            annotate=lambda articles: annotate(nlp, articles),
            relate=lambda annotated: relate(annotated, protocol),
        )
    print(f"extract: {counted(read, 'article')} read, {kept} unchanged since the last run")


def run_load(options: argparse.Namespace) -> None:
    from pipeline import load

    protocol, out = protocol_of(options), out_of(options)
    if options.searches:
        load.refresh_searches(out)
        return
    with recorded(out, "load", protocol_sha256=protocol.sha256):
        print(f"load: {load.run(out, protocol)}")


def run_export(options: argparse.Namespace) -> None:
    from pipeline import export

    protocol, out = protocol_of(options), out_of(options)
    with recorded(out, "export", protocol_sha256=protocol.sha256):
        export.run(out, protocol, what=tuple(options.what) or export.ALL)


def run_summary(options: argparse.Namespace) -> None:
    from pipeline.summary import summary

    print(summary(out_of(options), protocol_of(options)))


def run_diff(options: argparse.Namespace) -> None:
    from pipeline import diff

    print(diff.list_runs(out_of(options)) if options.list else diff.run(out_of(options), options.since))


def run_decisions_template(options: argparse.Namespace) -> None:
    from pipeline.review import reviewer_sheets

    for path in reviewer_sheets.write_template(out_of(options), protocol_of(options), options.reviewer):
        print(path)


def run_import_decisions(options: argparse.Namespace) -> None:
    from pipeline.review import reviewer_sheets

    print(reviewer_sheets.import_decisions(out_of(options), protocol_of(options), options.file))


def run_agreement(options: argparse.Namespace) -> None:
    from pipeline.review import agreement

    print(agreement.run(out_of(options), protocol_of(options)))


def run_browse(options: argparse.Namespace) -> None:
    from pipeline.review import browse

    browse.run(out_of(options), protocol_of(options))


def run_evaluate(options: argparse.Namespace) -> None:
    from pipeline.evaluation import evaluate

    print(evaluate.run(out_of(options), protocol_of(options), options.data))


def run_calibrate(options: argparse.Namespace) -> None:
    from pipeline.evaluation import calibrate

    print(calibrate.run(out_of(options), protocol_of(options), options.gold, options.findings, options.note))


def run_model(options: argparse.Namespace) -> None:
    from pipeline.ner import training as ner_training

    ner_training.run(options.bc5cdr)


def run_sample(options: argparse.Namespace) -> None:
    from pipeline import sample

    print(f"sample: {sample.run(protocol_of(options))} digests written")


def run_bench(options: argparse.Namespace) -> None:
    from pipeline import bench

    bench.run(protocol_of(options), options.data)


if __name__ == "__main__":
    sys.exit(main())
