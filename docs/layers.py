"""The layers of a model on your own texts, in ten lines."""

from pathlib import Path

from probes.measured import measure
from probes.runs import pictures

paragraphs = Path(__file__).with_name("retrieval.md").read_text("utf-8").split("\n\n")
table = measure("minilm", paragraphs, max_tokens=64, states=Path("states"))
print(table.to_frame().query("metric == 'entropy'").to_string(index=False))
table.to_parquet(Path("layers.parquet"))
pictures.save(pictures.of_table(table, ["entropy", "block_influence"]), Path("layers.svg"))
