"""unikeras against stored answers of Keras 3 and tf_keras (made by tools/golden/*.py)."""
