import { clockTime } from "./clock-time.ts";

/**
 * A sentence as its name and the values in it, so that who reads it gets it in a language of hers. A table says which
 * sentences there are and what stands in each; a language has one printer for every row of the table, and the compiler
 * asks for the ones that are missing.
 */
type Kind = "text" | "number" | "flag" | "texts" | "sentence" | "sentences";
type Asked = Kind | `${Kind}?`;

export type Sayings = Readonly<Record<string, Readonly<Record<string, Asked>>>>;

type Held<Table extends Sayings> = {
  readonly text: string;
  readonly number: number;
  readonly flag: boolean;
  readonly texts: readonly string[];
  readonly sentence: SentenceOf<Table>;
  readonly sentences: readonly SentenceOf<Table>[];
};

/** What a printer is given: a sentence within another one is in words already. */
type Spoken = Omit<Held<Sayings>, "sentence" | "sentences"> & {
  readonly sentence: string;
  readonly sentences: readonly string[];
};

type ValuesOf<Row extends Readonly<Record<string, Asked>>, As extends Record<Kind, unknown>> = {
  readonly [Name in keyof Row as Row[Name] extends Kind ? Name : never]: As[Row[Name] & Kind];
} & {
  readonly [Name in keyof Row as Row[Name] extends Kind ? never : Name]?: Row[Name] extends `${infer Of}?`
    ? As[Of & Kind]
    : never;
};

export type SentenceOf<Table extends Sayings> = {
  readonly [Say in keyof Table]: { readonly say: Say } & ValuesOf<Table[Say], Held<Table>>;
}[keyof Table];

/** How a moment within a sentence is written: by whose clock. */
export type When = (at: number) => string;

export type WordsOf<Table extends Sayings> = {
  readonly [Say in keyof Table]: (values: ValuesOf<Table[Say], Spoken>, when: When) => string;
};

type Loose = { readonly say: string } & Readonly<Record<string, unknown>>;

/** The sentence in the words of one language, its moments in UTC unless told otherwise. */
export const inWords = <Table extends Sayings>(
  words: WordsOf<Table>,
  sentence: SentenceOf<Table>,
  when: When = clockTime,
): string => spoken(words, sentence as Loose, when);

const spoken = (
  words: Readonly<Record<string, (values: never, when: When) => string>>,
  { say, ...values }: Loose,
  when: When,
): string => {
  const within = (value: unknown): unknown => (isLoose(value) ? spoken(words, value, when) : value);
  const given = Object.entries(values).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.map(within) : within(value),
  ]);
  return words[say]?.(Object.fromEntries(given) as never, when) ?? say;
};

const isLoose = (value: unknown): value is Loose =>
  typeof value === "object" && value !== null && "say" in value && typeof value.say === "string";

/** Whether both say the same with the same values. Of what has parts of its own only the very same one is the same. */
export const isSameSentence = (one: object | undefined, other: object): boolean => {
  if (one === undefined) return false;
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.is(Reflect.get(one, name), Reflect.get(other, name)))
  );
};

/** Whether something from a file is a sentence of this table, with everything in it that belongs there and no more. */
export const isSentence = <Table extends Sayings>(
  table: Table,
  value: unknown,
): value is SentenceOf<Table> => {
  if (!isLoose(value) || !Object.hasOwn(table, value.say)) return false;
  const { say, ...values } = value;
  const row = table[say] ?? {};
  return (
    Object.keys(values).every((name) => Object.hasOwn(row, name)) &&
    Object.entries(row).every(([name, asked]) => isA(table, asked, values[name]))
  );
};

const isA = (table: Sayings, asked: Asked, value: unknown): boolean => {
  switch (asked) {
    case "text":
      return typeof value === "string";
    case "number":
      return typeof value === "number";
    case "flag":
      return typeof value === "boolean";
    case "texts":
      return Array.isArray(value) && value.every((each) => typeof each === "string");
    case "sentence":
      return isSentence(table, value);
    case "sentences":
      return Array.isArray(value) && value.every((each) => isSentence(table, each));
    case "text?":
    case "number?":
    case "flag?":
    case "texts?":
    case "sentence?":
    case "sentences?":
      return value === undefined || isA(table, asked.slice(0, -1) as Kind, value);
  }
};
