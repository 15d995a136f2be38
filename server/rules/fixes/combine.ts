import type { Span } from '../../proto/tree.ts';
import type { Fix } from '../rule.ts';
import type { Edit } from './edits.ts';

/** Fixes for several renumbered fields share edits. A fix that collides with an earlier one is left out as a whole. */
export function combined(fixes: readonly Fix[]): Edit[] {
  const byFile = new Map<string, FileEdits>();
  for (const { edits } of fixes) {
    const missing = edits.filter((edit) => byFile.get(edit.file)?.has(edit) !== true);
    if (missing.some(({ file, span }) => byFile.get(file)?.collides(span) === true)) continue;
    for (const edit of missing) {
      const known = byFile.get(edit.file) ?? new FileEdits();
      byFile.set(edit.file, known);
      known.add(edit);
    }
  }
  return [...byFile.values()].flatMap(({ edits }) => edits);
}

/** There may be thousands of edits. */
class FileEdits {
  /** Insertions at the same offset keep this order. */
  readonly edits: Edit[] = [];
  readonly #known = new Set<string>();
  /** Sorted by their start. */
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

/** Insertions at the same offset do not collide: they restore neighbours that were deleted together. */
function collide(a: Span, b: Span): boolean {
  const areInsertions = a.end === a.start && b.end === b.start;
  return (a.start < b.end && b.start < a.end) || (a.start === b.start && !areInsertions);
}
