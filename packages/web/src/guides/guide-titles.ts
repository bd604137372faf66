/** Guided plans as the first page lists them; their steps are loaded when one begins. */
export const GUIDE_TITLES = {
  "audited-plan": "The 512-GPU plan, audited",
  "decode-on-72": "DeepSeek-V3 on 72 GPUs",
  "a-gpu-dies": "A GPU dies, and takes its replica along",
} as const;

export type GuideName = keyof typeof GUIDE_TITLES;

/** The guide and the step, from 1, that a fragment names, as `#guide=a-gpu-dies&step=2`; undefined for none. */
export function guideIn(fragment: string): { readonly name: GuideName; readonly step: number } | undefined {
  const name = /(?:^#?|&)guide=([^&]*)/.exec(fragment)?.[1];
  if (name === undefined || !Object.hasOwn(GUIDE_TITLES, name)) return undefined;
  return { name: name as GuideName, step: Number(/&step=(\d{1,2})(?:&|$)/.exec(fragment)?.[1] ?? 1) };
}
