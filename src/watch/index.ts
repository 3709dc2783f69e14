/** What we know and what it means. */
export {};
