"""The package's own prompts, for runs without a reading list: plain prose about language models."""

OWN = (
    "A language model reads a text as a row of tokens and assigns to every possible next token "
    "a probability. Training changes the weights so that the tokens which really follow become "
    "a little more likely, over and over, for billions of positions in ordinary text.",
    "Inside a transformer each token is a vector that travels along a residual stream. Every "
    "block reads that vector, computes something small, and adds it back. What leaves the last "
    "block is therefore a sum of many modest contributions made at different depths.",
    "Attention lets one position look at earlier positions. A head compares a query with many "
    "keys and mixes the values that belong to the best matches. Some heads copy, some track "
    "syntax, and many seem to do hardly anything most of the time.",
    "When people ask which layer of a network holds the meaning of a sentence, the honest "
    "answer is that it depends on what they want to do with it. Early layers follow spelling, "
    "late layers prepare the next word, and useful features often lie between.",
    "Tokenizers cut words into pieces. Common words stay whole while rare names fall apart into "
    "fragments, so a model must first put those fragments together again before it can treat "
    "them as one thing. Much of that happens in the first few layers.",
    "The entropy of a set of vectors tells how many directions they really use. If all tokens "
    "of a prompt point the same way, the entropy is low; if every token goes its own way, it is "
    "as high as the number of tokens and dimensions allows.",
    "Researchers noticed that a few coordinates of the hidden state can be hundreds of times "
    "larger than the rest, mostly at the very first token. Such a giant vector dominates every "
    "average, and a careful measurement is repeated without it.",
    "A probe is a small classifier trained on frozen hidden states. If it can read off the "
    "tense of a verb, then the tense is there in some form. Whether the network itself makes "
    "any use of that information is a different question, which needs an intervention.",
    "Scaling laws describe how the loss falls when models, data and computing grow together. "
    "They say little about which skills appear at which size, and nothing about why a certain "
    "skill should appear at all, so the curves are a forecast and no explanation.",
    "Reasoning models write long chains of thought before they answer. The chain may change the "
    "answer, or it may merely accompany an answer that was settled early. Cutting the chain at "
    "several places and asking for the answer is one way to find out.",
    "Quantisation stores each weight in a few bits, with a scale for every small block. The "
    "model becomes small enough for a laptop and loses a little accuracy. For measurements of "
    "geometry this rounding is a source of noise that has to be reported.",
    "An encoder reads the whole sentence at once and fills in hidden words, while a decoder "
    "reads from left to right and predicts what comes next. They share most of their machinery, "
    "yet their inner layers look different when one measures how spread out the states are.",
    "State-space models carry a summary of the past along in a vector of fixed size instead of "
    "looking back at every earlier token. They are cheap on long inputs, and what they forget "
    "cannot be looked up again, so the summary must be chosen well.",
    "Suppose we shuffle all the words of a paragraph. The same tokens are present, but the "
    "order that gave them meaning is gone. If a measurement does not change after shuffling, "
    "then it was never about the meaning of the paragraph in the first place.",
    "During training the middle of a network changes longest. The first layers settle early "
    "into something like a dictionary, and the last layers follow the output vocabulary, while "
    "the part between them keeps reorganising what it has learnt for a long time.",
    "An interval says more than a single number. If ten prompts give a difference of two "
    "percent, the next ten may give nothing at all. Before a claim is called supported, the "
    "whole interval should lie on the side that the claim predicted.",
    "Retrieval systems turn a question and many passages into vectors and compare them by "
    "angle. The quality of those vectors decides what is found. Taking them from a middle layer "
    "instead of the last one is a simple change that sometimes helps.",
    "The logit lens reads an unfinished hidden state with the output matrix, as if the model "
    "had to answer now. Through it one can watch a guess take shape over depth: first nonsense, "
    "then a plausible kind of word, and finally the word itself.",
    "Knowledge editing tries to change one fact inside a trained network without touching the "
    "others. It works better in some layers than in others, but the layer where a fact can be "
    "edited need not be the layer where the fact is stored.",
    "A benchmark that everybody uses loses its value slowly. Its questions leak into training "
    "data, methods are tuned to it, and small differences are reported as progress. New "
    "questions that nobody has seen are the only real test of a general skill.",
    "Long prompts spread the attention of a model thin. The beginning and the end are used "
    "well, the middle less so, and a fact that stands in the fortieth paragraph may as well not "
    "be there. Putting important passages first is an old and effective trick.",
    "Distillation trains a small student to imitate the outputs of a large teacher. The student "
    "often does better than if it had learnt from raw text alone, because the teacher's "
    "probabilities show which wrong answers are nearly right.",
    "When a network is trained on repeated text, it begins to copy instead of to predict. Heads "
    "that find an earlier occurrence of the current token and look at what followed appear "
    "rather suddenly, and the loss on repeated passages drops within a few steps.",
    "It is tempting to speak of a model as if it wanted something. What we can observe are "
    "weights, activations and outputs. A good experiment names one of these, predicts how it "
    "should change under a certain condition, and is able to fail.",
)
