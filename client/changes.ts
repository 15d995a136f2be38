import type { FindingItem, Summary } from '../server/lsp/protocol.ts';
import { type Group, groupOf, GROUPS } from './counts.ts';
import { helpingCommand } from './status-text.ts';

/** A line of the tree of changes. What it holds is known with it: nothing is asked for when it is opened. */
export type ChangeNode = RepositoryNode | GroupNode | FileNode | FindingNode | NoteNode;

export interface RepositoryNode {
  readonly kind: 'repository';
  readonly uri: string;
  readonly description: string;
  readonly children: readonly ChangeNode[];
}

/** All findings of a severity; the accepted ones are apart, whatever theirs is. */
export interface GroupNode {
  readonly kind: 'group';
  readonly group: Group;
  readonly label: string;
  readonly count: number;
  readonly children: readonly FileNode[];
}

export interface FileNode {
  readonly kind: 'file';
  readonly uri: string;
  /** Relative to the repository. */
  readonly file: string;
  readonly children: readonly FindingNode[];
}

export interface FindingNode {
  readonly kind: 'finding';
  readonly group: Group;
  readonly finding: FindingItem;
}

/** A sentence instead of findings, or a command that helps. */
export interface NoteNode {
  readonly kind: 'note';
  readonly label: string;
  readonly command?: string;
}

const LABELS: Readonly<Record<Group, string>> = {
  error: 'Errors',
  warning: 'Warnings',
  information: 'For information',
  hint: 'Hints',
  accepted: 'Accepted',
};

/** What changed since the release: by severity, then by file, in the order of the places. */
export function changesOf({ status, findings }: Summary): readonly ChangeNode[] {
  switch (status.kind) {
    case 'compared':
      return findings.length > 0
        ? GROUPS.flatMap((group) => groupNode(group, findings))
        : [note(`No changes since ${status.baseline.version ?? status.baseline.ref}.`)];
    case 'nothing': {
      const help = helpingCommand(status.action);
      return [
        note(status.message),
        note(status.advice),
        ...(help === undefined ? [] : [note(help.title, help.command)]),
      ];
    }
    case 'failed':
      return [note(status.message), note('Show output', 'protoCompat.showOutput')];
    case 'checking':
      return [note('Comparing …')];
  }
}

/** "1.0.0 → 2.0.0", or the release alone where nothing has to be released; empty where nothing is compared. */
export function stepOf({ status }: Summary): string {
  if (status.kind !== 'compared') return '';
  const { baseline, bump, nextVersion } = status;
  const from = baseline.version ?? baseline.ref;
  return nextVersion === null || bump === 'none' ? from : `${from} → ${nextVersion}`;
}

function groupNode(group: Group, all: readonly FindingItem[]): GroupNode[] {
  const own = all.filter((finding) => groupOf(finding) === group);
  if (own.length === 0) return [];
  const files = new Map<string, FindingNode[]>();
  for (const finding of own) {
    const nodes = files.get(finding.file) ?? [];
    nodes.push({ kind: 'finding', group, finding });
    files.set(finding.file, nodes);
  }
  const children = [...files].map(([file, nodes]): FileNode => ({
    kind: 'file',
    uri: nodes[0]?.finding.uri ?? '',
    file,
    children: nodes,
  }));
  return [{ kind: 'group', group, label: LABELS[group], count: own.length, children }];
}

function note(label: string, command?: string): NoteNode {
  return { kind: 'note', label, ...(command !== undefined && { command }) };
}
