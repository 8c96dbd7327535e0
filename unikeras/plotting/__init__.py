"""Models as pictures, without graphviz: boxes of a model, their layout, SVG, PNG and DOT text."""
