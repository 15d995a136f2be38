import type { OptionNode } from '../proto/tree.ts';
import type { Options } from './model.ts';

/** Shared by most elements. Never add to it. */
export const NO_OPTIONS = new Map<string, OptionNode>();

export function optionsOf(nodes: readonly OptionNode[]): Map<string, OptionNode> {
  if (nodes.length === 0) return NO_OPTIONS;
  const options = new Map<string, OptionNode>();
  for (const node of nodes.flatMap(singleFeatures)) if (!options.has(node.name.text)) options.set(node.name.text, node);
  return options;
}

/** `features = { [pb.go]: { api_level: API_OPEN } }` sets the same as `features.(pb.go).api_level = API_OPEN`. */
function singleFeatures(node: OptionNode): OptionNode[] {
  const { name, value } = node;
  if (value.kind !== 'message' || !/^features(?:\.|$)/.test(name.text)) return [node];
  return value.fields.flatMap((field) => {
    const feature = field.name.text.replace(/^\[(.*)\]$/, '($1)');
    return singleFeatures({
      ...node,
      name: { text: `${name.text}.${feature}`, span: field.name.span },
      value: field.value,
    });
  });
}

export function optionsIn(members: readonly (OptionNode | { readonly kind: string })[]): Map<string, OptionNode> {
  return optionsOf(members.filter((member): member is OptionNode => member.kind === 'option'));
}

export function isTrue(options: Options, name: string): boolean {
  const value = options.get(name)?.value;
  return value?.kind === 'identifier' && value.text === 'true';
}

export function stringOption(options: Options, name: string): string | undefined {
  const value = options.get(name)?.value;
  return value?.kind === 'string' ? new TextDecoder().decode(value.bytes) : undefined;
}
