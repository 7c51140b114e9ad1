"""References of the articles cited: numbered text (Vancouver), RIS, BibTeX and NBIB (PubMed's own format).

A placeholder PMID is never written: it names no record of PubMed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from pipeline.records import Author
from pipeline.tables.read import Source

MANY_AUTHORS = 6  # ICMJE and NLM: six authors, then "et al."


def one_line(text: str | None) -> str:
    """White space of any kind becomes one blank; control characters go."""
    words = " ".join((text or "").split())
    return "".join(c for c in words if unicodedata.category(c) not in ("Cc", "Cs"))


def initials(author: Author) -> str:
    if author.initials:
        return one_line(author.initials).replace(" ", "")
    return "".join(part[0].upper() for part in re.split(r"[\s\-]+", one_line(author.fore)) if part)


def author_name(author: Author) -> str:
    """Last name and initials, or the group."""
    if author.collective and not author.last:
        return one_line(author.collective)
    return f"{one_line(author.last)} {initials(author)}".strip() or one_line(author.fore)


def citation(source: Source) -> str:
    """The reference as NLM style prints it; what is not known is left out."""
    names = [author_name(author) for author in source.authors]
    authors = ", ".join(names[:MANY_AUTHORS]) + (", et al" if len(names) > MANY_AUTHORS else "")
    title = one_line(source.title)
    parts = [part if part.endswith((".", "?", "!")) else f"{part}." for part in (authors, title) if part]
    if journal := one_line(source.journal_abbreviation or source.journal):
        parts.append(f"{journal.rstrip('.')}.")
    if where := _where(source):
        parts.append(f"{where}.")
    if source.doi:
        parts.append(f"doi:{source.doi}.")
    if not source.is_placeholder:
        parts.append(f"PMID: {source.pmid}.")
    if source.retracted:
        parts.append("RETRACTED.")
    return " ".join(parts)


def _where(source: Source) -> str:
    """2021;12(3):45-50"""
    issue = f"({one_line(source.issue)})" if source.issue else ""
    volume = f"{one_line(source.volume)}{issue}"
    pages = f":{one_line(source.pages)}" if source.pages else ""
    year = str(source.year) if source.year is not None else ""
    return ";".join(part for part in (year, f"{volume}{pages}".lstrip(":")) if part)


def keys(sources: Sequence[Source]) -> dict[int, str]:
    """A BibTeX key an article: author, year, and a letter where two would be the same. ASCII, no blank."""
    result: dict[int, str] = {}
    used: set[str] = set()
    for source in sources:
        author = source.authors[0] if source.authors else Author()
        name = _ascii(author.last or author.collective or source.journal or "") or "anonymous"
        stem = f"{name.lower()[:24]}{source.year if source.year is not None else 'nd'}"
        key, n = stem, 1
        while key in used:
            n += 1
            key = f"{stem}-{n}"
        used.add(key)
        result[source.pmid] = key
    return result


def _ascii(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return re.sub(r"[^A-Za-z0-9]", "", decomposed)


def ris(sources: Sequence[Source]) -> str:
    """RIS (Research Information Systems), one record an article."""
    names = keys(sources)
    return "".join(_ris_record(source, names[source.pmid]) for source in sources)


def _ris_record(source: Source, key: str) -> str:
    first, _, last = one_line(source.pages).replace("\u2013", "-").partition("-")
    fields: list[tuple[str, str]] = [("TY", "JOUR"), ("ID", key)]
    fields += [("AU", _ris_author(author)) for author in source.authors]
    fields += [
        ("TI", one_line(source.title)),
        ("T2", one_line(source.journal)),
        ("JA", one_line(source.journal_abbreviation)),
        ("PY", str(source.year) if source.year is not None else ""),
        ("VL", one_line(source.volume)),
        ("IS", one_line(source.issue)),
        ("SP", first),
        ("EP", _last_page(first, last)),
        ("DO", one_line(source.doi)),
        ("AN", "" if source.is_placeholder else str(source.pmid)),
        ("LA", one_line(source.language)),
        ("UR", source.pubmed_url or source.doi_url or ""),
    ]
    lines = [f"{tag}  - {value}" for tag, value in fields if value]
    return "\n".join([*lines, "ER  - ", "", ""])


def _ris_author(author: Author) -> str:
    if author.collective and not author.last:
        return one_line(author.collective)
    return ", ".join(part for part in (one_line(author.last), one_line(author.fore or author.initials)) if part)


def _last_page(first: str, last: str) -> str:
    """PubMed shortens 345-57; the whole number is 357."""
    if last.isdigit() and first.isdigit() and len(last) < len(first):
        return first[: len(first) - len(last)] + last
    return last


def bibtex(sources: Sequence[Source]) -> str:
    """BibTeX in UTF-8, every special character of TeX escaped."""
    names = keys(sources)
    return "\n".join(_bibtex_entry(source, names[source.pmid]) for source in sources)


TEX_ESCAPES = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "%": r"\%",
    "#": r"\#",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}


def tex_escape(text: str) -> str:
    """The characters that TeX would read as commands, written so that it prints them."""
    return "".join(TEX_ESCAPES.get(c, c) for c in text)


def _bibtex_entry(source: Source, key: str) -> str:
    authors = " and ".join(_bibtex_author(author) for author in source.authors)
    fields = {
        "author": authors,
        # a second pair of braces keeps the capitals of the title
        "title": f"{{{tex_escape(one_line(source.title))}}}",
        "journal": tex_escape(one_line(source.journal or source.journal_abbreviation)),
        "year": str(source.year) if source.year is not None else "",
        "volume": tex_escape(one_line(source.volume)),
        "number": tex_escape(one_line(source.issue)),
        "pages": tex_escape(one_line(source.pages)).replace("\u2013", "-").replace("-", "--"),
        "doi": tex_escape(one_line(source.doi)),
        "pmid": "" if source.is_placeholder else str(source.pmid),
        "language": tex_escape(one_line(source.language)),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value and value != "{}"]
    return "\n".join([f"@article{{{key},", *lines, "}", ""])


def _bibtex_author(author: Author) -> str:
    if author.collective and not author.last:
        return f"{{{tex_escape(one_line(author.collective))}}}"
    parts = (one_line(author.last), one_line(author.fore or author.initials))
    # "and" as a name would split the list of authors
    return ", ".join(f"{{{tex_escape(p)}}}" if " and " in f" {p} " else tex_escape(p) for p in parts if p)


def nbib(sources: Iterable[Source]) -> str:
    """PubMed's citation format, which Zotero, EndNote and Mendeley read."""
    return "".join(_nbib_record(source) for source in sources)


def _nbib_record(source: Source) -> str:
    fields = [("PMID", "" if source.is_placeholder else str(source.pmid)), ("TI", one_line(source.title))]
    for author in source.authors:
        if author.collective and not author.last:
            fields.append(("CN", one_line(author.collective)))
        else:
            fields += [("FAU", _ris_author(author)), ("AU", author_name(author))]
    fields += [
        ("LA", one_line(source.language)),
        *(("PT", one_line(kind)) for kind in source.publication_types),
        ("JT", one_line(source.journal)),
        ("TA", one_line(source.journal_abbreviation)),
        ("DP", one_line(source.publication_date) or (str(source.year) if source.year is not None else "")),
        ("VI", one_line(source.volume)),
        ("IP", one_line(source.issue)),
        ("PG", one_line(source.pages)),
        ("LID", f"{one_line(source.doi)} [doi]" if source.doi else ""),
        ("PMC", one_line(source.pmcid)),
    ]
    return "\n".join([*(f"{tag:<4}- {value}" for tag, value in fields if value), "", ""])
