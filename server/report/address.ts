export function ruleAddress(rule: string): string {
  return `${PROJECT}/blob/main/docs/rules.md#${rule}`;
}

export const PROJECT = 'https://github.com/proto-compat/proto-compat';

export const SCHEMA =
  'https://raw.githubusercontent.com/proto-compat/proto-compat/main/schemas/proto-compat.schema.json';
