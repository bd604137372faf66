/** A layer without experts. */
export const DENSE_MODEL = {
  layers: 1,
  hiddenSize: 64,
  attention: { heads: 8, kvHeads: 8, headSize: 8 },
  dense: { hiddenSize: 64 },
};

/** Two layers of four experts each. */
export const EXPERTS_MODEL = {
  layers: 2,
  hiddenSize: 64,
  attention: { heads: 8, kvHeads: 8, headSize: 8 },
  experts: { count: 4, topK: 2, hiddenSize: 64, matrices: 2 },
};
