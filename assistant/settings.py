"""Every setting of the program, read from the environment (INQUIRE_*) or the file `.env` beside the program."""

import urllib.parse
from pathlib import Path
from typing import Literal

import platformdirs
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from assistant.types import Length

WRITERS = ("extractive", "local", "ollama", "openai")
"""The writers, each a module of `assistant.writers`."""


class Settings(BaseSettings):
    """The settings; the README's table is generated from these descriptions."""

    # A file of the working directory is not read: whoever filled that folder would choose where
    # questions are sent and who may open the app.
    model_config = SettingsConfigDict(
        env_prefix="INQUIRE_",
        env_file=Path(__file__).resolve().parent.parent / ".env",
        extra="ignore",
    )

    data_dir: Path = Field(
        default=Path(platformdirs.user_data_dir("inquiring-lines")),
        description="Where the library, its indexes and the evidence are kept.",
    )
    corpus_dir: Path | None = Field(
        default=Path(__file__).resolve().parent.parent / "corpus",
        description="The bundled reading list; `none` leaves it out.",
    )
    embedder: str = Field(
        default="minilm",
        description="Embedding model: `minilm` (bundled) or the folder of a BERT-like model.",
    )
    language_model: str = Field(
        default="smollm2",
        description="Model of the experiments: `smollm2`, `minilm`, a folder, or a Hugging Face id.",
    )
    writer: str = Field(
        default="extractive",
        description="What turns quotes into prose: `extractive`, `local`, `openai` or `ollama`.",
    )
    writer_url: str = Field(
        default="",
        description="Server of the writers `openai` (as in `http://127.0.0.1:8000/v1`) and `ollama` "
        "(`http://127.0.0.1:11434` where none is named), or several of one model, with commas between them; one "
        "of them is sent the question and the quotes of the answer.",
    )
    writer_at_once: int = Field(
        default=4,
        ge=1,
        le=1024,
        description="Requests that each server of the writer is sent at a time; others wait.",
    )
    writer_model: str = Field(
        default="",
        description="Model of the writer; for `local` a name of `inquire models list`, a GGUF file, a folder or a "
        "Hugging Face id; where none is named, the best that is installed.",
    )
    writer_key: SecretStr = Field(
        default=SecretStr(""), description="Key for the writer's server, where it wants one."
    )
    writer_tokens: int = Field(
        default=3000, ge=16, le=100_000, description="Tokens a model may write for one answer."
    )
    writer_seconds: float = Field(
        default=300.0,
        gt=0,
        description="Seconds a model may write; an essay that is not finished by then is replaced by the quotes.",
    )
    judge: str = Field(
        default="",
        description="Who judges sentences in other words than their quotes: empty for the bundled judge, a "
        "folder or Hugging Face id of a classifier for inference or fact checking, or `server`: the "
        "writer's server has to confirm what the bundled judge lets pass.",
    )
    reranker: str = Field(
        default="",
        description="Cross-encoder that orders the first passages: a folder or Hugging Face id; empty for none.",
    )
    length: Length = Field(
        default="brief", description="How much of an answer is shown at first: `brief` or `full`."
    )
    window: int = Field(default=256, ge=32, le=512, description="Word pieces in one passage.")
    sources_per_answer: int = Field(
        default=8,
        ge=1,
        le=30,
        description="Works and runs an answer may cite; a note and its paper are one.",
    )
    next_lines: int = Field(default=4, ge=0, le=12, description="Questions proposed at the end.")
    precision: Literal["single", "bfloat16"] = Field(
        default="single",
        description="Arithmetic of a large sync in one process: `bfloat16` is faster where the processor has tiles for "
        "it (AMX); vectors then have a cosine of .9999 to those of `single`.",
    )
    threads: int = Field(default=0, ge=0, description="CPU threads of the models; 0 takes all.")
    workers: int = Field(
        default=1,
        ge=1,
        le=1024,
        description="Processes that read, embed, sweep and measure side by side; each takes one thread and some "
        "300 MB.",
    )
    ray: str = Field(
        default="",
        description="Ray cluster that does this work instead: `auto` for the one that this machine belongs to, or "
        "`HOST:PORT` of its head.",
    )
    chroma: str = Field(
        default="",
        description="Chroma server that keeps the vectors of a library of 20,000 passages or more, as in "
        "`http://127.0.0.1:8000`; empty keeps them in the data directory.",
    )
    chroma_token: SecretStr = Field(
        default=SecretStr(""),
        description="Token sent to that server, `Authorization: Bearer TOKEN`, for the proxy in front of it.",
    )
    probe_seconds: float = Field(default=3600.0, gt=0, description="Time limit of one experiment.")
    probe_megabytes: int = Field(
        default=12_000, ge=512, description="Memory limit of one experiment."
    )
    host: str = Field(default="127.0.0.1", description="Address the app listens on.")
    port: int = Field(
        default=7860, ge=0, le=65535, description="Port of the app; 0 takes a free one."
    )
    host_names: str = Field(
        default="",
        description="Names, separated by commas, under which browsers may open the app beside `localhost` "
        "and its address.",
    )
    upload_megabytes: int = Field(
        default=200, ge=1, description="Most megabytes that the app takes at a time."
    )

    @field_validator("chroma")
    @classmethod
    def _address(cls, value: str) -> str:
        """Return the address of a server without its final slash."""
        parts = urllib.parse.urlsplit(value.strip())
        if value.strip() and (parts.scheme not in ("http", "https") or not parts.hostname):
            raise ValueError("it is no address; one looks like http://127.0.0.1:8000")
        if parts.username or parts.password:
            raise ValueError(
                "it holds a name or a password; put the token into INQUIRE_CHROMA_TOKEN"
            )
        return value.strip().rstrip("/")

    @field_validator("writer")
    @classmethod
    def _known(cls, value: str) -> str:
        """Return the name of a writer, which may be followed by a colon and a model."""
        if value.partition(":")[0] not in WRITERS:
            raise ValueError(f"there are {', '.join(WRITERS)}")
        return value

    @field_validator("data_dir", mode="before")
    @classmethod
    def _somewhere(cls, value: object) -> object:
        """Return a folder that is named; an empty name would be the working directory."""
        if not str(value).strip():
            raise ValueError("it is empty; name a folder, or leave it out")
        return value

    @field_validator("corpus_dir", mode="before")
    @classmethod
    def _none(cls, value: object) -> object:
        """Return None for `none` or an empty value, which leave out the bundled list."""
        return None if str(value).strip().lower() in ("", "none") else value
