import type { Effect, SourceLanguage } from '../effects/effect.ts';
import { list } from '../rules/words.ts';

/** Written after a colon. */
export const EFFECT_WORDS: Readonly<Record<Effect, string>> = {
  exact: 'works',
  absent: 'seen as unset',
  unrecognised: 'a number without a name',
  dropped: 'silently ignored',
  rejected: 'fails',
  altered: 'silently read as something else',
};

export const EFFECT_LETTERS: Readonly<Record<Effect, string>> = {
  exact: '·',
  absent: 'a',
  unrecognised: 'u',
  dropped: 'd',
  rejected: 'r',
  altered: 'x',
};

const LANGUAGE_NAMES: Readonly<Record<SourceLanguage, string>> = {
  go: 'Go',
  python: 'Python',
  rust: 'Rust',
  ts: 'TypeScript',
  cpp: 'C++',
  csharp: 'C#',
  java: 'Java',
  objc: 'Objective-C',
  php: 'PHP',
  ruby: 'Ruby',
  swift: 'Swift',
};

/** Without a full stop; undefined if no code must change. */
export function sourceSentence({
  sourceBreaks,
}: {
  readonly sourceBreaks: readonly SourceLanguage[];
}): string | undefined {
  if (sourceBreaks.length === 0) return undefined;
  const languages = Object.entries(LANGUAGE_NAMES).filter(([language]) => sourceBreaks.some((one) => one === language));
  return `${list(languages.map(([, name]) => name))} code that uses the generated names must change`;
}
