import type { Span } from '../../proto/tree.ts';
import type { Fix } from '../rule.ts';

type Edit = Fix['edits'][number];

/**
 * The edits of several fixes, each edit once: the fixes of a shift share theirs. A fix that gets into the way of an earlier one is
 * left out, for a fix is applied whole or not at all.
 */
export function combined(fixes: readonly Fix[]): Edit[] {
  const byFile = new Map<string, Edit[]>();
  for (const { edits } of fixes) {
    const missing = edits.filter(
      ({ file, span, text }) =>
        !byFile
          .get(file)
          ?.some((known) => known.span.start === span.start && known.span.end === span.end && known.text === text),
    );
    if (missing.some(({ file, span }) => byFile.get(file)?.some((known) => collide(span, known.span)))) continue;
    for (const edit of missing) byFile.set(edit.file, [...(byFile.get(edit.file) ?? []), edit]);
  }
  return [...byFile.values()].flat();
}

/** What several fixes put at one place comes one after the other: neighbours that were deleted together. */
function collide(a: Span, b: Span): boolean {
  const areInsertions = a.end === a.start && b.end === b.start;
  return (a.start < b.end && b.start < a.end) || (a.start === b.start && !areInsertions);
}
