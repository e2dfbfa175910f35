"""From a torch module to the files of a model version. One format a module."""
