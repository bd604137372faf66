type Entry = Readonly<Record<string, unknown>>;

/**
 * Fits of a Hopper GPU on one without its instructions: vLLM runs FlashAttention 2 there, whose kernel for paged caches has items of 64 queries
 * for any head (`run_mha_fwd_splitkv_dispatch`), where version 3 has 128, and of prompts splits none by their keys.
 */
export function withShortItems(fits: readonly Entry[]): Entry[] {
  return fits.map((fit) => {
    if (fit["kind"] !== "prefill" || fit["library"] !== "vllm") return fit;
    const { split: _, ...others } = fit;
    return { ...others, rows: 64 };
  });
}
