"""`model.dropout` under the names of every architecture."""

import pytest

from support.building import build, resolved, small
from tuning_fork.torch_trainer.models.dropout import set_dropout
from tuning_fork.torch_trainer.models.loading import read_model_config
from tuning_fork.torch_trainer.models.locate import locate_model


def probabilities(model):
    """Every dropout in a model: of its modules, and of attention computed by a function."""
    import torch

    found = {round(module.p, 6) for module in model.modules() if isinstance(module, torch.nn.Dropout)}
    for module in model.modules():
        for name in ("attention_dropout", "dropout_prob", "attn_dropout"):
            value = getattr(module, name, None)
            if isinstance(value, float):
                found.add(round(value, 6))
    return found


@pytest.mark.parametrize(
    "kind",
    [
        "bert",
        "roberta",
        "electra",
        "albert",
        "deberta",
        "deberta-v2",
        "modernbert",
        "mpnet",
        "distilbert",
        "gpt2",
        "gpt_neox",
        "llama",
        "qwen2",
        "t5",
        "xlnet",
    ],
)
def test_dropout_reaches_hidden_states_attention_and_classifier(tmp_path, tiny, kind):
    from transformers import AutoModelForSequenceClassification

    folder = small(tmp_path / kind, tiny, kind)
    config = read_model_config(locate_model(str(folder), tmp_path), trust_remote_code=False)
    assert set_dropout(config, 0.37)
    model = AutoModelForSequenceClassification.from_config(config)
    assert probabilities(model) <= {0.37} and probabilities(model), probabilities(model)


@pytest.mark.parametrize("kind", ["bert", "bart", "gpt2", "llama", "modernbert", "t5"])
def test_without_dropout_training_mode_is_deterministic(tmp_path, tiny, kind):
    import torch

    folder = small(tmp_path / kind, tiny, kind, **({"activation_dropout": 0.3} if kind == "bart" else {}))
    built, tokenizer = build(resolved(folder, model={"dropout": 0}), tmp_path)
    built.model.train()
    batch = tokenizer(["hello there"], return_tensors="pt")
    batch.pop("token_type_ids", None)
    with torch.no_grad():
        first, second = built.model(**batch).logits, built.model(**batch).logits
    assert torch.equal(first, second)


def test_other_random_dropping_stays_as_it_is_unless_all_is_turned_off(tmp_path, tiny):
    folder = small(tmp_path / "bart", tiny, "bart", activation_dropout=0.3, encoder_layerdrop=0.2)
    place = locate_model(str(folder), tmp_path)
    config = read_model_config(place, trust_remote_code=False)
    set_dropout(config, 0.1)
    assert (config.dropout, config.attention_dropout, config.classifier_dropout) == (0.1, 0.1, 0.1)
    assert (config.activation_dropout, config.encoder_layerdrop) == (0.3, 0.2)
    set_dropout(config, 0)
    assert (config.activation_dropout, config.encoder_layerdrop) == (0, 0)
