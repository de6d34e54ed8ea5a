"""Train the reader: ``python -m rag.training --data DIR --out DIR --minutes N``.

Nothing of this package is needed to answer questions. It needs torch, transformers, onnx and onnxscript
(``pip install 'footnote-rag[train]'``) and a folder of question-answering sets, and leaves a folder that
``rag.reader`` can read.
"""
