/** What no row was measured of. */
export const UNMEASURED =
  "Mamba-2's state update, steps of drafts (MTP, EAGLE), KDA prompts' convolutions of vLLM inside CUDA graphs, and any kernel of AMD";

/** The section of docs/accuracy.md on mixers with a state and on attentions that see a part of the context. */
export function mixersPage({
  strata,
  rows,
  others,
  unmeasured,
}: Readonly<Record<"strata" | "rows" | "others" | "unmeasured", string>>): string {
  return `## States and chosen tokens

[Kernels of mixers with a state, and blocks of kernels of attentions that see a part of the context](models/kernels.md#fitted-mixers), in the same form and by the same split. *Roofline* is how they were
priced before, products by fits. A block was measured whole, with its products; those are priced by the fits above, at the share of launches that the engine's preset has. Asked for: 8 / 25
held out, 12 / 40 on a GPU that no fit saw. *Reached*: both, held-out rows alone, or not.

Never measured: ${unmeasured}. Reports name what stands in: for the update of Mamba-2 that of gated delta nets, whose bytes are those of its own state.

${strata}

By kernel, formats together:

${rows}

GPUs whose rows decide no coefficient:

${others}

What explains the misses:

- **The caches.** Measurements repeat a kernel on the same buffers, so that a state or an input of up to tens of megabytes comes from the GPU's second-level cache (50 MB on Hopper, 126 MB on B200, 96 to 128 MB on \`l40s\` and \`rtx-pro-6000\`). The form has the size where
  that ends (\`kept\`), a coefficient that no datasheet gives: borrowed for a GPU with a larger cache it is too small, and convolutions and updates between come out two to four times too slow. In an engine other layers come between, and the slower answer is the right one.
- **SGLang on H200.** Its scans of prompts above 100 us scatter by a factor of two between neighbouring sizes, where those of H100 and B200 do not.
- **Other kernels by size.** SGLang chooses among kernels by context and batch (chosen tokens: paged or ragged scores; chosen entries from 131,072 tokens on), vLLM on B200 between FlashMLA and FlashInfer, whose 8-bit caches take half and twice as long as Hopper's. A fit has one form for them.
- **Chosen blocks in fp8 products.** vLLM's products in fp8 on H200 and B200 are borrowed (from bf16's fixed costs); in these short blocks they are most of the time.
- **KDA, decoding.** Updates of one token and of several drafts are one group; the latter run other kernels, which read keys again for each token.
- **Left out:** prompts that SGLang computes densely, TensorRT-LLM's reference of chosen blocks on Hopper (seconds a step), its prompts of chosen blocks on B200 (two tokens took 10 ms), fused kernels of KDA that convolve and update at once,
  vLLM's convolutions of KDA prompts (0.4 to 0.8 ms of the host), SGLang's decoding of chosen tokens from 512 sequences on (launched outside CUDA graphs).

Prompts' blocks were launched by the host: below a few hundred tokens a block takes what the host takes (0.1 ms for compressed history, 1 to 1.5 ms for chosen tokens). The fits know it (\`host\`); predictions leave it out, since an engine's host runs ahead and has
[its own model](models/scheduling.md#host-time). Sources: \`linear_attention.csv\`, \`sparse_attention_prefill.csv\` and \`sparse_attention_decode.csv\` in FOLDER, with \`sources-2026.csv\` (AIConfigurator, Apache-2.0).`;
}
