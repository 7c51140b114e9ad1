r"""LaTeX: longtable with booktabs in a document that pdflatex, xelatex and lualatex run.

Letters that pdflatex has are written as they are, others through a table or without their accents. What it cannot
print at all (Chinese, Arabic, Hebrew, ...) goes into \unicode{original}{fallback}: engines with Unicode fonts print
the original, pdflatex the code points.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from pipeline.citations import TEX_ESCAPES
from pipeline.tables.model import Cell, Cited, Table, plain

# Signs that texts on medicine use, as commands that need no further package.
COMMANDS = {
    "\u00a0": "~",
    "\u2009": r"\,",
    "\u202f": r"\,",
    "\u2010": "-",
    "\u2011": "-",
    "\u2012": "--",
    "\u2013": "--",
    "\u2014": "---",
    "\u2212": r"\ensuremath{-}",
    "\u2018": "`",
    "\u2019": "'",
    "\u201a": r"\quotesinglbase{}",
    "\u201c": "``",
    "\u201d": "''",
    "\u201e": r"\quotedblbase{}",
    "\u2026": r"\ldots{}",
    "\u2020": r"\textdagger{}",
    "\u2021": r"\textdaggerdbl{}",
    "\u2022": r"\textbullet{}",
    "\u2264": r"\ensuremath{\leq}",
    "\u2265": r"\ensuremath{\geq}",
    "\u2260": r"\ensuremath{\neq}",
    "\u2248": r"\ensuremath{\approx}",
    "\u223c": r"\ensuremath{\sim}",
    "\u221e": r"\ensuremath{\infty}",
    "\u2192": r"\ensuremath{\rightarrow}",
    "\u2190": r"\ensuremath{\leftarrow}",
    "\u00b1": r"\ensuremath{\pm}",
    "\u00d7": r"\ensuremath{\times}",
    "\u00f7": r"\ensuremath{\div}",
    "\u00b7": r"\ensuremath{\cdot}",
    "\u00b0": r"\ensuremath{^{\circ}}",
    "\u00b5": r"\ensuremath{\mu}",
    "\u00ac": r"\ensuremath{\neg}",
    "\u20ac": r"\texteuro{}",
    "\u2122": r"\texttrademark{}",
    "\u00ae": r"\textregistered{}",
    "\u00a9": r"\textcopyright{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "'": "'",
    "`": r"\textasciigrave{}",
    "-": "-",
}
GREEK = (
    *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu"),
    *("xi", "omicron", "pi", "rho", "varsigma", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega"),
)
NO_COMMAND = {"omicron": "o"}
CAPITALS = {"Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega"}
SUPERSCRIPTS = {c: str(n) for n, c in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")} | {"⁺": "+", "⁻": "-"}
SUBSCRIPTS = {c: str(n) for n, c in enumerate("₀₁₂₃₄₅₆₇₈₉")}
# What T1 has as a letter of its own, beside Latin-1: not to be taken apart.
LATIN = set("ĂăĄąĆćČčĎďĐđĘęĚěĞğİıĹĺĽľŁłŃńŇňŐőŒœŔŕŘřŚśŞşŠšŢţŤťŮůŰűŸŹźŻżŽž")
LATIN |= {chr(code) for code in range(0xC0, 0x100) if code not in (0xD7, 0xF7)} | set("¡¿§¶£")
PREAMBLE = r"""\documentclass[10pt]{article}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage{textcomp}
\IfFileExists{lmodern.sty}{\usepackage{lmodern}}{}
\usepackage[a4paper,landscape,margin=15mm]{geometry}
\usepackage{array}
\usepackage{booktabs}
\usepackage{longtable}
% the first argument where the engine has Unicode fonts, else the second
\newcommand{\unicode}[2]{\ifdefined\XeTeXversion #1\else\ifdefined\directlua #1\else #2\fi\fi}
\setlength{\tabcolsep}{3pt}
\renewcommand{\arraystretch}{1.15}
\setlength{\emergencystretch}{3em}
\begin{document}
"""


def escape(text: str) -> str:
    """Any text as LaTeX that pdflatex prints or stands in for, and never stops at."""
    text = " ".join(text.split())
    # a power of ten in stored text is 10^9: print it as one
    parts = re.split(r"(\^\d+|\^-\d+)", text)
    return "".join(
        rf"\textsuperscript{{{part[1:]}}}" if re.fullmatch(r"\^-?\d+", part) else _escape_plain(part) for part in parts
    )


def _escape_plain(text: str) -> str:
    result, foreign = [], ""
    for character in unicodedata.normalize("NFC", text):
        known = _command(character)
        if known is None and (unicodedata.combining(character) or unicodedata.category(character)[0] == "C"):
            continue
        if known is None:
            foreign += character
            continue
        if foreign:
            result.append(_foreign(foreign))
            foreign = ""
        result.append(known)
    return "".join(result) + (_foreign(foreign) if foreign else "")


def _command(character: str) -> str | None:
    """How a character is written; None where pdflatex has nothing for it."""
    if character in TEX_ESCAPES:
        return TEX_ESCAPES[character]
    if character in COMMANDS:
        return COMMANDS[character]
    if character in SUPERSCRIPTS:
        return rf"\textsuperscript{{{SUPERSCRIPTS[character]}}}"
    if character in SUBSCRIPTS:
        return rf"\textsubscript{{{SUBSCRIPTS[character]}}}"
    if " " <= character <= "~" or character in LATIN:
        return character
    if greek := _greek(character):
        return greek
    simple = unicodedata.normalize("NFKD", character)
    base = "".join(c for c in simple if not unicodedata.combining(c))
    if base and base != character and all(" " <= c <= "~" or c in LATIN for c in base):
        return "".join(TEX_ESCAPES.get(c, COMMANDS.get(c, c)) for c in base)
    return None


def _greek(character: str) -> str | None:
    base = unicodedata.normalize("NFD", character)[0]
    offset = ord(base.lower()) - ord("α")
    if not 0 <= offset < len(GREEK) or not unicodedata.name(base, "").startswith("GREEK"):
        return None
    name = GREEK[offset]
    if base.isupper():
        capital = name.capitalize()
        if capital in CAPITALS:
            return rf"\ensuremath{{\{capital}}}"
        return {"Eta": "H", "Rho": "P", "Chi": "X", "Nu": "N", "Zeta": "Z"}.get(capital, capital[0])
    return NO_COMMAND.get(name) or rf"\ensuremath{{\{name}}}"


def _foreign(text: str) -> str:
    codes = " ".join(f"U+{ord(character):04X}" for character in text)
    return rf"\unicode{{{text}}}{{[{codes}]}}"


def cell(value: Cell, numbers: Mapping[int, int]) -> str:
    text = escape(plain(value))
    if isinstance(value, Cited):
        text += "~[" + ", ".join(str(numbers[pmid]) for pmid in value.pmids) + "]"
    return text


def latex_table(table: Table, numbers: Mapping[int, int]) -> str:
    """A longtable whose columns share the width of the page by their weights."""
    if not table.rows:
        return rf"\paragraph{{{escape(table.caption)}}} {escape(table.empty)}" + "\n"
    total = sum(column.weight for column in table.columns)
    ragged = r"  >{\raggedright\arraybackslash\hspace{0pt}}"
    shares = [column.weight / total for column in table.columns]
    columns = "\n".join(rf"{ragged}p{{\dimexpr {share:.4f}\linewidth-2\tabcolsep}}" for share in shares)
    header = " & ".join(rf"\textbf{{{escape(column.header)}}}" for column in table.columns)
    # {} before the first cell: \\ takes a bracket or star that follows it for an argument
    rows = "\n".join("{}" + " & ".join(cell(value, numbers) for value in row) + r" \\" for row in table.rows)
    head = "\\toprule\n" + header + " \\\\\n\\midrule\n"
    notes = "\n\n".join(rf"\noindent {escape(note)}" for note in table.notes)
    return (
        "{\\footnotesize\n\\begin{longtable}{@{}\n"
        + columns
        + "\n@{}}\n"
        + rf"\caption{{{escape(table.caption)}}}\\"
        + "\n"
        + head
        + "\\endfirsthead\n"
        + head
        + "\\endhead\n\\bottomrule\n\\endfoot\n"
        + rows
        + "\n\\end{longtable}\n"
        + notes
        + "\n}\n"
    )


def latex(
    title: str, tables: Sequence[Table], references: Sequence[str], notice: str | None, numbers: Mapping[int, int]
) -> str:
    """A whole document; each longtable can be copied into a manuscript with the same packages."""
    parts = [PREAMBLE, rf"\section*{{{escape(title)}}}" + "\n"]
    if notice:
        parts.append(rf"\noindent\emph{{{escape(notice)}}}" + "\n\n")
    parts += [latex_table(table, numbers) + "\n" for table in tables]
    if references:
        parts.append("\\clearpage\n\\section*{References}\n{\\footnotesize\\raggedright\n")
        parts += [rf"\noindent[{n}] {escape(text)}\par" + "\n" for n, text in enumerate(references, start=1)]
        parts.append("}\n")
    return "".join([*parts, "\\end{document}\n"])
