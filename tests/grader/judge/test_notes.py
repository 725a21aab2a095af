"""What a fork tells is read when somebody looks, each message once and whole."""

from __future__ import annotations

import os

import pytest

from grader.judge.messages import Began, Broke, Event, Notes, Writer


@pytest.fixture
def notes():
    notes = Notes(Event)
    yield notes
    os.close(notes.descriptor)


def test_each_message_is_read_once(notes):
    tell = Writer(notes.descriptor)
    assert list(notes.new()) == []
    tell(Began("a"), Broke("b"))
    assert list(notes.new()) == [Began("a"), Broke("b")]
    assert list(notes.new()) == []
    tell(Began("c"))
    assert list(notes.new()) == [Began("c")]


def test_half_a_message_is_left_for_later(notes):
    other = Notes(Event)
    Writer(other.descriptor)(Began("a"), Began("b"))
    whole = os.pread(other.descriptor, 1000, 0)
    os.close(other.descriptor)
    for end in range(len(whole) + 1):
        notes.clear()
        os.write(notes.descriptor, whole[:end])
        first = list(notes.new())
        os.write(notes.descriptor, whole[end:])
        assert [*first, *notes.new()] == [Began("a"), Began("b")]


def test_after_clearing_the_writer_begins_anew(notes):
    tell = Writer(notes.descriptor)
    tell(Began("a"))
    notes.clear()
    assert list(notes.new()) == []
    tell(Began("b"))
    assert list(notes.new()) == [Began("b")]
