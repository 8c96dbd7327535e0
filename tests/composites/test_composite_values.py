"""What all values of several tensors share: specs, structures, the one place where ops hand them over."""

import pickle

import pytest

import unikeras as tf
from unikeras.core.composite import CompositeTensor

VALUES = {
    "ragged": lambda: tf.ragged.constant([[1.0], [2.0, 3.0]]),
    "nested": lambda: tf.ragged.constant([[["a"], []], []]),
    "sparse": lambda: tf.sparse.from_dense([[0.0, 1.0], [2.0, 0.0]]),
    "slices": lambda: tf.IndexedSlices(tf.ones([2, 3]), tf.constant([0, 4]), tf.constant([5, 3])),
}


@pytest.mark.parametrize("name", VALUES)
def test_taken_apart_and_put_together(name):
    value = VALUES[name]()
    assert isinstance(value, CompositeTensor)
    assert tf.is_tensor(value)
    spec = tf.type_spec_from_value(value)
    parts = spec._to_components(value)
    assert len(parts) == len(spec._component_specs)
    assert all(s.is_compatible_with(p) for s, p in zip(spec._component_specs, parts, strict=True))
    again = spec._from_components(parts)
    assert type(again) is spec.value_type is type(value)
    assert tf.type_spec_from_value(again) == spec
    assert spec.is_compatible_with(again)
    assert pickle.loads(pickle.dumps(spec)) == spec
    assert hash(spec) == hash(tf.type_spec_from_value(again))


@pytest.mark.parametrize("name", VALUES)
def test_in_structures(name):
    value = VALUES[name]()
    flat = tf.nest.flatten({"x": [value], "y": 1}, expand_composites=True)
    packed = tf.nest.pack_sequence_as({"x": [value], "y": 1}, flat, expand_composites=True)
    assert type(packed["x"][0]) is type(value)
    assert packed["y"] == 1
    assert tf.nest.flatten([value]) == [value] or tf.nest.flatten([value])[0] is value
    tf.nest.assert_same_structure([value], [VALUES[name]()], expand_composites=True)


@pytest.mark.parametrize("name", ["ragged", "sparse", "slices"])
def test_through_functions(name):
    value = VALUES[name]()
    found = tf.function(lambda v: {"v": v})(value)["v"]
    assert type(found) is type(value)
    assert tf.type_spec_from_value(found).is_compatible_with(value)


def test_specs_that_differ_have_no_common_one():
    ragged, sparse = (tf.type_spec_from_value(VALUES[n]()) for n in ("ragged", "sparse"))
    assert ragged != sparse
    assert not ragged.is_compatible_with(sparse)
    assert ragged.most_specific_common_supertype([sparse]) is None
    with pytest.raises(ValueError, match="No TypeSpec is compatible"):
        ragged.most_specific_compatible_type(sparse)


def test_a_tensor_spec_is_a_type_spec():
    spec = tf.TensorSpec([2, None], tf.float32)
    assert isinstance(spec, tf.TypeSpec)
    assert spec.value_type is tf.Tensor
    assert tf.TensorSpec([2, 3], tf.float32).is_subtype_of(spec)
    assert spec.most_specific_compatible_type(tf.TensorSpec([4, 3], tf.float32)) == tf.TensorSpec(
        [None, None], tf.float32
    )


def test_a_composite_value_beside_a_tensor_or_in_a_list():
    ragged = VALUES["ragged"]()
    for found in (tf.constant(1.0) + ragged, tf.add(1.0, ragged), tf.add_n([ragged, ragged])):
        assert isinstance(found, tf.RaggedTensor)
    assert tf.concat([[[9.0], [8.0]], ragged], axis=1).to_list() == [[9.0, 1.0], [8.0, 2.0, 3.0]]


@pytest.mark.parametrize("name", ["ragged", "sparse"])
def test_one_tensor_is_refused_with_what_to_do(name):
    with pytest.raises(ValueError, match="Convert it first"):
        tf.convert_to_tensor(VALUES[name]())
