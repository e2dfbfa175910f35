"""How well models find and read the plates of labelled pictures and videos.

The pipeline runs in this process, on ONNX Runtime: no Triton, no cluster, and torch only to convert weights.
"""
