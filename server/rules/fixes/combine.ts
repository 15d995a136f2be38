import type { Span } from '../../proto/tree.ts';
import type { Fix } from '../rule.ts';

type Edit = Fix['edits'][number];

/**
 * The edits of several fixes, each edit once: the fixes of a shift share theirs. A fix that gets into the way of an earlier one is
 * left out, for a fix is applied whole or not at all.
 */
export function combined(fixes: readonly Fix[]): Edit[] {
  const byFile = new Map<string, Placed>();
  for (const { edits } of fixes) {
    const missing = edits.filter((edit) => byFile.get(edit.file)?.has(edit) !== true);
    if (missing.some(({ file, span }) => byFile.get(file)?.collides(span) === true)) continue;
    for (const edit of missing) {
      const placed = byFile.get(edit.file) ?? new Placed();
      byFile.set(edit.file, placed);
      placed.add(edit);
    }
  }
  return [...byFile.values()].flatMap(({ edits }) => edits);
}

/** Edits of one text that do not get into each other's way. There may be thousands of them. */
class Placed {
  /** As they came: what several fixes put at one place comes one after the other. */
  readonly edits: Edit[] = [];
  readonly #known = new Set<string>();
  /** In the order of the text. */
  readonly #spans: Span[] = [];

  has(edit: Edit): boolean {
    return this.#known.has(keyOf(edit));
  }

  collides(span: Span): boolean {
    let at = this.#from(span.start);
    const before = this.#spans[at - 1];
    if (before !== undefined && span.start < before.end) return true;
    for (let known = this.#spans[at]; known !== undefined && known.start <= span.end; known = this.#spans[++at])
      if (collide(span, known)) return true;
    return false;
  }

  add(edit: Edit): void {
    this.#known.add(keyOf(edit));
    this.#spans.splice(this.#from(edit.span.start), 0, edit.span);
    this.edits.push(edit);
  }

  /** The index of the first edit that begins at an offset or behind it. */
  #from(offset: number): number {
    let low = 0;
    let high = this.#spans.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#spans[middle]?.start ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function keyOf({ span, text }: Edit): string {
  return `${String(span.start)} ${String(span.end)} ${text}`;
}

/** What several fixes put at one place comes one after the other: neighbours that were deleted together. */
function collide(a: Span, b: Span): boolean {
  const areInsertions = a.end === a.start && b.end === b.start;
  return (a.start < b.end && b.start < a.end) || (a.start === b.start && !areInsertions);
}
