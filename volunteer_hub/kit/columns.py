"""Piccolo columns as this house means them: required and indexed links, states the database itself checks."""

from collections.abc import Iterable
from enum import StrEnum
from functools import reduce
from operator import or_
from typing import Any

from piccolo.columns import UUID, ForeignKey, OnDelete, Timestamptz
from piccolo.columns.base import Column
from piccolo.columns.defaults import UUID4
from piccolo.columns.reference import LazyTableReference
from piccolo.constraints import Check
from piccolo.table import Table


def key() -> UUID:
    """A random primary key: it says nothing about order or number, so it may stand in a URL."""
    return UUID(primary_key=True, default=UUID4())


def link(
    to: type[Table] | LazyTableReference | str, *, required: bool = True, on_delete: OnDelete = OnDelete.restrict
) -> Any:
    """A foreign key with an index; piccolo's own is nullable, unindexed and cascades. "self": to the same table."""
    return ForeignKey(to, null=not required, default=None, index=True, on_delete=on_delete)


def moment(*, required: bool = False) -> Timestamptz:
    """An instant; empty until something happened unless required (then: now)."""
    return Timestamptz() if required else Timestamptz(null=True, default=None)


def one_of(column: Column, values: Iterable[StrEnum], *, empty: bool = False) -> Check:
    """The database takes only the enum's values, and "" if it may be `empty`; piccolo's `choices` is not enforced."""
    allowed = [value.value for value in values] + [""] * empty
    return Check(reduce(or_, [column == value for value in allowed]))
