"""The pure half of the pipeline: everything of it that is not a call to Triton.

Numpy and the standard library only, since it runs inside NVIDIA's published Triton image, beside `model.py`.
"""
