"""What an article says once for all its group rows, each part asked for once and only when it is needed.

"R-CHOP versus CHOP in follicular lymphoma" as a title: the drug is rituximab, the condition follicular lymphoma, the
compared arms are R-CHOP and CHOP. The rules stand in main_drug.py, exposure.py, main_condition.py, comparison.py,
own_part.py, events.py and definitions.py; the rows are made in pipeline/relate/group_rows.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.concepts import assertion, regimen
from pipeline.concepts.blood_counts import BloodCount
from pipeline.concepts.grades import Grade
from pipeline.concepts.regimen import Arm
from pipeline.once import once
from pipeline.records import Mention
from pipeline.relate import other_drug
from pipeline.relate.context import Context, SentenceView
from pipeline.relate.groups import comparison, definitions, exposure, main_condition, main_drug, own_names, own_part
from pipeline.relate.groups.arm_names import ArmNames
from pipeline.relate.groups.events import Events

if TYPE_CHECKING:
    from pipeline.relate.groups.denominators import Population

LEAST_SCORE = 1.2  # an article in which the drug is named only in passing stays below

_LEAST_TOLD = 2  # sentences


@dataclass(frozen=True)
class GroupArticle:
    """An article as the group rules see it."""

    ctx: Context

    # ---- drug and condition

    @once
    def _drug_scores(self) -> dict[str, float]:
        return main_drug.scores(self.ctx)

    @once
    def drug(self) -> str:
        """The drug of the article; the class where several are on a par, or where the class itself is the subject."""
        return main_drug.of_article(self.ctx, self._drug_scores)

    @once
    def refusal(self) -> str | None:
        """Why no count of the article can be the drug's: given for the event, or named only in passing."""
        if exposure.was_given_for_event(self.ctx, self._events.definitions) and not self._tells_late_event:
            return "treated"
        if any(
            is_of_another(self.ctx)
            for is_of_another in (
                other_drug.is_blamed_by_title,
                other_drug.only_prepares,
                other_drug.is_on_other_class,
            )
        ):
            return "other_cause"
        is_in_passing = max(self._drug_scores.values(), default=0.0) < LEAST_SCORE
        return "not_separate" if is_in_passing and not self._is_told_by_short_name else None

    @once
    def _is_told_by_short_name(self) -> bool:
        """Whether the article goes on under a name of its own for the drug: "LR maintenance", "LR yields"."""
        told = [v for v in self.ctx.sentences if v.section and not self._drugs_of(v)]
        return sum(any(arm.drug is not None for arm in self.arms_of(v)) for v in told) >= _LEAST_TOLD

    @once
    def _tells_late_event(self) -> bool:
        """Whether a late event is told as a fact in the text: another than the one that the drug was given for."""
        config = self.ctx.protocol.config["events"]
        return any(
            config.get(m.concept or "", {}).get("event_definition") == "late_onset"
            and assertion.assess(view, m).status == assertion.AFFIRMED
            for view in self.ctx.sentences
            if view.section and not self.is_background(view)
            for m in view.named_events
        )

    def reason_against_exposure(self, view: SentenceView, mention: Mention, end: int) -> str | None:
        """Why an event told in a sentence up to `end` is not one of people under the drug."""
        apart, together = self._others_given
        if other_drug.names_only(view, apart) or (self._is_on_another and not self._drugs_of(view)):
            return "other_cause"
        if (
            other_drug.has_the_events(view, mention, together)
            or other_drug.is_attributed_to_another(view, mention)
            or other_drug.is_associated_with_another(view, mention)
        ):
            return "other_cause"
        if view.labelled("regimen") and not self._drugs_of(view) and exposure.names_one_alone(view):
            return exposure.WITHOUT
        return exposure.reason_in_sentence(view, mention.start, mention.end, end)

    @once
    def tells_earlier_event(self) -> bool:
        """Whether people of the article had the event before the drug, or were given the drug for it."""
        found = (assertion.assess_phrases(view, m) for view in self.ctx.sentences for m in view.named_events)
        return any(status.status in ("treated", "historical") and not status.weak for status in found)

    @once
    def _others_given(self) -> tuple[frozenset[str], frozenset[str]]:
        return other_drug.given_apart(self.ctx)

    @once
    def _is_on_another(self) -> bool:
        return other_drug.is_subject(self.ctx, self._others_given[0])

    def _drugs_of(self, view: SentenceView) -> list[Mention]:
        return [m for m in view.named_drugs if regimen.mention_drug(m, self.ctx.protocol)]

    @once
    def pooled(self) -> bool:
        """Whether people with and without the drug are one group ("CHOP or R-CHOP", "CHOP with or without ...")."""
        return exposure.is_mixed(self.ctx, self._drug_scores)

    @once
    def condition(self) -> Mention | None:
        """The condition treated; None where there are several."""
        return main_condition.of_article(self.ctx, (v for v in self.ctx.sentences if not self.is_background(v)))

    @once
    def late_after_days(self) -> float | None:
        """Days after which an onset is late, by the review's definitions; None where it has none."""
        days = self.ctx.protocol.definitions.get("onset", {}).get("late_after_days")
        return None if days is None else float(days)

    # ---- arms

    def arms_of(self, view: SentenceView) -> list[Arm]:
        """The arm phrases of a sentence with what they stand for, offsets of the section."""
        known = self._arms.get(view.index)
        if known is None:
            found = self._arm_names.resolved(view.index) if self._worded[view.index] else []
            known = self._arms[view.index] = [arm for arm in found if not self._is_only_class(arm)]
        return known

    def _is_only_class(self, arm: Arm) -> bool:
        """ "After depletion of B cells": the effect of the one drug that the article is on, no arm of its own."""
        of_class = self.ctx.protocol.drug_class
        return arm.drug == of_class and arm.role is None and len(self._drug_scores.keys() - {of_class}) == 1

    @once
    def _arms(self) -> dict[int, list[Arm]]:
        return {}

    @once
    def _arm_names(self) -> ArmNames:
        sentences = [(v.section_text, self._worded[v.index]) for v in self.ctx.sentences]
        return ArmNames(sentences, frozenset(self._drug_scores) - {self.ctx.protocol.drug_class})

    @property
    def arms_set_up(self) -> list[Arm]:
        """The arms that the article counts or sets against each other, each once."""
        return self._arm_names.set_up

    @once
    def _worded(self) -> list[list[Arm]]:
        """The arms of each sentence in its own words, the short names that the article makes up among them."""
        views, protocol = self.ctx.sentences, self.ctx.protocol
        known = [
            regimen.find(
                v.section_text, v.mentions if self.is_readable(v) else (), protocol, v.start, v.end, v.tokens.heads
            )
            for v in views
        ]
        told = [(v.section_text, v.start, v.end, arms) for v, arms in zip(views, known, strict=True)]
        names = own_names.find(told, self._drug_scores, protocol.config.get("own_codes", {}))
        return [own_names.add(*sentence, names) for sentence in told] if names else known

    @once
    def compared(self) -> tuple[Arm, Arm] | None:
        """The two arms that the article first sets against each other ("A versus B")."""
        return comparison.compared_arms(self.ctx, self.arms_of)

    @once
    def has_comparator(self) -> bool:
        """Whether there is an arm of placebo or control."""
        return any(a.role in ("placebo", "control") for v in self.ctx.sentences if v.mentions for a in self.arms_of(v))

    @once
    def placebo_with_drug(self) -> bool:
        """Whether the placebo was given together with the review's drug."""
        return comparison.has_placebo_with_drug(self.ctx, self.arms_of)

    # ---- sentences

    @once
    def _first_own_sentence(self) -> int:
        return own_part.first_own_sentence(self.ctx)

    def is_background(self, view: SentenceView) -> bool:
        """Whether a sentence stands in a part that tells of others' work or of the aim."""
        found = self._background.get(view.index)
        if found is None:
            role = assertion.role_of(view)
            if role in assertion.BACKGROUND_ROLES:
                found = not assertion.is_own_result(view)
            else:
                found = role is None and view.index < self._first_own_sentence
            self._background[view.index] = found
        return found

    @once
    def _background(self) -> dict[int, bool]:
        return {}

    is_readable = staticmethod(own_part.is_readable)
    counts = staticmethod(own_part.counts)

    @once
    def numbers_told(self) -> dict[int, list[Population]]:
        """The numbers of persons of the sentences read so far, by sentence (denominators.py)."""
        return {}

    # ---- events

    @once
    def _events(self) -> Events:
        return Events(self.ctx)

    def events(self, view: SentenceView) -> tuple[Mention, ...]:
        """The event mentions of a sentence, those behind an article's own short form and behind "it" included."""
        return self._events.of(view)

    @property
    def plain_concept(self) -> str:
        """The concept of the event as such, whatever its grade."""
        return self._events.plain_concept

    @property
    def focused(self) -> bool:
        """Whether the title names the event: then the whole text speaks of it."""
        return self._events.are_subject

    @property
    def title_event_is_late(self) -> bool:
        """Whether the event of the title is by name a late one: then the text means it by the plain name too."""
        return self._events.title_event_is_late

    @property
    def title_is_late(self) -> bool:
        """Whether the title says "late-onset" or "delayed" of what the event belongs to ("delayed-onset cytopenia")."""
        return self._events.title_is_late

    @once
    def names_without_event(self) -> list[str]:
        """The short forms of the article for those who did not have the event."""
        return definitions.names_without_event(self.ctx)

    @once
    def title_names_cells(self) -> bool:
        """Whether the title names cytopenia, of whatever cells: what is late there is the low count itself."""
        return any(v.section == 0 and v.labelled("other_cytopenia") for v in self.ctx.sentences)

    # ---- definitions

    @once
    def definition_grades(self) -> dict[str, tuple[SentenceView, Grade]]:
        """The grade by which the article defines an event of its own name: "LON was grade III-IV ..."."""
        return definitions.grades_by_event(self._events, self.is_background)

    def definition_of(self, concept: str | None) -> tuple[SentenceView, int, int] | None:
        """The words in which the article defines an event, as (sentence, start, end)."""
        return definitions.words_for(self._events, concept)

    def severity_limit(self, term: str) -> tuple[SentenceView, BloodCount] | None:
        """The count limit that the article gives for a severity word: "severe (ANC < 0.5)"."""
        return definitions.limit_of_severity(self._events, term)

    @once
    def plain_limit(self) -> tuple[SentenceView, BloodCount] | None:
        """The count limit by which the article defines the event as such."""
        return definitions.limit_of_plain(self._events)

    def severity_in(self, mention: Mention) -> str | None:
        """The severity that an event's name brings along, by vocabulary, in its words or in the long form behind it."""
        return definitions.severity_in(self.ctx, mention)
