"""The catalogue: nothing untranslated, fuzzy, obsolete, no lost places; forms of times and numbers."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from components import i18n, messages
from domain.text import text
from domain.words import LABELS, Kind, LimitUnit, Status


def test_every_message_is_translated_and_no_translation_is_left_over() -> None:
    assert messages.faults() == []


def test_the_catalogue_file_holds_nothing_fuzzy_or_obsolete() -> None:
    raw = messages.PO.read_text(encoding="utf-8")

    assert "#, fuzzy" not in raw
    assert "#~" not in raw


def test_only_texts_of_the_rules_are_messages_and_not_statements_of_the_database(tmp_path: Path) -> None:
    rules, sql = tmp_path / "rules.py", tmp_path / "sql.py"
    rules.write_text('from domain.text import N_, text\nx = text("A {n}", n=1)\ny = N_("B" "C")\nz = print("D")\n')
    sql.write_text('from sqlalchemy import text\nx = text("SELECT 1")\n')

    assert sorted(messages.messages_of(rules)) == ["A {n}", "BC"]
    assert list(messages.messages_of(sql)) == []


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_word_of_the_vocabulary_has_a_label(language: str) -> None:
    i18n.use(language)

    labels = {word: i18n.label(word) for word in LABELS}

    assert all(labels.values())
    assert len({labels[s] for s in Status}) == len(Status)
    assert (labels[Kind.COMPONENT] == "部件") is (language == "zh_CN")


def test_a_sentence_translates_the_texts_and_words_inside_it() -> None:
    i18n.use("zh_CN")

    assert i18n.translate(text("Passed: {unit}, {inner}", unit=LimitUnit.WORK_DAY, inner=text("Case"))) == (
        "Passed: 工作日, 案件"
    )


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("zh", "zh_CN"),
        ("zh-CN", "zh_CN"),
        ("EN", "en"),
        ("en-US", "en"),
        ("fr", None),
        ("", None),
        (None, None),
        (7, None),
    ],
)
def test_language_codes_of_addresses_and_browsers(code: object, language: str | None) -> None:
    assert i18n.parse(code) == language


@pytest.mark.parametrize(
    ("language", "span", "words"),
    [
        ("zh_CN", timedelta(seconds=59), "0分钟"),
        ("zh_CN", timedelta(minutes=59), "59分钟"),
        ("zh_CN", timedelta(hours=1), "1小时"),
        ("zh_CN", timedelta(hours=2, minutes=15), "2小时15分"),
        ("zh_CN", timedelta(days=1), "1天"),
        ("zh_CN", -timedelta(days=3, hours=4, minutes=59), "3天4小时"),
        ("en", timedelta(hours=2, minutes=15), "2 h 15 min"),
        ("en", timedelta(days=3, hours=4), "3 d 4 h"),
    ],
)
def test_time_spans_in_words(language: str, span: timedelta, words: str) -> None:
    i18n.use(language)

    assert i18n.fmt_duration(span) == words


def test_instants_are_shown_in_the_district_s_zone() -> None:
    at = datetime(2026, 11, 23, 16, 5, tzinfo=UTC)

    i18n.use("zh_CN")
    assert (i18n.fmt_instant(at), i18n.fmt_instant(at, year=False)) == ("2026年11月24日 00:05", "11月24日 00:05")
    i18n.use("en")
    assert (i18n.fmt_instant(at), i18n.fmt_instant(at, year=False)) == ("24 Nov 2026, 00:05", "24 Nov, 00:05")


def test_time_left_and_overdue() -> None:
    at = datetime(2026, 11, 24, tzinfo=UTC)
    i18n.use("zh_CN")

    assert i18n.fmt_left(at + timedelta(hours=2), at) == "剩余2小时"
    assert i18n.fmt_left(at, at) == "剩余0分钟"
    assert i18n.fmt_left(at - timedelta(minutes=5), at) == "超时5分钟"


def test_nothing_is_a_dash_and_not_a_zero() -> None:
    assert (i18n.fmt_number(None), i18n.fmt_percent(None)) == ("—", "—")
    assert (i18n.fmt_number(1234567), i18n.fmt_number(0), i18n.fmt_percent(0.985)) == ("1,234,567", "0", "98.5%")
