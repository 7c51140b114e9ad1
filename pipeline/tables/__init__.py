"""What authors take away as tables.

read.py                      evidence.db -> EvidenceBase, the frozen records that everything below starts from
case_table.py study_table.py EvidenceBase -> Table, as journals print them
incidence_table.py           EvidenceBase -> the pooled incidence, and the tables that show it
labels.py                    how a value of the data dictionary is printed
to_*.py                      Table -> CSV, XLSX, DOCX, LaTeX, Markdown, HTML
"""
