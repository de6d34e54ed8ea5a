"""LangChain as its guide to hybrid search has it: its FAISS store and its BM25 retriever in an ensemble."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from eval.peers.side import Job

PACKAGES = ("langchain-core", "langchain-classic", "langchain-community", "langchain-huggingface", "rank_bm25")
DOES = "hybrid, FAISS kept, rank_bm25 made from the texts at each start"


def indexing(job: Job, folder: Path) -> Callable[[], object]:
    """As ``Side`` has it."""
    from langchain_community.retrievers import BM25Retriever
    from langchain_community.vectorstores import FAISS

    model = _model(job)

    def keep(texts: list[str], where: Path) -> None:
        FAISS.from_texts(texts, model).save_local(str(where / "vectors"))
        BM25Retriever.from_texts(texts, k=10)

    keep(["ready"], folder / "ready")
    return lambda: keep(job["passages"], folder)


def searching(job: Job, folder: Path) -> Callable[[str], Sequence[str]]:
    """As ``Side`` has it."""
    from langchain_classic.retrievers import EnsembleRetriever
    from langchain_community.retrievers import BM25Retriever
    from langchain_community.vectorstores import FAISS

    # It unpickles texts, which were written by this very measurement.
    store = FAISS.load_local(str(folder / "vectors"), _model(job), allow_dangerous_deserialization=True)
    words = BM25Retriever.from_texts(job["passages"], k=10)
    retriever = EnsembleRetriever(retrievers=[words, store.as_retriever(search_kwargs={"k": 10})], weights=[0.5, 0.5])
    return lambda question: [document.page_content for document in retriever.invoke(question)]


def _model(job: Job) -> Any:
    from langchain_huggingface import HuggingFaceEmbeddings

    return HuggingFaceEmbeddings(
        model_name=job["model"],
        model_kwargs={"device": "cpu"},
        encode_kwargs={"normalize_embeddings": True, "batch_size": 32},
    )
