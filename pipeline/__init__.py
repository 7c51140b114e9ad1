"""From a PubMed query to an evidence table: search -> fetch -> screen -> extract -> load -> export.

Each stage is a module, a Make target and a subcommand of the same name. What it writes, under outputs/<corpus>/:

    search   search.json, pmids.txt
    fetch    records/*.xml.gz, articles.jsonl, missing.csv, duplicates.csv
    screen   screening.csv
    extract  mentions.jsonl, findings.jsonl
    load     evidence.db
    export   tables/, figures/, report.html
"""

__version__ = "0.1.0"
