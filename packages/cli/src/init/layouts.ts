/** Degrees of a plan that may be written into a scenario. */
export interface Layout {
  readonly expert?: number;
  readonly tensor?: number;
  readonly pipeline?: number;
  readonly data?: number;
  /** `attention.tensor`, where it is not `tensor`. */
  readonly attention?: number;
}

/** Highest degree of tensor parallelism: the GPUs of a node. */
const MOST_TENSOR = 8;

/**
 * Layouts of `gpus` GPUs that people launch, for replicas of `split` GPUs: tensor parallelism (over a node, with a pipeline of nodes beyond it); with experts
 * also vLLM's `--tensor-parallel-size split --enable-expert-parallel`, and attention of its own on each GPU beside spread experts, as SGLang and vLLM have it.
 */
export function layoutsOf(gpus: number, split: number, hasExperts: boolean): Layout[] {
  const data = gpus / split;
  const tensor = split <= MOST_TENSOR ? { tensor: split } : { tensor: MOST_TENSOR, pipeline: split / MOST_TENSOR };
  const layouts: Layout[] = [{ ...tensor, data }];
  if (!hasExperts || split === 1) return layouts;
  if (split <= MOST_TENSOR) layouts.push({ expert: split, tensor: 1, attention: split, data });
  layouts.push({ expert: split, tensor: 1, data });
  return layouts;
}

/** `{ expert: 8, tensor: 1, attention: { tensor: 8 } }` */
export function layoutText({ expert = 1, tensor = 1, pipeline = 1, data = 1, attention = tensor }: Layout): string {
  const degrees = [
    ...(expert > 1 ? [`expert: ${expert}`] : []),
    ...(tensor > 1 || (expert === 1 && pipeline === 1 && data === 1) || attention !== tensor ? [`tensor: ${tensor}`] : []),
    ...(attention === tensor ? [] : [`attention: { tensor: ${attention} }`]),
    ...(pipeline > 1 ? [`pipeline: ${pipeline}`] : []),
    ...(data > 1 ? [`data: ${data}`] : []),
  ];
  return `{ ${degrees.join(", ")} }`;
}
