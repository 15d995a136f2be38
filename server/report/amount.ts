import type { Severity } from '../policy/settings.ts';

/** "1 error", "2 warnings", "3 for information". */
export function amount(number: number, severity: Severity): string {
  return severity === 'information' ? `${number} for information` : `${number} ${severity}${number === 1 ? '' : 's'}`;
}
