"""Case findings, step by step: who the patients are, where an episode begins, and each field from its text.

patients.py        an article cut into patients
lists.py           patients told by lists of ages, times and counts
enumerated.py      patients told one after the other in one sentence
kin.py             two patients of one family
account.py         the parts of an account: stretches of sentences, patients, episodes
status.py          whether an event is a fact of this publication, is late; whether a count is low
wording.py         words that several of these ask for
episodes.py        a patient's text cut into episodes, from:
  openings.py        what opens an episode
  positions.py       episodes told by lists
  other_cause.py     whether another medicine is blamed
event_first.py     whether the event was there before the drug
absence.py         the event said to be absent: a group of one
draft.py           a finding in the making
drug.py            the drug and its regimen
person.py          age, sex, the condition treated
onset.py           the time from the drug to the event; early or late
  clocks.py          times whose clock another clause or sentence starts
  dated.py            the days between the printed dates of dose and event
  between.py         whether something told behind the dose starts it instead
duration.py        how long the event lasted
nadir.py           the lowest count
shares.py          lists with one value for each patient
event.py           the event's definition
severity.py        grade and severity word
course.py          what was done, how it ended, what happened when the drug was given again, from:
  switch.py          another medicine in the drug's stead
  management.py      which treatment and admission belong to the episode
  outcome.py         which outcome words speak of it; recovery by a later count
  reexposure.py      whether the drug was given again

The order of the steps is in pipeline/relate/case_rows.py.
"""
