import path from 'node:path';
import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import type { Counts, RepositoryChanged, Summary } from '../server/lsp/protocol.ts';
import { type ChangeNode, changesOf, type NoteNode, stepOf } from './changes.ts';
import type { Group } from './counts.ts';
import { ask } from './language-client.ts';
import { nameParts } from './names.ts';
import { SHOW_PLACE } from './status-text.ts';

const ID = 'protoCompat.changes';

/** A hidden tree requests nothing. */
export class ChangesView implements vscode.TreeDataProvider<ChangeNode>, vscode.Disposable {
  readonly view: vscode.TreeView<ChangeNode>;
  readonly onDidChangeTreeData: vscode.Event<undefined>;

  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly #client: () => LanguageClient | undefined;
  /** By the URI of the repository. The badge needs them while the tree is hidden. */
  readonly #counts = new Map<string, Counts>();

  constructor(client: () => LanguageClient | undefined) {
    this.#client = client;
    this.onDidChangeTreeData = this.#changed.event;
    this.view = vscode.window.createTreeView(ID, { treeDataProvider: this, showCollapseAll: true });
  }

  async show(): Promise<void> {
    await vscode.commands.executeCommand(`${ID}.focus`);
  }

  update({ repository, counts }: RepositoryChanged): void {
    if (counts === null) this.#counts.delete(repository);
    else this.#counts.set(repository, counts);
    this.#refresh();
  }

  clear(): void {
    this.#counts.clear();
    this.#refresh();
  }

  dispose(): void {
    this.view.dispose();
    this.#changed.dispose();
  }

  async getChildren(node?: ChangeNode): Promise<ChangeNode[]> {
    if (node !== undefined) return 'children' in node ? [...node.children] : [];
    const summaries = await this.#summaries();
    const [only, second] = [...summaries];
    const hasOneStep = only !== undefined && second === undefined && only[1].modules.length <= 1;
    this.view.description = hasOneStep ? stepOf(only[1]) : '';
    this.view.message = '';
    if (only === undefined) return [];
    if (second === undefined) {
      const nodes = changesOf(only[1]);
      // VS Code truncates lines of the tree, but not this message.
      this.view.message = nodes.flatMap((node) => (isPlainNote(node) ? [node.label] : [])).join(' ');
      return nodes.filter((node) => !isPlainNote(node));
    }
    return [...summaries].map(([uri, summary]) => ({
      kind: 'repository',
      uri,
      description: summary.modules.length > 1 ? '' : stepOf(summary),
      children: changesOf(summary),
    }));
  }

  getTreeItem(node: ChangeNode): vscode.TreeItem {
    switch (node.kind) {
      case 'repository': {
        const item = new vscode.TreeItem(nameOf(node.uri), vscode.TreeItemCollapsibleState.Expanded);
        return Object.assign(item, { description: node.description, iconPath: new vscode.ThemeIcon('repo') });
      }
      case 'module': {
        const label = node.prefix === '' ? '(repository)' : node.prefix.replace(/\/$/, '');
        const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.Expanded);
        return Object.assign(item, { description: node.description, iconPath: new vscode.ThemeIcon('package') });
      }
      case 'group': {
        const item = new vscode.TreeItem(node.label, EXPANDED[node.group]);
        return Object.assign(item, { description: String(node.count), iconPath: ICONS[node.group] });
      }
      case 'file': {
        const item = new vscode.TreeItem(path.posix.basename(node.file), vscode.TreeItemCollapsibleState.Expanded);
        const folder = path.posix.dirname(node.file);
        return Object.assign(item, {
          resourceUri: vscode.Uri.parse(node.uri),
          description: folder === '.' ? '' : folder,
          tooltip: pathOf(node.uri),
          iconPath: vscode.ThemeIcon.File,
          contextValue: 'file',
        });
      }
      case 'finding': {
        const { finding, group } = node;
        const { name, parent } = nameParts(finding);
        const item = new vscode.TreeItem(name);
        return Object.assign(item, {
          // The rule comes first, because VS Code truncates the end.
          description: parent === '' ? finding.rule : `${finding.rule} · ${parent}`,
          tooltip: [
            finding.message,
            ...(finding.accepted === null ? [] : [`Accepted: ${finding.accepted.reason}`]),
            `${pathOf(finding.uri)}:${finding.range.start.line + 1}`,
          ].join('\n'),
          contextValue: 'finding',
          iconPath: ICONS[group],
          command: { title: 'Go to Location', command: SHOW_PLACE, arguments: [finding.uri, finding.range] },
          accessibilityInformation: { label: `${finding.rule}: ${finding.message}` },
        });
      }
      case 'note': {
        const item = new vscode.TreeItem(node.label);
        item.tooltip = node.label;
        if (node.command !== undefined) {
          item.command = { title: node.label, command: node.command };
          item.iconPath = new vscode.ThemeIcon('arrow-right');
        }
        return item;
      }
    }
  }

  #refresh(): void {
    const errors = [...this.#counts.values()].reduce((sum, { error }) => sum + error, 0);
    this.view.badge =
      errors === 0
        ? undefined
        : { value: errors, tooltip: `${errors} ${errors === 1 ? 'error' : 'errors'} since the release` };
    this.#changed.fire(undefined);
  }

  /** By the URI of the repository, or of the folder if it has none. */
  async #summaries(): Promise<ReadonlyMap<string, Summary>> {
    const running = this.#client();
    const found = new Map<string, Summary>();
    if (running === undefined) return found;
    const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.toString());
    const requests = [...folders, ...this.#counts.keys()].map(async (uri) => {
      const summary = await ask(running, 'protoCompat/summary', { uri });
      const { status } = summary;
      return [('repository' in status ? status.repository : null) ?? uri, summary] as const;
    });
    // A request fails while the server stops.
    for (const answer of await Promise.allSettled(requests))
      if (answer.status === 'fulfilled') found.set(...answer.value);
    return found;
  }
}

const icon = (id: string, color: string): vscode.ThemeIcon => new vscode.ThemeIcon(id, new vscode.ThemeColor(color));
const ICONS: Readonly<Record<Group, vscode.ThemeIcon>> = {
  error: icon('error', 'problemsErrorIcon.foreground'),
  warning: icon('warning', 'problemsWarningIcon.foreground'),
  information: icon('info', 'problemsInfoIcon.foreground'),
  hint: icon('lightbulb', 'problemsInfoIcon.foreground'),
  accepted: icon('check', 'testing.iconPassed'),
};
const EXPANDED: Readonly<Record<Group, vscode.TreeItemCollapsibleState>> = {
  error: vscode.TreeItemCollapsibleState.Expanded,
  warning: vscode.TreeItemCollapsibleState.Expanded,
  information: vscode.TreeItemCollapsibleState.Expanded,
  hint: vscode.TreeItemCollapsibleState.Collapsed,
  accepted: vscode.TreeItemCollapsibleState.Collapsed,
};

function isPlainNote(node: ChangeNode): node is NoteNode {
  return node.kind === 'note' && node.command === undefined;
}

function pathOf(uri: string): string {
  return vscode.Uri.parse(uri).fsPath;
}

function nameOf(uri: string): string {
  return path.posix.basename(vscode.Uri.parse(uri).path);
}
