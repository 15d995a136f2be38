import { Html } from './html.ts';

/** All colours come from the theme. */
export const STYLE = new Html(`
  body { padding: 0 clamp(12px, 4vw, 24px) 32px; overflow-wrap: anywhere; font: var(--vscode-font-size) / 1.5 var(--vscode-font-family); color: var(--vscode-foreground); }
  h1 { font-size: 1.7em; font-weight: 600; margin: 20px 0 4px; }
  h2 { font-size: 1.2em; font-weight: 600; margin: 24px 0 8px; }
  h3 { font-size: 1em; font-weight: 600; margin: 0; }
  p { margin: 4px 0; }
  .aside { color: var(--vscode-descriptionForeground); font-weight: normal; }
  code, pre, .witness { font-family: var(--vscode-editor-font-family); font-size: 0.95em; }
  /* The theme's colour for code only fits its own background: in high contrast, white on black. */
  code { color: inherit; background: none; padding: 0; unicode-bidi: isolate; }
  a { color: var(--vscode-textLink-foreground); text-decoration: none; }
  a:hover, a.aside, .link:hover { text-decoration: underline; }
  :focus-visible { outline: 2px solid var(--vscode-focusBorder); outline-offset: 1px; }
  button { font: inherit; padding: 4px 12px; border: 1px solid var(--vscode-button-border, var(--vscode-contrastBorder, transparent));
    border-radius: 3px; cursor: pointer; color: var(--vscode-button-foreground); background: var(--vscode-button-background); }
  button:hover { background: var(--vscode-button-hoverBackground); }
  button.second { color: var(--vscode-button-secondaryForeground); background: var(--vscode-button-secondaryBackground); }
  button.second:hover { background: var(--vscode-button-secondaryHoverBackground); }
  button.link, button.link:hover { padding: 0; border: 0; background: none; color: var(--vscode-textLink-foreground); font-weight: 600; text-align: start; }
  [hidden] { display: none !important; }
  table { border-collapse: collapse; }
  th { text-align: start; font-weight: normal; }
  /* A long name must not take space from the other columns. */
  section table { width: 100%; table-layout: fixed; }
  /* The column headers stay visible in a table of hundreds of rows. */
  section thead th { position: sticky; top: 0; z-index: 1; background: var(--vscode-editor-background); font-weight: 600; padding: 8px 12px 4px 0; vertical-align: bottom; }
  section th.pairing { width: 19%; }
  section tbody tr { border-top: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder, var(--vscode-editorWidget-border))); }
  section tbody th, section td { padding: 10px 16px 10px 0; vertical-align: top; }
  th.severity { font-weight: 600; padding: 6px 0; }
  /* These colours are made for squiggles and icons. As text they are too pale on white. */
  th.severity::before { content: ''; display: inline-block; width: 0.7em; height: 0.7em; margin-inline-end: 0.5em; border-radius: 50%; background: var(--sign, currentColor); }
  th.severity.error { --sign: var(--vscode-errorForeground); }
  th.severity.warning { --sign: var(--vscode-editorWarning-foreground); }
  th.severity.information { --sign: var(--vscode-charts-blue); }
  /* On a narrow page, the effects are below the text. */
  @media (max-width: 640px) {
    section table, section tbody, section thead { display: block; }
    section tr { display: grid; grid-template-columns: 1fr 1fr; column-gap: 12px; }
    section thead { position: sticky; top: 0; z-index: 1; background: var(--vscode-editor-background); }
    section thead th:first-child { position: absolute; clip-path: inset(50%); }
    section th.pairing { width: auto; }
    section tbody th { grid-column: 1 / -1; }
    section tbody th, section td { padding: 6px 0; }
  }
  .uses { margin: 6px 0 0; padding: 0; list-style: none; font-weight: normal; }
  .uses > li:not(:has(details)), .uses details > div { padding-inline-start: 1.1em; }
  .uses summary { cursor: pointer; }
  .uses code { overflow-wrap: anywhere; }
  .witness { margin-top: 6px; padding: 6px 10px; border-inline-start: 3px solid var(--vscode-textBlockQuote-border);
    background: var(--vscode-textBlockQuote-background); overflow-wrap: anywhere; }
  pre { padding: 12px; margin: 8px 0; white-space: pre-wrap; overflow-wrap: anywhere; background: var(--vscode-textCodeBlock-background);
    border: 1px solid var(--vscode-contrastBorder, transparent); }
  .mark { white-space: nowrap; font-weight: 600; }
  .mark b, .key { display: inline-block; box-sizing: border-box; flex: none; white-space: nowrap; min-width: 1.8em; padding: 0 3px; text-align: center; border-radius: 3px; border: 1px solid var(--vscode-contrastBorder, transparent); }
  .exact { --tint: var(--vscode-charts-green); }
  .absent { --tint: var(--vscode-charts-blue); }
  .unrecognised { --tint: var(--vscode-charts-yellow); }
  /* The theme's orange is semi-transparent. */
  .dropped { --tint: color-mix(in srgb, var(--vscode-charts-yellow) 45%, var(--vscode-charts-red)); }
  .rejected { --tint: var(--vscode-charts-red); }
  .altered { --tint: var(--vscode-charts-purple); }
  .mark b, .key, [role=grid] td { background: color-mix(in srgb, var(--tint, transparent) 32%, transparent); }
  .bar { display: flex; flex-wrap: wrap; align-items: center; gap: 10px; margin: 10px 0 14px; min-height: 30px; }
  progress { width: 180px; accent-color: var(--vscode-progressBar-background); }
  /* The details of a cell only get space once there are some. */
  .beside:has(#opened:not(:empty)) { display: grid; grid-template-columns: minmax(0, max-content) minmax(300px, 1fr); gap: 24px; align-items: start; }
  @media (max-width: 800px) { .beside:has(#opened:not(:empty)) { grid-template-columns: minmax(0, 1fr); } }
  .scroll { overflow: auto; max-height: 75vh; }
  [role=grid] { border-collapse: separate; border-spacing: 2px; }
  /* The shadow covers the gaps between cells, where scrolled cells would be visible. */
  [role=grid] th { position: sticky; z-index: 1; background: var(--vscode-editor-background); white-space: nowrap; box-shadow: 0 0 0 2px var(--vscode-editor-background); padding: 2px 8px 2px 0; }
  [role=grid] thead th { top: 0; vertical-align: bottom; padding: 0 0 4px; }
  [role=grid] thead th span { writing-mode: vertical-rl; transform: rotate(180deg); margin: 0 auto; display: block; }
  [role=grid] tbody th { left: 0; text-align: end; }
  [role=grid] th.corner { left: 0; z-index: 2; padding-right: 8px; color: var(--vscode-descriptionForeground); }
  /* Wide enough for most texts, so that nothing moves while the grid fills. */
  [role=grid] td { box-sizing: border-box; min-width: 3.5em; max-width: 3.5em; height: 2.2em; padding: 0; line-height: 1; text-align: center; cursor: pointer; border-radius: 3px; font-weight: 600;
    border: 2px solid var(--vscode-contrastBorder, transparent); font-variant-numeric: tabular-nums; }
  td.broken, .key.broken { border: 2px solid var(--vscode-errorForeground); }
  td[aria-selected] { outline: 3px solid var(--vscode-focusBorder); outline-offset: 0; }
  [role=grid] td:hover { outline: 2px solid var(--vscode-contrastActiveBorder, var(--vscode-focusBorder)); outline-offset: -1px; }
  .legend { columns: 300px 2; column-gap: 16px; padding: 0; margin: 10px 0; list-style: none; max-width: 640px; }
  .legend li { display: flex; gap: 0.5em; align-items: baseline; break-inside: avoid; padding: 2px 0; }
  .findings { padding: 0; margin: 0; list-style: none; }
  .findings li { padding: 8px 0; border-top: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder, transparent)); }
  #opened h2 { margin-top: 0; }
`);
