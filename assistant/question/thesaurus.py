"""A thesaurus lists words that the field uses for nearly the same thing, because questions and answers differ."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from assistant.text.prose import stem


def near(stem: str) -> Sequence[str]:
    """Return the stems that may stand for a stem, in alphabetical order; mostly there are none.

    They help to find passages and prove nothing. The list was written from the vocabulary of work
    on language models, not from a set of questions; on SciFact, another field, BM25 stays at .69
    with it.
    """
    return _groups().get(stem, ())


@lru_cache(maxsize=1)
def _groups() -> Mapping[str, Sequence[str]]:
    found: dict[str, set[str]] = {}
    for line in _GROUPS.split("\n"):
        group = {stem(word) for word in line.split()}
        for member in group:
            found.setdefault(member, set()).update(group - {member})
    return {member: tuple(sorted(others)) for member, others in found.items()}


_GROUPS = """layer block
middle intermediate mid inner interior
final last
early shallow
deep depth deeper deepest later
representation embedding feature activation
attention-free state-space recurrent mamba ssm
neuron unit
weight parameter
sparse sparsity sparsification
prune pruning remove removal drop skip cut delete ablate ablation
prompt input
chain-of-thought cot rationale derivation scratchpad
reasoning thinking deliberation thought
trace trajectory
prefix partial truncated
vote voting majority consensus poll ensemble
sample completion generation continuation
confidence certainty uncertainty calibration
exit stop halt terminate
compute budget cost
fast speed speed-up faster latency throughput acceleration
scale size scaling
emergent emergence sudden abrupt
metric measure score
benchmark evaluation leaderboard
rank dimensionality dimension
compress compression bottleneck
invariance robustness augmentation perturbation noise
reinforcement rl rlvr grpo
fine-tune finetune finetuning tuning adaptation post-training
subnetwork ticket mask
faithful faithfulness unfaithful
verify verification verifier checker
accuracy correct correctness performance
hard harder difficult difficulty complex complexity challenging
easy easier simple
fail failure error mistake wrong incorrect
ability capability skill
context position
corruption corrupt degrade degradation damage deteriorate
constraint optimisation optimization feasible solver
multiplication multiply arithmetic
probe probing classifier readout
lens unembedding logits
superposition polysemantic monosemantic dictionary autoencoder sae
sink bos
massive outlier huge
norm magnitude
curvature straight bend
infonce contrastive
similarity cosine alignment
swap permute reorder shuffle
redundancy redundant
bidirectional encoder masked
decoder causal autoregressive
image vision visual
closed proprietary frontier
seed initialisation initialization random
quantise quantisation quantization low-precision
hallucination fabricated invented
contamination leak memorisation memorization memorise
explanation interpretability mechanism
label annotation supervised
unlabeled unsupervised self-supervised
valley dip
collapse degenerate
plateau ceiling saturate
study paper"""
