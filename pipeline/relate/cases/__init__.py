"""Case findings, step by step: who the patients are, where an episode begins, and each field from its text.

patients.py        an article cut into patients
lists.py           patients told by lists of ages, times and counts
account.py         the parts of an account: stretches of sentences, patients, episodes
status.py          whether an event is a fact of this publication, is late; whether a count is low
wording.py         words that several of these ask for
episodes.py        a patient's text cut into episodes, from:
  openings.py        what opens an episode
  other_cause.py     whether another medicine is blamed
event_first.py     whether the event was there before the drug
absence.py         the event said to be absent: a group of one
draft.py           a finding in the making
drug.py            the drug and its regimen
person.py          age, sex, the condition treated
nadir.py           the lowest count
event.py           the event's definition
severity.py        grade and severity word

The order of the steps is in pipeline/relate/case_rows.py.
"""
