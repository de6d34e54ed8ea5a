"""Haystack as its guide to hybrid retrieval has it: two retrievers over the in-memory store, joined by rank."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from eval.peers.side import Job

PACKAGES = ("haystack-ai", "sentence-transformers-haystack")
DOES = "hybrid, in-memory store kept as JSON"


def indexing(job: Job, folder: Path) -> Callable[[], object]:
    """As ``Side`` has it."""
    from haystack import Document, Pipeline
    from haystack.components.writers import DocumentWriter
    from haystack.document_stores.in_memory import InMemoryDocumentStore
    from haystack_integrations.components.embedders.sentence_transformers import SentenceTransformersDocumentEmbedder

    embedder = SentenceTransformersDocumentEmbedder(
        model=job["model"], batch_size=32, progress_bar=False, normalize_embeddings=True
    )

    def keep(texts: Sequence[str], file: Path) -> None:
        store = InMemoryDocumentStore(embedding_similarity_function="dot_product")
        pipeline = Pipeline()
        pipeline.add_component("embedder", embedder)
        pipeline.add_component("writer", DocumentWriter(store))
        pipeline.connect("embedder.documents", "writer.documents")
        documents = [Document(id=str(number), content=text) for number, text in enumerate(texts)]
        pipeline.run({"embedder": {"documents": documents}})
        pipeline.remove_component("embedder")  # so that the next pipeline can have it
        store.save_to_disk(str(file))

    keep(["ready"], folder / "ready.json")
    return lambda: keep(job["passages"], folder / "store.json")


def searching(job: Job, folder: Path) -> Callable[[str], Sequence[str]]:
    """As ``Side`` has it."""
    from haystack import Pipeline
    from haystack.components.joiners import DocumentJoiner
    from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
    from haystack.document_stores.in_memory import InMemoryDocumentStore
    from haystack_integrations.components.embedders.sentence_transformers import SentenceTransformersTextEmbedder

    store = InMemoryDocumentStore.load_from_disk(str(folder / "store.json"))
    pipeline: Any = Pipeline()
    pipeline.add_component(
        "embedder",
        SentenceTransformersTextEmbedder(model=job["model"], progress_bar=False, normalize_embeddings=True),
    )
    pipeline.add_component("vectors", InMemoryEmbeddingRetriever(store, top_k=10))
    pipeline.add_component("words", InMemoryBM25Retriever(store, top_k=10))
    pipeline.add_component("joiner", DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=10))
    pipeline.connect("embedder.embedding", "vectors.query_embedding")
    pipeline.connect("vectors", "joiner")
    pipeline.connect("words", "joiner")

    def search(question: str) -> Sequence[str]:
        result = pipeline.run({"embedder": {"text": question}, "words": {"query": question}})
        return [document.content for document in result["joiner"]["documents"]]

    return search
