/** A function that expressions may use: of one number or of several of a kind; `plain` ones take no unit. */
interface ExpressionFunction {
  readonly one: boolean;
  readonly plain: boolean;
  of(values: readonly [number] | readonly [number, number]): number;
}

export const FUNCTIONS = {
  min: { one: false, plain: false, of: (values) => Math.min(...values) },
  max: { one: false, plain: false, of: (values) => Math.max(...values) },
  abs: { one: true, plain: false, of: ([value]) => Math.abs(value) },
  ceil: { one: true, plain: true, of: ([value]) => Math.ceil(value) },
  floor: { one: true, plain: true, of: ([value]) => Math.floor(value) },
} satisfies Readonly<Record<string, ExpressionFunction>>;
