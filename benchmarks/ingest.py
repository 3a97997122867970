"""Count pages per CPU-second: our ingest against the plain llama-index way, with the same model, window and files.

Run `python benchmarks/ingest.py FOLDER...` (by default the bundled corpus). Each way runs in a process of its own with
one thread; its children (our PDF worker) count. Both read the same files into a fresh data directory; loading libraries
and the model, torch included, is timed separately. Ours is measured as it is by default, in single precision, and with
INQUIRE_PRECISION=bfloat16. The plain way needs llama-index-readers-file, llama-index-embeddings-huggingface and
llama-index-vector-stores-chroma, installed with `--no-deps`, perhaps into a folder that PYTHONPATH names.

The bound is what the embedder's products alone take: the tokens that were read, times the operations of a token, over
the speed of one product of the network's size, measured on one thread in the same run.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pypdfium2

ROOT = Path(__file__).resolve().parent.parent
GOAL = 4.0
WINDOW = 256
# Multiplications and additions of one token in MiniLM: its dense layers, and attention over 200 tokens.
DENSE, ATTENTION = 6 * 2 * (4 * 384**2 + 2 * 384 * 1536), 6 * 2 * 2 * 384 * 200
# Words of one page of a note: as many as a usual PDF page holds.
PAGE_WORDS = 500


def main():
    if sys.argv[1:2] == ["--way"]:
        way, data, *paths = sys.argv[2:]
        print(json.dumps(WAYS[way](Path(data), paths)))
        return
    folders = [Path(name).resolve() for name in sys.argv[1:] or [ROOT / "corpus"]]
    missing = [folder for folder in folders if not folder.exists()]
    if missing:
        print(f"skipped: {missing[0]} is not there")
        return
    pages = sum(count_pages(path) for folder in folders for path in readable(folder))
    results = {way: run(way, folders) for way in ("plain", "single", "ours")}
    print(f"{pages:.0f} pages (a note: {PAGE_WORDS} words a page), one thread, window {WINDOW}")
    print(f"{'way':8} {'CPU s':>8} {'passages':>9} {'tokens':>8} {'pages/CPU s':>12}")
    for way, found in results.items():
        rate = pages / found["cpu"]
        print(f"{way:8} {found['cpu']:8.1f} {found['passages']:9} {found['tokens']:8} {rate:12.2f}")
    for way in ("single", "ours"):
        ratio = results["plain"]["cpu"] / results[way]["cpu"]
        verdict = "met" if ratio >= GOAL else "not met"
        print(f"{way}: ratio {ratio:.2f}, goal {GOAL:.0f}: {verdict}")
    for kind, speed in speeds().items():
        seconds = results["ours"]["tokens"] * (DENSE + ATTENTION) / speed
        print(
            f"products of {kind}: {speed / 1e9:.0f} GFLOP/s; {seconds:.1f} CPU s for our tokens at least"
        )
    for way, found in results.items():
        print(f"{way}: {found['remark']}")


def readable(folder):
    """Return the files that both ways read; runs of experiments are our own format and no text."""
    return [path for path in sorted(Path(folder).rglob("*")) if path.suffix in (".md", ".pdf")]


def count_pages(path):
    if path.suffix == ".md":
        return len(path.read_text("utf-8").split()) / PAGE_WORDS
    if path.suffix != ".pdf":
        return 0
    try:
        return len(pypdfium2.PdfDocument(path))
    except pypdfium2.PdfiumError:
        return 0


def run(way, folders):
    one = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"), "1")
    quiet = {
        "TOKENIZERS_PARALLELISM": "false",
        "HF_HUB_OFFLINE": "1",
        "ANONYMIZED_TELEMETRY": "False",
    }
    # The packages of the plain way may lie in a folder of their own, named by PYTHONPATH.
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    with tempfile.TemporaryDirectory() as data:
        done = subprocess.run(
            [sys.executable, __file__, "--way", way, data, *map(str, folders)],
            env={**os.environ, **one, **quiet, "PYTHONPATH": path},
            stdout=subprocess.PIPE, text=True, check=True,
        )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1])


def cpu():
    own, children = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return sum(part.ru_utime + part.ru_stime for part in (own, children))


def speeds():
    """Return operations per second of a product of the network's size, on one thread, by number format."""
    import torch

    torch.set_num_threads(1)
    found = {}
    for kind in (torch.float32, torch.bfloat16):
        left, right = torch.randn(512, 384).to(kind), torch.randn(384, 1536).to(kind)
        spent = []
        for _ in range(200):
            begun = time.process_time()
            left @ right
            spent.append(time.process_time() - begun)
        found[str(kind).removeprefix("torch.")] = 2 * 512 * 384 * 1536 / min(spent)
    return found


def single(data, paths):
    return ours(data, paths, "single")


def ours(data, paths, precision="bfloat16"):
    import bm25s  # noqa: F401  what an import costs is timed in neither way
    import chromadb  # noqa: F401

    from assistant import Assistant, readers
    from assistant.models.embedding import TokenCounter
    from assistant.search import shipped

    if precision == "bfloat16":
        import torch  # noqa: F401  likewise

    shipped.FILE = Path("none")  # the vectors of the bundled list are computed, not taken from it
    assistant = Assistant.open(data, corpus_dir=None, window=WINDOW, threads=1, precision=precision)
    assistant.embedder.question("warm up")
    begun, started = cpu(), time.perf_counter()
    report = assistant.add([file for path in paths for file in readable(path)])
    # The system counts the time of children once they have ended.
    readers.pdf._shared.close()
    readers._TEXTS.close()
    spent = cpu() - begun
    texts = [passage.text for passage in assistant.library.passages()]
    refused = report.count("refused")
    return {
        "cpu": spent,
        "passages": len(texts),
        "tokens": sum(TokenCounter(assistant.embedder.folder)(texts)),
        "remark": f"{len(report.files)} files, {refused} refused, {time.perf_counter() - started:.1f} s; "
        "whole sentences, no overlap, reference lists left out, vectors of every sentence too",
    }


def plain(data, paths):
    import chromadb
    import torch
    from llama_index.core import SimpleDirectoryReader, StorageContext, VectorStoreIndex
    from llama_index.core.node_parser import SentenceSplitter
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding
    from llama_index.vector_stores.chroma import ChromaVectorStore

    from assistant.models.embedding import TokenCounter
    from assistant.models.packages import embedder_folder

    torch.set_num_threads(1)
    folder = embedder_folder("minilm")
    count = TokenCounter(folder)
    model = HuggingFaceEmbedding(str(folder), max_length=WINDOW, device="cpu")
    model.get_query_embedding("warm up")
    # The default overlap is 200 of 1024 tokens; a window of 256 gets the same proportion.
    splitter = SentenceSplitter(
        chunk_size=WINDOW - 2, chunk_overlap=50, include_metadata=False,
        tokenizer=lambda text: [0] * count([text])[0],
    )  # fmt: skip
    collection = chromadb.PersistentClient(str(data / "chroma")).create_collection("plain")
    storage = StorageContext.from_defaults(
        vector_store=ChromaVectorStore(chroma_collection=collection)
    )
    begun, started = cpu(), time.perf_counter()
    documents = []
    for path in paths:
        reader = SimpleDirectoryReader(input_files=readable(path), raise_on_error=False)
        documents.extend(reader.load_data())
    for document in documents:
        document.excluded_embed_metadata_keys = list(document.metadata)
    nodes = splitter.get_nodes_from_documents(documents)
    VectorStoreIndex(nodes, storage_context=storage, embed_model=model)
    spent = cpu() - begun
    return {
        "cpu": spent,
        "passages": collection.count(),
        "tokens": sum(count([node.text for node in nodes])),
        "remark": f"{len(documents)} documents, {time.perf_counter() - started:.1f} s; overlap 50 tokens",
    }


WAYS = {"plain": plain, "single": single, "ours": ours}


if __name__ == "__main__":
    main()
