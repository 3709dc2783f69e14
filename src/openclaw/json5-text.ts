/**
 * Text that is JSON, or JSON5 where somebody wrote it by hand: OpenClaw takes both. What a gateway writes by itself is
 * JSON; the reader of the other is loaded by the first text that needs it.
 */
export const parseJson5 = async (text: string): Promise<unknown> => {
  try {
    return JSON.parse(text);
  } catch {
    // Only JSON5's verdict counts.
    const { default: json5 } = await import("json5");
    return json5.parse(text);
  }
};
