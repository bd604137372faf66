import { choice } from "../language/choice.ts";
import { late } from "../language/late.ts";
import { means } from "../language/means.ts";
import { quantity } from "../language/quantity.ts";

/** Source of weights that are loaded again. */
export const weightStoreSchema = late(() => {
  const bandwidth = quantity("B/s", { positive: true });

  return choice({
    disk: { bandwidth: bandwidth.prefault("3 GB/s").apply(means, "bandwidth for each GPU") },
    host: { bandwidth: bandwidth.prefault("25 GB/s").apply(means, "bandwidth of each GPU's link to its host") },
    peers: {},
  });
}).apply(means, "where ranks load weights from after a fault: a disk, the host's memory, or GPUs of other nodes; if unset: disk");
