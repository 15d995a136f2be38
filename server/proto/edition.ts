import type { Edition } from './tree.ts';

/** The syntax or edition with this name; undefined if there is none, for example because the name is half typed. */
export function knownEdition(name: string): Edition | undefined {
  return EDITIONS.find((edition) => edition === name);
}

const EDITIONS: readonly Edition[] = ['proto2', 'proto3', '2023', '2024'];
