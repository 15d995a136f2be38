import {
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  type SnippetTextEdit,
  StringValue,
  type TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';

import type { Finding, Range } from '../policy/result.ts';
import { combined } from '../rules/fixes/combine.ts';
import type { Fix } from '../rules/rule.ts';
import { type DiagnosticAbilities, findingDiagnostic, problemDiagnostic } from './diagnostics.ts';
import { revertElement, revertFile, textEdits } from './revert.ts';
import { takeOut } from './take-out.ts';
import { stillUsed } from './uses.ts';
import { overlaps, type View } from './view.ts';

/** Restores everything in a file that is safe to restore. */
export const FIX_ALL = `${CodeActionKind.SourceFixAll}.protoCompat`;
/** Puts a whole file back to the release. */
export const REVERT_FILE = `${CodeActionKind.Source}.revert.protoCompat`;

export interface ActionAbilities extends DiagnosticAbilities {
  /** Edits can carry the version of the document they are made for. */
  readonly documentChanges: boolean;
  /** Edits can select the part of a text that is to be replaced. */
  readonly snippets: boolean;
}

/** The ways out of the findings in a range, and what can be done to the whole file. */
export async function codeActions(
  view: View,
  params: CodeActionParams,
  abilities: ActionAbilities,
): Promise<CodeAction[]> {
  const wants = (kind: string): boolean =>
    params.context.only === undefined ||
    params.context.only.some((wanted) => kind === wanted || kind.startsWith(`${wanted}.`));
  const edits = new Edits(view, abilities);
  const actions: CodeAction[] = [];
  // All fixes are asked for before anything is waited for: a newer edit moves the trees that they are made from.
  const safe = params.context.only !== undefined && wants(FIX_ALL) && view.isProto ? everythingSafe(view) : undefined;
  if (wants(CodeActionKind.QuickFix)) {
    const found = view.findings
      .filter((finding) => overlaps(linesAround(finding, view), params.range))
      .map((finding) => ({ finding, fixes: finding.fixes() }));
    for (const { finding, fixes } of found) {
      const ordered = await suited(finding, fixes, view);
      actions.push(...(await quickFixes(finding, ordered, view, edits, abilities)));
    }
    actions.push(...withoutUse(view, params, edits, abilities));
  }
  if (!view.isProto) return actions;
  // Without being asked for it, only what stands at the cursor is offered.
  if (safe !== undefined) {
    const edit = await edits.of(safe);
    if (edit !== undefined) {
      actions.push({ title: `Restore what is safe to restore to ${view.release}`, kind: FIX_ALL, edit });
    }
  }
  if (params.context.only !== undefined && wants(REVERT_FILE)) {
    const edit = edits.ofDocument(await revertFile(view));
    if (edit !== undefined) actions.push({ title: `Revert this file to ${view.release}`, kind: REVERT_FILE, edit });
  }
  return actions;
}

/** A light bulb is waited for. In milliseconds. */
const LONGEST_SEARCH = 300;

/** The fix that suits whether code still uses what was removed comes first, where that is found out in time. */
async function suited(finding: Finding, fixes: readonly Fix[], view: View): Promise<readonly Fix[]> {
  if (!fixes.some(({ suits }) => suits !== undefined)) return fixes;
  const { repository, result, texts } = view;
  const ending = AbortSignal.timeout(LONGEST_SEARCH);
  const found = await repository.uses.of(result, [finding], texts, ending).catch(() => undefined);
  const used = stillUsed(found?.get(finding));
  if (used === undefined) return fixes;
  const isFirst = ({ suits }: Fix): boolean => suits === (used ? 'used' : 'unused');
  return [...fixes.filter(isFirst), ...fixes.filter((fix) => !isFirst(fix))];
}

/** A gap has no text to put the cursor on: the lines on both sides of it are as good. */
function linesAround({ range, gap }: Finding, { document }: View): Range {
  if (gap === undefined) return range;
  let { line } = range.end;
  const text = (): string => document.getText({ start: { line, character: 0 }, end: { line: line + 1, character: 0 } });
  do line++;
  while (line < document.lineCount && text().trim() === '');
  const end = Math.min(line, document.lineCount - 1);
  return { start: { line: range.start.line, character: 0 }, end: { line: end, character: text().length } };
}

async function quickFixes(
  finding: Finding,
  fixes: readonly Fix[],
  view: View,
  edits: Edits,
  abilities: ActionAbilities,
): Promise<readonly CodeAction[]> {
  const diagnostics = [findingDiagnostic(finding, view.repository, abilities)];
  const actions: CodeAction[] = [];
  const seen = new Set<string>();
  const add = (title: string, edit: WorkspaceEdit | undefined, isPreferred = false): void => {
    // Two ways to one text are one way.
    const outcome = edit && outcomeOf(edit, view);
    if (outcome === undefined || seen.has(outcome)) return;
    seen.add(outcome);
    actions.push({
      title,
      kind: CodeActionKind.QuickFix,
      diagnostics,
      ...(edit && { edit }),
      ...(isPreferred && { isPreferred }),
    });
  };
  const preferred = fixes[0]?.suits === undefined ? fixes.find(({ safe }) => safe) : fixes[0];
  for (const fix of fixes) add(fix.title, await edits.of([fix]), fix === preferred);
  if (view.isProto)
    add(
      `Revert ${finding.element} to ${view.releaseOf(finding)}`,
      edits.ofDocument(await revertElement(view, finding, fixes)),
    );
  const version = announcement(finding, view);
  if (version !== undefined)
    add(
      `Write ${version.text} into ${version.file}`,
      await edits.replacing(version.file, version.range, version.text),
      finding === view.tooLowVersion,
    );
  return actions;
}

/** Acceptances that accept nothing can go. */
function withoutUse(view: View, { range }: CodeActionParams, edits: Edits, abilities: ActionAbilities): CodeAction[] {
  return view.result.problems
    .filter(
      ({ kind, file, range: place }) => kind === 'unused-acceptance' && file === view.path && overlaps(place, range),
    )
    .flatMap((problem) => {
      const taken = takeOut(view.document, problem.range, view.isProto);
      const edit = edits.ofDocument(taken && [taken]);
      return edit === undefined
        ? []
        : {
            title: 'Take out this acceptance',
            kind: CodeActionKind.QuickFix,
            diagnostics: [problemDiagnostic(problem, abilities)],
            isPreferred: true,
            edit,
          };
    });
}

/** What an edit makes of the document, and what it does elsewhere. */
function outcomeOf(edit: WorkspaceEdit, { document }: View): string {
  const changes = Object.entries(edit.changes ?? {});
  for (const change of edit.documentChanges ?? []) {
    if (!('textDocument' in change)) continue;
    const plain = change.edits.map((one): TextEdit =>
      'snippet' in one ? { range: one.range, newText: one.snippet.value } : one,
    );
    changes.push([change.textDocument.uri, plain]);
  }
  return JSON.stringify(
    changes.map(([uri, edits]) => [uri, uri === document.uri ? TextDocument.applyEdits(document, edits) : edits]),
  );
}

/** The version file that announces too little for this finding, and what it must say. */
function announcement(finding: Finding, view: View): { file: string; range: Range; text: string } | undefined {
  const { nextVersion, tooLowVersion: tooLow } = view;
  if (tooLow === undefined || nextVersion === null) return undefined;
  if (finding !== tooLow && finding !== view.module.forcedBy) return undefined;
  return { file: tooLow.file, range: tooLow.range, text: nextVersion };
}

/** The safe fixes of all findings, each edit once: the findings of a shift share theirs. */
function everythingSafe(view: View): readonly Fix[] {
  return view.findings
    .filter(({ accepted }) => accepted === null)
    .flatMap((finding) => finding.fixes().find(({ safe }) => safe) ?? []);
}

/** Turns edits of texts into edits that a client can apply. */
class Edits {
  readonly #view: View;
  readonly #abilities: ActionAbilities;

  constructor(view: View, abilities: ActionAbilities) {
    this.#view = view;
    this.#abilities = abilities;
  }

  ofDocument(edits: readonly TextEdit[] | undefined): WorkspaceEdit | undefined {
    const { uri, version } = this.#view.document;
    return edits === undefined || edits.length === 0
      ? undefined
      : this.#pack(new Map([[uri, { version, edits: [...edits] }]]));
  }

  async replacing(file: string, range: Range, newText: string): Promise<WorkspaceEdit | undefined> {
    const document = await this.#view.current(file);
    if (document === undefined) return undefined;
    const version = this.#view.isOpen(file) ? document.version : null;
    return this.#pack(new Map([[document.uri, { version, edits: [{ range, newText }] }]]));
  }

  /** Undefined where the fixes change nothing or cannot be applied, or a file of theirs cannot be read. */
  async of(fixes: readonly Fix[]): Promise<WorkspaceEdit | undefined> {
    const byFile = new Map<string, { start: number; end: number; text: string }[]>();
    const placeholders = new Map<string, string>();
    for (const { file, span, text, placeholder } of combined(fixes)) {
      byFile.set(file, [...(byFile.get(file) ?? []), { ...span, text }]);
      if (placeholder !== undefined) placeholders.set(text, placeholder);
    }
    const byUri = new Map<string, { version: number | null; edits: TextEdit[] }>();
    for (const [file, edits] of byFile) {
      const document = await this.#view.current(file);
      if (document === undefined) return undefined;
      const ordered = textEdits(document, edits);
      if (ordered === undefined) return undefined;
      byUri.set(document.uri, {
        version: this.#view.isOpen(file) ? document.version : null,
        edits: [...ordered],
      });
    }
    return byUri.size === 0 ? undefined : this.#pack(byUri, placeholders);
  }

  /** @param placeholders what is to be replaced in a text, by that text. */
  #pack(
    byUri: ReadonlyMap<string, { version: number | null; edits: TextEdit[] }>,
    placeholders: ReadonlyMap<string, string> = new Map(),
  ): WorkspaceEdit {
    const { documentChanges, snippets } = this.#abilities;
    if (!documentChanges) {
      return { changes: Object.fromEntries([...byUri].map(([uri, { edits }]) => [uri, edits])) };
    }
    const asSnippet = (edit: TextEdit): TextEdit | SnippetTextEdit => {
      const placeholder = snippets ? placeholders.get(edit.newText) : undefined;
      return placeholder === undefined
        ? edit
        : { range: edit.range, snippet: StringValue.createSnippet(snippetOf(edit.newText, placeholder)) };
    };
    return {
      documentChanges: [...byUri].map(([uri, { version, edits }]) => ({
        textDocument: { uri, version },
        edits: edits.map(asSnippet),
      })),
    };
  }
}

/** As a snippet with one placeholder, which is selected after the edit. */
function snippetOf(text: string, placeholder: string): string {
  const escaped = (part: string): string => part.replace(/[\\$}]/g, '\\$&');
  const at = text.lastIndexOf(placeholder);
  return `${escaped(text.slice(0, at))}\${1:${escaped(placeholder)}}${escaped(text.slice(at + placeholder.length))}`;
}
