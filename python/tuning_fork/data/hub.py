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

from tuning_fork.data.complaint import missing_package
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
    return HubName(found["id"], found["revision"], *_part(found["part"] or ""))


def _part(text: str) -> tuple[str | None, str | None]:
    """Configuration and split."""
    config, _, split = text.rpartition("/")
    return config or None, split or None


def _name_of(written: str, base_dir: str) -> HubName:
    """A folder that is there comes before a data set of the same name on the hub."""
    for path, part in ((written, ""), written.partition(":")[::2]):
        folder = resolve_path(path, base_dir)
        if os.path.isdir(folder):
            return HubName(folder, None, *_part(part))
    return parse_hub_name(written)


def hub_tables(spec: list[str], role: str, base_dir: str, streaming: bool) -> Iterator[Table]:
    """The data sets one after the other, as tables."""
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
        rows = iter(self.data.select_columns(needed))
        row = 0
        while True:
            try:
                values = next(rows, None)
            except Exception as cause:  # a stream goes on downloading
                raise _unreadable(self.file, cause) from cause
            if values is None:
                return
            row += 1
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
        raise missing_package("`data.format: hf`", "datasets") from None
    datasets.disable_progress_bars()
    name = _name_of(written, base_dir)
    try:
        if os.path.isfile(os.path.join(name.id, "dataset_dict.json")):
            splits = datasets.load_from_disk(name.id)
            split = _split_of(name, role, list(splits))
            data = splits[split]
        else:
            splits = datasets.get_dataset_split_names(name.id, name.config, revision=name.revision)
            split = _split_of(name, role, splits)
            data = datasets.load_dataset(name.id, name.config, split=split, revision=name.revision, streaming=streaming)
        columns = data.column_names or list(next(iter(data), {}))
    except UserError:
        raise
    except Exception as cause:  # of the network, the hub, file systems and formats, each with classes of its own
        raise _unreadable(written, cause) from cause
    features = data.features or {}
    named = {column: names for column in features if (names := _class_names(features[column]))}
    base = written if os.path.isdir(resolve_path(written, base_dir)) else written.partition(":")[0]
    part = split if name.config is None else f"{name.config}/{split}"
    return _HubTable(f"{base}:{part}", "hf", None, columns, data, named)


def _split_of(name: HubName, role: str, splits: list[str]) -> str:
    wanted = _USUAL_SPLITS[role] if name.split is None else (name.split,)
    for split in wanted:
        if split in splits:
            return split
    raise UserError(
        "data-hub-split",
        f"The data set {name.id} has no split called {' or '.join(wanted)}; it has {', '.join(splits)}.",
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
