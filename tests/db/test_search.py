"""Two-character search: whatever a plain look at the texts finds, the index finds."""

import random
import unicodedata

import pytest
from sqlalchemy import text

from db.grams import fold, grams_of, like, phrase, runs_of
from db.queries.listing import newest
from db.queries.scope import scope_of
from domain.people import Role
from tests.db.commands import WORLD, open_case
from tests.worlds import actor

LETTERS = "井盖破损路灯坏了垃圾ＡＢab12３４ ，。-_%'\"*（）\\"


@pytest.mark.parametrize(
    ("words", "grams"),
    [
        ("井盖破损", ["井盖", "盖破", "破损"]),
        ("ＡＢ１", ["ab", "b1"]),
        ("井", ["井"]),
        ("a，b", ["a", "b"]),
        ("a_b", ["a", "b"]),
        ("", []),
        ("，。", []),
    ],
)
def test_pairs_are_made_of_each_run(words, grams):
    assert grams_of(words) == grams
    assert grams_of(None, words) == grams


def test_a_query_is_its_runs_of_two_and_more():
    assert runs_of("井 盖破 A1") == ["盖破", "a1"]
    assert phrase("盖破损") == '"盖破 破损"'
    assert like("50%_\\") == "%50\\%\\_\\\\%"


def _plain(texts, query):
    wanted = unicodedata.normalize("NFKC", query.strip()).lower()
    return [n for n, t in enumerate(texts) if wanted in unicodedata.normalize("NFKC", t).lower()]


def test_the_index_never_misses_what_a_plain_look_finds():
    rng = random.Random(7)
    texts = ["".join(rng.choices(LETTERS, k=rng.randint(1, 30))) for _ in range(300)]
    indexed = [" ".join(grams_of(t)) for t in texts]
    asked = 0
    for _ in range(600):
        source = rng.choice(texts)
        start = rng.randrange(len(source))
        query = source[start : start + rng.randint(2, 6)]
        runs = runs_of(query)
        if not runs or not query.strip():
            continue
        asked += 1
        for n in _plain(texts, query):
            for run in runs:
                pairs = phrase(run).strip('"')
                assert f" {pairs} " in f" {indexed[n]} ", (query, texts[n])
    assert asked > 200


def test_the_query_finds_exactly_what_a_plain_look_finds(store):
    rng = random.Random(3)
    by = actor(WORLD, Role.DISTRICT_OFFICER)
    scope = scope_of(by, WORLD.district_id)
    texts, numbers = [], []
    for _ in range(120):
        body = "".join(rng.choices(LETTERS, k=rng.randint(3, 25))) + "x"
        texts.append(body.strip())
        numbers.append(open_case(store, by=by, description=body, address="Q").no)
    asked = found = 0
    with store.connect() as connection:
        for _ in range(150):
            source = rng.choice(texts)
            start = rng.randrange(len(source) - 1)
            query = source[start : start + rng.randint(1, 6)]
            wanted = query.strip()
            if not runs_of(query) and (len(wanted) != 1 or wanted not in "井盖破损路灯坏了垃圾"):
                continue  # a single Chinese character is looked up in the open cases; other short queries are not
            if set(fold(wanted)) <= set("ts0123456789"):
                continue  # would find numbers of cases
            asked += 1
            page = newest(connection, scope, query=query, limit=200)
            assert [r.no for r in page.rows] == [numbers[n] for n in reversed(_plain(texts, query))], query
            found += len(page.rows)
    assert asked > 60
    assert found > asked


def test_numbers_and_outside_numbers_are_found_in_any_case(store):
    by = actor(WORLD, Role.DISTRICT_OFFICER)
    no = open_case(store, by=by, channel="H12345", external_no="SH-2026abc").no
    scope = scope_of(by, WORLD.district_id)
    with store.connect() as connection:
        for query in (no, no.lower(), no[-5:], "sh-2026ABC", "2026ab", "ＳＨ"):
            assert [r.no for r in newest(connection, scope, query=query).rows] == [no], query
        for query in ("sh-2027", "%%", "__", "'; DROP TABLE cases; --", '"', "NEAR(", "sh*"):
            assert newest(connection, scope, query=query).rows == (), query


def test_the_index_has_one_entry_for_each_case(store):
    for n in range(5):
        open_case(store, description=f"第{n}号 垃圾")
    column = "id" if store.dialect.name == "postgresql" else "rowid"
    with store.connect() as connection:
        indexed = connection.execute(text(f"SELECT {column} FROM case_search")).scalars().all()
        stored_ids = connection.execute(text("SELECT id FROM cases")).scalars().all()
    assert sorted(indexed) == sorted(stored_ids)
