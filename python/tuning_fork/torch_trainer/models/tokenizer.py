"""The model's own tokenizer, ready to pad and with the chat template that counts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from transformers import AutoTokenizer

from tuning_fork.errors import UserError
from tuning_fork.torch_trainer.models.loading import loading, read_model_config, require_model_folder
from tuning_fork.torch_trainer.models.locate import ModelPlace

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

    from tuning_fork.config_types import ResolvedConfig

# More characters than any template has.
_LONGEST_TEMPLATE = 1_000_000


def load_tokenizer(config: ResolvedConfig, place: ModelPlace) -> PreTrainedTokenizerBase:
    """Loads a model's tokenizer.

    One without padding token pads with the end-of-text token, as decoders are used; `build_model` tells the model. The
    template of `data.chat_template`, inline or in a file, takes the place of the tokenizer's own.

    Raises:
        UserError: there is no tokenizer, it cannot pad, or the template cannot be read or is none.
    """
    trust = config["model"]["trust_remote_code"]
    require_model_folder(place)
    tokenizer = load_own_tokenizer(place, trust_remote_code=trust)
    _leave_out_segments(tokenizer, read_model_config(place, trust_remote_code=trust))
    template = config["data"]["chat_template"]
    if template is not None:
        tokenizer.chat_template = _read_template(template, place.base_dir)
        _require_template(tokenizer, template)
    return tokenizer


def load_own_tokenizer(place: ModelPlace, *, trust_remote_code: bool) -> Any:
    """A model's tokenizer with its own chat template, able to pad."""
    tokenizer = loading(
        place,
        lambda: AutoTokenizer.from_pretrained(place.path, trust_remote_code=trust_remote_code, **place.arguments),
    )
    _require_vocabulary(tokenizer, place)
    if tokenizer.pad_token_id is None:
        if tokenizer.eos_token_id is None:
            raise UserError(
                "tokenizer-padding",
                f"The tokenizer of {place.shown} has neither a padding token nor an end-of-text token.",
                "Save it with a padding token: rows of different length make a batch only when the short ones are padded.",
            )
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


def _require_vocabulary(tokenizer: Any, place: ModelPlace) -> None:
    """Without its files a tokenizer class may come out empty, and every text would be unknown tokens."""
    if len(tokenizer) > len(tokenizer.all_special_tokens):
        return
    raise UserError(
        "tokenizer-missing",
        f"The model {place.shown} has no tokenizer (tokenizer.json).",
        "Put the tokenizer's files beside the model's, as the tokenizer's `save_pretrained` writes them.",
    )


def _leave_out_segments(tokenizer: Any, model_config: Any) -> None:
    """Has the tokenizer give no segment ids to a model that has no segments.

    Those of a general class do; most decoders then refuse the batch, and GPT-2 adds the first word of its vocabulary to
    every token.
    """
    if not hasattr(model_config, "type_vocab_size") and model_config.model_type != "xlnet":
        tokenizer.model_input_names = [name for name in tokenizer.model_input_names if name != "token_type_ids"]


def _read_template(written: str, base_dir: Path) -> str:
    if re.search(r"\{[{%]", written) or "\n" in written:
        return written
    path = base_dir / Path(written).expanduser()
    try:
        if path.stat().st_size > _LONGEST_TEMPLATE:
            raise UserError("chat-template", f"{path} is too large for a chat template.", _TEMPLATE_ADVICE)
        return path.read_text("utf-8")
    except FileNotFoundError:
        raise UserError("chat-template", f"There is no chat template {path}.", _TEMPLATE_ADVICE) from None
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        problem = f"The chat template {path} cannot be read: {reason}."
        raise UserError("chat-template", problem, _TEMPLATE_ADVICE) from None


_TEMPLATE_ADVICE = (
    "Correct data.chat_template: a path to a .jinja file from the config's folder, or the template itself."
)


def _require_template(tokenizer: Any, written: str) -> None:
    """Has the template compiled once, so that an error of it shows before the data is read."""
    try:
        tokenizer.apply_chat_template([{"role": "user", "content": "."}], tokenize=False)
    except Exception as error:
        # Whether this message suits the template (some want an assistant's, or raise on purpose) is not asked here.
        if type(error).__name__ != "TemplateSyntaxError":
            return
        line = getattr(error, "lineno", None)
        where = f", line {line}" if line else ""
        name = "data.chat_template" if "\n" in written or "{" in written else written
        raise UserError(
            "chat-template", f"The chat template ({name}{where}) is no valid Jinja: {error}.", _TEMPLATE_ADVICE
        ) from None
