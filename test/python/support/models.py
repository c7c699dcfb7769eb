"""Small random models, made the same way each time."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

CHAT_TEMPLATE = (
    "{% for message in messages %}<|{{ message.role }}|>\n"
    "{% if message.role == 'assistant' %}{% generation %}{{ message.content }}<|end|>{% endgeneration %}"
    "{% else %}{{ message.content }}<|end|>{% endif %}\n{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>\n{% endif %}"
)

# Two layers × 64.
TINY = {"hidden_size": 64, "num_hidden_layers": 2, "intermediate_size": 128}


def tiny_bert(folder: Path, texts: Sequence[str]) -> Path:
    """BERT of 2 layers × 64 with the 2,000 commonest words and all letters as its vocabulary."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    words = Counter(word for text in texts for word in re.findall(r"[a-z]+|[^\sa-z]", text.lower()))
    common = [word for word, _ in sorted(words.items(), key=lambda item: (-item[1], item[0]))[:2000]]
    letters = sorted({letter for word in common for letter in word})
    vocabulary = dict.fromkeys(
        ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{one}" for one in letters), *common]
    )
    folder.mkdir(parents=True)
    (folder / "vocab.txt").write_text("\n".join(vocabulary) + "\n", "utf-8")
    BertTokenizerFast(str(folder / "vocab.txt"), do_lower_case=True, model_max_length=128).save_pretrained(folder)
    torch.manual_seed(0)
    config = BertConfig(
        **TINY, vocab_size=len(vocabulary), num_attention_heads=2, max_position_embeddings=128, num_labels=2
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder


def _byte_level(folder: Path, texts: Sequence[str], specials: list[str]) -> int:
    """A byte-level BPE tokenizer; training one is deterministic but for ties, which no test depends on."""
    from tokenizers import ByteLevelBPETokenizer
    from transformers import PreTrainedTokenizerFast

    tokenizer = ByteLevelBPETokenizer()
    tokenizer.train_from_iterator(texts, vocab_size=1000, special_tokens=specials, show_progress=False)
    folder.mkdir(parents=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    fast = PreTrainedTokenizerFast(
        tokenizer_file=str(folder / "tokenizer.json"),
        eos_token=specials[0],
        pad_token=specials[1] if len(specials) > 1 else None,
        additional_special_tokens=specials[2:],
        model_max_length=256,
    )
    if len(specials) > 2:
        fast.chat_template = CHAT_TEMPLATE
    fast.save_pretrained(folder)
    return len(fast)


def tiny_gpt2(folder: Path, texts: Sequence[str]) -> Path:
    """GPT-2 of 2 layers × 64, without a padding token, as the real one."""
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel

    size = _byte_level(folder, texts, ["<|endoftext|>"])
    torch.manual_seed(0)
    config = GPT2Config(
        vocab_size=size, n_positions=256, n_embd=64, n_layer=2, n_head=2, bos_token_id=0, eos_token_id=0
    )
    GPT2LMHeadModel(config).save_pretrained(folder)
    return folder


def tiny_llama(folder: Path, texts: Sequence[str]) -> Path:
    """Llama of 2 layers × 64 with padding token and chat template."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    specials = ["<|end|>", "<|pad|>", "<|system|>", "<|user|>", "<|assistant|>"]
    size = _byte_level(folder, texts, specials)
    torch.manual_seed(0)
    config = LlamaConfig(
        **TINY,
        vocab_size=size,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=256,
        bos_token_id=0,
        eos_token_id=0,
        pad_token_id=1,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    return folder
