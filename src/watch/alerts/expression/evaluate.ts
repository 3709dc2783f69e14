import { mean, percentile } from "../../vitals/statistics.ts";
import { series } from "../../vitals/trail.ts";
import type { VitalName } from "../../vitals/vital.ts";
import { writeVital } from "../../vitals/words.ts";
import type { View } from "../rule.ts";
import { seen } from "../seen.ts";
import type { Comparison, Condition, Numeric, Over } from "./parser.ts";

/**
 * True, false, or undefined when it hangs on a number that is not known. `and` is false as soon as one side is,
 * `or` true as soon as one side is; everything else that touches an unknown is unknown.
 */
export const holds = (condition: Condition, view: View): boolean | undefined => {
  switch (condition.kind) {
    case "both": {
      const left = holds(condition.left, view);
      if (left === false) return false;
      const right = holds(condition.right, view);
      return right === false ? false : left === undefined ? undefined : right;
    }
    case "either": {
      const left = holds(condition.left, view);
      if (left === true) return true;
      const right = holds(condition.right, view);
      return right === true ? true : left === undefined ? undefined : right;
    }
    case "not": {
      const of = holds(condition.of, view);
      return of === undefined ? undefined : !of;
    }
    case "compare": {
      const left = valueOf(condition.left, view);
      const right = valueOf(condition.right, view);
      return left === undefined || right === undefined ? undefined : compared(condition.sign, left, right);
    }
  }
};

const compared = (sign: Comparison, left: number, right: number): boolean => {
  switch (sign) {
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case ">":
      return left > right;
    case ">=":
      return left >= right;
    case "==":
      return left === right;
    case "!=":
      return left !== right;
  }
};

const valueOf = (numeric: Numeric, view: View): number | undefined => {
  switch (numeric.kind) {
    case "number":
      return numeric.value;
    case "vital":
      return seen(view, numeric.name)?.value;
    case "over": {
      const from = Math.max(view.now - numeric.windowMs, view.gateway.replacedAt ?? 0);
      return over(
        numeric.how,
        series(view.gateway.trail, numeric.name, from).map((point) => point.value),
      );
    }
    case "arithmetic": {
      const left = valueOf(numeric.left, view);
      const right = valueOf(numeric.right, view);
      if (left === undefined || right === undefined) return undefined;
      switch (numeric.sign) {
        case "+":
          return left + right;
        case "-":
          return left - right;
        case "*":
          return left * right;
        case "/":
          return right === 0 ? undefined : left / right;
      }
    }
  }
};

const over = (how: Over, values: readonly number[]): number | undefined => {
  switch (how) {
    case "avg":
      return mean(values);
    case "min":
      return percentile(values, 0);
    case "max":
      return percentile(values, 1);
    case "p50":
      return percentile(values, 0.5);
    case "p95":
      return percentile(values, 0.95);
    case "p99":
      return percentile(values, 0.99);
    case "growth": {
      const first = values[0];
      const last = values.at(-1);
      return first === undefined || last === undefined ? undefined : last - first;
    }
  }
};

/** What the numbers in it are now, for the evidence: `context_usage 85%, avg(lag_p99) 210 ms`. */
export const readingsOf = (condition: Condition, view: View): string =>
  [...new Set(numbersIn(condition).map((numeric) => worded(numeric, view)))].join(", ");

/** The newest observation behind it. */
export const observedAt = (condition: Condition, view: View): number => {
  let newest: number | undefined;
  for (const numeric of numbersIn(condition)) {
    const at = view.gateway.vitals[numeric.name]?.at;
    if (at !== undefined && (newest === undefined || at > newest)) newest = at;
  }
  return newest ?? view.now;
};

type Known = Extract<Numeric, { readonly name: VitalName }>;

const worded = (numeric: Known, view: View): string => {
  const name = numeric.kind === "over" ? `${numeric.how}(${numeric.name})` : numeric.name;
  return `${name} ${writeVital(numeric.name, valueOf(numeric, view))}`;
};

const numbersIn = (condition: Condition): readonly Known[] => {
  switch (condition.kind) {
    case "both":
    case "either":
      return [...numbersIn(condition.left), ...numbersIn(condition.right)];
    case "not":
      return numbersIn(condition.of);
    case "compare":
      return [...namedIn(condition.left), ...namedIn(condition.right)];
  }
};

const namedIn = (numeric: Numeric): readonly Known[] => {
  switch (numeric.kind) {
    case "number":
      return [];
    case "vital":
    case "over":
      return [numeric];
    case "arithmetic":
      return [...namedIn(numeric.left), ...namedIn(numeric.right)];
  }
};
