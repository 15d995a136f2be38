import type { FindingItem, Summary } from '../server/lsp/protocol.ts';
import { type Group, groupOf, GROUPS } from './counts.ts';
import { helpingCommand } from './status-text.ts';

export type ChangeNode = RepositoryNode | ModuleNode | GroupNode | FileNode | FindingNode | NoteNode;

interface RepositoryNode {
  readonly kind: 'repository';
  readonly uri: string;
  readonly description: string;
  readonly children: readonly ChangeNode[];
}

interface ModuleNode {
  readonly kind: 'module';
  /** With its slash; empty for the repository's own module. */
  readonly prefix: string;
  readonly description: string;
  readonly children: readonly GroupNode[];
}

interface GroupNode {
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

interface FindingNode {
  readonly kind: 'finding';
  readonly group: Group;
  readonly finding: FindingItem;
}

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

/** By module if there are several, then by severity and file. */
export function changesOf({ status, findings, modules }: Summary): readonly ChangeNode[] {
  const changed = modules.filter((module) => module.findings.length > 0);
  if (modules.length > 1 && changed.length > 0)
    return changed.map(({ prefix, status: own, findings: indices }): ModuleNode => {
      const of = indices.flatMap((index) => findings[index] ?? []);
      return {
        kind: 'module',
        prefix,
        description: stepOf({ status: own }),
        children: GROUPS.flatMap((group) => groupNode(group, of)),
      };
    });
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

/** "1.0.0 → 2.0.0"; only the baseline if no new version is needed. */
export function stepOf({ status }: Pick<Summary, 'status'>): string {
  if (status.kind !== 'compared') return '';
  const { baseline, bump, nextVersion } = status;
  const from = baseline.version ?? baseline.ref;
  return nextVersion === null || bump === 'none' ? from : `${from} → ${nextVersion}`;
}

export function uriOf(node: ChangeNode): string | undefined {
  return node.kind === 'finding' ? node.finding.uri : node.kind === 'file' ? node.uri : undefined;
}

export function textOf(node: ChangeNode): string {
  switch (node.kind) {
    case 'finding': {
      const { file, range, severity, message, rule } = node.finding;
      return `${file}:${range.start.line + 1}: ${severity}: ${message} [${rule}]`;
    }
    case 'note':
      return node.label;
    case 'repository':
    case 'module':
    case 'group':
    case 'file':
      return node.children.map(textOf).join('\n');
  }
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
