import { ExitCode, Problem } from "../../../ground/index.ts";
import type { CharacterSet, PatternNode } from "./syntax.ts";

/** Instructions in the manner of Thompson: `next` is always the following one. */
export type Instruction =
  | { readonly kind: "character"; readonly set: CharacterSet }
  | { readonly kind: "assert"; readonly what: "start" | "end" | "word-edge" | "not-word-edge" }
  /** Goes on at both places at once. */
  | { readonly kind: "fork"; readonly first: number; readonly second: number }
  | { readonly kind: "jump"; readonly to: number }
  | { readonly kind: "match" };

const maxInstructions = 2_000;

/** Counted repetitions are written out, so their product is what the limit bounds. */
export const compile = (node: PatternNode): readonly Instruction[] => {
  const program: Instruction[] = [];
  const emit = (instruction: Instruction): number => {
    if (program.length >= maxInstructions) {
      throw new Problem("LOG_PATTERN", "the pattern is too large once its repetitions are written out", {
        hint: "Use * or + instead of large counts.",
        exit: ExitCode.usage,
      });
    }
    return program.push(instruction) - 1;
  };
  /** Leaves a place for an instruction whose targets are known only later. */
  const hold = (): number => emit({ kind: "match" });

  const write = (each: PatternNode): void => {
    switch (each.kind) {
      case "character":
      case "assert":
        emit(each);
        return;
      case "sequence":
        for (const part of each.nodes) write(part);
        return;
      case "choice":
        writeChoice(each.nodes);
        return;
      case "repeat":
        for (let count = 0; count < each.min; count += 1) write(each.node);
        if (each.max === Infinity) writeLoop(each.node);
        else writeOptional(each.node, each.max - each.min);
        return;
    }
  };

  const writeChoice = (nodes: readonly PatternNode[]): void => {
    const ends: number[] = [];
    for (const [index, node_] of nodes.entries()) {
      if (index === nodes.length - 1) {
        write(node_);
      } else {
        const fork = hold();
        write(node_);
        ends.push(hold());
        program[fork] = { kind: "fork", first: fork + 1, second: program.length };
      }
    }
    for (const end of ends) program[end] = { kind: "jump", to: program.length };
  };

  const writeLoop = (inner: PatternNode): void => {
    const fork = hold();
    write(inner);
    emit({ kind: "jump", to: fork });
    program[fork] = { kind: "fork", first: fork + 1, second: program.length };
  };

  const writeOptional = (inner: PatternNode, times: number): void => {
    const forks: number[] = [];
    for (let count = 0; count < times; count += 1) {
      forks.push(hold());
      write(inner);
    }
    for (const fork of forks) program[fork] = { kind: "fork", first: fork + 1, second: program.length };
  };

  write(node);
  emit({ kind: "match" });
  return program;
};
