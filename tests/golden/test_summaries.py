"""model.summary() against the tables that Keras 3 prints."""

import re

import pytest

from unikeras import keras

from .reader import HAS_GRADIENTS, entries


def facts(text: str) -> dict:
    """What a summary says, apart from how its lines are drawn: names, types, shapes, counts, totals."""
    words = re.sub(r"[│┃┏┓┗┛┡┩├┤┼┬┴╇━─└┘┌┐┳┻╋|=_─]+", " ", text.replace("_", "\0")).replace("\0", "_")
    return {
        "types": re.findall(
            r"\((Flatten|Dense|Dropout|BatchNorm\w*|Activ\w*|Concat\w*|Embed\w*|Layer\w*|Sequen\w*)", words
        ),
        "shapes": [s.replace(" ", "") for s in re.findall(r"\((?:None|\d+)(?:, *(?:None|\d+))+,?\)", words)],
        "totals": re.findall(r"((?:Total|Trainable|Non-trainable|Optimizer) params): ([\d,]+)", words),
    }


@pytest.mark.parametrize("entry", entries("summaries", "summary"))
def test_summary(entry):
    if "train_on_batch" in entry["source"] and not HAS_GRADIENTS:
        pytest.skip("this engine does not train")
    keras.backend.clear_session()
    names = {"keras": keras}
    exec(entry["source"], names)  # our own committed programs
    printed = []
    names["model"].summary(print_fn=lambda text, *_, **__: printed.append(text), **entry["call"])
    text = "\n".join(printed)
    golden = entry["answers"]["keras3"]["text"]
    mine, expected = facts(text), facts(golden)
    assert mine["totals"] == expected["totals"]
    assert mine["types"] == expected["types"]
    # Keras 3 prints "?" for shapes it does not know yet; where unikeras knows more it says more
    if "?" not in golden:
        assert mine["shapes"] == expected["shapes"]
    else:
        assert "?" not in text or "unbuilt" in entry["id"]
