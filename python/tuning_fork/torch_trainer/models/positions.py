"""How many tokens a model takes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tuning_fork.torch_trainer.models.loading import read_model_config

if TYPE_CHECKING:
    from tuning_fork.config_types import ResolvedConfig
    from tuning_fork.torch_trainer.models.locate import ModelPlace

# Architectures whose first positions are never a token's: position ids start after the padding id.
_OFFSET = re.compile(
    r"^(?:roberta|xlm-roberta|camembert|data2vec-text|longformer|luke|mluke|mpnet|xmod|ibert|lilt)(?:$|[-_])"
)

# Architectures with positions relative to each other, which have no last one.
_RELATIVE = re.compile(r"^(?:t5|mt5|umt5|longt5|xlnet|transfo-xl|bloom|mpt)$")

_ROTARY_KEYS = ("rope_theta", "rope_scaling", "rope_parameters", "rotary_pct", "rotary_dim", "rotary_emb_base")


def text_limit(config: ResolvedConfig, place: ModelPlace) -> int:
    """Tokens that a text of this run is cut to, special tokens included; see `longest_text`."""
    model_config = read_model_config(place, trust_remote_code=config["model"]["trust_remote_code"])
    return longest_text(model_config, config["data"]["max_length"])


def longest_text(model_config: Any, max_length: int) -> int:
    """Tokens a text is cut to: `data.max_length`, but no more than the model's table of positions holds.

    A token beyond that table has no embedding: the run would end with an index error at the first long text. Positions that
    are computed (rotary, relative) have no last one.

    Args:
        model_config: a `PretrainedConfig`.
        max_length: of the config, special tokens included.
    """
    text = model_config.get_text_config()
    kind = text.model_type
    positions = getattr(text, "max_position_embeddings", None)
    if not isinstance(positions, int) or positions <= 0 or _RELATIVE.match(kind) or _is_rotary(text):
        return max_length
    if kind.startswith("deberta") and getattr(text, "position_biased_input", True) is False:
        return max_length
    offset = (text.pad_token_id or 0) + 1 if _OFFSET.match(kind) else 0
    return min(max_length, positions - offset)


def _is_rotary(text: Any) -> bool:
    if getattr(text, "alibi", False) or getattr(text, "position_embedding_type", None) in ("rotary", "rope", "alibi"):
        return True
    return any(getattr(text, key, None) is not None for key in _ROTARY_KEYS)
