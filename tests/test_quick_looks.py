"""A quick look must never hide what the pattern behind it would find: whoever widens a pattern widens its look."""

from types import SimpleNamespace

import pytest

from pipeline.concepts import (
    count_signs,
    course_again,
    course_reexposed,
    course_wording,
    grades,
    numbers,
    patients,
    regimen,
    study_type,
    worded_times,
)
from pipeline.concepts.phrases import words
from pipeline.evaluation.gold import article_of, read_gold
from pipeline.protocol import CORPORA
from pipeline.relate import context
from pipeline.relate.cases import episodes, lists
from pipeline.relate.groups import (
    absent,
    affected,
    arms,
    denominators,
    episode,
    events,
    exposure,
    grading,
    main_drug,
    tied,
)

EXAMPLES = [
    "Grade 3 and Gr 4, G3, gr. III; degree II, WHO III degrees; Any grade",
    "A 44-, a 57- and a 63-year-old man",
    "A 64-year-old woman, 31y female, (65F), a man of 54 years; aged 7 years; in her 20s; 73year old MALE; 45 yo; M/23; a girl, 8",
    "Case 2: patient A, the second patient, pt. no. 3; episode two; our first case; the latter, a man",
    "Patients without it; 12 who did not; the other patients; those not receiving it; never given the drug; the others.",
    "Both (n = 3) and the combination [4]; group R, arm A, R (n = 5), R+ patients, 500 mg group, during induction; Phase 2",
    "The nadir was 0.2; lowest count of 0.3; a second (0.1) and third (0.2); repeat count; follow-up blood test",
    "Neonates, newborn, live births, offspring, infants exposed, babies born, children born, cord blood",
    "Median age was 60; those affected were younger (median 4); all were women; both were boys",
    "FEBRILE neutropenia with fever; previous cases in the literature, PubMed, MEDLINE, Embase, published, FAERS, VigiBase",
    "A woman with, a man aged 4, 3 month old boy in; on the seventh day, the 2nd week; twentieth month; 3 d later, D+3",
    "after switching from a drug to another",
    "Refractory to it, relapsed, previously given, naïve, inadequate response, instead of, progressing under, at last given",
    "Methotrexate-treated patients with G-CSF, without prophylaxis, no maintenance; Anakinra-users",
    "Hematologic toxicity was transient; cytopenias were mild, all self-limited; adverse events were mainly hematologic and short-lived",
    "30%, 20% and 21% of groups 1, 2 and 3; Cohorts 1 and 2 were",
    "The younger, 59, was; the second (59) had; first, a woman with",
    "G-CSF brought his count up; filgrastim was effective; the drug was repeated; she was given the drug again; the dose due was given",
    "Counts remained above 2.0; she received the next infusion and neutrophils were normal; tolerated the remaining cycles well",
    "Day 12, D+3, the following day, a month's treatment, one year and a half, several weeks",
    "The count was 0.4",
    "40 in each group; 30 per arm, each; 50 patients in both cohorts; Each of the two groups comprised ",
    "were assessed for safety; Toxicity was assessed in all ; safety set ; adverse events",
    "The ORR was evaluated in ; efficacy in the ; remission rates in all ; data were not available in ",
    "two-year data were available for ; biopsies were available from ; response was available in only ",
    "unfit for the ; in eligible for ; alternatives to ; omitting the ; omission of ; awaiting ; a line including ; without the ",
    "The frequency was 3%, the prevalence 4%, its probability; 5 episodes, cases or events",
    "None required treatment; it called for no specific therapy in any; no patient received any intervention",
    "It was transient; neutropenia was self-limited; LON is always reversible; they were temporary, short-lived",
    " which were transitory; but it was self limiting; , all were brief, temporary",
    "of non-neutropenic patients; afebrile; without agranulocytosis; Non-febrile",
    "discontinued because of ; leading to cessation; reasons for delay; causes of dose reduction; led to omission of it",
    "discontinued because of rash (3%), and ",
    "with or without ; ± ; (±) ; +/- ; with and without ; +/− ",
    ", usually together with ; , most often with ; , in half of the cases, combined with the ; , in many with ; , mainly with ",
    "both groups, either arm, each of the treatment arms; all three cohorts; the four regimens; both treatments",
    "all patients had; everyone developed severe ; occurred in every patient; , and everybody experienced ",
    "with filgrastim given to ; with antibiotics administered for another ",
    "delays because of ; due to an ; withdrawn for severe ; in the case of ; as a consequence of the worst ; caused by it ",
    "The count recovered, but five weeks afterwards fell again; and 3 weeks later, it dropped; then two months thereafter sank",
    "at days 62, 85, 101 and 140; on day 12, 30, or 44; Weeks 3 and 9; age: 31, 44 and 58; ages between 4.5 to 7.5; Arms 1 v 2",
    "Aged 44, 57 and 63; a 44-, a 57- and a 63-year-old woman; (44 and 57 years); the arm's; group B's, the R group's",
]
LOOKS = [
    *((look, pattern) for look, pattern in patients._LOOKS),
    (patients._IN_A_DECADE, patients._DECADE),
    (patients._MAY_BE_LABEL, patients._LABEL),
    (patients._MAY_BE_ORDINAL, patients._ORDINAL),
    (patients._MAY_BE_BARE, patients._BARE_ORDINAL),
    (regimen._MAY_BE_WITHOUT, regimen._WITHOUT_IT),
    (regimen._MAY_BE_BOTH, regimen._BOTH),
    (regimen._may_be_role(), regimen._roles()),
    (regimen._MAY_BE_ON_OTHER, regimen._TREATED_WITH_OTHER),
    (regimen._MAY_BE_TRAIT, regimen._WITH_TRAIT),
    (main_drug._MAY_BE_PRIOR, main_drug._PRIOR),
    (count_signs._MAY_BE_SERIES, count_signs._NUMBERED_GROUPS),
    (count_signs._MAY_BE_SERIES, count_signs._NUMBERED_TIMES),
    (count_signs._MAY_BE_SERIES, count_signs._LISTED_AGES),
    (study_type._MAY_TELL_PATIENT, study_type._ONE_PATIENT),
    (study_type._MAY_TELL_LITERATURE, study_type._LITERATURE),
    (worded_times._MAY_BE_ORDINAL_DAY, worded_times._ORDINAL_DAY),
    (SimpleNamespace(search=context._may_stand_alone), context._NADIR_ALONE),
    (affected._MAY_TELL_AGE, affected._AGE),
    (affected._MAY_TELL_SEX, affected._ALL_ONE_SEX),
    (exposure._MAY_BE_NEWBORN, exposure._NEWBORN),
    (exposure._MAY_BE_STOPPING, exposure._LED_TO_STOPPING),
    (exposure._MAY_BE_STOPPING, exposure._REASON_FOR_STOPPING),
    (exposure._MAY_BE_OPTIONAL, exposure._OPTIONAL),
    (exposure._MAY_BE_MOSTLY, exposure._MOSTLY_WITH),
    (main_drug._MAY_BE_UNGIVEN, main_drug._NOT_GIVEN),
    (denominators._MAY_BE_EACH, denominators._EACH),
    (denominators._MAY_BE_EACH, denominators._EACH_BEFORE),
    (denominators._MAY_BE_SAFETY, denominators._FOR_SAFETY),
    (denominators._MAY_BE_SAFETY, denominators._IN_SAFETY),
    (denominators._MAY_BE_SAFETY, denominators._SAFETY_BEFORE),
    (denominators._MAY_BE_RESPONSE, denominators._RESPONSE_BEFORE),
    (events._MAY_BE_RATE, events._RATE),
    (events._MAY_BE_EPISODE, events._EPISODES),
    (episode._MAY_BE_UNTREATED, episode._UNTREATED),
    (episode._MAY_HAVE_ENDED, episode._ENDED_OF_ITSELF),
    (episode._MAY_HAVE_ENDED, episode._ENDED_BEHIND),
    (episode._MAY_BE_WITHOUT, episode._WITHOUT_EVENT),
    (episodes._LATER, episodes._FELL_LATER),
    (arms._MAY_BE_TOGETHER, arms._TOGETHER),
    (absent._MAY_BE_ALL, absent._ALL_HAD),
    (absent._MAY_BE_ALL, absent._IN_EVERYONE),
]


@pytest.fixture(scope="module")
def texts():
    gold = CORPORA / "anti-cd20-neutropenia" / "gold" / "digest.jsonl"
    own = [s.text for row in read_gold(gold) for s in article_of(row).sections]
    pieces = [piece for text in own for piece in text.split(". ")]
    return [*EXAMPLES, *(part for text in EXAMPLES for part in text.split(";")), *pieces]


@pytest.mark.parametrize(("look", "pattern"), LOOKS, ids=[pattern.pattern[:40] for _, pattern in LOOKS])
def test_look_sees_whatever_pattern_finds(look, pattern, texts):
    found = [text for text in texts if pattern.search(text)]
    assert found
    assert [text for text in found if not look.search(text.lower())] == []


@pytest.mark.parametrize(
    ("needed", "pattern"),
    [
        (course_wording._OF_RECOVERY, course_wording._RAISED),
        (course_wording._OF_RECOVERY, course_wording._WORKED),
        (course_again._OF_REPEATING, course_again._DRUG_REPEATED),
        (course_again._OF_REPEATING, course_again._RECEIVED_AGAIN),
        (course_again._OF_REPEATING, course_again._DUE),
        (course_again._OF_STAYING, course_again._STAYED_UP),
        (course_reexposed._OF_BEARING, course_reexposed._THEN_NORMAL),
        (course_reexposed._OF_BEARING, course_reexposed._TOLERATED),
        (patients._ORDERING, patients._ORDINAL),
        (patients._ORDERING, patients._BARE_ORDINAL),
        (worded_times._SINGLE_UNITS, worded_times._UNIT_FIRST),
        (worded_times._SINGLE_UNITS, worded_times._NEXT_DAY),
        (worded_times._SINGLE_UNITS, worded_times._ONE_UNIT),
        (worded_times._VAGUE_NUMBERS, worded_times._VAGUE),
        (context._OF_A_COUNT, context._THE_COUNT_WAS),
    ],
)
def test_one_of_the_words_needed_stands_wherever_the_pattern_finds(needed, pattern, texts):
    found = [text for text in texts if pattern.search(text)]
    assert found
    assert [text for text in found if needed.isdisjoint(words(text).heads)] == []


def test_what_leads_to_a_cause_ends_in_one_of_few_words(texts):
    found = [text for text in texts if tied._BECAUSE.search(text)]
    assert found
    for text in found:
        assert not tied._BEFORE_CAUSE.isdisjoint(text.lower().split()[-tied._MOST_BEFORE_CAUSE :]), text


def test_whatever_was_given_last_is_near_the_number(texts):
    found = [match for text in texts if (match := tied._GIVEN_LAST.search(text))]
    assert found
    assert max(len(match[0]) for match in found) == tied._GIVEN_REACH


def test_a_list_of_ages_ends_as_its_look_says(texts):
    found = [text for text in texts if lists._AGES.search(text)]
    assert found
    assert all(lists._ENDS_LIST.search(text.lower()) and lists._MAY_BE_AGES.search(text.lower()) for text in found)


def test_looks_at_the_text_as_printed(texts):
    for text in texts:
        if grade := grades._GRADE.search(text):
            first = grades._ANY_GRADE.search(text)
            assert first and first.start() - grade.start() < grades._MOST_BEFORE, text
        heads = words(text).heads
        for pattern, needed, look in regimen._LABELLED:
            if pattern.search(text):
                assert (not needed or needed & heads) and (look is None or look.search(text)), (text, pattern)
        if grading._FEBRILE.search(text):
            assert "febrile" in text.lower() or "fever" in text.lower()
        if main_drug._SWITCHED_TO.search(text):
            assert "switch" in text.lower()


def test_the_word_before_a_number_never_hides_what_it_is(texts):
    looked = 0
    for text in [
        *texts,
        "d1-21/28",
        "patients over 75 with",
        "grade 3",
        "6 x 10",
        "in June 2003 and (May 2004",
        "group 2",
        "a mean of 5; courses of 4; p = 1; HR: 2; the median was 7; number was = 3; phase 2; Grades 3, 4",
        "3 of courses of 4; (n = 5), grade: 3; ps 1-2; ecog, 3; days, 3; hazard ratio of 2",
    ]:
        for number in numbers.find(text):
            start = max(0, number.start - 24)
            before = text[start : number.start]
            last = (before.split()[-1:] or [""])[0]
            names = count_signs._BEFORE_OTHER.search(text, start, number.start) is not None
            assert not (names and count_signs._is_plain(before, last)), text
            assert names or last not in count_signs._NAMES_NUMBER, text
            if text.startswith(count_signs._NO_UNIT, number.end):
                assert not count_signs._AFTER_OTHER.match(text[number.end :]), text
            if count_signs._MONTH_BEFORE.search(text, start, number.start):
                assert not last.islower(), text
            if count_signs._AGE_BEFORE.search(text, start, number.start):
                assert last.lower() in count_signs._MAY_FOLLOW_AGE, text
            if count_signs._DAYS_BEFORE.search(text, start, number.start):
                assert last.endswith(count_signs._MAY_FOLLOW_DAYS), text
            looked += 1
    assert looked > 100


@pytest.mark.parametrize(
    ("endings", "pattern", "before"),
    [
        (
            regimen._MAY_END_WITHOUT,
            regimen._WITHOUT,
            "without |without the |not receiving |not given any |not on |not taking |not treated with |not exposed to |no "
            "|non-|non|No any |NON-",
        ),
        (
            regimen._MAY_END_VARIANT,
            regimen._VARIANT_BEFORE,
            "subcutaneous |intravenous |SC |IV |biosimilar |originator |Reference |induction |maintenance |low-dose "
            "|high dose |standard-dose |full dose |reduced-dose ",
        ),
    ],
)
def test_what_stands_before_an_arm_ends_as_its_quick_look_says(endings, pattern, before):
    for text in before.split("|"):
        assert pattern.search(text), text
        assert text.rstrip().lower().endswith(endings), text
