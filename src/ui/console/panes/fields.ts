import { fit, width, type Look, type Role } from "../theme/index.ts";
import { wrapped } from "./wrap.ts";

/** A name with what is known under it; absent values are left to the caller, who knows whether `?` is the answer. */
export type Field = { readonly name: string; readonly value: string; readonly role?: Role };

const gap = 2;

/** Names in one column, values beside them; what is too long goes on in the next line. */
export const fieldLines = (fields: readonly Field[], columns: number, look: Look): readonly string[] => {
  const names = nameWidth(fields, columns);
  return fields.flatMap(({ name, value, role }) => {
    const room = Math.max(1, columns - names - gap - 1);
    return wrapped(value, room).map((line, at) => {
      const head = at === 0 ? look.paint("text.secondary", fit(name, names)) : " ".repeat(names);
      return ` ${head}${" ".repeat(gap)}${role === undefined ? line : look.paint(role, line)}`;
    });
  });
};

/** In as many columns of fields as there is room for; short ones only, since nothing goes on in a next line. */
export const fieldGrid = (
  fields: readonly Field[],
  columns: number,
  cellColumns: number,
  look: Look,
): readonly string[] => {
  const across = Math.max(1, Math.floor(columns / cellColumns));
  const rows = Math.ceil(fields.length / across);
  const names = nameWidth(fields, cellColumns);
  const each = Math.floor(columns / across);
  return Array.from({ length: rows }, (_, row) => {
    let line = "";
    for (let column = 0; column < across; column += 1) {
      const field = fields[column * rows + row];
      if (field === undefined) continue;
      const value = look.fit(field.value, Math.max(0, each - names - gap - 1));
      line += ` ${look.paint("text.secondary", fit(field.name, names))}${" ".repeat(gap)}${field.role === undefined ? value : look.paint(field.role, value)}`;
    }
    return line;
  });
};

const nameWidth = (fields: readonly Field[], columns: number): number =>
  Math.min(
    Math.floor(columns / 2),
    fields.reduce((most, { name }) => Math.max(most, width(name)), 0),
  );
