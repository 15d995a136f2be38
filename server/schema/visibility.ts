import type { Enum, File, Message } from './model.ts';

/** https://protobuf.dev/editions/features/#symbol-vis */
export function isExported({ node, parent, file }: Message | Enum): boolean {
  if (!hasVisibility(file) || node === undefined || node.kind === 'field') return true;
  if (node.visibility !== undefined) return node.visibility.text === 'export';
  const value = file.options.get('features.default_symbol_visibility')?.value;
  switch (value?.kind === 'identifier' ? value.text : undefined) {
    case 'EXPORT_ALL':
      return true;
    case 'LOCAL_ALL':
    case 'STRICT':
      return false;
    default:
      return parent.kind === 'file';
  }
}

export function hasVisibility({ edition }: File): boolean {
  return edition === '2024';
}
