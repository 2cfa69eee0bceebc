"""Named conditions of moves. Each returns the sentence that says what is missing, or None."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from domain.case import Case
from domain.machine import Answers
from domain.people import Actor
from domain.routing import fallback_of
from domain.text import Text, text
from domain.words import Tier
from domain.world import Org, World


def standard_of_class(case: Case, actor: Actor, answers: Answers | None, world: World, at: datetime) -> Text | None:
    """Filing needs a registration condition of the case's class (2.3-3)."""
    if answers is None:
        return None
    chosen = answers.get("standard") or case.standard_id
    owned = {s.id for s in world.categories[case.category_id].standards if not s.retired or s.id == case.standard_id}
    if chosen not in owned:
        return text("Choose a registration condition of this class: filing without one is refused.")
    return None


def _order_refusal(unit: Org | None, actor: Actor) -> Text | None:
    if unit is None:
        return text("This unit does not exist.")
    if not unit.direct_dispatch or unit.kind == "district_centre":  # it commands: nobody there accepts an order
        return text("{unit} does not take orders.", unit=unit.called)
    if actor.street_code is not None and unit.street_code not in (None, actor.street_code):
        return text("{unit} belongs to another street-town.", unit=unit.called)
    if unit.code == actor.org:
        return text("A centre does not send an order to itself.")
    return None


def unit_takes_orders(case: Case, actor: Actor, answers: Answers | None, world: World, at: datetime) -> Text | None:
    """An order goes to a unit that takes orders; a street centre orders inside its street-town or outside the tiers."""
    if answers is None:
        return None
    return _order_refusal(world.orgs.get(str(answers.get("unit") or "")), actor)


def other_unit(case: Case, actor: Actor, answers: Answers | None, world: World, at: datetime) -> Text | None:
    """A re-dispatch names a unit other than the present one."""
    if answers is not None and answers.get("unit") == case.unit_code:
        return text("The case is already with this unit.")
    return None


def partners_take_orders(case: Case, actor: Actor, answers: Answers | None, world: World, at: datetime) -> Text | None:
    """Cooperating units exist, take orders and are not the lead."""
    if answers is None:
        return None
    for code in answers.get("partners") or ():
        if code == answers.get("unit"):
            return text("The lead cannot be its own partner.")
        refusal = _order_refusal(world.orgs.get(str(code)), actor)
        if refusal is not None:
            return refusal
    return None


def joint_needs_partner(case: Case, actor: Actor, answers: Answers | None, world: World, at: datetime) -> Text | None:
    """A class C case is ordered with at least one partner (2.5-9)."""
    if answers is not None and answers.get("route") == "C" and not answers.get("partners"):
        return text("A case of several departments needs a lead and at least one partner.")
    return None


def has_fallback(case: Case, actor: Actor, answers: Answers | None, world: World, at: datetime) -> Text | None:
    """A fallback order needs a fallback unit for the kind and place."""
    if fallback_of(world, case.kind, case.street_code) is None:
        return text("No fallback unit is named for this kind of case.")
    return None


def not_own_work(case: Case, actor: Actor, answers: Answers | None, world: World, at: datetime) -> Text | None:
    """A check is made by somebody other than the handler (2.3-18)."""
    if case.handled_by == actor.user_id or case.handled_unit == actor.org:
        return text("The check is made by somebody other than the handler.")
    return None


def citizen_waits(case: Case, actor: Actor, answers: Answers | None, world: World, at: datetime) -> Text | None:
    """First contact and call-back are for cases a citizen reported."""
    return None if case.citizen else text("No citizen waits for an answer in this case.")


def first_contact_open(case: Case, actor: Actor, answers: Answers | None, world: World, at: datetime) -> Text | None:
    """The first contact is recorded once."""
    if case.first_contact_at is not None:
        return text("The first contact is already recorded.")
    return None


def not_self_handled(case: Case, actor: Actor, answers: Answers | None, world: World, at: datetime) -> Text | None:
    """A case handled on the spot or taken over from another system has no order to reopen."""
    if case.route == "A":
        return text("A case handled on the spot is not reopened: report it anew.")
    return None


def window_open(case: Case, actor: Actor, answers: Answers | None, world: World, at: datetime) -> Text | None:
    """Reopening is possible within the window after closing."""
    if case.closed_at is None or at > case.closed_at + timedelta(days=world.limits.reopen_days):
        return text("The window for reopening ({n} days) is over.", n=world.limits.reopen_days)
    return None


def settles_after_handling(
    case: Case, actor: Actor, answers: Answers | None, world: World, at: datetime
) -> Text | None:
    """Handle first, settle responsibility afterwards (2.3-11, 2.3-13): not before the fallback order was handled."""
    if not case.fallback:
        return text("This case had no fallback order.")
    if case.settled_at is not None:
        return text("The responsibility is already settled.")
    if case.handled_at is None:
        return text("Handle first: responsibility is settled after handling.")
    return None


def settled_unit_exists(case: Case, actor: Actor, answers: Answers | None, world: World, at: datetime) -> Text | None:
    """The responsible unit that the study names exists and takes orders."""
    if answers is None:
        return None
    unit = world.orgs.get(str(answers.get("unit") or ""))
    if unit is None or not unit.direct_dispatch:
        return text("This unit does not take orders.")
    return None


def is_street_centre_order(
    case: Case, actor: Actor, answers: Answers | None, world: World, at: datetime
) -> Text | None:
    """The second dispatch tier (2.2-11): only an order that the street centre itself holds is passed on."""
    unit = world.orgs.get(case.unit_code or "")
    if unit is None or unit.kind != "street_centre":
        return text("Only an order to a street centre is passed on to its units.")
    return None


def own_street_unit(case: Case, actor: Actor, answers: Answers | None, world: World, at: datetime) -> Text | None:
    """The second tier passes on to units inside the street-town."""
    if answers is None:
        return None
    unit = world.orgs.get(str(answers.get("unit") or ""))
    if (
        unit is None
        or unit.street_code != actor.street_code
        or unit.tier
        not in (
            Tier.STREET,
            Tier.BLOCK,
            Tier.RESIDENTIAL,
        )
    ):
        return text("Pass the order on to a unit of your own street-town.")
    return None


def answer_date_ahead(case: Case, actor: Actor, answers: Answers | None, world: World, at: datetime) -> Text | None:
    """A supervision order is answered by a day that is not over."""
    if answers is None:
        return None
    day = answers.get("answer_by")
    if not isinstance(day, str) or day <= at.astimezone(ZoneInfo(world.calendar.zone)).date().isoformat():
        return text("The answer date must lie ahead.")
    return None


def not_ruled(case: Case, actor: Actor, answers: Answers | None, world: World, at: datetime) -> Text | None:
    """After a ruling (裁定) of the centre the order is not returned any more."""
    return text("The centre has ruled that this unit handles the case.") if case.ruled else None


def was_returned(case: Case, actor: Actor, answers: Answers | None, world: World, at: datetime) -> Text | None:
    """A ruling settles a dispute: somebody has returned the order before."""
    return None if case.returns else text("There is nothing to rule on: no unit has returned this case.")


def asked_in_time(case: Case, actor: Actor, answers: Answers | None, world: World, at: datetime) -> Text | None:
    """An extension is asked for before the due time."""
    if case.stage_due_at is not None and at > case.stage_due_at:
        return text("An extension is asked for before the due time; it is over.")
    return None


MOST_EXTENSIONS = 2


def extension_left(case: Case, actor: Actor, answers: Answers | None, world: World, at: datetime) -> Text | None:
    """At most two extensions are granted for an order; refusals do not count."""
    if case.order_extensions >= MOST_EXTENSIONS:
        return text("At most {n} extensions are granted.", n=MOST_EXTENSIONS)
    if case.extension_asked_at is not None:
        return text("An extension is already asked for.")
    return None


def extension_asked(case: Case, actor: Actor, answers: Answers | None, world: World, at: datetime) -> Text | None:
    """Granting or refusing needs a request."""
    return None if case.extension_asked_at else text("No extension is asked for.")


def not_own_request(case: Case, actor: Actor, answers: Answers | None, world: World, at: datetime) -> Text | None:
    """A centre that holds the order itself does not grant its own request: the other centre does."""
    if case.unit_code == actor.org:
        return text("A request of the own organisation is granted by somebody else.")
    return None


def suspension_left(case: Case, actor: Actor, answers: Answers | None, world: World, at: datetime) -> Text | None:
    """A case is suspended once."""
    if case.suspensions:
        return text("A case is suspended once only.")
    return text("A suspension is already asked for.") if case.suspension_asked_at else None


def return_date_fits(case: Case, actor: Actor, answers: Answers | None, world: World, at: datetime) -> Text | None:
    """A suspension names a day to return to, ahead, and at most a year away."""
    if answers is None:
        return None
    today = at.astimezone(ZoneInfo(world.calendar.zone)).date()
    last = today + timedelta(days=365)
    if not today.isoformat() < str(answers.get("until") or "") <= last.isoformat():
        return text("The return date lies ahead, at most one year away.")
    return None


def suspension_asked(case: Case, actor: Actor, answers: Answers | None, world: World, at: datetime) -> Text | None:
    """Granting or refusing needs a request."""
    if case.suspension_asked_at is None or case.suspended_until is None:
        return text("No suspension is asked for.")
    return None


def return_date_ahead(case: Case, actor: Actor, answers: Answers | None, world: World, at: datetime) -> Text | None:
    """A suspension whose return date has passed meanwhile is not granted any more."""
    if case.suspended_until is not None and at >= case.suspended_until:
        return text("The return date is already over.")
    return None


def is_suspended(case: Case, actor: Actor, answers: Answers | None, world: World, at: datetime) -> Text | None:
    """Only a standing clock can be started again."""
    return None if case.suspended(at) else text("The clock is not suspended.")


def judged_late(case: Case, actor: Actor, answers: Answers | None, world: World, at: datetime) -> Text | None:
    """An appeal is against an overtime verdict, after closing, once per case."""
    if case.handled_on_time is not False:
        return text("The case was not judged overdue.")
    return text("The verdict was already appealed.") if case.appealed_at else None


def appeal_open(case: Case, actor: Actor, answers: Answers | None, world: World, at: datetime) -> Text | None:
    """Deciding needs an appeal that is not decided."""
    if case.appealed_at is None or case.appeal_decided_at is not None:
        return text("No appeal waits for a decision.")
    return None


def no_callback_due(case: Case, actor: Actor, answers: Answers | None, world: World, at: datetime) -> Text | None:
    """Speaks when a call-back is due: a citizen waits (used to branch at the closing)."""
    return text("A call-back is due.") if case.citizen else None
