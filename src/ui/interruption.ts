/** The reason of an abort that a signal caused: whoever runs a program in our place has to pass that signal on. */
export const interruptedBy = (name: NodeJS.Signals): DOMException =>
  new DOMException(`${name} asked us to end.`, { name: "AbortError", cause: name });

/** Undefined: it was called off in another way, or not at all. */
export const signalBehind = ({ reason }: AbortSignal): NodeJS.Signals | undefined => {
  const name: unknown = reason instanceof DOMException ? reason.cause : undefined;
  return endings.find((known) => known === name);
};

const endings = ["SIGINT", "SIGTERM", "SIGHUP"] as const satisfies readonly NodeJS.Signals[];
