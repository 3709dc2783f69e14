import { age, bytes, count, percent } from "../../ground/index.ts";
import { vitalUnits, type VitalName } from "./vital.ts";

/** A value of a vital as people read it; `?` when it is not known. */
export const writeVital = (name: VitalName, value: number | undefined): string => {
  if (value === undefined || Number.isNaN(value)) return "?";
  switch (vitalUnits[name]) {
    case "ratio":
      return percent(value);
    case "bytes":
      return bytes(value);
    case "ms":
      return name === "uptime" ? age(value) : milliseconds(value);
    case "cores":
      return `${value.toFixed(2)} cores`;
    case "count":
      return count(Math.round(value * 10) / 10);
  }
};

export const milliseconds = (value: number): string =>
  value < 1_000 ? `${Math.round(value)} ms` : value < 60_000 ? `${(value / 1_000).toFixed(1)} s` : age(value);
