"""Rows of language models, and runs on them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from support import runs

ANSWERS = {"red": "stop", "green": "go", "amber": "wait a moment, then look again"}
COLOURS = list(ANSWERS)


def write_jsonl(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


def chats(count: int) -> list[dict[str, Any]]:
    """Conversations of two turns, whose answers follow from the questions."""
    made = []
    for at in range(count):
        now, then = COLOURS[at % 3], COLOURS[(at + 1) % 3]
        said = [
            ("system", "You are a traffic light."),
            ("user", f"Light {at} is {now}."),
            ("assistant", ANSWERS[now]),
            ("user", f"And now it is {then}"),
            ("assistant", ANSWERS[then]),
        ]
        made.append({"messages": [{"role": role, "content": content} for role, content in said]})
    return made


def questions(count: int) -> list[dict[str, str]]:
    """Prompts with completions of different length."""
    return [
        {
            "prompt": f"Light {at} is {COLOURS[at % 3]}. What now? ",
            "completion": ANSWERS[COLOURS[at % 3]] * (1 + at % 2),
        }
        for at in range(count)
    ]


def config(model: Path, /, **groups: Any) -> dict[str, Any]:
    """A resolved config of a causal language model on `train.jsonl` and `eval.jsonl`, without dropout."""
    data = {"train": "train.jsonl", "eval": "eval.jsonl", "max_length": 96, **groups.pop("data", {})}
    evaluation = {"metrics": ["loss", "perplexity", "token_accuracy"], **groups.pop("eval", {})}
    own = {"dropout": 0.0, **groups.pop("model", {})}
    return runs.config(model, task=groups.pop("task", "causal-lm"), data=data, eval=evaluation, model=own, **groups)


def encoder_for(resolved: dict[str, Any], base: Path) -> tuple[Any, Any]:
    """The encoder of a run, and its data."""
    from tuning_fork.data.language import load_language
    from tuning_fork.torch_trainer.models.locate import locate_model
    from tuning_fork.torch_trainer.models.tokenizer import load_tokenizer
    from tuning_fork.torch_trainer.tasks.language.encode import LanguageEncoder

    data = load_language(resolved, base)
    tokenizer = load_tokenizer(resolved, locate_model(resolved["model"]["name_or_path"], base))
    return LanguageEncoder(resolved, tokenizer, resolved["data"]["max_length"], data.shape), data


def mean_loss(model: Any, rows: Sequence[Any]) -> float:
    """Mean over the tokens that count, one row at a time."""
    import torch

    total, count = 0.0, 0
    model.eval()
    for row in rows:
        ids, labels = (torch.tensor(one).long() for one in (row.input_ids, row.labels))
        with torch.no_grad():
            logits = model(input_ids=ids[None]).logits[0, :-1].float()
        at = labels[1:] != -100
        total += torch.nn.functional.cross_entropy(logits[at], labels[1:][at], reduction="sum").item()
        count += int(at.sum())
    return total / count
