"""Models as a task builds them, without a run around them."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

from support import runs

LABELS = ["ham", "spam"]
TEXTS = ["hello, the meeting is at noon", "free money now, click here and win", "ok"]


def resolved(name: Path | str, /, **groups: Any) -> dict[str, Any]:
    """A resolved config; unlike `runs.config` it takes keys of `model` as well, and a name as it is written."""
    own = {"name_or_path": str(name), **groups.pop("model", {})}
    made = runs.config(Path(name), **groups)
    made["model"].update(own)
    return made


def adapters(name: Path | str, **method: Any) -> dict[str, Any]:
    """A resolved config of LoRA; keys of `method`."""
    return resolved(name, method={"type": "lora", **method})


def build(config: dict[str, Any], base_dir: Path, *, labels: list[str] | None = LABELS, seed: int = 42) -> Any:
    """What `build_model` makes of a config on a CPU, and the tokenizer."""
    from transformers import set_seed

    from tuning_fork.torch_trainer.models.build import build_model
    from tuning_fork.torch_trainer.models.locate import locate_model
    from tuning_fork.torch_trainer.models.tokenizer import load_tokenizer

    place = locate_model(config["model"]["name_or_path"], base_dir)
    tokenizer = load_tokenizer(config, place)
    set_seed(seed)
    return build_model(config, place, labels=labels, tokenizer=tokenizer, device="cpu"), tokenizer


def batch_of(tokenizer: Any, texts: list[str] = TEXTS) -> Any:
    """The texts as a model takes them, padded to the longest."""
    return tokenizer(texts, padding=True, return_tensors="pt")


def logits(model: Any, tokenizer: Any, texts: list[str] = TEXTS) -> Any:
    """Of a model in evaluation mode."""
    import torch

    model.eval()
    with torch.no_grad():
        return model(**batch_of(tokenizer, texts)).logits


def one_step(model: Any, tokenizer: Any, rate: float = 0.05) -> float:
    """One optimizer step of SGD on the texts in training mode; the loss before it."""
    import torch

    model.train()
    batch = batch_of(tokenizer)
    loss = torch.nn.functional.cross_entropy(model(**batch).logits.float(), torch.tensor([0, 1, 0]))
    descend(model, loss, rate)
    return loss.item()


def descend(model: Any, loss: Any, rate: float) -> None:
    """One step of SGD down a loss."""
    import torch

    loss.backward()
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.requires_grad and parameter.grad is not None:
                parameter -= rate * parameter.grad
                parameter.grad = None


def small(folder: Path, tokenizer_from: Path, kind: str, **settings: Any) -> Path:
    """A random model of an architecture, 2 layers × 32, with another model's tokenizer. Its head is not saved."""
    import torch
    from transformers import AutoConfig, AutoModel, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(tokenizer_from)
    config = AutoConfig.for_model(kind, **{**_SIZES[kind], "vocab_size": len(tokenizer), **settings})
    config.pad_token_id = tokenizer.pad_token_id
    if config.is_encoder_decoder:
        config.decoder_start_token_id, config.eos_token_id = tokenizer.pad_token_id, tokenizer.sep_token_id
    torch.manual_seed(0)
    AutoModel.from_config(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def refused(call: Callable[[], object], *words: str) -> None:
    """The call ends with a `UserError` whose one sentence has all these words."""
    import pytest

    from tuning_fork.errors import UserError

    with pytest.raises(UserError) as caught:
        call()
    sentence = caught.value.sentence
    assert all(word in sentence for word in words), sentence
    assert "\n" not in sentence


def state_of(model: Any) -> dict[str, Any]:
    """A copy of its weights."""
    return {name: value.clone() for name, value in copy.copy(model.state_dict()).items()}


_BERT: dict[str, Any] = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 48,
    "max_position_embeddings": 80,
}
_T5: dict[str, Any] = {"d_model": 32, "d_kv": 16, "d_ff": 48, "num_layers": 2, "num_heads": 2}
_SIZES: dict[str, dict[str, Any]] = {
    "bert": _BERT,
    "roberta": _BERT,
    "electra": {**_BERT, "embedding_size": 32},
    "albert": {**_BERT, "embedding_size": 16},
    "deberta": _BERT,
    "deberta-v2": _BERT,
    "modernbert": {**_BERT, "reference_compile": False},
    "mpnet": _BERT,
    "distilbert": {"dim": 32, "n_layers": 2, "n_heads": 2, "hidden_dim": 48, "max_position_embeddings": 80},
    "gpt2": {"n_embd": 32, "n_layer": 2, "n_head": 2, "n_positions": 80},
    "gpt_neox": {**_BERT, "bos_token_id": 0, "eos_token_id": 0},
    "llama": {**_BERT, "num_key_value_heads": 1},
    "qwen2": {**_BERT, "num_key_value_heads": 1},
    "t5": _T5,
    "bart": {
        "d_model": 32,
        "encoder_layers": 2,
        "decoder_layers": 2,
        "encoder_attention_heads": 2,
        "decoder_attention_heads": 2,
        "encoder_ffn_dim": 48,
        "decoder_ffn_dim": 48,
        "max_position_embeddings": 80,
    },
    "xlnet": {"d_model": 32, "n_layer": 2, "n_head": 2, "d_inner": 48},
}
