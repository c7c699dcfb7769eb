"""Single texts given to a checkpoint."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch.nn.functional import cosine_similarity
from transformers import DataCollatorWithPadding

from tuning_fork.data.language import LanguageExample
from tuning_fork.errors import UserError
from tuning_fork.metrics.tables import rounded
from tuning_fork.metrics.tokens import TagScheme
from tuning_fork.torch_trainer.models.sentence import VECTORS
from tuning_fork.torch_trainer.tasks.encode import encode_texts
from tuning_fork.torch_trainer.tasks.language.encode import LanguageEncoder
from tuning_fork.torch_trainer.tasks.language.samples import MAX_NEW_TOKENS, Question, generate
from tuning_fork.torch_trainer.tasks.words import encode_words
from tuning_fork.torch_trainer.using.evaluate import on_device
from tuning_fork.torch_trainer.using.request import Loaded, Progress, Request

# A text's words and marks, each by itself, as data sets of entities have them.
_WORD = re.compile(r"\w+|[^\w\s]")


def predict(loaded: Loaded, request: Request, progress: Progress) -> dict[str, Any]:
    """One prediction for each text, in order; what it holds depends on the task."""
    if not request.texts:
        raise UserError("request-not-understood", "There is no text to predict.", "Write one behind the run.")
    task = loaded.config["task"]
    return {"predictions": _PREDICTORS[task](loaded, request, progress)}


def _classes(loaded: Loaded, request: Request, progress: Progress) -> list[dict[str, Any]]:
    """The class that is most likely, and the probability of each."""
    labels = loaded.trained.labels
    made: list[dict[str, Any]] = []
    for text, row in zip(request.texts, _outputs(loaded, request.texts, progress, "logits"), strict=True):
        shares = row.softmax(dim=-1).tolist()
        likeliest = labels[int(row.argmax())]
        named = {label: rounded(share) for label, share in zip(labels, shares, strict=True)}
        made.append({"text": text, "label": likeliest, "probabilities": named})
    return made


def _entities(loaded: Loaded, request: Request, progress: Progress) -> list[dict[str, Any]]:
    """Entities with the characters they stand at (`end` exclusive). Words beyond the model's length are in none."""
    trained, scheme = loaded.trained, TagScheme(loaded.trained.labels)
    made: list[dict[str, Any]] = []
    for at, text in enumerate(request.texts):
        progress("predicting", at, len(request.texts))
        words = list(_WORD.finditer(text))
        spans: list[dict[str, Any]] = []
        if words:
            row, starts = next(encode_words(trained.tokenizer, [[word[0] for word in words]], loaded.max_length))
            padded = on_device(trained.tokenizer.pad([row], return_tensors="pt"), trained.device)
            with torch.no_grad(), trained.autocast():
                tags = trained.model(**padded)["logits"][0].float().argmax(dim=-1).cpu().numpy()
            judged = [(word, tags[token]) for token, word in enumerate(starts) if word >= 0]
            found = scheme.entities(np.array([tag for _, tag in judged], dtype=np.int64))
            for kind, first, last in found.tolist():
                begin, end = words[judged[first][0]].start(), words[judged[last][0]].end()
                spans.append({"type": scheme.types[kind], "text": text[begin:end], "start": begin, "end": end})
        made.append({"text": text, "entities": spans})
    return made


def _continuations(loaded: Loaded, request: Request, progress: Progress) -> list[dict[str, Any]]:
    """What the model writes behind each text, or answers to it where the run's rows are conversations."""
    trained, limit = loaded.trained, loaded.max_length
    encoder = LanguageEncoder(loaded.config, trained.tokenizer, limit, request.shape)
    is_chat = request.shape in ("messages", "sharegpt")
    questions: list[Question] = []
    for at, text in enumerate(request.texts):
        example = LanguageExample("prompt-completion", "the text", at + 1, prompt=text)
        if is_chat:
            example.prompt = [{"role": "user", "content": text}]
            example.completion = [{"role": "assistant", "content": ""}]
        asked = encoder.question(example)
        if asked is None or not asked[0]:
            raise UserError("text-empty", "There is an empty text, which nothing follows.", "Write a text.")
        questions.append(Question(asked[0][-max(limit // 2, limit - MAX_NEW_TOKENS) :], text, "", "", at + 1))
    made: list[dict[str, Any]] = []
    for at, one in enumerate(questions):
        progress("predicting", at, len(questions))
        with trained.autocast():
            (written,) = generate(trained.model, trained.tokenizer, [one], lambda: None)
        made.append({"text": one.prompt, "generated": written})
    return made


def _similarities(loaded: Loaded, request: Request, progress: Progress) -> list[dict[str, Any]]:
    """How like the first text each one is: the cosine of their vectors."""
    if len(request.texts) < 2:
        raise UserError(
            "texts-to-compare", "An embedding compares texts, and there is only one.", "Write a second text behind it."
        )
    first, *others = _outputs(loaded, request.texts, progress, VECTORS)
    return [
        {"text": text, "similarity": rounded(float(cosine_similarity(first.flatten(), vector.flatten(), dim=0)))}
        for text, vector in zip(request.texts[1:], others, strict=True)
    ]


def _outputs(loaded: Loaded, texts: list[str], progress: Progress, name: str) -> list[torch.Tensor]:
    """One of the model's outputs for each text, in fp32 on the CPU."""
    trained, size = loaded.trained, loaded.batch_size
    pad = DataCollatorWithPadding(trained.tokenizer)
    rows = encode_texts(trained.tokenizer, texts, loaded.max_length, lambda: None)
    found: list[torch.Tensor] = []
    for begin in range(0, len(rows), size):
        progress("predicting", begin, len(rows))
        inputs = on_device(pad(rows[begin : begin + size]), trained.device)
        if name == VECTORS:
            inputs = {key: inputs[key] for key in ("input_ids", "attention_mask")}
        with torch.no_grad(), trained.autocast():
            outputs = trained.model(**inputs)[name]
        found.extend(outputs.float().cpu())
    return found


_PREDICTORS: dict[str, Callable[[Loaded, Request, Progress], list[dict[str, Any]]]] = {
    "text-classification": _classes,
    "token-classification": _entities,
    "causal-lm": _continuations,
    "preference": _continuations,
    "embedding": _similarities,
}
