"""Seconds of an optimizer step of a bare Trainer and of ours, on the same rows in the same process.

usage: step_time.py MODEL_FOLDER PAIRS, with python/ and test/python/ on PYTHONPATH
Prints {"bare": [seconds of a step, one a block], "ours": […]}; blocks take turns, so that a slow minute of the machine hits both.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from transformers import (
    AutoModelForSequenceClassification,
    AutoTokenizer,
    DataCollatorWithPadding,
    Trainer,
    TrainerCallback,
    TrainerControl,
    TrainerState,
    TrainingArguments,
    set_seed,
)

from support import runs

BATCH = 8
TOKENS = 64
# Steps of a block, and how many of them come before the clock.
STEPS = 24
WARM_UPS = 4
# Two special tokens, and words that are one token each.
TEXTS = [" ".join(["the", "mail"][(row + at) % 2] for at in range(TOKENS - 2)) for row in range(BATCH * STEPS)]
LABELS = ["ham", "spam"]


class Ends(TrainerCallback):
    """When each step ended."""

    def __init__(self) -> None:
        self.at: dict[int, float] = {}

    def on_step_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        self.at[state.global_step] = time.time()


def per_step(ends: dict[int, float]) -> float:
    """Seconds of a step between the warm-ups and the last one."""
    steps = sorted(step for step in ends if step >= WARM_UPS)
    return (ends[steps[-1]] - ends[steps[0]]) / (steps[-1] - steps[0])


def bare(model_folder: Path, folder: Path) -> float:
    """A Trainer as its documentation has it, which logs every 500 steps."""
    tokenizer = AutoTokenizer.from_pretrained(model_folder)
    rows = [{**tokenizer(text, truncation=True, max_length=TOKENS), "labels": at % 2} for at, text in enumerate(TEXTS)]
    set_seed(42)
    model = AutoModelForSequenceClassification.from_pretrained(model_folder, num_labels=len(LABELS))
    arguments = TrainingArguments(
        output_dir=str(folder),
        per_device_train_batch_size=BATCH,
        max_steps=STEPS,
        learning_rate=2e-5,
        save_strategy="no",
        report_to=[],
        disable_tqdm=True,
    )
    ends = Ends()
    Trainer(
        model=model,
        args=arguments,
        train_dataset=rows,
        data_collator=DataCollatorWithPadding(tokenizer),
        callbacks=[ends],
    ).train()
    return per_step(ends.at)


def ours(model_folder: Path, folder: Path) -> float:
    """The same from a config, with every step in the journal."""
    runs.write_csv(folder / "train.csv", [(text, LABELS[at % 2]) for at, text in enumerate(TEXTS)])
    config = runs.config(
        model_folder,
        data={"eval_fraction": 0, "max_length": TOKENS},
        train={"max_steps": STEPS, "per_device_train_batch_size": BATCH, "learning_rate": 2e-5, "warmup": 0},
        eval={"strategy": "no", "metrics": []},
    )
    run = runs.train_here(folder, config)
    ends = {event["step"]: event["timeMs"] / 1000 for event in run.of("metrics") if "train/loss" in event["values"]}
    return per_step(ends)


def main(model_folder: Path, pairs: int) -> None:
    """Runs the blocks in turns; what they print goes to stderr."""
    found: dict[str, list[float]] = {"bare": [], "ours": []}
    with redirect_stdout(sys.stderr), tempfile.TemporaryDirectory() as root:
        for pair in range(pairs):
            # Who is first changes, for the second of two finds a warmer machine.
            for name, measure in (("bare", bare), ("ours", ours))[:: 1 if pair % 2 == 0 else -1]:
                folder = Path(root) / f"{name}-{pair}"
                folder.mkdir()
                found[name].append(measure(model_folder, folder))
    print(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
