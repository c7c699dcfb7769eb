"""Data sets in the hub's layout, from folders: nothing here goes to the network."""

import pytest

from support.runs import DEFAULTS
from tuning_fork.data import load_classification, load_language, load_token_classification
from tuning_fork.data.hub import HubName, parse_hub_name
from tuning_fork.data.streaming import stream_classification
from tuning_fork.errors import UserError


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    import datasets

    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")


def config_of(task, train, **data):
    return {**DEFAULTS, "task": task, "data": {**DEFAULTS["data"], "train": train, "format": "hf", **data}}


def labelled(folder):
    folder.mkdir()
    (folder / "train.csv").write_text("text,label\n" + "".join(f"t{row},{'xy'[row % 2]}\n" for row in range(10)))
    (folder / "validation.csv").write_text("text,label\nv0,x\n")
    return folder


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("imdb", HubName("imdb")),
        ("org/name", HubName("org/name")),
        ("org/na.me-2@refs/convert/parquet", HubName("org/na.me-2", "refs/convert/parquet")),
        ("org/name:validation", HubName("org/name", None, None, "validation")),
        ("org/name@main:sst2/test", HubName("org/name", "main", "sst2", "test")),
        ("org/name:sst2/", HubName("org/name", None, "sst2", None)),
    ],
)
def test_the_parts_of_a_name(written, name):
    assert parse_hub_name(written) == name


@pytest.mark.parametrize("written", ["a/b/c", "data/train data.csv", "org/name@", "org/name:", ""])
def test_what_is_no_name(written):
    with pytest.raises(UserError, match="is not the name of a data set of the hub"):
        parse_hub_name(written)


def test_training_split_and_evaluation_split(tmp_path):
    labelled(tmp_path / "set")
    data = load_classification(config_of("text-classification", "set", eval="set"), tmp_path)
    assert [one.text for one in data.train] == [f"t{row}" for row in range(10)]
    assert [(one.text, one.label, one.file, one.row) for one in data.eval] == [("v0", 0, "set:validation", 1)]
    assert [(file["path"], file["rows"]) for file in data.files] == [("set:train", 10), ("set:validation", 1)]
    again = load_classification(config_of("text-classification", "set:train", eval="set"), tmp_path)
    assert again.files == data.files
    assert data.facts["format"] == "hf"


def test_a_part_is_held_out_of_the_training_split(tmp_path):
    labelled(tmp_path / "set")
    data = load_classification(config_of("text-classification", "set", eval_fraction=0.2), tmp_path)
    assert (len(data.train), len(data.eval)) == (8, 2)


def test_a_split_that_is_not_there(tmp_path):
    labelled(tmp_path / "set")
    with pytest.raises(UserError, match="has no split called test; it has train, validation"):
        load_classification(config_of("text-classification", "set", eval="set:test"), tmp_path)


def test_a_stream(tmp_path):
    labelled(tmp_path / "set")
    config = config_of("text-classification", "set", eval="set", streaming=True, labels=["x", "y"])
    data = stream_classification(config, tmp_path)
    for _epoch in range(2):
        assert [one.text for one in data.train] == [f"t{row}" for row in range(10)]


def test_class_numbers_get_their_names(tmp_path):
    from datasets import ClassLabel, Dataset, DatasetDict, Features, List, Value

    tags = ClassLabel(names=["O", "PER"])
    features = Features(
        {"tokens": List(Value("string")), "ner_tags": List(tags), "text": Value("string"), "label": tags}
    )
    rows = {"tokens": [["Ada", "met"], ["Bob"]], "ner_tags": [[1, 0], [1]], "text": ["a", "b"], "label": [1, 0]}
    DatasetDict({"train": Dataset.from_dict(rows, features=features)}).save_to_disk(tmp_path / "set")
    data = load_token_classification(config_of("token-classification", "set", eval_fraction=0), tmp_path)
    assert (data.labels, [one.tags for one in data.train]) == (["O", "PER"], [[1, 0], [1]])
    named = load_classification(config_of("text-classification", "set", eval_fraction=0), tmp_path)
    assert (named.labels, [one.label for one in named.train]) == (["O", "PER"], [1, 0])
    # Data sets of contests hide the labels of a split as -1.
    rows["label"] = [1, -1]
    DatasetDict({"train": Dataset.from_dict(rows, features=features)}).save_to_disk(tmp_path / "hidden")
    with pytest.raises(UserError, match="hidden:train row 2: the column label has no label"):
        load_classification(config_of("text-classification", "hidden"), tmp_path)


def test_conversations(tmp_path):
    from datasets import Dataset, DatasetDict

    spoken = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]
    DatasetDict({"train": Dataset.from_list([{"messages": spoken}])}).save_to_disk(tmp_path / "set")
    data = load_language(config_of("causal-lm", "set", eval_fraction=0), tmp_path)
    assert data.train[0].messages == spoken


def test_without_network_one_sentence(tmp_path):
    with pytest.raises(UserError, match="The data set org/missing cannot be loaded: ") as caught:
        load_classification(config_of("text-classification", "org/missing"), tmp_path)
    assert "\n" not in caught.value.sentence


def test_without_the_package_the_install_command(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "datasets", None)
    with pytest.raises(UserError, match=r"needs the package datasets.*-m pip install datasets"):
        load_classification(config_of("text-classification", "org/name"), tmp_path)
