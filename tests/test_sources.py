"""Files in PubMed's place: found in order, checked against their sums, never half read."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import pytest

from pipeline.errors import PipelineError
from pipeline.pubmed.sources import find_sources, open_xml, scan
from tests.eutils_stand_in import records_of

XML = ("<PubmedArticleSet>" + "".join(r.xml() for r in records_of(2)) + "</PubmedArticleSet>").encode()
PMIDS = tuple(r.pmid for r in records_of(2))


def test_a_folder_is_read_in_the_order_of_names_with_folders_below(tmp_path: Path) -> None:
    for name in ("b.xml", "a/z.xml.gz", "a.XML", "notes.txt", ".hidden.xml", "b.xml.md5"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(XML)
    (tmp_path / "b.xml.md5").write_text(hashlib.md5(XML).hexdigest())
    assert [file.name for file in find_sources(tmp_path)] == ["a.XML", "a/z.xml.gz", "b.xml"]


def test_a_file_that_is_left_aside_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.xml").write_bytes(XML)
    (tmp_path / "notes.txt").write_text("")
    find_sources(tmp_path)
    assert "notes.txt is left aside" in capsys.readouterr().err


@pytest.mark.parametrize(
    "name", ["plain.xml", "gzip.xml.gz", "gzip without its suffix.xml", "plain with the suffix.xml.gz"]
)
def test_a_gzip_is_told_by_its_bytes(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(gzip.compress(XML) if name.startswith("gzip") else XML)
    (file,) = find_sources(path)
    assert scan(file).pmids == PMIDS
    with open_xml(file.path, file.name) as stream:
        assert stream.read() == XML


def test_a_scan_tells_records_chapters_and_deletions_apart(tmp_path: Path) -> None:
    article, book = records_of(2)
    text = article.xml() + book.__class__(**{**vars(book), "book": True}).xml()
    (tmp_path / "a.xml").write_text(
        f"<PubmedArticleSet>{text}<DeleteCitation><PMID Version='1'>7</PMID><PMID Version='1'>8</PMID></DeleteCitation>"
        "</PubmedArticleSet>"
    )
    contents = scan(find_sources(tmp_path)[0])
    assert (contents.root_tag, contents.pmids, contents.deleted) == ("PubmedArticleSet", PMIDS, (7, 8))


def test_a_pmid_that_a_record_only_mentions_is_no_record(tmp_path: Path) -> None:
    mention = "<CommentsCorrectionsList><CommentsCorrections RefType='CommentOn'><PMID Version='1'>5</PMID>"
    closing = "</CommentsCorrections></CommentsCorrectionsList></MedlineCitation>"
    (tmp_path / "a.xml").write_bytes(XML.replace(b"</MedlineCitation>", (mention + closing).encode()))
    assert scan(find_sources(tmp_path)[0]).pmids == PMIDS


@pytest.mark.parametrize("form", ["{md5}", "MD5(a.xml.gz)= {md5}\n", "{md5}  a.xml.gz\n"])
def test_an_md5_file_beside_is_checked_in_every_form(tmp_path: Path, form: str) -> None:
    packed = gzip.compress(XML)
    (tmp_path / "a.xml.gz").write_bytes(packed)
    (tmp_path / "a.xml.gz.md5").write_text(form.format(md5=hashlib.md5(packed).hexdigest()))
    assert find_sources(tmp_path)[0].md5_checked
    (tmp_path / "a.xml.gz").write_bytes(packed + b"x")
    with pytest.raises(PipelineError, match=r"a\.xml\.gz does not match a\.xml\.gz\.md5"):
        find_sources(tmp_path)


def test_an_md5_file_without_a_sum_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(XML)
    (tmp_path / "a.xml.md5").write_text("<html>not found</html>")
    with pytest.raises(PipelineError, match=r"a\.xml\.md5 holds no MD5"):
        find_sources(tmp_path)


@pytest.mark.parametrize("files", [[], ["notes.txt"]])
def test_a_folder_without_xml_is_named(tmp_path: Path, files: list[str]) -> None:
    for name in files:
        (tmp_path / name).write_text("")
    with pytest.raises(PipelineError, match="holds no file that ends in"):
        find_sources(tmp_path)


def test_a_missing_source_is_named(tmp_path: Path) -> None:
    with pytest.raises(PipelineError, match="does not exist"):
        find_sources(tmp_path / "nothing")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<PubmedArticleSet>\n<PubmedArticle>\n</PubmedArticleSet>", r"a\.xml line 3: not well-formed XML"),
        (XML[: len(XML) // 2], r"a\.xml line \d+: not well-formed XML"),
        (b"", r"a\.xml line \d+: not well-formed XML"),
        (b"no XML at all", r"a\.xml line 1: not well-formed XML"),
        (gzip.compress(XML)[:-20], r"a\.xml is a gzip that is damaged or cut short"),
        (gzip.compress(XML)[:40] + b"\x00" * 40, r"a\.xml is a gzip that is damaged or cut short"),
    ],
)
def test_broken_files_are_named_with_the_line(tmp_path: Path, data: bytes, words: str) -> None:
    (tmp_path / "a.xml").write_bytes(data)
    (file,) = find_sources(tmp_path)
    with pytest.raises(PipelineError, match=words) as stopped:
        scan(file)
    assert str(tmp_path) not in str(stopped.value)


def test_real_files_are_told_apart(shared_data: Path) -> None:
    contents = {file.name: scan(file) for file in find_sources(shared_data / "pubmed-xml")}
    assert sum(len(c.pmids) for c in contents.values()) == 9
    assert {c.root_tag for name, c in contents.items() if name.startswith("e")} == {"eSearchResult", "ePostResult"}
