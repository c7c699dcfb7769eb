"""A model of sentence embeddings: one vector a text, and the files by which Sentence Transformers loads it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from transformers.utils.hub import cached_file

from tuning_fork.errors import UserError
from tuning_fork.torch_trainer.models.extend import extend
from tuning_fork.torch_trainer.models.locate import ModelPlace
from tuning_fork.torch_trainer.models.pooling import POOLS

if TYPE_CHECKING:
    from tuning_fork.config_types import ResolvedConfig

# Where a model's outputs carry one vector for each text.
VECTORS = "embeddings"

MODULES_FILE = "modules.json"
POOLING_FOLDER = "1_Pooling"
_POOLING_KEYS = {
    "pooling_mode_cls_token": "cls",
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_max_tokens": "max",
    "pooling_mode_mean_sqrt_len_tokens": "mean_sqrt_len_tokens",
    "pooling_mode_weightedmean_tokens": "weightedmean",
    "pooling_mode_lasttoken": "lasttoken",
}


def last_token(hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """The hidden state of each text's last token: `[rows, tokens, width]` to `[rows, width]`."""
    last = mask.shape[1] - 1 - mask.long().flip(1).argmax(dim=1)
    return hidden[torch.arange(hidden.shape[0], device=hidden.device), last]


SENTENCE_POOLS = {**POOLS, "lasttoken": last_token}


@dataclass(frozen=True)
class SentenceModules:
    """What a model says of itself in the form of Sentence Transformers."""

    # How token vectors become one: `mean`, `cls`, `lasttoken` or others; None where it does not say.
    pooling: str | None = None
    # Whether vectors are brought to length 1.
    normalises: bool = False
    # Further layers, such as `Dense`.
    others: list[str] = field(default_factory=list)


def read_sentence_modules(place: ModelPlace) -> SentenceModules:
    """What `modules.json` beside a model says; nothing where there is none."""
    pooling: str | None = None
    names: list[str] = []
    for module in _read_json(place, MODULES_FILE) or []:
        name = str(module.get("type", "")).rpartition(".")[2]
        names.append(name)
        if name == "Pooling":
            pooling = _pooling_of(_read_json(place, f"{module.get('path') or POOLING_FOLDER}/config.json") or {})
    others = [name for name in names if name not in ("Transformer", "Pooling", "Normalize")]
    return SentenceModules(pooling, "Normalize" in names, others)


def choose_pooling(config: ResolvedConfig, place: ModelPlace, modules: SentenceModules) -> str:
    """`model.pooling`; `auto` is what the model was made with, the mean where it does not say.

    Raises:
        UserError: the model pools in a way that is not known here.
    """
    wanted = config["model"]["pooling"]
    if wanted != "auto":
        return wanted
    if modules.pooling is not None and modules.pooling not in SENTENCE_POOLS:
        raise UserError(
            "pooling-not-possible",
            f"The model {place.shown} makes one vector of its tokens by {modules.pooling}, which cannot be trained here.",
            "Set model.pooling to mean; the model learns it anew.",
        )
    return modules.pooling or "mean"


def give_vectors(model: Any, pooling: str) -> None:
    """Has a model of `AutoModel` give one vector a text.

    It takes ids and mask of shape `[rows, texts, tokens]` then, and gives `{VECTORS: [rows, texts, width]}` in fp32. Class
    and names of the weights stay the model's own, so that `AutoModel.from_pretrained` loads what is saved.

    Args:
        pooling: a name in `SENTENCE_POOLS`.

    Raises:
        UserError: the architecture has no token vectors of its own.
    """
    if model.config.is_encoder_decoder:
        raise UserError(
            "model-not-encoder",
            f"A {model.config.model_type} model writes texts by its decoder and has no vector for one.",
            "Name an encoder, such as sentence-transformers/all-MiniLM-L6-v2, in model.name_or_path.",
        )
    kind, pool = type(model), SENTENCE_POOLS[pooling]

    def forward(
        self: Any, input_ids: torch.Tensor, attention_mask: torch.Tensor, labels: Any = None, **inputs: Any
    ) -> dict[str, torch.Tensor]:
        ids, mask = input_ids.flatten(0, -2), attention_mask.flatten(0, -2)
        outputs = kind.forward(self, input_ids=ids, attention_mask=mask, **{**inputs, "return_dict": True})
        vectors = pool(outputs.last_hidden_state.float(), mask)
        return {VECTORS: vectors.view(*input_ids.shape[:-1], -1)}

    extend(model, {"forward": forward})


def write_sentence_files(folder: Path, *, pooling: str, width: int, max_length: int, normalises: bool) -> None:
    """Writes beside a saved model how its vectors are made, in the form that every version of Sentence Transformers reads.

    Args:
        width: numbers of a vector.
        max_length: tokens a text is cut to.
    """
    names = ["Transformer", "Pooling", *(["Normalize"] if normalises else [])]
    modules = [
        {
            "idx": at,
            "name": str(at),
            "path": f"{at}_{name}" if at else "",
            "type": f"sentence_transformers.models.{name}",
        }
        for at, name in enumerate(names)
    ]
    for path in (str(module["path"]) for module in modules):
        (folder / path).mkdir(exist_ok=True)
    modes: dict[str, object] = {key: mode == pooling for key, mode in _POOLING_KEYS.items()}
    _write_json(folder / POOLING_FOLDER / "config.json", {"word_embedding_dimension": width, **modes})
    _write_json(folder / "sentence_bert_config.json", {"max_seq_length": max_length, "do_lower_case": False})
    _write_json(folder / MODULES_FILE, modules)


def _pooling_of(settings: dict[str, Any]) -> str:
    modes = settings.get("pooling_mode") or [mode for key, mode in _POOLING_KEYS.items() if settings.get(key)]
    return modes if isinstance(modes, str) else " and ".join(modes) or "mean"


def _read_json(place: ModelPlace, name: str) -> Any:
    """A file beside a model, in its folder or on the hub; None where there is none."""
    found = cached_file(
        place.path,
        name,
        _raise_exceptions_for_missing_entries=False,
        _raise_exceptions_for_connection_errors=False,
        _raise_exceptions_for_gated_repo=False,
        **place.arguments,
    )
    if found is None:
        return None
    try:
        return json.loads(Path(found).read_text("utf-8"))
    except ValueError:
        raise UserError(
            "model-file-damaged", f"{found} is not valid JSON.", f"Fetch the model that {place.key} names again."
        ) from None


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=1), "utf-8")
