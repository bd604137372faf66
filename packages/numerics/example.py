"""The example of README.md in NumPy: two layers, two tokens, two heads, two experts."""
import numpy as np

rms = lambda x: x / np.sqrt((x * x).mean() + 1e-6)
silu = lambda x: x / (1 + np.exp(-x))
identity, swap = np.eye(2), np.array([[0.0, 1.0], [1.0, 0.0]])
tokens = [np.array([1.0, 2.0]), np.array([2.0, -1.0])]

# layer 0: attention of two heads of width 1 (query, key, value and output are identities), then experts: the identity, and twice the swap
# layer 1: the same attention, then the experts with their matrices the other way round
for layer, experts in enumerate([(identity, 2 * swap), (2 * swap, identity)]):
    keys = [rms(x) for x in tokens]
    after = []
    for t, x in enumerate(tokens):
        q, out = keys[t], np.zeros(2)
        for h in range(2):
            logits = np.array([q[h] * keys[s][h] - (h + 1) / 8 * (t - s) for s in range(t + 1)])
            share = np.exp(logits) / np.exp(logits).sum()
            out[h] = sum(p * keys[s][h] for s, p in enumerate(share))
        after.append(x + out)
    tokens = []
    for t, x in enumerate(after):
        row = rms(x)
        expert = int(np.argmax(row))  # the gate is the identity, and a token takes one expert
        tokens.append(x + silu(row @ experts[expert]) @ identity)
        print(f"layer {layer} token {t}: attention {after[t].round(6)} expert {expert} out {tokens[t].round(6)}")
