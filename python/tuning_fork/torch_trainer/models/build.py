"""From the config to a model that is ready to train."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tuning_fork.errors import UserError
from tuning_fork.torch_trainer.models.checkpointing import enable_checkpointing
from tuning_fork.torch_trainer.models.distillation import DistillationLoss, attach_teacher
from tuning_fork.torch_trainer.models.dropout import set_dropout
from tuning_fork.torch_trainer.models.facts import model_facts
from tuning_fork.torch_trainer.models.freeze import freeze
from tuning_fork.torch_trainer.models.kinds import auto_class, has_labels
from tuning_fork.torch_trainer.models.loading import DTYPE_ARGUMENT, load_whatever_fits, loading, read_model_config
from tuning_fork.torch_trainer.models.locate import ModelPlace
from tuning_fork.torch_trainer.models.lora import add_adapters, stray_targets
from tuning_fork.torch_trainer.models.parts import backbone_of, head_names, pooler_name
from tuning_fork.torch_trainer.models.pooling import pool_classifier
from tuning_fork.torch_trainer.models.precision import Precision, resolve_precision, weights_dtype
from tuning_fork.torch_trainer.models.quantised import is_quantised, prepare_quantised, quantisation_arguments
from tuning_fork.torch_trainer.models.teacher import load_teacher

if TYPE_CHECKING:
    from tuning_fork.config_types import ResolvedConfig


@dataclass
class BuiltModel:
    """A model ready to train."""

    # A PreTrainedModel or PeftModel.
    model: Any
    # Shown with the run and compared between runs.
    facts: dict[str, object]
    # What the person should know of the model, one sentence each.
    notes: list[str] = field(default_factory=list)
    # The loss of a distillation, to be used as `compute_loss_func`; None = the task's own.
    loss: DistillationLoss | None = None


def build_model(
    config: ResolvedConfig,
    place: ModelPlace,
    *,
    labels: list[str] | None,
    tokenizer: Any,
    device: str,
) -> BuiltModel:
    """Loads the model of a task and makes of it what the method says.

    Call `set_seed` right before: nothing in here draws random numbers but new weights (the head, then the adapters), so that
    the same seed gives the same weights as a bare script of Transformers and PEFT.

    Args:
        labels: class names in the order of their index, for tasks that have classes.
        device: `cpu`, `cuda` or `mps`. Only a quantised base and a teacher are put there; the rest the Trainer moves.

    Raises:
        UserError: the model cannot be loaded, or the method does not fit it.
    """
    precision = resolve_precision(config, device)
    model, notes = load_base(config, place, labels=labels, tokenizer=tokenizer, device=device, precision=precision)
    total = sum(parameter.numel() for parameter in model.parameters())
    added = _fit_embeddings(model, tokenizer)
    if config["task"] == "text-classification" and config["model"]["pooling"] != "auto":
        pool_classifier(model, config["model"]["pooling"], config["model"]["dropout"])
    method = config["method"]["type"]
    adapted = method in ("lora", "qlora")
    if is_quantised(model):
        _require_adapters(model, method)
        prepare_quantised(model, weights_dtype(config, precision))
    checkpointed = enable_checkpointing(model, config, total, frozen_base=adapted)
    if config["task"] == "embedding":
        _leave_out_pooler(model)
    if method == "freeze":
        freeze(model, config["method"]["freeze"])
    wrapped = model
    if adapted:
        notes += stray_targets(model, config)
        wrapped = add_adapters(model, config, place, added_tokens=added)
    loss = None
    if method == "distill":
        loss = _distil(config, place, model, labels=labels, tokenizer=tokenizer, device=device, precision=precision)
    facts = model_facts(wrapped, model, config, place, checkpointed=checkpointed)
    return BuiltModel(wrapped, facts, notes, loss)


def load_base(
    config: ResolvedConfig,
    place: ModelPlace,
    *,
    labels: list[str] | None,
    tokenizer: Any,
    device: str,
    precision: Precision,
) -> tuple[Any, list[str]]:
    """The pretrained model with the task's head, before the method; and notes on what was loaded."""
    wanted = config["model"]
    trust = wanted["trust_remote_code"]
    kind = auto_class(config["task"])
    model_config = read_model_config(place, trust_remote_code=trust)
    set_dropout(model_config, wanted["dropout"])
    same_classes = True
    if labels is not None and has_labels(config["task"]):
        same_classes = model_config.num_labels == len(labels)
        model_config.id2label = dict(enumerate(labels))
        model_config.label2id = {label: index for index, label in enumerate(labels)}
    if config["task"] == "text-classification":
        model_config.problem_type = "single_label_classification"
    dtype = weights_dtype(config, precision)
    arguments: dict[str, Any] = {DTYPE_ARGUMENT: dtype, "trust_remote_code": trust, **place.arguments}
    if wanted["attn_implementation"] != "auto":
        arguments["attn_implementation"] = wanted["attn_implementation"]
    if config["method"]["type"] == "qlora":
        arguments |= quantisation_arguments(config, kind, model_config, dtype, device)
    model, report = loading(place, lambda: load_whatever_fits(kind, place.path, config=model_config, **arguments))
    new_head = has_labels(config["task"])
    notes = _judge(model, report, place, new_head=new_head, other_classes=not same_classes)
    _agree_on_padding(model, tokenizer)
    if hasattr(model.config, "use_cache"):
        model.config.use_cache = False  # of use only in generation, which has a setting of its own
    return model, notes


def _judge(model: Any, report: dict[str, Any], place: ModelPlace, *, new_head: bool, other_classes: bool) -> list[str]:
    """Refuses weights of another model; notes what is not in the file, but for a new head, which cannot be.

    Args:
        new_head: whether the task puts a classifier on the model.
        other_classes: whether it has another number of classes than the one in the file, if there is one.
    """
    heads = (f"{pooler_name(model)}.", *(f"{name}." for name in head_names(model) if new_head))
    replaced: list[int] = []
    for one in report.get("mismatched_keys", ()):
        name = str(one[0] if isinstance(one, (tuple, list)) else one)
        if other_classes and name.startswith(heads):
            replaced += [shape[0] for shape in one[1:2]] if isinstance(one, (tuple, list)) else []
        else:
            raise UserError(
                "model-weights-shape",
                f"The weights of {place.shown} are not those that its config.json describes: {name} has another shape.",
                "Fetch the model again, or correct its config.json.",
            )
    notes = []
    if replaced:
        notes.append(
            f"The model {place.shown} was trained to tell {max(replaced)} classes apart, and the data has "
            f"{model.config.num_labels}: it gets a new classifier, which starts random."
        )
    missing = [name for name in report.get("missing_keys", ()) if not name.startswith(heads)]
    if not missing:
        return notes
    in_all = len(backbone_of(model).state_dict())
    if len(missing) > in_all / 2:
        raise UserError(
            "model-weights-foreign",
            f"{len(missing)} of {in_all} weights of a {model.config.model_type} model are not in the files of {place.shown}.",
            f"Correct {place.key}, or the config.json there.",
        )
    notes.append(
        f"{len(missing)} weights of the model are not in the files of {place.shown} and start random, "
        f"{sorted(missing)[0]} among them."
    )
    return notes


def _agree_on_padding(model: Any, tokenizer: Any) -> None:
    """Tells the model which id is padding, without which a decoder cannot find the last token of a text.

    After loading, because a table of embeddings that is made with a padding id never trains that row; with the end-of-text
    token as padding that would be the end of text.
    """
    if tokenizer is None or tokenizer.pad_token_id is None:
        return
    for one in {id(part): part for part in (model.config, model.config.get_text_config())}.values():
        one.pad_token_id = tokenizer.pad_token_id
    generation = getattr(model, "generation_config", None)
    if generation is not None and generation.pad_token_id is None:
        generation.pad_token_id = tokenizer.pad_token_id


def _fit_embeddings(model: Any, tokenizer: Any) -> bool:
    """Makes the embeddings large enough for every token; whether they had to grow."""
    if tokenizer is None or len(tokenizer) <= model.get_input_embeddings().num_embeddings:
        return False
    model.resize_token_embeddings(len(tokenizer))
    return True


def _require_adapters(model: Any, method: str) -> None:
    if method in ("lora", "qlora"):
        return
    by = getattr(getattr(model, "quantization_method", None), "value", "some method")
    raise UserError(
        "model-quantised",
        f"The model is quantised with {by} already, and packed weights cannot be trained.",
        "Set method.type to lora, or take the model that is not quantised.",
    )


def _leave_out_pooler(model: Any) -> None:
    """Embeddings are the mean of the tokens; a pooler computes nothing for them, and DDP waits for what has no gradient."""
    pooler = pooler_name(model)
    if pooler is not None:
        model.get_submodule(pooler).requires_grad_(False)


def _distil(config: ResolvedConfig, place: ModelPlace, model: Any, **options: Any) -> DistillationLoss:
    teacher, columns = load_teacher(config, place.base_dir, **options)
    attach_teacher(model, teacher, columns)
    named = config["method"]["teacher"]
    assert named is not None  # load_teacher has refused it
    return DistillationLoss(named["temperature"], named["alpha"], causal=config["task"] == "causal-lm")
