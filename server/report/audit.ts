import type { Audit, AuditEntry } from '../check/audit.ts';
import { count, listShortened } from '../rules/words.ts';
import { codeCell, plain } from './plain.ts';
import { printable, printableJson } from './printable.ts';
import { painter } from './terminal.ts';

export function auditText(audit: Audit, options: { readonly color: boolean }): string {
  const paint = painter(options.color);
  const rows = audit.entries.map((entry) => ({
    entry,
    cells: [step(entry), entry.declared ?? '', entry.required ?? '', entryVerdict(entry)],
  }));
  const widths = [0, 1, 2].map((column) =>
    Math.max(...rows.map(({ cells }) => cells[column]?.length ?? 0), HEADINGS[column]?.length ?? 0),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  const lines = [
    paint('bold', line(HEADINGS)),
    ...rows.map(({ entry, cells }) => {
      const text = printable(line(cells));
      if (entry.sufficient === false) return paint('red', text);
      return entry.required === 'none' || entry.required === undefined ? paint('dim', text) : text;
    }),
    '',
    total(audit),
    ...leftOut(audit).map(printable),
  ];
  return `${lines.join('\n')}\n`;
}

const HEADINGS = ['release', 'declared', 'required', 'verdict'] as const;

export function auditJson(audit: Audit): string {
  return `${printableJson(audit)}\n`;
}

export function auditMarkdown(audit: Audit): string {
  const lines = [
    `| ${HEADINGS.join(' | ')} |`,
    '|---|---|---|---|',
    ...audit.entries.map(
      (entry) =>
        `| ${codeCell(step(entry))} | ${entry.declared ?? ''} | ${entry.required ?? ''} | ${plain(entryVerdict(entry))} |`,
    ),
    '',
    [total(audit), ...leftOut(audit).map(plain)].join(' '),
  ];
  return `${lines.join('\n')}\n`;
}

function step({ ref, baseline }: AuditEntry): string {
  return baseline === null ? ref : `${baseline.ref} → ${ref}`;
}

function entryVerdict(entry: AuditEntry): string {
  if (entry.baseline === null) return entry.note ?? 'first release';
  if (entry.required === 'none') return 'protocol unchanged';
  const verdict = entry.sufficient ? 'enough' : `too low, ${entry.nextVersion ?? 'more'} needed`;
  return `${entry.sufficient === undefined ? 'compared' : verdict}${cause(entry)}`;
}

function cause({ forcedBy, findings }: AuditEntry): string {
  if (forcedBy === null) return findings === 0 ? ': peers see no difference' : `: ${count(findings, 'change')}`;
  return `: ${forcedBy.rule} ${forcedBy.element}${findings > 1 ? ` and ${findings - 1} more` : ''}`;
}

function total({ entries, policy }: Audit): string {
  const changed = entries.filter(({ findings }) => findings > 0).length;
  const low = entries.filter(({ sufficient }) => sufficient === false).length;
  return `${count(entries.length, 'release')}, ${changed} changed the protocol, ${low} with a version that is too low (policy ${policy}).`;
}

function leftOut({ withoutFiles: refs }: Audit): string[] {
  if (refs.length === 0) return [];
  return [`${count(refs.length, 'release')} left out, without any .proto file to check: ${listShortened(refs)}.`];
}
