"""An entailment model is a classifier with a label for entailment; any other model is refused in one line."""

import json
import os
from pathlib import Path

import pytest
import torch
import transformers
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from assistant import Assistant
from assistant.errors import Mendable
from assistant.verify.decision import decide
from assistant.verify.entailment import BAR, EntailmentModel
from assistant.verify.evidence import Claim

LABELS = {0: "CONTRADICTION", 1: "NEUTRAL", 2: "Entailment"}


def tiny(
    folder: Path, labels: dict[int, str], *, kind=transformers.BertForSequenceClassification, **form
) -> Path:
    """A real, randomly initialised classifier of two layers, saved in `folder`."""
    words = "[PAD] [UNK] [CLS] [SEP] the dip of mamba is flat has a that .".split()
    tokenizer = Tokenizer(
        models.WordLevel({word: i for i, word in enumerate(words)}, unk_token="[UNK]")
    )
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, unk_token="[UNK]", pad_token="[PAD]", cls_token="[CLS]", sep_token="[SEP]",
    ).save_pretrained(folder)  # fmt: skip
    torch.manual_seed(0)
    config = transformers.BertConfig(
        vocab_size=len(words), hidden_size=16, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=32, id2label=labels, label2id={label: i for i, label in labels.items()},
    )  # fmt: skip
    kind(config).save_pretrained(folder, **form)
    return folder


def test_the_probability_is_the_one_of_the_label_for_entailment(tmp_path):
    model = EntailmentModel(str(tiny(tmp_path, LABELS)))
    probability = model.entails("The dip is flat.", "A dip is flat.")
    network = transformers.AutoModelForSequenceClassification.from_pretrained(tmp_path)
    tokenizer = transformers.AutoTokenizer.from_pretrained(tmp_path)
    with torch.inference_mode():
        logits = network(
            **tokenizer("The dip is flat.", "A dip is flat.", return_tensors="pt")
        ).logits
    assert probability == pytest.approx(float(torch.softmax(logits, -1)[0, 2]), abs=1e-6)
    assert model.entails("The dip is flat.", "A dip is flat.") == probability
    (opinion,) = model([Claim("A dip is flat.", ("The dip is flat.",))])
    assert (opinion.probability, opinion.bar) == (probability, BAR)


@pytest.mark.parametrize(
    ("labels", "at"),
    [
        ({0: "LABEL_0", 1: "LABEL_1"}, 1),
        ({0: "Supported", 1: "Unsupported"}, 0),
        ({0: "entailment", 1: "neutral", 2: "contradiction"}, 0),
    ],
)
def test_models_for_fact_checking_are_read_as_well(tmp_path, labels, at):
    model = EntailmentModel(str(tiny(tmp_path, labels)))
    network = transformers.AutoModelForSequenceClassification.from_pretrained(tmp_path)
    tokenizer = transformers.AutoTokenizer.from_pretrained(tmp_path)
    with torch.inference_mode():
        logits = network(**tokenizer("The dip", "A dip", return_tensors="pt")).logits
    expected = float(torch.softmax(logits, -1)[0, at])
    assert model.entails("The dip", "A dip") == pytest.approx(expected, abs=1e-6)


def test_an_untrained_model_admits_nothing_that_the_rules_refuse(tmp_path):
    model = EntailmentModel(str(tiny(tmp_path, LABELS)))
    quote = "The dip of Mamba is flat."
    for lie in (
        "The dip of Mamba is not flat.",
        "The dip of BERT is flat.",
        "The dip of Mamba is flat in 3 tasks.",
    ):
        assert not decide(Claim(lie, (quote,)), model).supported


def test_the_setting_puts_the_model_on_the_desk(tmp_path, reading_list):
    folder = tiny(tmp_path, LABELS)
    library = Assistant.open(reading_list, judge=str(folder))
    ruling = library.verify("A dip is flat.", "The dip is flat.")
    assert 0.0 < ruling.probability < 1.0
    assert ruling.supported == (ruling.probability >= BAR)
    assert library.desk("extractive").judge is None


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda folder: folder, "cannot be loaded"),
        (lambda folder: tiny(folder, {0: "LABEL_0", 1: "LABEL_1", 2: "LABEL_2"}), "no label for entailment"),
        (lambda folder: tiny(folder, {0: "not_entailment", 1: "neutral"}), "no label for entailment"),
        (lambda folder: tiny(folder, LABELS, kind=transformers.BertModel), "not trained as a classifier"),
    ],
)  # fmt: skip
def test_what_is_no_entailment_model_is_said_in_one_line(tmp_path, make, says):
    with pytest.raises(Mendable, match=says) as error:
        EntailmentModel(str(make(tmp_path))).entails("a", "b")
    assert "\n" not in str(error.value)
    assert "INQUIRE_JUDGE" in str(error.value)


def test_pickled_weights_are_not_opened(tmp_path):
    folder = tiny(tmp_path, LABELS)
    network = transformers.AutoModelForSequenceClassification.from_pretrained(folder)
    torch.save(network.state_dict(), folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()
    with pytest.raises(Mendable, match="safetensors"):
        EntailmentModel(str(folder)).entails("a", "b")


def test_code_beside_the_weights_is_never_run(tmp_path):
    folder = tiny(tmp_path, LABELS)
    config = json.loads((folder / "config.json").read_text("utf-8"))
    config |= {"model_type": "mine", "auto_map": {
        "AutoConfig": "mine.Config", "AutoModelForSequenceClassification": "mine.Model"}}  # fmt: skip
    (folder / "config.json").write_text(json.dumps(config), "utf-8")
    (folder / "mine.py").write_text("import os\nos.environ['RAN'] = 'yes'\n", "utf-8")
    with pytest.raises(Mendable):
        EntailmentModel(str(folder)).entails("a", "b")
    assert "RAN" not in os.environ


def test_a_model_that_the_hub_would_have_is_one_line_without_a_network():
    with pytest.raises(Mendable, match="cannot be loaded") as error:
        EntailmentModel("nobody/no-such-model").entails("a", "b")
    assert "\n" not in str(error.value)
