"""Train the reader or the support check: ``python -m rag.training --model support --data DIR --out DIR --minutes N``.

Nothing of this package is needed to answer questions. It needs torch, transformers, onnx and onnxscript
(``pip install 'footnote-rag[train]'``) and a folder of the sets, and leaves a folder that ``rag.reader`` or
``rag.support`` can read.
"""
