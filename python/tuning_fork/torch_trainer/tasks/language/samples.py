"""What the model writes for some rows of the evaluation data, the same at each evaluation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from inspect import signature
from typing import Any

import torch
from transformers import GenerationConfig, GenerationMixin

from tuning_fork.data.language import LanguageExample
from tuning_fork.metrics.tables import Table
from tuning_fork.torch_trainer.tasks.language.encode import LanguageEncoder

# Rows and tokens of one table; generating is slow.
MAX_ROWS = 8
MAX_NEW_TOKENS = 64
# Transformers 4 puts the model's own settings, such as sampling, in the place of those that are its defaults.
OWN_SETTINGS: dict[str, Any] = (
    {"use_model_defaults": False} if "use_model_defaults" in signature(GenerationMixin.generate).parameters else {}
)
# Characters shown of a prompt (its end) and of answers (their beginning).
SHOWN = 600


@dataclass(slots=True)
class Question:
    """A row that the model is asked to go on with."""

    ids: list[int]
    prompt: str
    reference: str
    file: str
    row: int


def choose_questions(encoder: LanguageEncoder, examples: Sequence[LanguageExample], limit: int) -> list[Question]:
    """At most `MAX_ROWS` of the rows that can be gone on with, evenly spaced. Long prompts lose their beginning.

    Args:
        limit: tokens the model takes, prompt and answer together.
    """
    # Twice as many are looked at as are wanted, since some may not go on.
    spaced = sorted({at * len(examples) // (2 * MAX_ROWS) for at in range(2 * MAX_ROWS)}) if examples else []
    found: list[Question] = []
    for at in [*spaced[::2], *spaced[1::2]]:
        example = examples[at]
        asked = encoder.question(example) if len(found) < MAX_ROWS else None
        if asked is None or not asked[0]:
            continue
        ids, prompt, reference = asked
        room = max(limit // 2, limit - MAX_NEW_TOKENS)
        found.append(Question(ids[-room:], prompt, reference, example.file, example.row))
    return sorted(found, key=lambda one: (one.file, one.row))


def samples_table(questions: Sequence[Question], answers: Sequence[str]) -> Table:
    """Prompt, reference and what was generated; `row` is the row in `file`."""
    columns = ["prompt", "reference", "generated", "file", "row"]
    rows: list[list[object]] = [
        [_end(one.prompt), _begin(one.reference), _begin(answer), one.file, one.row]
        for one, answer in zip(questions, answers, strict=True)
    ]
    return "eval/samples", columns, rows


def generate(model: Any, tokenizer: Any, questions: Sequence[Question], alive: Callable[[], None]) -> list[str]:
    """What the model writes, always the likeliest token (which draws no random numbers).

    Args:
        model: a Transformers model or PeftModel, not wrapped for several processes. Its mode is put back.
    """
    was_training = model.training
    model.eval()
    answers: list[str] = []
    try:
        for one in questions:
            ids = torch.tensor([one.ids], device=model.get_input_embeddings().weight.device)
            with torch.no_grad():
                written = model.generate(
                    input_ids=ids,
                    attention_mask=torch.ones_like(ids),
                    generation_config=_greedy(model, tokenizer),
                    **OWN_SETTINGS,
                )
            answers.append(tokenizer.decode(written[0, ids.shape[1] :], skip_special_tokens=True))
            alive()
    finally:
        model.train(was_training)
    return answers


def _greedy(model: Any, tokenizer: Any) -> GenerationConfig:
    own = getattr(getattr(model, "generation_config", None), "eos_token_id", None)
    ends = {*(own if isinstance(own, list) else [own]), tokenizer.eos_token_id} - {None}
    return GenerationConfig(
        max_new_tokens=MAX_NEW_TOKENS,
        do_sample=False,
        num_beams=1,
        repetition_penalty=1.0,
        use_cache=True,
        pad_token_id=tokenizer.pad_token_id,
        eos_token_id=sorted(ends) or None,
    )


def _begin(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _end(text: str) -> str:
    return text if len(text) <= SHOWN else f"…{text[-SHOWN:]}"
