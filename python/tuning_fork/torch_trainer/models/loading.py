"""Calls of Transformers that read a model's files; what goes wrong there becomes one sentence."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import torch
import transformers
from packaging.version import Version
from safetensors import SafetensorError
from transformers import AutoConfig

from tuning_fork.errors import UserError
from tuning_fork.install import install_command
from tuning_fork.torch_trainer.models.locate import ModelPlace

T = TypeVar("T")

# `torch_dtype` until 4.55.
DTYPE_ARGUMENT = "dtype" if Version(transformers.__version__) >= Version("4.56") else "torch_dtype"

_DRAWS_MORE = Version(transformers.__version__) < Version("5")


def require_package(name: str, purpose: str) -> ModuleType:
    """Imports a package that only some configs need. Raises `UserError` when it is missing or broken.

    Args:
        purpose: what needs it, as a sentence begins (`method.type: lora`).
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise UserError(
            "package-missing",
            f"{purpose} needs the package {name}, which {sys.executable} cannot import: {str(error).rstrip('.')}.",
            f"Install it with {install_command(name)}.",
        ) from error


def require_model_folder(place: ModelPlace) -> None:
    """Raises `UserError` when a folder holds no model of Hugging Face's form."""
    folder = Path(place.path)
    if not place.is_folder or (folder / "config.json").is_file():
        return
    if (folder / "adapter_config.json").is_file():
        raise UserError(
            "model-is-adapter",
            f"{folder} holds an adapter, not a model.",
            f"Name its base model in {place.key}, or merge the adapter into it first.",
        )
    raise UserError(
        "model-config-missing",
        f"{folder} has no config.json.",
        f"Set {place.key} to the folder of a Hugging Face model.",
    )


def read_model_config(place: ModelPlace, *, trust_remote_code: bool) -> Any:
    """The model's `config.json` as a `PretrainedConfig`. Raises `UserError` when there is none that can be used."""
    require_model_folder(place)
    return loading(
        place,
        lambda: AutoConfig.from_pretrained(place.path, trust_remote_code=trust_remote_code, **place.arguments),
    )


def loading(place: ModelPlace, load: Callable[[], T]) -> T:
    """Calls a `from_pretrained` without progress bars; its usual failures become a `UserError` that names the model."""
    transformers.utils.logging.disable_progress_bar()
    try:
        return load()
    except UserError:
        raise
    except (OSError, ValueError, KeyError, ImportError, SafetensorError) as error:
        raise _explained(place, error) from error
    except RuntimeError as error:
        # Among them is want of memory, which is told in its own way.
        if "bitsandbytes" not in str(error):
            raise
        raise UserError(
            "quantisation-not-possible",
            f"This version of bitsandbytes or Transformers ({transformers.__version__}) cannot quantise on this device.",
            "Install newer ones, or set method.type to lora.",
        ) from error


def load_whatever_fits(kind: Any, path: str, **arguments: Any) -> tuple[Any, dict[str, Any]]:
    """`from_pretrained` that draws anew what has another shape in the file, and a report of it.

    Transformers 4 draws more numbers when it is told to ignore such shapes, so that what is drawn next (adapters) would not
    be what a bare script gets: there it is told so only where a shape does differ.
    """
    # On a CPU, where all weights are drawn.
    state = torch.get_rng_state()
    try:
        return kind.from_pretrained(
            path, output_loading_info=True, ignore_mismatched_sizes=not _DRAWS_MORE, **arguments
        )
    except RuntimeError as error:
        if not _DRAWS_MORE or "size mismatch" not in str(error):
            raise
    torch.set_rng_state(state)
    return kind.from_pretrained(path, output_loading_info=True, ignore_mismatched_sizes=True, **arguments)


def _explained(place: ModelPlace, error: Exception) -> Exception:
    text = " ".join(str(error).split())
    where = place.shown
    for words, code, problem, advice in _KNOWN:
        if any(word.lower() in text.lower() for word in words):
            return UserError(code, problem.format(where=where, text=text), advice.format(key=place.key))
    if isinstance(error, ImportError):
        return UserError(
            "package-missing",
            f"The model {where} needs a package that {sys.executable} cannot import: {_first_sentence(text)}.",
            "Install it into that environment, then start again.",
        )
    # A defect of the files, or of a version of Transformers that does not know them: its own words say most.
    return UserError(
        "model-not-loadable",
        f"The model {where} cannot be loaded: {_first_sentence(text)}.",
        f"Check {place.key} and the files of the model; Transformers {transformers.__version__} read them.",
    )


def _first_sentence(text: str) -> str:
    return text.split(". ", 1)[0].rstrip(".: ")[:300]


# (words, code, problem, advice) in the order in which they are looked for.
_KNOWN: list[tuple[tuple[str, ...], str, str, str]] = [
    (
        ("instantiate the backend tokenizer", "can't load tokenizer"),
        "tokenizer-missing",
        "The model {where} has no tokenizer (tokenizer.json).",
        "Put the tokenizer's files beside the model's, as the tokenizer's `save_pretrained` writes them.",
    ),
    (
        ("base_model.model.",),
        "adapter-incomplete",
        "The adapter {where} does not hold all of what was trained: {text} is missing.",
        "Train it with that layer in method.modules_to_save (auto has it), or name another in {key}.",
    ),
    (
        ("trust_remote_code", "contains custom code"),
        "model-remote-code",
        "The model {where} brings Python code of its own, which is not run unasked.",
        "Read that code; to run it set model.trust_remote_code: true.",
    ),
    (
        ("gated repo", "401 client error", "403 client error", "access to model"),
        "model-gated",
        "The model {where} is private, or its terms have to be accepted on the hub first.",
        "Accept them there and log in with `hf auth login`, or name another model in {key}.",
    ),
    (
        ("revision not found", "is not a valid git identifier"),
        "model-revision",
        "The model {where} has no such revision (branch, tag or commit).",
        "Correct what stands after the @ in {key}, or leave it out.",
    ),
    (
        ("is not a valid model identifier", "repository not found", "404 client error"),
        "model-unknown",
        "The Hugging Face hub has no model {where}.",
        "Correct {key}; a folder is written with ./ before it.",
    ),
    (
        ("offline mode", "couldn't connect", "cannot find the requested files in the disk cache", "localentrynotfound"),
        "model-offline",
        "The model {where} is not in the cache, and the Hugging Face hub cannot be reached.",
        "Connect once to fetch it, or name a model folder in {key}.",
    ),
    (
        (
            "error no file named",
            "does not appear to have a file named pytorch_model",
            "no file named model.safetensors",
        ),
        "model-weights-missing",
        "The model {where} has no weights (model.safetensors).",
        "Fetch the model again, or correct {key}.",
    ),
    (
        ("while deserializing header",),
        "model-weights-broken",
        "The weights of the model {where} are not whole.",
        "Fetch the model again: a download that was cut short leaves such a file, and so does git without LFS (git lfs pull).",
    ),
    (
        ("does not recognize this architecture", "unrecognized model in"),
        "model-architecture-unknown",
        f"Transformers {transformers.__version__} does not know the architecture of the model {{where}}.",
        "Install a newer Transformers, or name another model in {key}.",
    ),
    (
        ("unrecognized configuration class",),
        "model-task",
        "The architecture of the model {where} has no form for this task.",
        "Name another model in {key}, or another task.",
    ),
    (
        ("flash_attn", "flash attention", "flashattention"),
        "flash-attention",
        "The model {where} cannot use flash attention here: {text}",
        "Set model.attn_implementation to auto.",
    ),
]
