"""`model.dropout` under the names every architecture has of its own for it."""

from __future__ import annotations

import re
from typing import Any

# hidden_dropout_prob, attention_dropout, resid_pdrop, classifier_dropout, dropout_rate, seq_classif_dropout …
_DROPOUT = re.compile(r"^(?:\w*_)?(?:dropout(?:_prob|_rate|_p)?|pdrop)$")

# Other random dropping than of hidden states, attention and classifier: 0 by default in most models, and left as it is
# unless all dropout is turned off.
_OTHER = re.compile(r"^(?:activation_dropout|qa_dropout|\w*layer_?drop|drop_path_rate|router_\w+|moe_\w+)$")


def set_dropout(config: Any, rate: float) -> list[str]:
    """Sets hidden, attention and classifier dropout of a model's config; 0 turns off every other random dropping as well.

    Args:
        config: a `PretrainedConfig`, before the model is made from it.
        rate: probability of dropping, from 0 to 1.

    Returns:
        The names that were set, as the model's config has them.
    """
    changed: list[str] = []
    for part in _parts(config):
        for name, value in part.to_dict().items():
            is_rate = value is None or (isinstance(value, (int, float)) and not isinstance(value, bool))
            if not is_rate:
                continue
            if _OTHER.match(name):
                if rate == 0 and value:
                    setattr(part, name, 0.0)
                    changed.append(name)
            elif _DROPOUT.match(name):
                setattr(part, name, rate)
                changed.append(name)
        attention: Any = getattr(part, "attn_config", None)  # MPT's own
        if hasattr(attention, "attn_pdrop"):
            attention.attn_pdrop = rate
            changed.append("attn_config.attn_pdrop")
    return changed


def _parts(config: Any) -> list[Any]:
    text = config.get_text_config()
    return [config] if text is config else [config, text]
