/**
 * Finds what looks like a token, key or password in a line of text and takes it out. The line goes on without it: the
 * model, the history and every screen only ever see the redacted form. Shapes are deliberately narrow: a rule that
 * cries at every hash would be switched off within a day.
 */
export type Scan = { readonly text: string; readonly found: string | undefined };

type Shape = { readonly what: string; readonly pattern: RegExp };

// Prefixes are the ones their issuers document; lengths are lower bounds seen in practice.
const shapes: readonly Shape[] = [
  { what: "private key", pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END[^-]*-----)?/g },
  { what: "API key", pattern: /\bsk-(?:ant-|proj-|or-v1-)?[A-Za-z0-9_-]{20,}/g },
  { what: "GitHub token", pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,})/g },
  { what: "Slack token", pattern: /\bxox[abeoprs]-[A-Za-z0-9-]{10,}|\bxapp-\d-[A-Za-z0-9-]{10,}/g },
  // Without a word's edge before it: in the addresses of Telegram's API it stands right behind "bot".
  { what: "Telegram bot token", pattern: /(?<!\d)\d{6,12}:AA[A-Za-z0-9_-]{30,}/g },
  { what: "AWS access key", pattern: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g },
  { what: "Google API key", pattern: /\bAIza[A-Za-z0-9_-]{30,}/g },
  { what: "JSON web token", pattern: /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/g },
  { what: "bearer token", pattern: /\b[Bb]earer +[A-Za-z0-9._~+/-]{16,}=*/g },
  {
    what: "webhook address",
    pattern:
      /\bhttps:\/\/(?:hooks\.slack\.com\/services|discord(?:app)?\.com\/api\/webhooks)\/[A-Za-z0-9/_-]{20,}/g,
  },
  { what: "token in an address", pattern: /[?&]token=[^\s&#"']{12,}/g },
  { what: "password in an address", pattern: /\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]+:[^\s/@]{3,}@/g },
  {
    what: "password or token",
    pattern:
      /(?:\b|_)(?:password|passwd|secret|api[_-]?key|auth[_-]?token|access[_-]?token|bot[_-]?token)["']?\s*[:=]\s*["']?(?!\*|•|<|\[|__OPENCLAW_REDACTED__|undefined\b|null\b|true\b|false\b|missing\b|invalid\b)[^\s"',;}]{8,}/gi,
  },
];

// Most lines hold none of these and are let through after one look.
const suspect =
  /PRIVATE KEY|sk-|gh[pousr]_|github_pat_|xox|xapp-|:AA|AKIA|ASIA|AIza|eyJ|earer |:\/\/[^\s/]*@|passw|secret|api[_-]?key|token|hooks\.slack|\/webhooks\//i;

export const withoutSecrets = (text: string): Scan => {
  if (!suspect.test(text)) return { text, found: undefined };
  let clean = text;
  let found: string | undefined;
  for (const { what, pattern } of shapes) {
    const next = clean.replace(pattern, (match) => redacted(match));
    if (next !== clean) found ??= what;
    clean = next;
  }
  return { text: clean, found };
};

/** Words of a gateway that are shown and sent on as they are. */
export const clean = (words: string): string => withoutSecrets(words).text;

/** Keeps the name before `=` or `:` where there is one: it says where to look. */
const redacted = (match: string): string => {
  const named = /^([A-Za-z_-]+["']?\s*[:=]\s*["']?)/.exec(match)?.[1];
  return named === undefined || match.includes("://") ? "••••" : `${named}••••`;
};
