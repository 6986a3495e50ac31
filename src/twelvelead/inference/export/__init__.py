"""A classifier as one file for other programs: millivolts in, probabilities out, everything between inside.

module          what is exported, as a PyTorch module
onnx_model      as ONNX
torch_program   as PyTorch's own program
quantize        an ONNX model with whole numbers of 8 bits
likeness        ECGs to compare the file with the classifier, and how far apart they are
"""
