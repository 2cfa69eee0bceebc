"""Lists that hold for every district: channels, working days, checklists, KPI words, scores, glossary, clauses."""

from datetime import timedelta
from pathlib import Path

from seeds.files import Faults, Line, table, text_of, unique
from seeds.rows import ChannelRow, ChecklistRow, ClauseRow, DayRow, KpiRow, ScoreRow, TermRow

CHANNELS = (
    "code,name_zh,name_en,group,seed_phrase,seed_phrase_2,other_name,shanghai_source_id,external_no_required,"
    "demo_share_pct,notes"
)
DAYS = "date,is_workday,kind,holiday_name,is_in_lieu_day"
CHECKLISTS = "id,tier,section,veto,item_zh,item_en,seed_phrase,seed_phrase_2,evidence,check,window,threshold"
KPIS = "id,name_zh,name_en,numerator,denominator,unit,direction,basis,notes"
SCORES = "id,score_id,score_zh,score_en,component_zh,kpi_id,transform,weight_percent,basis,notes"
TERMS = "term_zh,term_en,code_name,group,in_seed,meaning"
CLAUSES = "clause_id,section,quote,requirement,screen,scope,checklist_items,kpis"

SECTIONS = ("职责任务", "人员组成", "工作流程", "工作机制", "信息平台")
WORKED = {"workday": True, "weekend": False, "holiday": False, "makeup_workday": True}


def read_opinion(folder: Path, faults: Faults) -> str:
    """The text of the 2016 opinion, against which every quote is checked."""
    return text_of(folder / "opinion_2016.txt", faults)


def check_quote(line: Line, column: str, opinion: str) -> str:
    """A quote of the opinion; one that does not occur in it character for character is a fault."""
    if line[column] and line[column] not in opinion:
        line.fault(f"{column} does not occur in the opinion: {line[column]}")
    return line[column]


def read_channels(folder: Path, opinion: str, faults: Faults) -> list[ChannelRow]:
    """The discovery channels. Their shares in demonstration data must add up to 100."""
    lines = unique(table(folder / "channels.csv", CHANNELS, faults), "code")
    rows = [
        ChannelRow(
            code=code,
            name=line.needed("name_zh"),
            name_en=line.needed("name_en"),
            group=line.one_of("group", ("active", "passive")),
            external_no_required=line.flag("external_no_required"),
            demo_share_pct=line.number_in("demo_share_pct"),
            seed_phrase=check_quote(line, "seed_phrase", opinion),
            seed_phrase_2=check_quote(line, "seed_phrase_2", opinion),
            other_name=line["other_name"],
            shanghai_source_id=line["shanghai_source_id"],
            note=line["notes"],
        )
        for code, line in lines.items()
    ]
    total = round(sum(row.demo_share_pct for row in rows), 6)
    if rows and total != 100:
        faults.add("channels.csv", f"the shares add up to {total:g}, not 100")
    return rows


def read_days(folder: Path, faults: Faults) -> list[DayRow]:
    """The working calendar: every day of its span, without a gap, each from an official notice."""
    rows: list[DayRow] = []
    for line in unique(table(folder / "workdays.csv", DAYS, faults), "date").values():
        row = DayRow(
            day=line.day("date"),
            is_workday=line.flag("is_workday"),
            kind=line.one_of("kind", WORKED),
            holiday_name=line["holiday_name"],
            confirmed=True,
        )
        if row.kind in WORKED and WORKED[row.kind] != row.is_workday:
            line.fault(f"{row.day} is a {row.kind} but is_workday is {int(row.is_workday)}")
        if rows and row.day != rows[-1].day + timedelta(days=1):
            line.fault(f"{row.day} does not follow {rows[-1].day}: a day is missing or out of order")
        rows.append(row)
    return rows


def read_checklists(folder: Path, opinion: str, faults: Faults) -> list[ChecklistRow]:
    """The pilot checklists of the four tiers."""
    return [
        ChecklistRow(
            id=key,
            tier=line.one_of("tier", ("district", "street", "block", "residential")),
            section=line.one_of("section", SECTIONS),
            veto=line.flag("veto"),
            name=line.needed("item_zh"),
            name_en=line.needed("item_en"),
            seed_phrase=check_quote(line, "seed_phrase", opinion),
            seed_phrase_2=check_quote(line, "seed_phrase_2", opinion),
            evidence=line.one_of("evidence", ("auto", "document", "auto+document")),
            check=line.needed("check"),
            window=line["window"],
            threshold=line["threshold"],
        )
        for key, line in unique(table(folder / "checklists.csv", CHECKLISTS, faults), "id").items()
    ]


def read_kpis(folder: Path, faults: Faults) -> list[KpiRow]:
    """The words of the KPIs."""
    return [
        KpiRow(
            id=key,
            name=line.needed("name_zh"),
            name_en=line.needed("name_en"),
            numerator=line["numerator"],
            denominator=line["denominator"],
            unit=line.needed("unit"),
            direction=line.one_of("direction", ("lower_is_better", "higher_is_better", "neutral")),
            basis=line["basis"],
            note=line["notes"],
        )
        for key, line in unique(table(folder / "kpis.csv", KPIS, faults), "id").items()
    ]


def read_scores(folder: Path, kpis: list[KpiRow], faults: Faults) -> list[ScoreRow]:
    """The parts of the composite scores; each names a KPI or none."""
    known = {"", *(kpi.id for kpi in kpis)}
    return [
        ScoreRow(
            id=key,
            score_id=line.needed("score_id"),
            score_name=line["score_zh"],
            score_name_en=line["score_en"],
            name=line.needed("component_zh"),
            kpi_id=line.one_of("kpi_id", known),
            transform=line["transform"],
            weight_percent=line.number_in("weight_percent"),
            basis=line["basis"],
            note=line["notes"],
        )
        for key, line in unique(table(folder / "scores.csv", SCORES, faults), "id").items()
    ]


def read_terms(folder: Path, faults: Faults) -> list[TermRow]:
    """The glossary."""
    return [
        TermRow(
            term=key,
            term_en=line.needed("term_en"),
            code_name=line["code_name"],
            group=line["group"],
            in_opinion=line.flag("in_seed"),
            meaning=line["meaning"],
        )
        for key, line in unique(table(folder / "glossary.csv", TERMS, faults), "term_zh").items()
    ]


def read_clauses(
    folder: Path, opinion: str, checklists: list[ChecklistRow], kpis: list[KpiRow], faults: Faults
) -> list[ClauseRow]:
    """The requirements of the opinion, with the checklist items and KPIs that serve them."""
    items, measures = {item.id for item in checklists}, {kpi.id for kpi in kpis}
    rows = []
    for key, line in unique(table(folder / "clauses.csv", CLAUSES, faults), "clause_id").items():
        for column, known in (("checklist_items", items), ("kpis", measures)):
            for word in line[column].split():
                if word not in known:
                    line.fault(f"{column} names {word}, which does not exist")
        line.needed("quote")
        rows.append(
            ClauseRow(
                id=key,
                section=line["section"],
                quote=check_quote(line, "quote", opinion),
                requirement=line.needed("requirement"),
                screen=line["screen"],
                scope=line.one_of("scope", ("build", "record", "outside")),
                checklist_items=line["checklist_items"],
                kpis=line["kpis"],
            )
        )
    return rows
