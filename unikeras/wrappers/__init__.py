"""Models as scikit-learn estimators. The modules here need scikit-learn, so they are imported when a name of theirs is used."""
