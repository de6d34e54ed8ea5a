"""LlamaIndex as its guide to fused retrieval has it: a FAISS vector store and its BM25 retriever, fused by rank."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eval.peers.side import Job

PACKAGES = (
    "llama-index-core",
    "llama-index-embeddings-huggingface",
    "llama-index-vector-stores-faiss",
    "llama-index-retrievers-bm25",
)
DOES = "hybrid, FAISS and BM25S, both kept"


def indexing(job: Job, folder: Path) -> Callable[[], object]:
    """As ``Side`` has it."""
    import faiss
    from llama_index.core import StorageContext, VectorStoreIndex
    from llama_index.core.schema import TextNode
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding
    from llama_index.retrievers.bm25 import BM25Retriever
    from llama_index.vector_stores.faiss import FaissVectorStore

    model = HuggingFaceEmbedding(job["model"], device="cpu", embed_batch_size=32)
    dimension = len(model.get_text_embedding("ready"))

    def keep(texts: Sequence[str], where: Path) -> None:
        nodes = [TextNode(id_=str(number), text=text) for number, text in enumerate(texts)]
        storage = StorageContext.from_defaults(vector_store=FaissVectorStore(faiss.IndexFlatIP(dimension)))
        VectorStoreIndex(nodes, storage_context=storage, embed_model=model)
        storage.persist(str(where / "vectors"))
        BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=min(10, len(nodes))).persist(str(where / "words"))

    keep(["ready"], folder / "ready")
    return lambda: keep(job["passages"], folder)


def searching(job: Job, folder: Path) -> Callable[[str], Sequence[str]]:
    """As ``Side`` has it."""
    from llama_index.core import StorageContext, load_index_from_storage
    from llama_index.core.llms import MockLLM
    from llama_index.core.retrievers import QueryFusionRetriever
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding
    from llama_index.retrievers.bm25 import BM25Retriever
    from llama_index.vector_stores.faiss import FaissVectorStore

    kept = str(folder / "vectors")
    storage = StorageContext.from_defaults(vector_store=FaissVectorStore.from_persist_dir(kept), persist_dir=kept)
    model = HuggingFaceEmbedding(job["model"], device="cpu")
    vectors = load_index_from_storage(storage, embed_model=model).as_retriever(similarity_top_k=10)
    words = BM25Retriever.from_persist_dir(str(folder / "words"))
    retriever = QueryFusionRetriever(
        [vectors, words],
        llm=MockLLM(),  # never asked: one query, the question itself
        mode="reciprocal_rerank",
        similarity_top_k=10,
        num_queries=1,
        use_async=False,
    )
    return lambda question: [found.node.get_content() for found in retriever.retrieve(question)]
