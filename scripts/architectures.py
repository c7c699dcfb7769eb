"""Writes src/models/architectures.json: what Transformers and PEFT say of each architecture that takes text.

Reads their source files without importing them, so that neither torch nor a GPU is needed:

    python scripts/architectures.py <site-packages folder with transformers and peft> [output]

- loraTargets: the layers PEFT adapts when none are named, by model_type: names, or a regular expression
  (peft/utils/constants.py).
- withoutGradientCheckpointing: model types no class of whose modeling file sets supports_gradient_checkpointing.
- heads: layers of a new classifier that start random, by model_type (`classifier`, `score`, …).
- defaults: sizes a config.json may leave out, by model_type, under the names most architectures use.
"""

import ast
import json
import re
import sys
from pathlib import Path

TEXT_MAPPINGS = [
    "MODEL_FOR_CAUSAL_LM_MAPPING_NAMES",
    "MODEL_FOR_MASKED_LM_MAPPING_NAMES",
    "MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM_MAPPING_NAMES",
    "MODEL_FOR_SEQUENCE_CLASSIFICATION_MAPPING_NAMES",
    "MODEL_FOR_TOKEN_CLASSIFICATION_MAPPING_NAMES",
]
SEQUENCE_CLASSIFICATION = "MODEL_FOR_SEQUENCE_CLASSIFICATION_MAPPING_NAMES"

# Architectures whose layers are known by name (src/config/facts/model/layouts).
WITH_DEFAULTS = """
    albert bart bert bloom camembert deberta deberta-v2 distilbert electra falcon gemma gemma2 gemma3_text gpt2 gpt_neox
    gptj llama mistral mpnet olmo2 opt phi phi3 qwen2 qwen3 roberta smollm3 stablelm starcoder2 t5 xlm-roberta
""".split()
SIZES = """
    d_ff d_kv decoder_attention_heads decoder_ffn_dim decoder_layers embedding_size encoder_attention_heads
    encoder_ffn_dim encoder_layers head_dim hidden_size intermediate_size max_position_embeddings num_attention_heads
    num_hidden_layers num_key_value_heads tie_word_embeddings type_vocab_size vocab_size
""".split()


def tables(path):
    """The tables of pairs (`NAME = OrderedDict([...])`) that a file assigns."""
    found = {}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Call) or not node.value.args:
            continue
        target, pairs = node.targets[0], node.value.args[0]
        if isinstance(target, ast.Name) and isinstance(pairs, ast.List):
            found[target.id] = dict(pair for pair in map(literal, pairs.elts) if pair is not None)
    return found


def literal(node):
    """The value of a literal pair; None for one that depends on what is installed."""
    try:
        return ast.literal_eval(node)
    except ValueError:
        return None


def version(site, name):
    (folder,) = site.glob(f"{name}-*.dist-info")
    return folder.name.removeprefix(f"{name}-").removesuffix(".dist-info")


def lora_targets(site):
    for node in ast.parse((site / "peft/utils/constants.py").read_text(encoding="utf-8")).body:
        name = node.targets[0].id if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) else ""
        if name == "TRANSFORMERS_MODELS_TO_LORA_TARGET_MODULES_MAPPING":
            return ast.literal_eval(node.value)
    raise SystemExit("peft/utils/constants.py has no table of LoRA target modules")


def modeling_file(models, kind, special):
    folder = models / special.get(kind, kind.replace("-", "_"))
    path = folder / f"modeling_{folder.name}.py"
    return path if path.is_file() else None


def supports_checkpointing(tree):
    return any(
        isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id == "supports_gradient_checkpointing"
        and literal(node.value) is True
        for node in ast.walk(tree)
    )


def head_names(tree, class_name):
    """Attributes of a classifier class that start random."""
    for node in tree.body:
        if not isinstance(node, ast.ClassDef) or node.name != class_name:
            continue
        if any("GenericForSequenceClassification" in ast.unparse(base) for base in node.bases):
            return ["score"]
        return [
            target.attr
            for statement in ast.walk(node)
            if isinstance(statement, ast.Assign)
            for target in statement.targets
            if isinstance(target, ast.Attribute) and is_head(target.attr, statement.value)
        ]
    return []


def is_head(target, value):
    """What no pretrained checkpoint has: the layer that gives the labels' scores, and those before it."""
    made = r"(nn\.Linear\(.*num_labels|\w*ClassificationHead\(|ContextPooler\(|\w*SequenceSummary\()"
    return target == "pre_classifier" or bool(re.match(made, ast.unparse(value)))


def config_defaults(models, kind, special):
    """Sizes a configuration class sets itself, by their common names (its attribute_map leads from those to its own)."""
    folder = models / special.get(kind, kind.replace("-", "_"))
    for path in sorted(folder.glob("configuration_*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if not isinstance(node, ast.ClassDef):
                continue
            values = dict(filter(None, map(class_value, node.body)))
            if values.get("model_type") != kind:
                continue
            own = {name: common for common, name in values.get("attribute_map", {}).items()}
            named = {own.get(name, name): value for name, value in values.items()}
            return {name: named[name] for name in SIZES if named.get(name) is not None}
    raise SystemExit(f"no configuration class for {kind}")


def class_value(node):
    """Name and literal value of an assignment in a class body; None for anything else."""
    target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0] if isinstance(node, ast.Assign) else None
    if not isinstance(target, ast.Name) or node.value is None:
        return None
    try:
        return target.id, ast.literal_eval(node.value)
    except ValueError:
        return None


def main():
    site = Path(sys.argv[1])
    here = Path(__file__).resolve().parent.parent
    output = Path(sys.argv[2]) if len(sys.argv) > 2 else here / "src/models/architectures.json"
    models = site / "transformers/models"
    special = tables(models / "auto/auto_mappings.py")["SPECIAL_MODEL_TYPE_TO_MODULE_NAME"]
    auto = tables(models / "auto/modeling_auto.py")
    kinds = sorted({kind for mapping in TEXT_MAPPINGS for kind in auto[mapping]})
    without, heads = [], {}
    for kind in kinds:
        path = modeling_file(models, kind, special)
        if path is None:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if not supports_checkpointing(tree):
            without.append(kind)
        classifier = auto[SEQUENCE_CLASSIFICATION].get(kind)
        names = head_names(tree, classifier) if isinstance(classifier, str) else []
        if names:
            heads[kind] = names
    result = {
        "versions": {"transformers": version(site, "transformers"), "peft": version(site, "peft")},
        "loraTargets": lora_targets(site),
        "withoutGradientCheckpointing": without,
        "heads": heads,
        "defaults": {kind: config_defaults(models, kind, special) for kind in WITH_DEFAULTS},
    }
    output.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


main()
