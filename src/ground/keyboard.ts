let lentTo = 0;

/**
 * Gives the keyboard to a program that is run in the foreground. What is typed there means that program: ctrl-c, which the
 * terminal tells everybody in the foreground of, interrupts it and not us.
 */
export const lendKeyboard = async <Answer>(work: () => Promise<Answer>): Promise<Answer> => {
  lentTo += 1;
  try {
    return await work();
  } finally {
    lentTo -= 1;
  }
};

export const isKeyboardLent = (): boolean => lentTo > 0;
