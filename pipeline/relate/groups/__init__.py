"""Group findings, step by step: what a sentence counts, what the article says once, who was treated, how it went on.

article.py         what the article says once for all its rows, from:
  own_part.py        which sentences are read, and which tell of the authors' own work
  main_drug.py       the drug of the article, and drugs of earlier treatment
  exposure.py        whether the drug was given for the event, or not to all who were counted
  main_condition.py  the condition treated
  comparison.py      two arms set against each other, a placebo given with the drug
  events.py          events named, behind a short form, as a low count, or only meant
  definitions.py     how the article defines its events and severity words
statements.py      counts of a sentence with the event, grade, arm and condition they belong to
layout.py          the sentence prepared for that: counts, what they may belong to, brackets, runs of counts
attachment.py      which event a count belongs to
tied.py            whether the words from an event to a later count tie the two
parallel.py        counts that belong by position ("respectively")
header.py          the grade of a list whose heading stands in the sentence before
grading.py         the grade and severity said of a count or of an event
subgroup.py        the arm said of a count
by_condition.py    the condition said of a count
wording.py         words that several of these ask for
arms.py            parallel counts get their arms; arms without the review's drug are left out, by:
  arm_names.py       one arm under its many names
  own_names.py       short names that the article itself gives to its treatments
  arm_sizes.py       the arm that a number of persons is said of
  direction.py       which of two arms had more, by the words
followed.py        a sentence that goes on about those affected without the event's name
parts.py           a total and its parts in one sentence are not counted twice
refusal.py         why a statement is no finding of this publication
severity.py        the grade, severity word and event definition of a statement
rows.py            a row in the making, and the columns that follow from a grade or a count limit
draft.py           the rows of an article in the making: a statement becomes a row or completes one
absent.py          events that did not occur, counts that stayed normal
named.py           an event named without any figure
rates.py           rates per person-years: rows without numbers
pooled.py          those affected under all drugs together, parted by drug
merge.py           rows that say the same event twice become one; rates per cycle
complete.py        condition, drug, regimen and definition from the rest of the article
denominators.py    the numbers of persons that an article gives
untreated.py       those taken on who were never treated
treated.py         which of them is a row's number of those treated
course.py          which row a sentence on the course of the event speaks of; what it says, from:
  onset.py           the time to the event
  onset_apart.py     several times in one sentence, of drugs or of conditions
  episode.py         nadir, duration, management, outcome
  reexposure.py      whether it came back when the drug was given again
  affected.py        age and sex of those who had it
  subject.py         whether a time or treatment is said of something else

The order of the steps is in pipeline/relate/group_rows.py.
"""
