type Known<Fields> = {
  [Key in keyof Fields as undefined extends Fields[Key] ? never : Key]: Fields[Key];
} & {
  [Key in keyof Fields as undefined extends Fields[Key] ? Key : never]?: Exclude<Fields[Key], undefined>;
};

/** Leaves out what is not known, so that an unknown number is absent rather than a key that holds undefined. */
export const known = <Fields extends Readonly<Record<string, unknown>>>(fields: Fields): Known<Fields> => {
  const kept: Record<string, unknown> = {};
  for (const key of Object.keys(fields)) {
    const value = fields[key];
    if (value !== undefined) kept[key] = value;
  }
  // The type says exactly what the loop did; TypeScript cannot follow a loop over keys.
  return kept as Known<Fields>;
};
