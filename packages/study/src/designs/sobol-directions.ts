/**
 * The primitive polynomial (bits, with both ends) and the first direction numbers of each dimension after the first.
 * Source: S. Joe and F. Y. Kuo, Constructing Sobol sequences with better two-dimensional projections,
 * SIAM J. Sci. Comput. 30 (2008), table new-joe-kuo-6.21201.
 */
export const SOBOL_DIRECTIONS: readonly (readonly [polynomial: number, first: readonly number[]])[] = [
  [0b11, [1]],
  [0b111, [1, 3]],
  [0b1011, [1, 3, 1]],
  [0b1101, [1, 1, 1]],
  [0b10011, [1, 1, 3, 3]],
  [0b11001, [1, 3, 5, 13]],
  [0b100101, [1, 1, 5, 5, 17]],
  [0b101001, [1, 1, 5, 5, 5]],
  [0b101111, [1, 1, 7, 11, 19]],
  [0b110111, [1, 1, 5, 1, 1]],
  [0b111011, [1, 1, 1, 3, 11]],
  [0b111101, [1, 3, 5, 5, 31]],
  [0b1000011, [1, 3, 3, 9, 7, 49]],
  [0b1011011, [1, 1, 1, 15, 21, 21]],
  [0b1100001, [1, 3, 1, 13, 27, 49]],
  [0b1100111, [1, 1, 1, 15, 7, 5]],
  [0b1101101, [1, 3, 1, 15, 13, 25]],
  [0b1110011, [1, 1, 5, 5, 19, 61]],
  [0b10000011, [1, 3, 7, 11, 23, 15, 103]],
  [0b10001001, [1, 3, 7, 13, 13, 15, 69]],
];
