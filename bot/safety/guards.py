"""Why a sign that fits may still be no sign: denied, only supposed, asked about in general, past, over, a story."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from bot.safety.matching import Hits, Place
from bot.safety.normalise import Text
from bot.safety.phrases import Hit

REACH = 4
"""Words after a denying word that it denies; a list with "or" or commas carries it on."""
CUE_REACH = 25
"""Words from "can it …" or "what if …" to what is asked or supposed."""
GROUPS = frozenset(
    {
        "guard_denying", "guard_not_denying", "guard_answer_no", "guard_list", "guard_turn", "guard_subject",
        "guard_supposing", "guard_not_supposing", "guard_asking", "guard_asking_after", "guard_actual",
        "guard_present", "guard_confessing", "guard_past", "guard_over", "guard_other_person", "guard_hearsay",
        "guard_opening", "guard_not_opening",
    }
)  # fmt: skip


class Guards:
    """The guards of one message. Each check answers whether it speaks against a place where a sign fits."""

    def __init__(self, text: Text, hits: Hits) -> None:
        self._text = text
        self._hits = hits
        self._turns = self._starts("guard_turn")
        self._subjects = self._starts("guard_subject")
        self._lists = self._starts("guard_list") | text.commas
        self._denying = self._outside("guard_denying", "guard_not_denying")
        self._supposing = self._outside("guard_supposing", "guard_not_supposing")
        self._openings = [hit for hit in self._outside("guard_opening", "guard_not_opening") if self._opens(hit)]
        self._checks: Mapping[str, Callable[[Place], bool]] = {
            "negation": self._is_denied,
            "supposing": self._is_supposed,
            "asking": self._is_asked,
            "past": self._is_past,
            "over": self._is_over,
            "story": self._is_story,
            "quote": self._is_quoted,
        }

    def excuse(self, place: Place, guards: frozenset[str]) -> str | None:
        """The first guard that speaks against this place; None when the sign stands."""
        return next((name for name, check in self._checks.items() if name in guards and check(place)), None)

    def _is_denied(self, place: Place) -> bool:
        own = [denier for denier in self._denying if any(place.covers(at) for at in range(denier.start, denier.end))]
        deniers = [denier for denier in self._denying if denier not in own]
        return any(self._reaches(denier, hit) for denier in deniers for hit in place.hits) or self._answered_no(place)

    def _reaches(self, denier: Hit, hit: Hit) -> bool:
        """Whether the denying word's reach, carried on by lists, gets as far as the hit."""
        if hit.start < denier.end or not self._same_sentence(denier.start, hit.start):
            return False
        stops = self._turns | {other.start for other in self._denying if other.start > denier.start}
        if hit.start in stops:
            return False
        left = REACH
        for at in range(denier.end, hit.start):
            new_subject = at in self._subjects and (at > denier.end or at in self._text.commas)
            if at in stops or new_subject:
                return False
            left = REACH - 1 if at in self._lists else left - 1
            if left <= 0:
                return False
        return True

    def _answered_no(self, place: Place) -> bool:
        """Whether the next sentence opens with a denying word: "Chest pain? No."."""
        sentences = self._text.sentences
        return any(
            hit.start >= place.end and sentences[hit.start] == sentences[place.end - 1] + 1 and self._opens(hit)
            for hit in self._found("guard_answer_no")
        )

    def _is_supposed(self, place: Place) -> bool:
        return any(self._leads_to(cue, place) for cue in self._supposing) and not self._found("guard_confessing")

    def _is_asked(self, place: Place) -> bool:
        if self._found("guard_confessing"):
            return False
        before = (cue for cue in (*self._found("guard_asking"), *self._openings) if self._leads_to(cue, place))
        if any(not self._anchored(cue.end, place.end + 3) for cue in before):
            return True
        after = any(
            0 <= cue.start - place.end <= 6 and self._distance(cue, place) <= 1
            for cue in self._found("guard_asking_after")
        )
        return after and not self._anchored(place.start - 6, place.end + 5)

    def _is_past(self, place: Place) -> bool:
        cues = [hit for group in ("guard_past", "after_1y", "year_named") for hit in self._found(group)]
        near = [cue for cue in cues if self._distance(cue, place) <= 1]
        return bool(near) and not self._goes_on(place, near)

    def _is_over(self, place: Place) -> bool:
        """It ended, and nothing said after that tells of a return ("it went down, but tonight …")."""
        ends = [cue.end for cue in self._found("guard_over") if self._sentence(cue) - self._of(place) in {0, 1}]
        return bool(ends) and not any(hit.start >= min(ends) for hit in self._found("guard_present"))

    def _is_story(self, place: Place) -> bool:
        """Heard, read or seen somewhere; or somebody else's, with no word that it happens now."""
        hearsay = any(
            cue.start < place.start and self._distance(cue, place) <= 1 for cue in self._found("guard_hearsay")
        )
        if hearsay and not self._anchored(place.start - 5, place.end + 5):
            return True
        other = any(self._of(place) - self._sentence(hit) in {0, 1} for hit in self._found("guard_other_person"))
        return other and not self._found("guard_present") and not self._found("guard_actual")

    def _is_quoted(self, place: Place) -> bool:
        return all(at in self._text.quoted for hit in place.hits for at in range(hit.start, hit.end))

    def _goes_on(self, place: Place, cues: Sequence[Hit]) -> bool:
        """Whether the place's sentence says that it goes on now, in other words than the cues themselves."""
        inside = {at for cue in cues for at in range(cue.start, cue.end)}
        return any(
            hit.start not in inside and self._sentence(hit) == self._of(place) for hit in self._found("guard_present")
        )

    def _leads_to(self, cue: Hit, place: Place) -> bool:
        """The cue stands before the place in its sentence, and neither a turn nor a fresh statement comes between."""
        if cue.end > place.end or cue.start > place.hits[-1].start or place.start - cue.end > CUE_REACH:
            return False
        between = range(cue.end, max(place.start, cue.end))
        if not self._same_sentence(cue.start, place.start) or any(at in self._turns for at in between):
            return False
        return not self._starts_anew(cue.end, place)

    def _starts_anew(self, start: int, place: Place) -> bool:
        """After a comma somebody says what is so: "do I pay if I come early, the skin has gone grey"."""
        comma = next((at for at in range(start + 1, place.end) if at in self._text.commas), None)
        return comma is not None and any(comma <= hit.start < place.end for hit in self._found("guard_actual"))

    def _anchored(self, start: int, end: int) -> bool:
        return any(
            start <= hit.start and hit.end <= end
            for group in ("guard_actual", "guard_present")
            for hit in self._found(group)
        )

    def _found(self, group: str) -> Sequence[Hit]:
        return self._hits.get(group, ())

    def _starts(self, group: str) -> frozenset[int]:
        return frozenset(hit.start for hit in self._found(group))

    def _outside(self, group: str, exceptions: str) -> Sequence[Hit]:
        """Hits of `group` that don't begin inside one of its exceptions ("not" in "not sure")."""
        excepted = set(_words(self._found(exceptions)))
        return [hit for hit in self._found(group) if hit.start not in excepted]

    def _opens(self, hit: Hit) -> bool:
        """Whether the hit is the first word of its sentence."""
        return hit.start == 0 or self._text.sentences[hit.start - 1] < self._sentence(hit)

    def _sentence(self, hit: Hit) -> int:
        return self._text.sentences[hit.start]

    def _of(self, place: Place) -> int:
        return self._text.sentences[place.start]

    def _distance(self, hit: Hit, place: Place) -> int:
        return abs(self._sentence(hit) - self._of(place))

    def _same_sentence(self, a: int, b: int) -> bool:
        return self._text.sentences[a] == self._text.sentences[b]


def _words(hits: Sequence[Hit]) -> Iterator[int]:
    return (at for hit in hits for at in range(hit.start, hit.end))
