"""Preferences: direct preference optimisation (Rafailov et al. 2023) through TRL."""

from __future__ import annotations

import copy
import sys
from functools import partial
from typing import Any

from packaging.version import Version

from tuning_fork.data.preference import PreferenceExample, load_preference
from tuning_fork.data.streaming import stream_preference
from tuning_fork.errors import UserError
from tuning_fork.install import install_command
from tuning_fork.torch_trainer.models.loading import require_package
from tuning_fork.torch_trainer.prepared import Prepared, Setup
from tuning_fork.torch_trainer.tasks.dpo.encode import PairEncoder
from tuning_fork.torch_trainer.tasks.dpo.evaluation import PreferenceEvaluation
from tuning_fork.torch_trainer.tasks.dpo.rewards import BETA, trial_loss
from tuning_fork.torch_trainer.tasks.model import seeded_model, tokenizer_for
from tuning_fork.torch_trainer.tasks.streams import STREAM_ARGUMENTS

# The first version whose trainer takes rows as token ids and computes what ours relies on, and the first that may not.
VERSIONS = ("1.16", "2")

ADAPTED = ("lora", "qlora")


def prepare(setup: Setup) -> Prepared:
    """Reads pairs, tokenises them, and makes the model and its frozen reference."""
    config = setup.config
    require_trl()
    method = config["method"]["type"]
    if method == "distill":
        raise UserError(
            "method-task",
            "method.type: distill is for text-classification and causal-lm; a preference has no loss of its own to mix.",
            "Set method.type to lora or full.",
        )
    setup.enter("loading data")
    data: Any = (stream_preference if config["data"]["streaming"] else load_preference)(
        config, setup.base_dir, setup.alive
    )
    place, tokenizer, limit = tokenizer_for(setup)
    encoder = PairEncoder(config, tokenizer, limit)
    train, train_rows = _training_pairs(setup, encoder, data.train)
    evaluated, kept = _encoded(setup, encoder, data.eval, "evaluation")
    built = seeded_model(setup, place, tokenizer)
    frozen = None if method in ADAPTED else _frozen(built.model)

    # Seconds of imports, and only here.
    from trl.trainer.dpo_config import DPOConfig
    from trl.trainer.dpo_trainer import DataCollatorForPreference

    from tuning_fork.torch_trainer.tasks.dpo.trainer import PreferenceTrainer

    return Prepared(
        model=built.model,
        tokenizer=tokenizer,
        train=train,
        eval=evaluated,
        collate=DataCollatorForPreference(pad_token_id=tokenizer.pad_token_id),
        loss=None,
        evaluation=lambda: PreferenceEvaluation(kept),
        train_rows=train_rows,
        eval_rows=len(kept),
        labels=[],
        facts={
            "trainRows": train_rows,
            "evalRows": len(kept),
            "files": data.files,
            "data": data.facts,
            "beta": BETA,
            "reference": "the base model" if method in ADAPTED else "a frozen copy",
            **built.facts,
            # Dropout would make model and reference differ before anything is learnt.
            "model": {**_details(built.facts), "dropout": 0},
        },
        trial_loss=partial(trial_loss, built.model, frozen),
        trainer_class=PreferenceTrainer,
        trainer_kwargs={"ref_model": frozen},
        arguments_class=DPOConfig,
        arguments_extra={
            "beta": BETA,
            "loss_type": ["sigmoid"],
            "max_length": None,
            "disable_dropout": True,
            # `build_model` has turned it on where it is wanted.
            "gradient_checkpointing": False,
            **(STREAM_ARGUMENTS if train_rows is None else {}),
        },
    )


def _training_pairs(setup: Setup, encoder: PairEncoder, examples: Any) -> tuple[Any, int | None]:
    """The training data set, and its length; None for a stream."""
    if not setup.config["data"]["streaming"]:
        rows, kept = _encoded(setup, encoder, examples, "training")
        return rows, len(kept)
    from datasets import IterableDataset
    from datasets.iterable_dataset import ExamplesIterable

    def endless() -> Any:
        while True:
            found = False
            for example in examples:
                pair = encoder.encode(example)
                if pair.is_whole:
                    found = True
                    yield example.row, pair.columns()
            if not found:
                raise _nothing_to_learn(setup, "training")

    # Not `from_generator`, which hashes the function with all that it holds on to.
    return IterableDataset(ExamplesIterable(endless, {})), None


def _encoded(
    setup: Setup, encoder: PairEncoder, examples: list[PreferenceExample], part: str
) -> tuple[Any, list[PreferenceExample]]:
    """Rows as a data set of `datasets`, which TRL insists on, and the examples they are made of; tells what is left out."""
    from datasets import Dataset

    rows: list[dict[str, list[int]]] = []
    kept: list[PreferenceExample] = []
    cut = 0
    for at, example in enumerate(examples):
        pair = encoder.encode(example)
        if pair.is_whole:
            rows.append(pair.columns())
            kept.append(example)
            cut += pair.cut
        if at % 256 == 0:
            setup.alive()
    if examples and not kept:
        raise _nothing_to_learn(setup, part)
    length = setup.config["data"]["max_length"]
    if len(kept) < len(examples):
        setup.alert(
            "warning",
            "rows-without-answer",
            f"{len(examples) - len(kept)} of {len(examples)} {part} rows are left out: their prompt alone fills "
            f"data.max_length of {length} tokens.",
        )
    if cut:
        setup.alert(
            "info",
            "rows-cut",
            f"{cut} of {len(examples)} {part} rows have an answer that ends beyond data.max_length of {length} tokens and "
            "was cut.",
        )
    return Dataset.from_list(rows) if rows else None, kept


def _nothing_to_learn(setup: Setup, part: str) -> UserError:
    length = setup.config["data"]["max_length"]
    return UserError(
        "no-supervised-tokens",
        f"No {part} row has a token to learn from: all prompts fill data.max_length of {length} tokens.",
        "Raise data.max_length, or shorten the prompts.",
    )


def _frozen(model: Any) -> Any:
    reference = copy.deepcopy(model).eval()
    reference.requires_grad_(False)
    return reference


def _details(facts: dict[str, object]) -> dict[str, object]:
    details = facts.get("model")
    return details if isinstance(details, dict) else {}


def require_trl() -> None:
    require_package("datasets", "task: preference")
    trl = require_package("trl", "task: preference")
    found = Version(trl.__version__)
    if Version(VERSIONS[0]) <= found < Version(VERSIONS[1]):
        return
    wanted = f"trl>={VERSIONS[0]},<{VERSIONS[1]}"
    raise UserError(
        "package-version",
        f"task: preference works with {wanted}, and {sys.executable} has trl {found}.",
        f"Install it with {install_command(wanted)}.",
    )
