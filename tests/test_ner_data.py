"""PubTator files: what is read, and what is refused with one clear line."""

from pathlib import Path

import pytest

from pipeline.errors import PipelineError
from pipeline.ner.data import read_pubtator, without_nested
from tests.ner_stand_ins import pubtator, sentence


def write(folder: Path, text: str) -> Path:
    path = folder / "corpus.txt"
    path.write_text(text, encoding="utf-8")
    return path


def test_abstracts_come_back_with_their_spans(tmp_path: Path) -> None:
    abstracts = [sentence(n) for n in range(3)]
    assert read_pubtator(write(tmp_path, pubtator(abstracts))) == abstracts


def test_windows_line_ends_are_read(tmp_path: Path) -> None:
    text = pubtator([sentence(0)]).replace("\n", "\r\n")
    assert read_pubtator(write(tmp_path, text)) == [sentence(0)]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "holds no abstract"),
        ("1|t|A title\n", "line 1: a title and an abstract line are needed"),
        ("1|a|An abstract\n1|t|A title\n", "line 1: a title and an abstract line"),
        ("1|t|Aspirin\n1|a|It helps.\n1\t0\t7\tAspi", "line 3: not a mention"),
        ("1|t|Aspirin\n1|a|It helps.\n1\t0\tx\tAspirin\tChemical\tD1", "line 3: not a mention"),
        (
            "1|t|Aspirin\n1|a|It helps.\n1\t1\t8\tAspirin\tChemical\tD1",
            "line 3: offsets 1-8 hold 'spirin ', not 'Aspirin'",
        ),
        ("1|t|Aspirin\n1|a|It helps.\n1\t90\t97\tAspirin\tChemical\tD1", "offsets 90-97 hold ''"),
        ("1|t|Aspirin\n1|a|It helps.\n1\t0\t7\tAspirin\tGene\t5", "line 3: not a mention"),
    ],
)
def test_a_file_cut_short_or_at_odds_with_itself_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(PipelineError, match=r"corpus\.txt") as caught:
        read_pubtator(write(tmp_path, text))
    assert complaint in str(caught.value)
    assert "\n" not in str(caught.value)


def test_of_spans_that_overlap_the_longest_is_kept() -> None:
    spans = ((0, 5, "DISEASE"), (0, 9, "DISEASE"), (10, 12, "CHEMICAL"), (11, 14, "DISEASE"))
    assert without_nested(spans) == [(0, 9, "DISEASE"), (11, 14, "DISEASE")]
