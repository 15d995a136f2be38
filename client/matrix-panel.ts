import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import {
  type CellFinding,
  type Group,
  groupsOf,
  type MatrixPart,
  type MatrixResult,
  type Roles,
} from '../server/lsp/protocol.ts';
import { html, type Html } from './html.ts';
import { ask } from './language-client.ts';
import { cellMarks, cellTitle, gridPage, MATRIX_PAGE, openedPage } from './matrix-page.ts';
import { Panel } from './panel.ts';
import { SHOW_PLACE } from './status-text.ts';
import type { FromPage } from './webview/messages.ts';

const OUTDATED = 'The edit has changed since this comparison.';

interface Matrix {
  readonly panel: Panel;
  readonly uri: string;
  cancellation: vscode.CancellationTokenSource;
  /** The URI as the server writes it; undefined before the first part. */
  repository: string | undefined;
  versions: MatrixPart['versions'];
  groups: readonly Group[];
  roles: Roles;
  cells: MatrixPart['cells'];
  /** Set once the matrix is complete. */
  svg: string | undefined;
  /** The findings changed after the first part. */
  isOutdated: boolean;
  /** The findings of the selected cell. */
  opened: readonly CellFinding[];
  /** `opened` as markup. */
  beside: Html;
  state: { readonly text: string; readonly progress: number | null };
}

/** The matrix is filled in parts, and updated only on request. */
export class MatrixPanel {
  readonly #client: () => LanguageClient | undefined;
  readonly #extension: vscode.Uri;
  #matrix: Matrix | undefined;
  #tokens = 0;

  constructor(extension: vscode.Uri, client: () => LanguageClient | undefined) {
    this.#extension = extension;
    this.#client = client;
  }

  /** Undefined while the panel is closed. */
  get shown(): Readonly<Omit<Matrix, 'panel' | 'cancellation'>> | undefined {
    return this.#matrix;
  }

  /** @param uri a document or folder in the module */
  show(uri: string): void {
    if (this.#matrix?.uri === uri) {
      this.#matrix.panel.reveal();
      return;
    }
    this.#matrix?.panel.dispose();
    const panel = new Panel(this.#extension, 'protoCompat.matrix', 'Version Skew Matrix', MATRIX_PAGE, (message) =>
      this.pressed(message),
    );
    const matrix: Matrix = { panel, uri, ...emptyMatrix() };
    this.#matrix = matrix;
    panel.onDidDispose(() => {
      matrix.cancellation.cancel();
      if (this.#matrix === matrix) this.#matrix = undefined;
    });
    void this.#compare(matrix);
  }

  /** The page only says that it is outdated, because a comparison of all releases is too slow for each keystroke. */
  edited(repository: string): void {
    const matrix = this.#matrix;
    // The first part already contains earlier edits.
    if (matrix?.repository !== repository) return;
    matrix.isOutdated = true;
    if (matrix.svg !== undefined) this.#setState(matrix, OUTDATED, null);
  }

  dispose(): void {
    this.#matrix?.panel.dispose();
  }

  async pressed({ do: pressed, index }: FromPage): Promise<void> {
    const matrix = this.#matrix;
    if (matrix === undefined) return;
    switch (pressed) {
      case 'ready':
        this.#draw(matrix);
        break;
      case 'cancel':
        matrix.cancellation.cancel();
        break;
      case 'refresh':
        matrix.cancellation.cancel();
        Object.assign(matrix, emptyMatrix());
        this.#draw(matrix);
        await this.#compare(matrix);
        break;
      case 'export':
        await this.#exportImage(matrix);
        break;
      case 'open':
        await this.#openCell(matrix, index);
        break;
      case 'show': {
        const item = matrix.opened[index]?.item;
        if (item !== undefined) await vscode.commands.executeCommand(SHOW_PLACE, item.uri, item.range);
      }
    }
  }

  async #compare(matrix: Matrix): Promise<void> {
    const running = this.#client();
    if (running === undefined) {
      this.#setState(matrix, 'Proto Compat is not running.', null);
      return;
    }
    const { cancellation } = matrix;
    const { ProgressType, WorkDoneProgress } = await import('./library.ts');
    const [workDoneToken, partialResultToken] = [`matrix progress ${++this.#tokens}`, `matrix part ${this.#tokens}`];
    const listening = [
      running.onProgress(WorkDoneProgress.type, workDoneToken, (progress) => {
        if (progress.kind === 'report' && matrix.cancellation === cancellation)
          this.#setState(matrix, progress.message ?? '', progress.percentage ?? 0);
      }),
      running.onProgress(new ProgressType<MatrixPart>(), partialResultToken, (part) => {
        if (matrix.cancellation === cancellation) this.#add(matrix, part);
      }),
    ];
    try {
      const params = { uri: matrix.uri, workDoneToken, partialResultToken };
      const result: MatrixResult = await ask(running, 'protoCompat/matrix', params, cancellation.token);
      if (matrix.cancellation !== cancellation) return;
      matrix.svg = result.svg;
      // With the cells of all parts.
      matrix.cells = result.cells;
      const releases = result.versions.length - 1;
      const shown =
        result.leftOut > 0
          ? `The newest ${releases} of ${releases + result.leftOut} releases`
          : `${releases} release${releases === 1 ? '' : 's'}`;
      const text = matrix.isOutdated ? OUTDATED : `${shown} and the edit, policy ${result.policy}.`;
      this.#setState(matrix, text, null);
    } catch (error) {
      if (matrix.cancellation !== cancellation) return;
      const cancelled = cancellation.token.isCancellationRequested;
      this.#setState(matrix, cancelled ? 'Cancelled.' : error instanceof Error ? error.message : String(error), null);
    } finally {
      for (const one of listening) one.dispose();
    }
  }

  #add(matrix: Matrix, { repository, versions, roles, cells }: MatrixPart): void {
    const first = matrix.versions.length === 0;
    matrix.repository = repository;
    matrix.versions = versions;
    matrix.cells = [...matrix.cells, ...cells];
    if (first) {
      matrix.groups = groupsOf(versions);
      matrix.roles = roles;
      matrix.panel.fill('grid', gridPage(matrix.groups, roles));
    }
    matrix.panel.post({ kind: 'cells', cells: cellMarks(matrix.groups, cells) });
  }

  #draw(matrix: Matrix): void {
    if (matrix.groups.length > 0) matrix.panel.fill('grid', gridPage(matrix.groups, matrix.roles));
    matrix.panel.post({ kind: 'cells', cells: cellMarks(matrix.groups, matrix.cells) });
    matrix.panel.fill('opened', matrix.beside);
    this.#setState(matrix, matrix.state.text, matrix.state.progress);
  }

  #setState(matrix: Matrix, text: string, progress: number | null): void {
    matrix.state = { text, progress };
    matrix.panel.post({ kind: 'state', text, progress, exportable: matrix.svg !== undefined });
  }

  async #openCell(matrix: Matrix, index: number): Promise<void> {
    const { groups, roles, versions, panel } = matrix;
    const [row, column] = [Math.floor(index / groups.length), index % groups.length];
    const [client, server] = [groups[row], groups[column]];
    const running = this.#client();
    if (client === undefined || server === undefined || running === undefined) return;
    const title = cellTitle(groups, roles, row, column);
    const pairing = client.first <= server.first ? 'oldClientNewServer' : 'newClientOldServer';
    const [older, newer] = [Math.min(client.first, server.first), Math.max(client.first, server.first)];
    const from = versions[older]?.ref ?? null;
    let findings: readonly CellFinding[] = [];
    if (older !== newer && from !== null) {
      const to = versions[newer]?.ref ?? null;
      findings = await ask(running, 'protoCompat/compare', { uri: matrix.uri, from, to, pairing });
    }
    matrix.opened = findings;
    matrix.beside = openedPage(title, findings, pairing);
    panel.fill('opened', matrix.beside);
  }

  async #exportImage({ svg, uri }: Matrix): Promise<void> {
    if (svg === undefined) return;
    const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.parse(uri))?.uri;
    const file = await vscode.window.showSaveDialog({
      ...(folder && { defaultUri: vscode.Uri.joinPath(folder, 'version-skew.svg') }),
      filters: { 'SVG image': ['svg'] },
    });
    if (file !== undefined) await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(svg));
  }
}

function emptyMatrix(): Omit<Matrix, 'panel' | 'uri'> {
  return {
    cancellation: new vscode.CancellationTokenSource(),
    repository: undefined,
    versions: [],
    groups: [],
    roles: { client: 'client', server: 'server' },
    cells: [],
    svg: undefined,
    isOutdated: false,
    opened: [],
    beside: html``,
    state: { text: 'Comparing …', progress: 0 },
  };
}
