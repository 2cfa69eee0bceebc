"""The engine: permission in order of reasons, answers checked one by one."""

from dataclasses import replace

import pytest

from domain.machine import Ask, Field, check_answers, moves_for, why_not
from domain.moves import BY_NAME, MOVES
from domain.people import Role
from domain.words import ReturnReason, Status
from tests.steps import ANSWERS, case_in
from tests.worlds import MONDAY, actor, world

TEXT = Ask("reason", Field.TEXT, "Reason", limit=5)
FREE = Ask("remark", Field.TEXT, "Remark", required=False, limit=5)
CHOICE = Ask("why", Field.CHOICE, "Why", choices=tuple(ReturnReason))
PHOTOS = Ask("photos", Field.PHOTOS, "Photos", limit=3, least=2)
UNITS = Ask("partners", Field.UNITS, "Partners", required=False, limit=2)
DAY = Ask("day", Field.DATE, "Day")


@pytest.mark.parametrize(
    ("ask", "value", "sentence"),
    [
        (TEXT, "12345", None),
        (TEXT, "123456", "Reason: at most 5 characters."),
        (TEXT, "", "Reason: please fill this in."),
        (TEXT, None, "Reason: please fill this in."),
        (TEXT, "  \n ", "Reason: please fill this in."),
        (TEXT, 5, "Reason: please fill this in."),
        (TEXT, "a\x00b", "Reason: contains control characters."),
        (TEXT, "a\ud800b", "Reason: contains control characters."),
        (TEXT, "a\r\nb", None),
        (FREE, "", None),
        (FREE, None, None),
        (FREE, "123456", "Remark: at most 5 characters."),
        (CHOICE, "not_our_area", None),
        (CHOICE, ReturnReason.NEEDS_OTHERS, None),
        (CHOICE, "sonst", "Why: not one of the choices."),
        (CHOICE, None, "Why: please fill this in."),
        (PHOTOS, ("a",), "Photos: at least 2 photo(s)."),
        (PHOTOS, ("a", "b"), None),
        (PHOTOS, ("a", "b", "c"), None),
        (PHOTOS, ("a", "b", "c", "d"), "Photos: at most 3 photo(s)."),
        (PHOTOS, (), "Photos: at least 2 photo(s)."),
        (UNITS, (), None),
        (UNITS, ("A", "B"), None),
        (UNITS, ("A", "B", "C"), "Partners: at most 2 units."),
        (UNITS, ("A", "A"), "Partners: not one of the choices."),
        (UNITS, 5, "Partners: not one of the choices."),
        (DAY, "2026-11-24", None),
        (DAY, "24.11.2026", "Day: not a date."),
        (DAY, "20261124", "Day: not a date."),
        (DAY, "2026-02-30", "Day: not a date."),
        (DAY, 20261124, "Day: not a date."),
    ],
)
def test_an_answer_is_refused_with_the_name_of_its_field(ask, value, sentence):
    refusal = check_answers([ask], {ask.name: value})
    assert (None if refusal is None else str(refusal)) == sentence
    assert refusal is None or refusal.field == ask.name


def test_an_answer_that_was_not_asked_for_is_refused():
    refusal = check_answers([TEXT], {"reason": "gut", "status": "closed"})
    assert str(refusal) == "The form sent a field that does not belong to it: status."


@pytest.mark.parametrize("move", MOVES, ids=lambda m: m.name)
def test_every_required_answer_of_every_move_is_missed_when_it_is_left_out(move):
    answers = ANSWERS[move.name]
    assert check_answers(move.asks, answers) is None
    for ask in move.asks:
        without = {k: v for k, v in answers.items() if k != ask.name}
        refusal = check_answers(move.asks, without)
        assert (refusal is not None) == ask.required, ask.name
        assert refusal is None or refusal.field == ask.name
        if ask.field is Field.TEXT:
            assert check_answers(move.asks, {**answers, ask.name: "字" * ask.limit}) is None
            assert check_answers(move.asks, {**answers, ask.name: "字" * (ask.limit + 1)}).field == ask.name
        if ask.field is Field.CHOICE:
            assert check_answers(move.asks, {**answers, ask.name: "bogus"}).field == ask.name
        if ask.field is Field.PHOTOS:
            assert check_answers(move.asks, {**answers, ask.name: ("a",) * (ask.limit + 1)}).field == ask.name


def test_the_reason_names_role_before_reach_before_status():
    w = world()
    case = case_in(w, Status.FILED)
    dispatch = BY_NAME["dispatch"]
    assert str(why_not(dispatch, case, actor(w, Role.LEADER), w, MONDAY)) == "Your role may not do this."
    elsewhere = actor(w, Role.STREET_OFFICER, "JC011")
    assert str(why_not(dispatch, case, elsewhere, w, MONDAY)) == "This case is outside your area or your unit."
    here = actor(w, Role.STREET_OFFICER)
    assert why_not(dispatch, case, here, w, MONDAY) is None
    moved_on = case_in(w, Status.DISPATCHED)
    assert str(why_not(dispatch, moved_on, here, w, MONDAY)) == (
        "This is not possible any more: the case has moved on."
    )


def test_an_unknown_role_may_do_nothing():
    w = world()
    stranger = replace(actor(w, Role.DISTRICT_OFFICER), role="mayor")
    for status in Status:
        assert moves_for(MOVES, case_in(w, status), stranger, w, MONDAY) == ()


def test_buttons_come_in_the_order_of_the_table():
    w = world()
    buttons = [
        m.name for m in moves_for(MOVES, case_in(w, Status.DISPATCHED), actor(w, Role.DISTRICT_OFFICER), w, MONDAY)
    ]
    assert buttons == ["redispatch", "first_contact", "remind", "supervise", "void"]


def test_the_wrong_answer_is_named_before_the_guard_speaks():
    w = world()
    case = case_in(w, Status.FILED)
    refusal = why_not(BY_NAME["dispatch"], case, actor(w, Role.DISTRICT_OFFICER), w, MONDAY, {"route": "B"})
    assert (str(refusal), refusal.field) == ("Unit: please fill this in.", "unit")
