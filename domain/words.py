"""The vocabulary of the field: one name per term, as in the glossary, with its label for the screen."""

from enum import StrEnum

from domain.text import N_


class Kind(StrEnum):
    """What is wrong: a thing (部件) or a happening (事件; since GB/T 47678.5-2026 also 事项)."""

    COMPONENT = "component"
    MATTER = "matter"


class Step(StrEnum):
    """The six steps of the opinion (六个环节, 2.3-14), in order."""

    DISCOVER = "discover"
    REGISTER = "register"
    DISPATCH = "dispatch"
    SUPERVISE = "supervise"
    CLOSE = "close"
    APPRAISE = "appraise"


class Status(StrEnum):
    """Where a case is inside its step. The step follows from the status: see `domain.cases.STEP_OF`."""

    REPORTED = "reported"  # 待受理
    ACCEPTED = "accepted"  # 已受理, 待立案
    FILED = "filed"  # 已立案, 待派遣
    DISPATCHED = "dispatched"  # 已派遣, 待接单
    HANDLING = "handling"  # 处置中
    HANDLED = "handled"  # 已处置, 待核查
    CHECKED = "checked"  # 已核查, 待结案
    CLOSED = "closed"  # 已结案, 待回访评价
    APPRAISED = "appraised"  # 已评价归档
    NOT_ACCEPTED = "not_accepted"  # 不予受理
    VOIDED = "voided"  # 已作废


class Route(StrEnum):
    """Handling classes of the opinion (分类处置, 2.5-7 to 2.5-10)."""

    ON_THE_SPOT = "A"
    SINGLE_OWNER = "B"
    JOINT = "C"
    CHRONIC = "D"


class LimitUnit(StrEnum):
    """Units of a handling limit. The urgent hour and the calendar day never stop."""

    URGENT_HOUR = "urgent_hour"  # 紧急工作时
    WORK_HOUR = "work_hour"  # 工作时
    WORK_DAY = "work_day"  # 工作日 = the working hours of one day
    CALENDAR_DAY = "calendar_day"  # 自然日


class Tier(StrEnum):
    """The four service tiers, departments as a fifth actor, and units outside the district's hierarchy."""

    DISTRICT = "district"
    STREET = "street"
    BLOCK = "block"
    RESIDENTIAL = "residential"
    DEPARTMENT = "department"
    EXTERNAL = "external"


class PlaceKind(StrEnum):
    """Where a case lies, as far as routing asks: in the street, or inside an estate (小区)."""

    STREET = "street"
    ESTATE = "estate"


class ClosingVerdict(StrEnum):
    """结案评判: whether the matter was solved or only explained."""

    SOLVED = "solved"  # 实际解决
    EXPLAINED = "explained"  # 解释说明


class Satisfaction(StrEnum):
    """The four answers of a call-back (市民满意度回访); weights 1, 0.8, 0.6, 0."""

    SATISFIED = "satisfied"
    MOSTLY = "mostly"
    FAIR = "fair"
    DISSATISFIED = "dissatisfied"


class ReturnReason(StrEnum):
    """Why a unit sends an order back (退单)."""

    NOT_OUR_AREA = "not_our_area"  # 属地不符
    NOT_OUR_FIELD = "not_our_field"  # 职责不符
    NEEDS_OTHERS = "needs_others"  # 需其他单位配合
    UNCLEAR_OWNER = "unclear_owner"  # 权属不清


class SelfAction(StrEnum):
    """What a residential station did about what it found (2.2-23)."""

    DISSUADED = "dissuaded"  # 劝阻
    SELF_GOVERNED = "self_governed"  # 自治处置
    REPORTED_UP = "reported_up"  # 上报


class Light(StrEnum):
    """Traffic light of a clock: green up to 80 % of the limit, yellow up to 100 %, then red."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    NONE = "none"


LABELS: dict[StrEnum, str] = {
    Kind.COMPONENT: N_("Component"),
    Kind.MATTER: N_("Event"),
    Step.DISCOVER: N_("Patrol and discovery"),
    Step.REGISTER: N_("Acceptance and registration"),
    Step.DISPATCH: N_("Dispatch and coordination"),
    Step.SUPERVISE: N_("Supervision and progress"),
    Step.CLOSE: N_("Closing review"),
    Step.APPRAISE: N_("Evaluation and assessment"),
    Status.REPORTED: N_("Waiting for acceptance"),
    Status.ACCEPTED: N_("Waiting for filing"),
    Status.FILED: N_("Waiting for dispatch"),
    Status.DISPATCHED: N_("Waiting for the unit to accept"),
    Status.HANDLING: N_("Being handled"),
    Status.HANDLED: N_("Waiting for the check"),
    Status.CHECKED: N_("Waiting for closing"),
    Status.CLOSED: N_("Closed, call-back due"),
    Status.APPRAISED: N_("Closed and appraised"),
    Status.NOT_ACCEPTED: N_("Not accepted"),
    Status.VOIDED: N_("Voided"),
    Route.ON_THE_SPOT: N_("A: on the spot"),
    Route.SINGLE_OWNER: N_("B: clear duty-bearer"),
    Route.JOINT: N_("C: several departments"),
    Route.CHRONIC: N_("D: chronic problem"),
    LimitUnit.URGENT_HOUR: N_("urgent hours"),
    LimitUnit.WORK_HOUR: N_("work hours"),
    LimitUnit.WORK_DAY: N_("work days"),
    LimitUnit.CALENDAR_DAY: N_("calendar days"),
    Tier.DISTRICT: N_("District"),
    Tier.STREET: N_("Street-town"),
    Tier.BLOCK: N_("Block station"),
    Tier.RESIDENTIAL: N_("Residential station"),
    Tier.DEPARTMENT: N_("Department"),
    Tier.EXTERNAL: N_("External unit"),
    PlaceKind.STREET: N_("In the street"),
    PlaceKind.ESTATE: N_("Inside an estate"),
    ClosingVerdict.SOLVED: N_("Actually solved"),
    ClosingVerdict.EXPLAINED: N_("Explained only"),
    Satisfaction.SATISFIED: N_("Satisfied"),
    Satisfaction.MOSTLY: N_("Mostly satisfied"),
    Satisfaction.FAIR: N_("Fair"),
    Satisfaction.DISSATISFIED: N_("Dissatisfied"),
    ReturnReason.NOT_OUR_AREA: N_("Not our area"),
    ReturnReason.NOT_OUR_FIELD: N_("Not our field"),
    ReturnReason.NEEDS_OTHERS: N_("Needs other units"),
    ReturnReason.UNCLEAR_OWNER: N_("Owner unclear"),
    SelfAction.DISSUADED: N_("Dissuaded"),
    SelfAction.SELF_GOVERNED: N_("Handled by self-governance"),
    SelfAction.REPORTED_UP: N_("Reported upward"),
    Light.GREEN: N_("In time"),
    Light.YELLOW: N_("Due soon"),
    Light.RED: N_("Overdue"),
    Light.NONE: N_("No clock"),
}
