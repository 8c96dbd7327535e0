"""Values of several tensors: ragged tensors, sparse tensors, indexed slices. The public names are in `tf`, `tf.ragged`, `tf.sparse`."""
