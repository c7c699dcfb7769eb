"""LoRA, DoRA and rsLoRA through PEFT."""

from __future__ import annotations

import dataclasses
import warnings
from typing import TYPE_CHECKING, Any

from torch import nn

from tuning_fork.errors import UserError
from tuning_fork.torch_trainer.models.loading import require_package
from tuning_fork.torch_trainer.models.locate import ModelPlace
from tuning_fork.torch_trainer.models.parts import backbone_of, full_name, head_names, pooler_name
from tuning_fork.torch_trainer.models.pooling import unused_modules

if TYPE_CHECKING:
    from tuning_fork.config_types import ResolvedConfig

# What PEFT adapts beside linear layers.
_OTHER_ADAPTABLE = (nn.Embedding, nn.Conv1d, nn.Conv2d, nn.Conv3d, nn.MultiheadAttention)

# PEFT's name of each task.
TASK_TYPES = {
    "text-classification": "SEQ_CLS",
    "token-classification": "TOKEN_CLS",
    "causal-lm": "CAUSAL_LM",
    "preference": "CAUSAL_LM",
    "embedding": "FEATURE_EXTRACTION",
}


def add_adapters(model: Any, config: ResolvedConfig, place: ModelPlace, *, added_tokens: bool) -> Any:
    """The model with new adapters; everything else of it no longer trains.

    Args:
        model: a Transformers model, quantised or not.
        added_tokens: whether the embeddings were made larger for tokens that the base does not know.

    Returns:
        A `PeftModel`.

    Raises:
        UserError: nothing in the model has the names in `method.target_modules` or `method.modules_to_save`.
    """
    peft = require_package("peft", f"method.type: {config['method']['type']}")
    method = config["method"]
    unused = unused_modules(model, _pooling(config))
    saved = modules_to_save(model, config, unused, added_tokens=added_tokens)
    targets = method["target_modules"]
    if isinstance(targets, list):
        _require_targets(model, targets)
    elif targets == "auto":
        _require_defaults(model, peft)
    wanted: dict[str, Any] = {
        "task_type": TASK_TYPES[config["task"]],
        "r": method["r"],
        "lora_alpha": method["lora_alpha"],
        "lora_dropout": method["lora_dropout"],
        "target_modules": None if targets == "auto" else targets,
        "modules_to_save": saved or None,
        "use_dora": method["use_dora"],
        "use_rslora": method["use_rslora"],
    }
    if targets == "all-linear":
        # Layers that compute nothing would get adapters without gradients.
        wanted["exclude_modules"] = [
            name for name in unused if _is_linear(model.get_submodule(name), deep=True)
        ] or None
    if added_tokens and _is_tied(model):
        wanted["ensure_weight_tying"] = True
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # of names that PEFT uses and Transformers is going to remove
        try:
            adapted = peft.get_peft_model(model, _lora_config(peft, wanted), revision=place.revision)
        except ValueError as error:
            # Such as a list of nothing but layers that are trained whole already.
            problem = (
                f"PEFT cannot put adapters on method.target_modules {targets}: {str(error).split('. ')[0].rstrip('.')}."
            )
            advice = f"Name some of {_joined(linear_layers(model)[:8], 'and')}, or write all-linear."
            raise UserError("target-modules", problem, advice) from error
    unused_paths = [path for name in unused for path in (f".{name}.", f".{_inside_wrapper(name)}.")]
    for name, parameter in adapted.named_parameters():
        if any(path in name for path in unused_paths):
            parameter.requires_grad_(False)
        if parameter.requires_grad and parameter.is_floating_point():
            # PEFT does so for adapters, not for whole layers; steps are smaller than 16-bit numbers can tell.
            parameter.data = parameter.data.float()
    return adapted


def modules_to_save(model: Any, config: ResolvedConfig, unused: list[str], *, added_tokens: bool) -> list[str]:
    """Names of the modules that train whole and are saved beside the adapters.

    `auto`: the head of a classifier and, where the model has one, the backbone's pooler; embeddings and output layer when
    tokens were added. What starts random and is not saved is random again after loading.
    """
    wanted = config["method"]["modules_to_save"]
    if wanted != "auto":
        _require_saved(model, wanted)
        return list(wanted)
    saved: list[str] = []
    if config["task"] in ("text-classification", "token-classification"):
        saved += [name for name in head_names(model) if name not in unused]
        pooler = pooler_name(model)
        if pooler is not None and pooler not in unused:
            saved.append(pooler.split(".")[-1])
    if added_tokens:
        saved.append(full_name(model, model.get_input_embeddings()).split(".")[-1])
        output = model.get_output_embeddings()
        if output is not None and not _is_tied(model):
            saved.append(full_name(model, output).split(".")[-1])
    return saved


def adapted_modules(model: Any) -> list[str]:
    """Last names of the layers that have adapters, each once, in the model's order."""
    names = [
        name for name, module in model.named_modules() if hasattr(module, "lora_A") and hasattr(module, "base_layer")
    ]
    return list(dict.fromkeys(name.split(".")[-1] for name in names))


def _pooling(config: ResolvedConfig) -> str:
    if config["task"] == "embedding":
        return "mean"
    return config["model"]["pooling"] if config["task"] == "text-classification" else "auto"


def _inside_wrapper(name: str) -> str:
    """`classifier.dense` within PEFT's copy of `classifier`."""
    first, _, rest = name.partition(".")
    return f"{first}.modules_to_save.default.{rest}"


def _lora_config(peft: Any, wanted: dict[str, Any]) -> Any:
    known = {field.name for field in dataclasses.fields(peft.LoraConfig)}
    missing = [name for name, value in wanted.items() if name not in known and value]
    if missing:
        raise UserError(
            "peft-too-old",
            f"PEFT {peft.__version__} does not know {', '.join(missing)}.",
            "Install peft>=0.18, which this version of Tuning Fork was made for.",
        )
    return peft.LoraConfig(**{name: value for name, value in wanted.items() if name in known})


def stray_targets(model: Any, config: ResolvedConfig) -> list[str]:
    """A note for each entry of `method.target_modules` that names nothing, which PEFT leaves out without a word."""
    targets = config["method"]["target_modules"]
    if not isinstance(targets, list):
        return []
    return [
        f"No layer of this {model.config.model_type} model is called {target}, so that it is left out. The linear layers "
        f"are {_joined(linear_layers(model)[:8], 'and')}."
        for target in targets
        if not _named(model, target)
    ]


def _named(model: Any, target: str) -> list[nn.Module]:
    """The modules that PEFT takes for an entry: of that name, or with it as the last parts of theirs."""
    return [module for name, module in model.named_modules() if name == target or name.endswith(f".{target}")]


def _require_targets(model: Any, targets: list[str]) -> None:
    found = {target: _named(model, target) for target in targets}
    if not any(found.values()):
        raise UserError(
            "target-modules",
            f"No layer of this {model.config.model_type} model is called {_joined(targets, 'or')}; its linear layers are "
            f"{_joined(linear_layers(model)[:8], 'and')}.",
            "Name some of them in method.target_modules, or write all-linear.",
        )
    for target, modules in found.items():
        if modules and not all(_is_linear(one) or isinstance(one, _OTHER_ADAPTABLE) for one in modules):
            raise UserError(
                "target-modules",
                f"method.target_modules names {target}, which is not a layer that adapters can be put on.",
                f"Name linear layers, such as {_joined(linear_layers(model)[:4], 'or')}, or write all-linear.",
            )


def _require_defaults(model: Any, peft: Any) -> None:
    from peft.utils import TRANSFORMERS_MODELS_TO_LORA_TARGET_MODULES_MAPPING as DEFAULTS

    kind = model.config.model_type
    if kind not in DEFAULTS:
        raise UserError(
            "target-modules",
            f"PEFT {peft.__version__} has no layers of its own choice for {kind}; its linear layers are "
            f"{_joined(linear_layers(model)[:8], 'and')}.",
            "Name some of them in method.target_modules, or write all-linear.",
        )


def _require_saved(model: Any, wanted: list[str]) -> None:
    names = [name for name, _ in model.named_modules()]
    for one in wanted:
        if not any(name == one or name.endswith(f".{one}") for name in names):
            raise UserError(
                "modules-to-save",
                f"No module of this {model.config.model_type} model is called {one}, which method.modules_to_save names.",
                f"Its own for this task are {_joined(head_names(model), 'and') or 'none'}; auto takes those.",
            )


def linear_layers(model: Any) -> list[str]:
    """Last names of the backbone's linear layers, the commonest first."""
    counts: dict[str, int] = {}
    for name, module in backbone_of(model).named_modules():
        if _is_linear(module):
            last = name.split(".")[-1]
            counts[last] = counts.get(last, 0) + 1
    return sorted(counts, key=lambda name: -counts[name])


def _is_linear(module: nn.Module, *, deep: bool = False) -> bool:
    """Linear layers, GPT-2's transposed ones, and quantised ones."""
    if deep:
        return any(_is_linear(one) for one in module.modules())
    return isinstance(module, nn.Linear) or type(module).__name__ == "Conv1D"


def _is_tied(model: Any) -> bool:
    output = model.get_output_embeddings()
    return output is not None and output.weight is model.get_input_embeddings().weight


def _joined(words: list[str], last: str) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}" if words else ""
