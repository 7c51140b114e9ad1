"""Stored batches: what was stored is found again, byte for byte, and what is broken is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import PipelineError
from pipeline.pubmed.eutils_answers import FetchAnswer
from pipeline.pubmed.record_store import RecordStore, split_records

XML = b"<PubmedArticleSet>\xc3\xa9</PubmedArticleSet>"


def answer(*pmids: int, xml: bytes = XML) -> FetchAnswer:
    return FetchAnswer(xml, frozenset(pmids))


def contents(store: RecordStore, host: str = "here") -> list[bytes]:
    return [stream.read() for _, stream in store.open_batches(host)]


def test_a_batch_is_found_again_as_it_was_stored(tmp_path: Path) -> None:
    stored = RecordStore(tmp_path).add(1, "here", [3, 1, 2], [answer(1), answer(2, xml=b"<two/>")])
    again = RecordStore(tmp_path)
    assert again.batches == [stored]
    assert (stored.asked, stored.delivered) == ((1, 2, 3), (1, 2))
    assert [f.file for f in stored.files] == ["batch-000001.xml.gz", "batch-000001-2.xml.gz"]
    assert contents(again) == [XML, b"<two/>"]


def test_a_batch_to_which_nothing_came_is_a_line_without_files(tmp_path: Path) -> None:
    RecordStore(tmp_path).add(1, "here", [1], [])
    (batch,) = RecordStore(tmp_path).batches
    assert (batch.asked, batch.delivered, batch.files) == ((1,), (), ())


def test_batches_of_another_service_are_not_opened(tmp_path: Path) -> None:
    store = RecordStore(tmp_path)
    store.add(1, "there", [1], [answer(1)])
    assert contents(store) == []
    assert contents(store, "there") == [XML]


def test_a_replaced_batch_keeps_number_and_round_and_the_manifest_its_order(tmp_path: Path) -> None:
    store = RecordStore(tmp_path)
    for pmid in (1, 2, 3):
        store.add(1, "here", [pmid], [answer(pmid)])
    before = store.manifest.read_bytes()
    (tmp_path / "batch-000002.xml.gz").write_bytes(b"broken")
    store = RecordStore(tmp_path)
    (damaged,) = store.damaged
    assert damaged.batch == 2
    store.add(7, "here", [2], [answer(2)], damaged)
    store.tidy()
    assert store.manifest.read_bytes() == before
    assert RecordStore(tmp_path).damaged == []


def test_a_damaged_batch_stays_known_until_it_is_replaced(tmp_path: Path) -> None:
    RecordStore(tmp_path).add(1, "here", [1], [answer(1)])
    (tmp_path / "batch-000001.xml.gz").unlink()
    assert [len(RecordStore(tmp_path).damaged) for _ in range(2)] == [1, 1]
    assert RecordStore(tmp_path).add(1, "here", [2], [answer(2)]).batch == 2


def test_the_manifest_is_made_of_lines_that_a_person_can_read(tmp_path: Path) -> None:
    store = RecordStore(tmp_path)
    store.add(1, "here", [1, 2], [answer(1)])
    row = json.loads(store.manifest.read_text())
    assert (row["asked"], row["delivered"], row["files"][0]["file"]) == ([1, 2], [1], "batch-000001.xml.gz")
    assert len(row["files"][0]["sha256"]) == 64


def xml_of(records: dict[int, str], more: str = "") -> bytes:
    """Two kinds of record; a comment on another article, with its PMID, stands in each."""
    text = "".join(
        f'<{kind}><A><PMID Version="1">{pmid}</PMID><RefSource><PMID>1</PMID></RefSource>{words}</A></{kind}>\n'
        for pmid, words in records.items()
        for kind in [("PubmedArticle", "PubmedBookArticle")[pmid % 2]]
    )
    return f"<PubmedArticleSet>{text}{more}</PubmedArticleSet>".encode()


def came(*pmids: int, words: str = "as it was", more: str = "") -> FetchAnswer:
    return answer(*pmids, xml=xml_of(dict.fromkeys(pmids, words), more))


@pytest.mark.parametrize(
    ("asked", "answers", "nothing_new"),
    [
        ([2, 3], [came(2, 3)], True),
        ([2, 5], [came(2), came(5)], True),
        ([3, 7], [came(7)], False),  # 3 came last time
        ([3, 8], [came(3)], True),  # 8 did not come last time either
        ([8], [], True),
        ([7, 8], [came(7, 8)], False),
        ([2, 3], [came(2, 3, words="as it is")], False),
        ([2, 9], [came(2, 9)], False),  # 9 was never asked for
        ([2], [came(2, more="<DeleteCitation><PMID>3</PMID></DeleteCitation>")], False),
        ([6], [came(6, words="at first")], False),  # 6 was revised since
        ([6], [came(6, words="later")], True),
        ([2], [answer(2, xml=b"<PubmedArticleSet/>")], False),  # not as records look: in doubt it is kept
    ],
)
def test_answers_are_compared_with_the_last_ones_for_the_same_pmids(
    tmp_path: Path, asked: list[int], answers: list[FetchAnswer], nothing_new: bool
) -> None:
    store = RecordStore(tmp_path)
    store.add(1, "here", [2, 3, 4], [came(2, 3, 4)])
    store.add(1, "here", [5, 7, 8], [came(5), came(7)])
    store.add(1, "here", [6], [came(6, words="at first")])
    store.add(2, "here", [6], [came(6, words="later")])
    store.add(2, "there", [2, 9], [came(2, 9, words="elsewhere")])
    assert store.brings_nothing_new("here", asked, answers) is nothing_new


def test_records_are_split_byte_for_byte() -> None:
    xml = xml_of({12: "one &lt;", 13: "two"})
    assert split_records(xml).keys() == {12, 13}
    assert all(record in xml for record in split_records(xml).values())
    assert b"two" not in split_records(xml)[12]


def test_a_folder_that_cannot_be_one_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(PipelineError, match="cannot create the folder"):
        RecordStore(tmp_path / "file")


@settings(max_examples=30)
@given(cut=st.integers(min_value=0))
def test_a_manifest_cut_anywhere_loses_its_last_line_at_most(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    folder = tmp_path_factory.mktemp("store")
    store = RecordStore(folder)
    first = store.add(1, "here", [1], [answer(1)])
    whole = store.manifest.stat().st_size
    second = store.add(1, "here", [2], [answer(2)])
    data = store.manifest.read_bytes()
    store.manifest.write_bytes(data[: whole + cut % (len(data) - whole + 1)])
    kept = RecordStore(folder).batches
    assert kept in ([first], [first, second])
    assert store.manifest.read_bytes() in (data[:whole], data)
