"""Run unchanged TensorFlow and Keras programs, scripts and notebooks, on unikeras.

- `hook`: the import hook that answers `import tensorflow` with unikeras (`paths` is its table of names),
- `script`: what `python script.py` and `python -m module` do, with the hook in place,
- `notebook`: what a Jupyter kernel does with the code cells of a notebook (`cells`: magics; `outputs`: what
it shows),
- `figures`: a matplotlib backend that saves what `plt.show()` shows,
- `frames`: tracebacks that end at the user's own lines,
- `children`: processes that `multiprocessing` spawns get the hook too.
"""
