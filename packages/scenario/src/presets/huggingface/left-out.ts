/** Keys of a config that cost time or memory and that no model here has, with their meanings. */
const COSTLY: Readonly<Record<string, string>> = {
  n_group: "experts chosen within groups",
  topk_group: "experts chosen within groups",
  num_nextn_predict_layers: "draft layers",
  mtp_num_hidden_layers: "draft layers",
  num_mtp_modules: "draft layers",
  vision_config: "vision tower",
  audio_config: "audio tower",
};

type Config = Readonly<Record<string, unknown>>;

/** Text such as `not read: n_group 8 (experts chosen within groups), vision_config (vision tower)`; undefined where nothing that matters was left out. */
export function leftOut(config: Config): string | undefined {
  const met = Object.entries(COSTLY).flatMap(([key, meaning]) => {
    const value = config[key] ?? undefined;
    const isNothing = value === undefined || value === 0 || value === false || (key.endsWith("group") && value === 1);
    if (isNothing) return [];
    return [`${key}${typeof value === "object" ? "" : ` ${String(value)}`} (${meaning})`];
  });
  return met.length === 0 ? undefined : `not read: ${met.join(", ")}`;
}
