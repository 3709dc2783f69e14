import { vitalUnits, type VitalName } from "../../vitals/vital.ts";
import { ExpressionError } from "./lexer.ts";

/** `plain` numbers go with shares and counts; a time is never compared with a size. */
export type Dimension = "plain" | "time" | "size" | "any";

export const dimensionOf = (name: VitalName): Dimension => {
  switch (vitalUnits[name]) {
    case "ms":
      return "time";
    case "bytes":
      return "size";
    case "ratio":
    case "count":
    case "cores":
      return "plain";
  }
};

export const common = (left: Dimension, right: Dimension, at: number): Dimension => {
  if (left === "any") return right;
  if (right === "any" || left === right) return left;
  throw new ExpressionError(at, `a ${words[left]} cannot be set against a ${words[right]}`);
};

const words: Record<Dimension, string> = {
  plain: "share or count",
  time: "time",
  size: "size",
  any: "number",
};

export const result = (sign: string, left: Dimension, right: Dimension, at: number): Dimension => {
  if (sign === "+" || sign === "-") return common(left, right, at);
  if (sign === "/" && left === right) return "any";
  const plain = (dimension: Dimension): boolean => dimension === "any" || dimension === "plain";
  if (plain(right)) return left;
  if (sign === "*" && plain(left)) return right;
  throw new ExpressionError(at, `"${sign}" between a ${words[left]} and a ${words[right]} has no meaning`);
};
