"""Group findings, step by step: what a sentence counts, what the article says once, who was treated, how it went on.

statements.py      counts of a sentence with the event, grade, arm and condition they belong to
article.py         drug, arms compared, the authors' own part, definitions: once for the whole article
denominators.py    how many were treated
rows.py            a row in the making, and the columns that follow from a grade or a count limit
course.py          onset, nadir, duration, management, outcome, re-exposure of the rows
"""
