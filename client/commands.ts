import path from 'node:path';
import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import type { Range, ReleaseItem } from '../server/lsp/protocol.ts';
import { type ChangeNode, textOf, uriOf } from './changes.ts';
import { ask, type Baselines, isChecked, SHOW_CHANGES } from './language-client.ts';
import { SHOW_MENU, SHOW_PLACE } from './status-text.ts';

export class BaselineStore {
  static readonly #KEY = 'baselines';
  readonly #memory: vscode.Memento;

  constructor(memory: vscode.Memento) {
    this.#memory = memory;
  }

  all(): Baselines {
    return this.#memory.get<Baselines>(BaselineStore.#KEY, []);
  }

  /** @param ref null for the last release */
  async set(repository: string, ref: string | null): Promise<void> {
    const others = this.all().filter((chosen) => chosen.repository !== repository);
    await this.#memory.update(BaselineStore.#KEY, ref === null ? others : [...others, { repository, ref }]);
  }
}

interface CommandContext {
  readonly client: () => LanguageClient | undefined;
  readonly baselines: BaselineStore;
  readonly output: vscode.LogOutputChannel;
  readonly restart: () => Promise<void>;
  readonly showChanges: () => Promise<void>;
  /** @param uri of a document or folder */
  readonly showReport: (uri: string) => void;
  readonly showMatrix: (uri: string) => void;
}

export function registerCommands(context: CommandContext): vscode.Disposable[] {
  const register = vscode.commands.registerCommand;
  return [
    register('protoCompat.compareWithRelease', (uri?: vscode.Uri | string) => compareWithRelease(context, uri)),
    register('protoCompat.showFixes', showFixes),
    register('protoCompat.compareChange', (node: ChangeNode) => compareWithRelease(context, uriOf(node))),
    register('protoCompat.copyChange', (node: ChangeNode) => vscode.env.clipboard.writeText(textOf(node))),
    register(SHOW_CHANGES, () => context.showChanges()),
    register('protoCompat.showReport', async () => {
      const uri = requireClient(context.client) && (await targetUri());
      if (uri !== undefined) context.showReport(uri);
    }),
    register('protoCompat.showMatrix', async (given?: string) => {
      const uri = requireClient(context.client) && (given ?? (await targetUri()));
      if (uri !== undefined) context.showMatrix(uri);
    }),
    register('protoCompat.chooseBaseline', () => chooseBaseline(context)),
    register('protoCompat.choosePolicy', () => choosePolicy(context)),
    register('protoCompat.openConfiguration', () => openConfiguration(context)),
    register('protoCompat.fetchTags', () => fetchTags(context)),
    register('protoCompat.installGit', () =>
      vscode.env.openExternal(vscode.Uri.parse('https://git-scm.com/downloads')),
    ),
    register('protoCompat.showOutput', () => {
      context.output.show(true);
    }),
    register('protoCompat.restartServer', () => context.restart()),
    register(SHOW_MENU, showMenu),
    register(SHOW_PLACE, showPlace),
  ];
}

async function showFixes(node: ChangeNode): Promise<void> {
  if (node.kind !== 'finding') return;
  await showPlace(node.finding.uri, node.finding.range);
  await vscode.commands.executeCommand('editor.action.quickFix');
}

async function compareWithRelease({ client }: CommandContext, given?: vscode.Uri | string): Promise<void> {
  const uri = typeof given === 'string' ? vscode.Uri.parse(given) : (given ?? checkedDocument());
  const running = requireClient(client);
  if (uri === undefined || running === undefined) return;
  const release = await ask(running, 'protoCompat/releaseOf', { uri: uri.toString() });
  const name = path.posix.basename(uri.path);
  if (release === null) {
    void vscode.window.showInformationMessage(`${name} is not in the release.`);
    return;
  }
  const title = `${name} (${release.version} ↔ now)`;
  await vscode.commands.executeCommand('vscode.diff', vscode.Uri.parse(release.uri), uri, title);
}

async function chooseBaseline({ client, baselines }: CommandContext): Promise<void> {
  const running = requireClient(client);
  const uri = running && (await targetUri());
  if (uri === undefined || running === undefined) return;
  const automatic = { label: '$(history) The last release', description: 'found automatically', ref: null };
  const other = { label: '$(git-branch) A branch or a commit …', ref: undefined };
  const releases = await ask(running, 'protoCompat/releases', { uri });
  const picked = await vscode.window.showQuickPick(
    [
      automatic,
      other,
      { label: 'Releases', kind: vscode.QuickPickItemKind.Separator, ref: undefined },
      ...releases.map(releaseItem),
    ],
    { title: 'Compare with', placeHolder: 'A release, a branch or a commit', matchOnDescription: true },
  );
  if (picked === undefined) return;
  const choose = async (ref: string | null): Promise<string | undefined> => {
    const status = await ask(running, 'protoCompat/chooseBaseline', { uri, ref });
    if (status.kind === 'compared') await baselines.set(status.repository, ref);
    return status.kind === 'nothing' ? `${status.message} ${status.advice}` : undefined;
  };
  if (picked === other) askForRef(choose);
  else if (picked.ref !== undefined) {
    const problem = await choose(picked.ref);
    if (problem !== undefined) void vscode.window.showWarningMessage(problem);
  }
}

function askForRef(choose: (ref: string) => Promise<string | undefined>): void {
  const box = vscode.window.createInputBox();
  box.title = 'Compare with';
  box.prompt = 'A branch, a tag or a commit';
  // The user may copy the name from another window.
  box.ignoreFocusOut = true;
  box.onDidChangeValue(() => {
    box.validationMessage = undefined;
  });
  box.onDidAccept(async () => {
    if (box.value.trim() === '') return;
    box.busy = true;
    const problem = await choose(box.value.trim()).catch((error: unknown) => String(error));
    box.busy = false;
    if (problem === undefined) box.hide();
    else box.validationMessage = problem;
  });
  box.onDidHide(() => {
    box.dispose();
  });
  box.show();
}

async function showMenu(): Promise<void> {
  const picked = await vscode.window.showQuickPick(
    [
      {
        label: '$(checklist) Report',
        description: 'what breaks and for whom, with examples',
        command: 'protoCompat.showReport',
      },
      { label: '$(list-tree) Changes', description: 'the tree of changes since the release', command: SHOW_CHANGES },
      {
        label: '$(table) Matrix',
        description: 'every client release combined with every server release',
        command: 'protoCompat.showMatrix',
      },
      {
        label: '$(diff) Compare',
        description: 'this file next to the released one',
        command: 'protoCompat.compareWithRelease',
      },
      {
        label: '$(tag) Baseline …',
        description: 'the release, branch or commit to compare with',
        command: 'protoCompat.chooseBaseline',
      },
      { label: '$(law) Policy …', description: 'what releases promise', command: 'protoCompat.choosePolicy' },
      { label: '$(output) Output', description: 'the log', command: 'protoCompat.showOutput' },
    ],
    { title: 'Proto Compat', placeHolder: 'Show or change' },
  );
  if (picked !== undefined) await vscode.commands.executeCommand(picked.command);
}

function releaseItem({
  ref,
  version,
  prefix,
  commit,
  prerelease,
  current,
}: ReleaseItem): vscode.QuickPickItem & { ref: string } {
  const notes = [prerelease ? 'pre-release' : '', current ? 'current baseline' : ''].filter((note) => note !== '');
  return {
    label: `$(tag) ${prefix}${version}`,
    description: [ref === version ? '' : ref, commit.slice(0, 7), ...notes].filter((part) => part !== '').join(' · '),
    ref,
  };
}

async function choosePolicy({ client }: Pick<CommandContext, 'client'>): Promise<void> {
  const running = requireClient(client);
  const uri = running && (await targetUri());
  if (uri === undefined || running === undefined) return;
  const { policy, policies, uri: file } = await ask(running, 'protoCompat/configuration', { uri });
  const picked = await vscode.window.showQuickPick(
    policies.map(({ name, description }) => ({
      label: name,
      description: name === policy ? 'current' : '',
      detail: description,
    })),
    { title: 'What your releases promise', placeHolder: 'Written into proto-compat.json, for editor and CI' },
  );
  if (picked === undefined) return;
  const address = vscode.Uri.parse(file);
  const isOpen = ({ uri: open }: vscode.TextDocument): boolean => open.toString() === address.toString();
  const hadEdits = vscode.workspace.textDocuments.find(isOpen)?.isDirty === true;
  await vscode.commands.executeCommand(WRITE_POLICY, { uri, policy: picked.label });
  const editor = await vscode.window.showTextDocument(address);
  // Other unsaved edits must not be saved without the user.
  if (!hadEdits) await editor.document.save();
}

/** The server's command; vscode-languageclient registers it. */
const WRITE_POLICY = 'proto-compat.policy';

async function openConfiguration({ client }: CommandContext): Promise<void> {
  const running = requireClient(client);
  const uri = running && (await targetUri());
  if (uri === undefined || running === undefined) return;
  const { from } = await ask(running, 'protoCompat/configuration', { uri });
  if (from !== null) {
    await vscode.window.showTextDocument(vscode.Uri.parse(from));
    return;
  }
  const choose = 'Choose a Policy';
  const message = 'There is no proto-compat.json, so all settings have their defaults.';
  if ((await vscode.window.showInformationMessage(message, choose)) === choose) await choosePolicy({ client });
}

/** In a terminal, because the user may have to enter a password. */
async function fetchTags({ client }: CommandContext): Promise<void> {
  const document = checkedDocument();
  const folder = document && vscode.workspace.getWorkspaceFolder(document);
  const cwd = folder?.uri ?? (document && vscode.Uri.joinPath(document, '..'));
  const terminal = vscode.window.createTerminal({ name: 'git fetch', ...(cwd && { cwd }) });
  terminal.show();
  // In a full clone, git rejects `--unshallow`.
  terminal.sendText((await isShallow(client())) ? 'git fetch --tags --unshallow' : 'git fetch --tags');
}

async function isShallow(running: LanguageClient | undefined): Promise<boolean> {
  const uri = running && (await targetUri());
  if (uri === undefined || running === undefined) return false;
  const { status } = await ask(running, 'protoCompat/summary', { uri });
  return status.kind === 'nothing' && status.reason === 'shallow';
}

async function showPlace(uri: string, { start, end }: Range): Promise<void> {
  await vscode.window.showTextDocument(vscode.Uri.parse(uri), {
    selection: new vscode.Range(start.line, start.character, end.line, end.character),
  });
}

function requireClient(client: CommandContext['client']): LanguageClient | undefined {
  const running = client();
  if (running === undefined) void showWhyNotRunning();
  return running;
}

async function showWhyNotRunning(): Promise<void> {
  const [message, help, command, argument] = vscode.workspace.isTrusted
    ? ([
        'Proto Compat is disabled.',
        'Open the Setting',
        'workbench.action.openSettings',
        'protoCompat.enable',
      ] as const)
    : ([
        'Git does not run in this folder until you trust it.',
        'Manage Trust',
        'workbench.trust.manage',
        undefined,
      ] as const);
  if ((await vscode.window.showInformationMessage(message, help)) === help)
    await vscode.commands.executeCommand(command, argument);
}

/** The active document if the server checks it, else its folder, else the only folder or the one that the user picks. */
async function targetUri(): Promise<string | undefined> {
  const front = vscode.window.activeTextEditor?.document.uri;
  const folders = vscode.workspace.workspaceFolders ?? [];
  const folder =
    (front && vscode.workspace.getWorkspaceFolder(front)) ?? (folders.length === 1 ? folders[0] : undefined);
  const target = checkedDocument() ?? folder?.uri;
  if (target !== undefined) return target.toString();
  if (folders.length > 0) return (await vscode.window.showWorkspaceFolderPick())?.uri.toString();
  void vscode.window.showInformationMessage('Open a `.proto` file or a folder first.');
  return undefined;
}

function checkedDocument(): vscode.Uri | undefined {
  const document = vscode.window.activeTextEditor?.document;
  return document && isChecked(document) ? document.uri : undefined;
}
