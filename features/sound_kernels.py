"""Sweeps over rows in a book's order: texts as numbers, owners by code, each revision's predecessor."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from features.compiled import compiled

NEVER = -1
"""Owner of a code that no row bears."""

_FNV_START = np.uint64(14_695_981_039_346_656_037)
_FNV_PRIME = np.uint64(1_099_511_628_211)
_MIX = np.uint64(0xFF51AFD7ED558CCD)
_HALF = np.uint64(33)


@compiled
def text_numbers(offsets: NDArray[np.int32], letters: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """Return a 64-bit number of each text (FNV-1a, mixed): equal texts have equal numbers."""
    count = len(offsets) - 1
    numbers = np.empty(count, np.uint64)
    for row in range(count):
        number = _FNV_START
        for at in range(offsets[row], offsets[row + 1]):
            number = (number ^ np.uint64(letters[at])) * _FNV_PRIME
        number = (number ^ (number >> _HALF)) * _MIX
        numbers[row] = number ^ (number >> _HALF)
    return numbers


@compiled
def owner_of_codes(codes: NDArray[np.int32], owner_no: NDArray[np.int32], count: int) -> NDArray[np.int64]:
    """Return the owner number that all rows of each code bear; an empty array when two rows disagree."""
    owner = np.full(count, NEVER, np.int64)
    for row in range(len(codes)):
        held = owner[codes[row]]
        if held == NEVER:
            owner[codes[row]] = owner_no[row]
        elif held != owner_no[row]:
            return np.empty(0, np.int64)
    return owner


@compiled
def predecessors(
    place: NDArray[np.int64], key: NDArray[np.uint64], revision: NDArray[np.int64], steps: int
) -> NDArray[np.int64]:
    """Return for each row after a first revision the row it corrects, which has the same owner; −1 for firsts.

    Empty when a row has no predecessor, or two, or shares it with another row, or when finding out took more
    than ``steps`` comparisons.
    """
    nothing = np.empty(0, np.int64)
    before = np.full(len(place), -1, np.int64)
    taken = np.zeros(len(place), np.bool_)
    begin = 0
    while begin < len(place):
        end = begin + 1
        while end < len(place) and place[end] == place[begin]:
            end += 1
        for row in range(begin, end):
            if revision[row] == 1:
                continue
            steps -= end - begin
            if steps < 0:
                return nothing
            for other in range(begin, end):
                if key[other] == key[row] and revision[other] == revision[row] - 1:
                    if before[row] >= 0 or taken[other]:
                        return nothing
                    before[row] = other
                    taken[other] = True
            if before[row] < 0:
                return nothing
        begin = end
    return before


@compiled
def sorted_numbers(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return evenly spread numbers in order: three passes by their highest digits, the few left over by hand."""
    count = len(numbers)
    former, latter = numbers.copy(), np.empty_like(numbers)
    for shift in (31, 42, 53):
        begins = np.zeros(2049, np.int64)
        for row in range(count):
            begins[((former[row] >> np.uint64(shift)) & np.uint64(2047)) + 1] += 1
        for digit in range(1, 2049):
            begins[digit] += begins[digit - 1]
        for row in range(count):
            digit = (former[row] >> np.uint64(shift)) & np.uint64(2047)
            latter[begins[digit]] = former[row]
            begins[digit] += 1
        former, latter = latter, former
    for row in range(1, count):
        number, at = former[row], row
        while at > 0 and former[at - 1] > number:
            former[at] = former[at - 1]
            at -= 1
        former[at] = number
    return former
