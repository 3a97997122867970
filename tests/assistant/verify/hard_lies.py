"""Lies written by hand over real quotes, harder than a program makes them: (words in the quote, the lie)."""

HARD_LIES = (
    # This list started from these errors.
    (
        "subnetworks updated by RL under different seeds",
        "Subnetworks updated by RL are nearly identical across random seeds.",
    ),
    (
        "The figure of 5-30% in the RL subnetworks paper is the share of weights",
        "RL reaches a parameter sparsity of 5-30%.",
    ),
    (
        "RL updates 5-30% of the parameters",
        "RL gives an update sparsity of 5-30%, which means it updates 70-95% of the parameters.",
    ),
    (
        "The sparsity in Farther the Shift is measured on the last",
        "States become sparser in the middle layers when a task is hard.",
    ),
    (
        "Farther the Shift works with open models",
        "Farther the Shift works with frontier models, of 1B-8B in the published code and figures.",
    ),
    (
        "The Optimal Power Flow study tests Optimal Power Flow only",
        "The paper tests Optimal Power Flow, finance and cyber-security.",
    ),
    ("weak models in DELEGATE-52 mainly delete, frontier", "No model levels off within 50 round trips."),
    (
        "The figure of 25% in DELEGATE-52 is for frontier models",
        "The figure of 25% is a mean over all 19 models of DELEGATE-52.",
    ),
    (
        "BERT and Pythia differ in training objective and in architecture",
        "The training objective makes the mid-depth entropy valley.",
    ),
    (
        "The finding on reasoning in Layer by Layer rests",
        "The comparison of Qwen2.5 and Qwen2.5-Math explains why chain-of-thought helps.",
    ),
    (
        "with either alone it stays at 0%",
        "A GPT-2 small fine-tuned with Seq-VCR reaches 99.5% exact match on 5x5-digit multiplication.",
    ),
    ("with either alone it stays at 0%", "With a variance-covariance regulariser alone it reaches 99.5%."),
    # Quantities and scope.
    (
        "some intermediate layer beats the last layer in nearly every one of",
        "In Layer by Layer, every intermediate layer beats the last layer in nearly every one of 32 English "
        "MTEB tasks, by 2 to 16 points on average, in Pythia, Llama 3, Mamba, BERT and LLM2Vec models.",
    ),
    (
        "some intermediate layer beats the last layer in nearly every one of",
        "In Layer by Layer, some middle layer beats the last layer in every one of 32 English MTEB tasks, "
        "by 2 to 16 points on average, in Pythia, Llama 3, Mamba, BERT and LLM2Vec models.",
    ),
    (
        "some intermediate layer beats the last layer in nearly every one of",
        "In Layer by Layer, some intermediate layer beats the last layer in nearly every one of 32 English "
        "MTEB tasks, by 2 to 16 points, in Pythia, Llama 3, Mamba, BERT and LLM2Vec models.",
    ),
    (
        "some intermediate layer beats the last layer in nearly every one of",
        "Some intermediate layer beats the last layer in nearly every task, by 2 to 16 points on average.",
    ),
    (
        "larger models within Pythia 14M-1B show",
        "Larger models show a deeper mid-depth entropy dip, lower curvature and higher LiDAR.",
    ),
    (
        "larger models within Pythia 14M-1B show",
        "In Layer by Layer, larger models within Pythia 14M-1B show a deeper mid-depth entropy dip, higher "
        "curvature and lower LiDAR.",
    ),
    (
        "The trend within Pythia 14M-1B is the only scale trend",
        "The trend within Pythia 14M-1B is a scale trend in Layer by Layer, and it stops at 1B.",
    ),
    (
        "Choosing the layer by the lowest DiME",
        "Choosing the layer by the highest DiME adds about 3% to the mean MTEB score of Pythia-410M in Layer by "
        "Layer.",
    ),
    (
        "Choosing the layer by the lowest DiME",
        "Choosing the layer by the lowest DiME adds 3% to the mean MTEB score of Pythia-410M.",
    ),
    (
        "Choosing the layer by the lowest DiME",
        "Choosing the layer by the lowest DiME adds about 3 points to the mean MTEB score of Pythia-410M.",
    ),
    (
        "DiME is the metric most strongly related to task score",
        "InfoNCE is the metric most strongly related to task score for Pythia-410M, followed by curvature "
        "and DiME.",
    ),
    (
        "In Layer by Layer the decoder Pythia shows",
        "In Layer by Layer the encoder BERT shows a strong mid-depth entropy dip, the decoder Pythia stays "
        "high and flat, and Mamba is flatter than Pythia.",
    ),
    (
        "In Layer by Layer the decoder Pythia shows",
        "In Layer by Layer the decoder Pythia shows a strong mid-depth entropy dip, the encoder BERT stays "
        "high and flat, and Pythia is flatter than Mamba.",
    ),
    (
        "Qwen2.5-Math keeps higher token-level",
        "Qwen2.5 keeps higher token-level prompt entropy, with less variance, than Qwen2.5-Math in Layer by"
        " Layer.",
    ),
    (
        "token repetition lowers the entropy",
        "In Layer by Layer, random tokens lower the entropy of middle layers of Pythia-410M, and token "
        "repetition raises entropy mostly in the early layers.",
    ),
    (
        "Both LLM2Vec variants of Llama 3 8B",
        "Both LLM2Vec variants of Llama 3 8B improve augmentation invariance in Layer by Layer, while the "
        "supervised LLM2Vec variant raises and the unsupervised LLM2Vec variant lowers prompt entropy.",
    ),
    (
        "In the vision section of Layer by Layer",
        "In the vision section of Layer by Layer the autoregressive image model AIMv2 shows an entropy "
        "valley and a mid-depth peak of accuracy, and AIM shows the valley without a mid-depth gain in "
        "accuracy.",
    ),
    (
        "The language models tested in Layer by Layer are open",
        "The language models tested in Layer by Layer are models of up to 8B parameters.",
    ),
    (
        "The language models tested in Layer by Layer are open",
        "The language models tested in Layer by Layer are open models of at least 8B parameters.",
    ),
    (
        "No closed frontier model is measured in Layer by Layer",
        "A closed frontier model is measured in Layer by Layer.",
    ),
    ("The cause of mid-layer compression is left open", "Mid-layer compression is caused by Layer by Layer."),
    ("Whether finetuning can control", "Finetuning can control the compression of middle layers."),
    # Attribution, conjecture, remark.
    (
        "The RL subnetworks paper conjectures that",
        "The sparsity comes from training data near the policy distribution.",
    ),
    (
        "The RL subnetworks paper conjectures that",
        "The RL subnetworks paper finds that the sparsity comes from training data near the policy "
        "distribution, and finds that the KL term and gradient clipping matter little.",
    ),
    (
        "The emergent-abilities paper suggests that further",
        "Further scaling may expand the range of capabilities.",
    ),
    (
        "The emergent-abilities paper suggests that further",
        "The emergent-abilities paper suggests that further scaling will expand the range of capabilities.",
    ),
    (
        "The painters study suggests that frozen models",
        "The painters study shows that frozen models can trade accuracy for latency.",
    ),
    (
        "According to a secondary source, straightening grows",
        "The paper says that straightening grows through the layers of language models and is called "
        "domain-general.",
    ),
    (
        "Own remark: the theory of Bach is for rich",
        "The theory of Bach is for rich (for example translation-invariant) kernels.",
    ),
    (
        "Own remark: RankMe differs from matrix entropy",
        "The paper says that RankMe differs from matrix entropy because singular values, not their squares,"
        " are normalised, and the two numbers differ.",
    ),
    (
        "A straighter path is read as easing prediction",
        "A straighter path eases prediction of the next state.",
    ),
    (
        "That sparser states are an adaptive response",
        "Sparser states are an adaptive response which stabilises reasoning.",
    ),
    (
        "Nothing in the mirage paper claims",
        "The mirage paper claims that LLMs cannot show emergent abilities.",
    ),
    # Numbers that change places, units, dates.
    (
        "According to a secondary source, an early score in DELEGATE-52",
        "According to a secondary source, an early score in DELEGATE-52 does not predict a late score: GPT "
        "5 has 91.1 and Kimi K2.5 has 91.5 after 2 interactions, but 48.3 and 64.1 at the end.",
    ),
    (
        "RL subnetworks of different seeds overlap by 60.5%",
        "According to a secondary source, RL subnetworks of different seeds overlap by 36.7% against 60.5% "
        "by chance.",
    ),
    (
        "is 69.8% with and 68.8% without",
        "According to a secondary source, update sparsity is 69.8% without and 68.8% with gradient "
        "clipping.",
    ),
    (
        "On AIME24 DeepSeek-R1-Zero rises from 15.6",
        "On AIME24 DeepSeek-R1-Zero falls from 71.0 to 15.6 pass@1 and reaches 86.7 with cons@64.",
    ),
    (
        "MTEB spans 8 embedding tasks with 58 datasets",
        "MTEB spans 58 embedding tasks with 8 datasets and 112 languages.",
    ),
    ("Pythia models of 14M and 31M were added", "Pythia models of 14B and 31B were added on 2023-11-02."),
    ("Pythia models of 14M and 31M were added", "Pythia models of 14M and 31M were added on 2023-02-11."),
    (
        "AdaInfer saves 17.8% of layers on average",
        "According to a secondary source, AdaInfer saves 17.8% of layers at most, while its wall-clock gain"
        " is on average 1.30x.",
    ),
    (
        "With attention sinks, Llama-2, MPT, Falcon",
        "With attention sinks, Llama-2, MPT, Falcon and Pythia stream up to 4 billion tokens and run up to "
        "22.2x faster than recomputation.",
    ),
    (
        "losses of 10-30+ points in single round trips",
        "According to a secondary source, failures in DELEGATE-52 are sparse: losses of 80-98% in single "
        "round trips explain 10-30+ points of the degradation.",
    ),
    # The order of a comparison, and cause.
    (
        "base models achieve higher pass@k",
        "In the RLVR-limits study, RL-trained models achieve higher pass@k than their base versions at large k.",
    ),
    (
        "RL-trained models win at pass@1",
        "Base models win at pass@1, but RL-trained models overtake them at large k.",
    ),
    (
        "AIM is better evidence than BERT",
        "BERT is better evidence than AIM for the role of the autoregressive objective.",
    ),
    ("Why low DiME goes with high task score", "Low DiME causes high task score in Layer by Layer."),
    ("switching correlates with errors", "Switching causes errors."),
    ("The mirage paper does not disprove", "The mirage paper disproves emergence."),
    (
        "the depth study finds no deeper computation for harder ones",
        "Harder questions use deeper layers more.",
    ),
    (
        "they are different quantities",
        "The von Neumann entropy of a covariance operator and the Shannon entropy of the data are equal "
        "quantities.",
    ),
    ("Streaming with attention sinks", "Streaming with attention sinks extends the context window."),
    ("biasing features in the prompt sway", "Accuracy falls by up to 36% on 13 BIG-Bench Hard tasks."),
)  # fmt: skip
