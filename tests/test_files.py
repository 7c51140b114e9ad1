"""Files appear whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.errors import PipelineError
from pipeline.files import atomic_write, make_folder, read_jsonl, read_text, sha256_of_tree, write_jsonl


def test_a_failure_while_writing_leaves_the_old_file_and_no_litter(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("old")
    with pytest.raises(RuntimeError), atomic_write(path) as stream:
        stream.write("half")
        raise RuntimeError
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["table.csv"]


def test_the_same_bytes_keep_their_date_where_asked(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with atomic_write(path) as stream:
        stream.write("same")
    before = path.stat().st_mtime_ns
    with atomic_write(path, keep_same=True) as stream:
        stream.write("same")
    assert path.stat().st_mtime_ns == before
    with atomic_write(path, keep_same=True) as stream:
        stream.write("other")
    assert path.read_text() == "other"


def test_a_place_that_is_no_folder_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(PipelineError, match=r"cannot create the folder .*; choose another with OUT="):
        make_folder(tmp_path / "file" / "below")


@pytest.mark.parametrize("content", [b"\xff\xfe", "caf\xe9".encode("latin-1")])
def test_text_that_is_not_utf8_is_named_with_its_remedy(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "terms.csv"
    path.write_bytes(content)
    with pytest.raises(PipelineError, match=r"terms\.csv is not UTF-8 text .*save it as UTF-8"):
        read_text(path)


def test_json_lines_survive_and_a_broken_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    assert write_jsonl(path, [{"a": "µ"}, {"a": None}]) == 2
    assert list(read_jsonl(path)) == [{"a": "µ"}, {"a": None}]
    path.write_text(json.dumps({}) + "\n{")
    with pytest.raises(PipelineError, match=r"rows\.jsonl line 2 is not JSON"):
        list(read_jsonl(path))


def test_the_digest_of_a_folder_is_that_of_its_names_and_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name / "sub").mkdir(parents=True)
        (tmp_path / name / "sub" / "a.csv").write_text("x")
    assert sha256_of_tree(tmp_path / "one") == sha256_of_tree(tmp_path / "two")
    (tmp_path / "two" / "sub" / "a.csv").rename(tmp_path / "two" / "sub" / "b.csv")
    assert sha256_of_tree(tmp_path / "one") != sha256_of_tree(tmp_path / "two")
