"""Models that were trained: a checkpoint of a run, a model with its head, an adapter with its base."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import torch

from tuning_fork.errors import UserError
from tuning_fork.torch_trainer.models.kinds import auto_class, has_labels
from tuning_fork.torch_trainer.models.loading import DTYPE_ARGUMENT, loading, read_model_config, require_package
from tuning_fork.torch_trainer.models.locate import ModelPlace, locate_model
from tuning_fork.torch_trainer.models.pooling import POOLING_KEY, pool_classifier
from tuning_fork.torch_trainer.models.precision import DTYPES, Precision, resolve_precision, weights_dtype
from tuning_fork.torch_trainer.models.quantised import quantisation_arguments
from tuning_fork.torch_trainer.models.tokenizer import load_own_tokenizer

if TYPE_CHECKING:
    from tuning_fork.config_types import ResolvedConfig

ADAPTER_FILE = "adapter_config.json"


@dataclass
class TrainedModel:
    """A checkpoint, ready to predict."""

    # In evaluation mode, on the device; compute with it inside `autocast()`.
    model: Any
    tokenizer: Any
    # Class names in the order of their index; empty for tasks without classes.
    labels: list[str]
    device: str
    precision: Precision

    def autocast(self) -> torch.autocast:
        """The number format the run computed in, so that the figures are those of its own evaluations."""
        return torch.autocast(self.device, DTYPES[self.precision], enabled=self.precision != "fp32")


def load_checkpoint(folder: Path, config: ResolvedConfig, base_dir: Path, *, device: str) -> TrainedModel:
    """Loads a checkpoint of a run to evaluate it, or to predict with it.

    Args:
        folder: `checkpoints/step-N` of the run.
        config: the run's resolved config, which names the base of an adapter.
        base_dir: where relative paths of the config start.

    Raises:
        UserError: the checkpoint or its base cannot be loaded.
    """
    place = ModelPlace(str(folder.resolve()), None, True, base_dir, "the checkpoint")
    precision = _precision_here(config, device)
    tokenizer = load_own_tokenizer(place, trust_remote_code=config["model"]["trust_remote_code"])
    labels = saved_labels(place) or []
    model = load_trained(
        place,
        config,
        dtype=weights_dtype(config, precision),
        labels=labels,
        tokenizer=tokenizer,
        base=locate_model(config["model"]["name_or_path"], base_dir) if is_adapter(place) else None,
        quantise_for=device if config["method"]["type"] == "qlora" else None,
    )
    if config["method"]["type"] != "qlora":
        model = model.to(device)
    return TrainedModel(model.eval(), tokenizer, labels, device, precision)


def load_trained(
    place: ModelPlace,
    config: ResolvedConfig,
    *,
    dtype: torch.dtype,
    labels: list[str] | None,
    tokenizer: Any,
    base: ModelPlace | None,
    quantise_for: str | None = None,
) -> Any:
    """Loads a model or adapter of which nothing starts random.

    Args:
        config: names task, pooling, attention, and whether a model's own code may run.
        labels: class names of an adapter's head; a model has its own.
        tokenizer: the one that was trained with, whose added tokens make an adapter's embeddings larger than its base's.
        base: what an adapter belongs to; None = what it says itself.
        quantise_for: device to put a base on that the run's config quantises; None = as it is.

    Returns:
        A PreTrainedModel, or a PeftModel for an adapter.
    """
    adapter = is_adapter(place)
    source = (base or _named_base(place)) if adapter else place
    kind = auto_class(config["task"])
    wanted = config["model"]
    model_config = read_model_config(source, trust_remote_code=wanted["trust_remote_code"])
    if adapter and labels and has_labels(config["task"]):
        model_config.id2label = dict(enumerate(labels))
        model_config.label2id = {label: index for index, label in enumerate(labels)}
    arguments: dict[str, Any] = {DTYPE_ARGUMENT: dtype, **source.arguments}
    if wanted["attn_implementation"] != "auto":
        arguments["attn_implementation"] = wanted["attn_implementation"]
    if quantise_for is not None:
        arguments |= quantisation_arguments(config, kind, model_config, dtype, quantise_for)
    model, report = loading(
        source,
        lambda: kind.from_pretrained(
            source.path,
            config=model_config,
            trust_remote_code=wanted["trust_remote_code"],
            output_loading_info=True,
            # A base's own head may be for other classes; the adapter brings the one that counts.
            ignore_mismatched_sizes=adapter,
            **arguments,
        ),
    )
    if not adapter:
        _require_whole(report, config, place)
    pooling: Literal["auto", "cls", "mean"] = (
        _pooling(config) if adapter else getattr(model_config, POOLING_KEY, "auto")
    )
    if pooling != "auto":
        pool_classifier(model, pooling, 0.0)
    if not adapter:
        return model
    if tokenizer is not None and len(tokenizer) > model.get_input_embeddings().num_embeddings:
        model.resize_token_embeddings(len(tokenizer))
    peft = require_package("peft", f"The adapter {place.shown}")
    adapted = loading(place, lambda: peft.PeftModel.from_pretrained(model, place.path))
    if dtype != torch.float32:
        _restore_whole_layers(peft, adapted, place)
    return adapted


def _restore_whole_layers(peft: Any, adapted: Any, place: ModelPlace) -> None:
    """Layers that were trained whole are saved in fp32; PEFT has loaded them into copies in the base's format."""
    for module in adapted.modules():
        if type(module).__name__ == "ModulesToSaveWrapper":
            module.modules_to_save.float()
    peft.set_peft_model_state_dict(adapted, peft.load_peft_weights(place.path, device="cpu"))


def is_adapter(place: ModelPlace) -> bool:
    """Whether a folder holds an adapter and not a model."""
    return place.is_folder and (Path(place.path) / ADAPTER_FILE).is_file()


def saved_labels(place: ModelPlace) -> list[str] | None:
    """The labels that a checkpoint of ours names; None for other folders."""
    try:
        labels = json.loads((Path(place.path) / "tuning-fork.json").read_text("utf-8")).get("labels")
    except (OSError, ValueError):
        return None
    return [str(label) for label in labels] if isinstance(labels, list) and labels else None


def _named_base(place: ModelPlace) -> ModelPlace:
    named = json.loads((Path(place.path) / ADAPTER_FILE).read_text("utf-8"))
    name, revision = str(named["base_model_name_or_path"]), named.get("revision")
    base = locate_model(name, place.base_dir, place.key)
    return base if base.is_folder or not revision else locate_model(f"{name}@{revision}", place.base_dir, place.key)


def _pooling(config: ResolvedConfig) -> Literal["auto", "cls", "mean"]:
    return config["model"]["pooling"] if config["task"] == "text-classification" else "auto"


def _require_whole(report: dict[str, Any], config: ResolvedConfig, place: ModelPlace) -> None:
    missing = sorted(report.get("missing_keys", ()))
    if config["task"] == "embedding":
        missing = [name for name in missing if "pooler" not in name]  # computes nothing for the mean of tokens
    if missing:
        raise UserError(
            "model-not-trained",
            f"{place.shown} is not trained for {config['task']}: {missing[0]} is not in its files.",
            f"Name a model that is in {place.key}.",
        )


def _precision_here(config: ResolvedConfig, device: str) -> Precision:
    """The run's format where the device has it, else fp32: a checkpoint may be looked at on a smaller machine."""
    try:
        return resolve_precision(config, device)
    except UserError:
        return "fp32"
