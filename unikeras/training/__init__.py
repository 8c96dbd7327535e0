"""Training, evaluating, predicting: compile, fit, evaluate, predict and what they are made of."""
