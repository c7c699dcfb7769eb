"""Data sets of the Hugging Face hub, and folders in their layout, through the package `datasets`.

A name is `org/name`, with a revision after `@` and a part after `:`. The part is a split (`org/name:validation`), or
configuration and split (`org/name:sst2/validation`, `org/name:sst2/`).
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tuning_fork.data.locations import resolve_path
from tuning_fork.data.tables import Table
from tuning_fork.data.text import OnBytes
from tuning_fork.data.types import Place, Row
from tuning_fork.errors import UserError

# Splits that are taken when none is named, the first that is there.
_USUAL_SPLITS = {"train": ("train",), "eval": ("validation", "valid", "val", "dev", "eval", "test")}


@dataclass(frozen=True)
class HubName:
    """A data set as a config names it."""

    id: str
    revision: str | None = None
    config: str | None = None
    split: str | None = None


def parse_hub_name(written: str) -> HubName:
    """The parts of a name; raises `UserError` for what is none."""
    found = re.fullmatch(r"(?P<id>[\w.-]+(?:/[\w.-]+)?)(?:@(?P<revision>[^:@]+))?(?::(?P<part>[^:@]+))?", written)
    if not found:
        raise UserError(
            "data-hub-name",
            f"{written} is not the name of a data set of the hub.",
            "Write org/name, with a revision after @ and a split after : (org/name@main:validation).",
        )
    config, slash, split = (found["part"] or "").rpartition("/")
    return HubName(found["id"], found["revision"], config if slash else None, split or None)


def hub_tables(spec: list[str], role: str, base_dir: str, streaming: bool) -> Iterator[Table]:
    """The data sets one after the other, as tables. A folder that is there is read in place of the hub."""
    for written in spec:
        yield _open(written, role, base_dir, streaming)


@dataclass(frozen=True)
class _HubTable(Table):
    """One split of a data set."""

    data: Any = None
    # Turns class numbers of a column into class names.
    named: dict[str, Callable[[Any], Any]] = field(default_factory=dict)

    def rows(self, columns: list[str] | None = None, on_bytes: OnBytes | None = None) -> Iterator[Row]:
        """Rows by their place in the split. For the hash, a row is its needed columns as a line of JSON."""
        needed = self.columns if columns is None else columns
        for row, values in enumerate(self.data.select_columns(needed), 1):
            for column, name in self.named.items():
                if column in values:
                    values[column] = name(values[column])
            if on_bytes:
                on_bytes(json.dumps(values, ensure_ascii=False, default=str).encode("utf-8", "replace") + b"\n")
            yield Row(Place(self.file, row, None), values)


def _open(written: str, role: str, base_dir: str, streaming: bool) -> Table:
    try:
        import datasets
    except ImportError:
        raise UserError(
            "package-missing",
            "`data.format: hf` needs the package datasets, which is not installed.",
            "Install it (pip install datasets), or download the data as Parquet or CSV and name the files.",
        ) from None
    datasets.disable_progress_bars()
    folder = resolve_path(written, base_dir)
    name = HubName(folder) if os.path.isdir(folder) else parse_hub_name(written)
    try:
        if os.path.isfile(os.path.join(folder, "dataset_dict.json")):
            splits = datasets.load_from_disk(folder)
            data = splits[_split_of(name, role, written, list(splits))]
        else:
            split = name.split or _split_of(
                name, role, written, datasets.get_dataset_split_names(name.id, name.config, revision=name.revision)
            )
            data = datasets.load_dataset(name.id, name.config, split=split, revision=name.revision, streaming=streaming)
        columns = data.column_names or list(next(iter(data), {}))
    except UserError:
        raise
    except Exception as cause:  # of the network, the hub, file systems and formats, each with classes of its own
        raise _unreadable(written, cause) from cause
    features = data.features or {}
    named = {column: names for column in features if (names := _class_names(features[column]))}
    return _HubTable(written, "hf", None, columns, data, named)


def _split_of(name: HubName, role: str, written: str, splits: list[str]) -> str:
    wanted = _USUAL_SPLITS[role] if name.split is None else (name.split,)
    for split in wanted:
        if split in splits:
            return split
    raise UserError(
        "data-hub-split",
        f"The data set {written} has no split called {' or '.join(wanted)}; it has {', '.join(splits)}.",
        f"Name the split in `data.{role}` after a colon: {name.id}:{splits[0] if splits else 'train'}.",
    )


def _class_names(feature: Any) -> Callable[[Any], Any] | None:
    """For class numbers, and lists of them, a function that gives their names; -1 is no class. Else None."""
    names = getattr(feature, "names", None)
    if names is not None:
        return lambda value: names[value] if isinstance(value, int) and value >= 0 else None
    inner = getattr(feature, "feature", None)
    one = _class_names(inner) if inner is not None else None
    if one is None:
        return None
    return lambda values: values if values is None else [one(value) for value in values]


def _unreadable(written: str, cause: Exception) -> UserError:
    reason = " ".join(str(cause).split()).rstrip(".") or type(cause).__name__
    return UserError(
        "data-hub",
        f"The data set {written} cannot be loaded: {reason[:300]}.",
        "Check its name, the network, and that you are logged in (hf auth login) when it is private; "
        "files that were downloaded by hand go into `data.train` by their path, without `data.format: hf`.",
    )
