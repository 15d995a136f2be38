/* The script of both webview pages. All texts and markup come from the extension. */
import type { FromPage, ToPage } from './messages.ts';

declare function acquireVsCodeApi(): { postMessage(message: FromPage): void };

const vscode = acquireVsCodeApi();

window.addEventListener('message', ({ data }: MessageEvent<ToPage>) => {
  switch (data.kind) {
    case 'html': {
      const element = document.getElementById(data.id);
      if (element === null) break;
      element.innerHTML = data.html;
      // The newest release is at the end.
      const area = element.querySelector('[data-start=end]');
      area?.scrollTo(area.scrollWidth, area.scrollHeight);
      break;
    }
    case 'cells': {
      const all = rows();
      for (const { row, column, classes, text, label } of data.cells) {
        const cell = all[row]?.[column];
        if (cell === undefined) continue;
        cell.className = classes;
        cell.textContent = text;
        cell.ariaLabel = label;
      }
      break;
    }
    case 'state': {
      const progress = document.querySelector<HTMLProgressElement>('#progress');
      if (progress !== null) {
        progress.hidden = data.progress === null;
        progress.value = data.progress ?? 0;
      }
      const state = document.getElementById('state');
      if (state !== null) state.textContent = data.text;
      show('cancel', data.progress !== null);
      show('refresh', data.progress === null);
      show('export', data.exportable);
      break;
    }
  }
});

document.addEventListener('click', ({ target }) => {
  if (target instanceof Element) press(target);
});

// Titles are computed on demand, because there may be thousands of cells.
for (const type of ['mouseover', 'focusin']) {
  document.addEventListener(type, ({ target }) => {
    if (target instanceof HTMLTableCellElement && target.tagName === 'TD') describe(target);
  });
}

document.addEventListener('keydown', (event) => {
  const cell = event.target;
  if (!(cell instanceof HTMLTableCellElement) || cell.tagName !== 'TD') return;
  if (event.key === 'Enter' || event.key === ' ') {
    press(cell);
  } else {
    const next = neighbour(cell, event.key, event.ctrlKey || event.metaKey);
    if (next === undefined) return;
    focus(next);
  }
  event.preventDefault();
});

vscode.postMessage({ do: 'ready', index: -1 });

function press(target: Element): void {
  const cell = target.closest<HTMLTableCellElement>('[role=grid] td');
  if (cell !== null) {
    focus(cell);
    document.querySelector('td[aria-selected]')?.removeAttribute('aria-selected');
    cell.setAttribute('aria-selected', 'true');
    const all = rows();
    const row = all.findIndex((cells) => cells.includes(cell));
    vscode.postMessage({ do: 'open', index: row * all.length + (all[row]?.indexOf(cell) ?? 0) });
    return;
  }
  const button = target.closest<HTMLElement>('[data-do]');
  if (button === null) return;
  vscode.postMessage({ do: button.dataset['do'] ?? '', index: Number(button.dataset['index'] ?? -1) });
}

/** "client 1.0.0, server 1.1.0: dropped, 3 findings". */
function describe(cell: HTMLTableCellElement): void {
  const row = cell.parentElement?.querySelector('th')?.title ?? '';
  const column = document.querySelectorAll<HTMLElement>('[role=grid] thead th')[cell.cellIndex]?.title ?? '';
  cell.title = [row, column].join(', ') + (cell.ariaLabel === null ? '' : `: ${cell.ariaLabel}`);
}

function focus(cell: HTMLElement): void {
  document.querySelector('td[tabindex="0"]')?.setAttribute('tabindex', '-1');
  cell.tabIndex = 0;
  cell.focus();
  // The sticky headers would cover the cell.
  const area = cell.closest('.scroll');
  const corner = document.querySelector('[role=grid] .corner');
  if (area === null || corner === null) return;
  const [place, hidden] = [cell.getBoundingClientRect(), corner.getBoundingClientRect()];
  area.scrollBy(Math.min(0, place.left - hidden.right), Math.min(0, place.top - hidden.bottom));
}

/** The cell to which a key moves the focus. */
function neighbour(cell: HTMLTableCellElement, key: string, isCtrl: boolean): HTMLElement | undefined {
  const all = rows();
  const row = all.findIndex((cells) => cells.includes(cell));
  const column = all[row]?.indexOf(cell) ?? 0;
  const last = all.length - 1;
  switch (key) {
    case 'ArrowUp':
      return all[row - 1]?.[column];
    case 'ArrowDown':
      return all[row + 1]?.[column];
    case 'ArrowLeft':
      return all[row]?.[column - 1];
    case 'ArrowRight':
      return all[row]?.[column + 1];
    case 'PageUp':
      return all[Math.max(0, row - 10)]?.[column];
    case 'PageDown':
      return all[Math.min(last, row + 10)]?.[column];
    case 'Home':
      return all[isCtrl ? 0 : row]?.[0];
    case 'End':
      return all[isCtrl ? last : row]?.[last];
    default:
      return undefined;
  }
}

function rows(): readonly (readonly HTMLElement[])[] {
  return [...document.querySelectorAll('[role=grid] tbody tr')].map((row) => [
    ...row.querySelectorAll<HTMLElement>('td'),
  ]);
}

function show(id: string, shown: boolean): void {
  const element = document.getElementById(id);
  if (element !== null) element.hidden = !shown;
}
