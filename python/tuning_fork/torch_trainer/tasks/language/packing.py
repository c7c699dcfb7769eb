"""`data.packing`: several short rows in one sequence, none of which sees another."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import torch
import transformers
from torch.utils.data import Dataset

from tuning_fork.errors import UserError
from tuning_fork.torch_trainer.prepared import IGNORED
from tuning_fork.torch_trainer.tasks.language.encode import EncodedRow


def plan_packs(lengths: Sequence[int], limit: int) -> list[list[int]]:
    """Which rows share a sequence of at most `limit` tokens: best fit, longest rows first.

    Returns:
        Indices of rows, in the order of the data within each sequence.
    """
    # (space left, sequence), in order, so that the fullest one that still has room is found by bisection.
    spaces: list[tuple[int, int]] = []
    packs: list[list[int]] = []
    for row in sorted(range(len(lengths)), key=lambda at: -lengths[at]):
        at = bisect_left(spaces, (lengths[row], -1))
        if at == len(spaces):
            packs.append([row])
            insort(spaces, (limit - lengths[row], len(packs) - 1))
        else:
            space, pack = spaces.pop(at)
            packs[pack].append(row)
            insort(spaces, (space - lengths[row], pack))
    return sorted(sorted(pack) for pack in packs)


class PackedRows(Dataset[dict[str, np.ndarray]]):
    """Rows as the sequences they share."""

    def __init__(self, rows: Sequence[EncodedRow], limit: int) -> None:
        self._rows = rows
        self._packs = plan_packs([len(row.input_ids) for row in rows], limit)

    def __len__(self) -> int:
        return len(self._packs)

    def __getitem__(self, index: int) -> dict[str, np.ndarray]:
        return joined([self._rows[row] for row in self._packs[index]])


def packed_stream(rows: Iterable[EncodedRow], limit: int) -> Iterator[dict[str, np.ndarray]]:
    """Rows of a stream as sequences, in order: a row that no longer fits begins the next one."""
    waiting: list[EncodedRow] = []
    length = 0
    for row in rows:
        if waiting and length + len(row.input_ids) > limit:
            yield joined(waiting)
            waiting, length = [], 0
        waiting.append(row)
        length += len(row.input_ids)
    if waiting:
        yield joined(waiting)


def joined(rows: Sequence[EncodedRow]) -> dict[str, np.ndarray]:
    """One sequence of several rows. Positions begin anew at each, by which Transformers tells them apart."""
    return {
        "input_ids": np.concatenate([row.input_ids for row in rows]),
        "labels": np.concatenate([row.labels for row in rows]),
        "position_ids": np.concatenate([np.arange(len(row.input_ids), dtype=np.int32) for row in rows]),
    }


class LanguageCollator:
    """Makes a batch of rows, or of packed sequences, padded on the right to the longest."""

    def __init__(self, pad_token_id: int, *, flatten: bool) -> None:
        """`flatten`: whether packed sequences are laid end to end in one row, as flash attention wants them."""
        self._pad = pad_token_id
        self._flatten = flatten

    def __call__(self, features: list[dict[str, np.ndarray]]) -> dict[str, torch.Tensor]:
        packed = "position_ids" in features[0]
        if packed and self._flatten:
            return {
                name: torch.from_numpy(np.concatenate([one[name] for one in features])).long()[None]
                for name in ("input_ids", "labels", "position_ids")
            }
        width = max(len(one["input_ids"]) for one in features)
        fills = {"input_ids": self._pad, "labels": IGNORED}
        batch = {name: _padded([one[name] for one in features], width, fill) for name, fill in fills.items()}
        if packed:
            # Padding is a text of its own: with a mask beside them, positions would no longer keep the others apart.
            batch["position_ids"] = _padded([one["position_ids"] for one in features], width, None)
        else:
            batch["attention_mask"] = _padded([np.ones_like(one["input_ids"]) for one in features], width, 0)
        return batch


def _padded(rows: list[np.ndarray], width: int, fill: int | None) -> torch.Tensor:
    """Rows in one tensor; what is missing is `fill`, or counted from 0."""
    out = np.empty((len(rows), width), dtype=np.int64)
    for at, row in enumerate(rows):
        out[at, : len(row)] = row
        out[at, len(row) :] = np.arange(width - len(row)) if fill is None else fill
    return torch.from_numpy(out)


def require_separation(model: Any) -> None:
    """Tries on eight tokens whether the model keeps packed texts apart. Raises `UserError` when it does not.

    Transformers does so by positions that begin anew, from 4.53 on and for most architectures. Flash attention is not tried:
    it runs on a GPU alone, and Transformers hands it the ends of the texts.
    """
    if getattr(model.config, "_attn_implementation", "").startswith("flash"):
        return
    first, second = [1, 2, 3, 4, 5], [6, 7, 8]
    was_training = model.training
    model.eval()
    try:
        alone = _last_logits(model, second, [0, 1, 2])
        packed = _last_logits(model, first + second, [0, 1, 2, 3, 4, 0, 1, 2])
        mixed = _last_logits(model, first + second, [0, 1, 2, 3, 4, 0, 1, 2], masked=True)
        error, leak = (float((one - alone).abs().max()) for one in (packed, mixed))
        is_apart = error <= 0.1 * leak
    except TypeError:  # an architecture that takes no positions
        is_apart = False
    finally:
        model.train(was_training)
    if not is_apart:
        raise UserError(
            "packing-not-separate",
            f"With Transformers {transformers.__version__} packed texts of a {model.config.model_type} model see each "
            "other.",
            "Set data.packing to false" + ("." if _knows_positions() else ", or install transformers>=4.53."),
        )


def _knows_positions() -> bool:
    major, minor = (int(part) for part in transformers.__version__.split(".")[:2])
    return (major, minor) >= (4, 53)


def _last_logits(model: Any, ids: list[int], positions: list[int], *, masked: bool = False) -> torch.Tensor:
    """Logits of the last three tokens; `masked`: with a mask, which has all of them see each other."""
    device = model.get_input_embeddings().weight.device
    given = {
        "input_ids": torch.tensor([ids], device=device),
        "position_ids": torch.tensor([positions], device=device),
        **({"attention_mask": torch.ones(1, len(ids), dtype=torch.long, device=device)} if masked else {}),
    }
    with torch.no_grad():
        return model(**given, use_cache=False).logits[0, -3:].float()
