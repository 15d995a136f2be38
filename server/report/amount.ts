import type { Severity } from '../policy/settings.ts';

export function amount(number: number, severity: Severity): string {
  return severity === 'information' ? `${number} for information` : `${number} ${severity}${number === 1 ? '' : 's'}`;
}
