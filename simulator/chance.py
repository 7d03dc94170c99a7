"""Seeded chance: every stream of random numbers is named, so that a new form or county does not move the others."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def stream(seed: int, *names: str | int) -> random.Random:
    """A generator that depends on the seed and its name alone (str seeding is stable over Python's versions)."""
    return random.Random("|".join([str(seed), *map(str, names)]))


class Decks:
    """Shuffled decks that are dealt in turn, so that each option occurs as often as its share of the deck.

    Fourteen independent draws from ten layouts miss some; dealing from a deck does not.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._decks: dict[str, list[object]] = {}
        self._rounds: dict[str, int] = {}

    def deal(self, name: str, options: Sequence[T]) -> T:
        """The next card of the named deck; an empty deck is shuffled anew from ``options``."""
        deck = self._decks.get(name)
        if not deck:
            turn = self._rounds.get(name, 0)
            self._rounds[name] = turn + 1
            deck = list(options)
            stream(self._seed, "deck", name, turn).shuffle(deck)
            self._decks[name] = deck
        return deck.pop()  # type: ignore[return-value]
