"""Sealing: what was sealed opens only unchanged, with the same secret and for the same purpose."""

import pytest

from db import seal as sealing
from db.seal import keyed_hash, seal, unseal


@pytest.mark.parametrize("data", [b"", b"a", "张三".encode(), bytes(range(256)) * 10])
def test_what_was_sealed_opens_to_the_same_bytes(data):
    assert unseal(seal(data, "contact"), "contact") == data


def test_sealing_twice_gives_different_bytes():
    assert seal(b"a", "contact") != seal(b"a", "contact")


@pytest.mark.parametrize("place", [0, 11, 12, 15, -1])
def test_a_single_changed_bit_is_noticed(place):
    data = bytearray(seal(b"13912345678", "contact"))
    data[place] ^= 1
    with pytest.raises(ValueError, match="cannot be opened"):
        unseal(bytes(data), "contact")


def test_another_purpose_does_not_open_it():
    with pytest.raises(ValueError, match="cannot be opened"):
        unseal(seal(b"x", "contact"), "draft")


@pytest.fixture
def other_secret(monkeypatch):
    return lambda value: monkeypatch.setattr(sealing, "secret", lambda: value)


def test_another_secret_does_not_open_it(other_secret):
    sealed = seal(b"x", "contact")
    other_secret("another-secret-of-at-least-32-characters")
    with pytest.raises(ValueError, match="cannot be opened"):
        unseal(sealed, "contact")


@pytest.mark.parametrize("cut", [b"", b"x" * 12, b"x" * 27])
def test_a_torso_does_not_open(cut):
    with pytest.raises(ValueError):  # noqa: PT011 - whatever the cipher says
        unseal(cut, "contact")


def test_a_hash_depends_on_value_and_purpose():
    assert keyed_hash("1", "contact") == keyed_hash("1", "contact")
    assert len({keyed_hash("1", "contact"), keyed_hash("2", "contact"), keyed_hash("1", "draft")}) == 3
