const EDITIONS = ['proto2', 'proto3', '2023', '2024'] as const;
export type Edition = (typeof EDITIONS)[number];

/** Undefined if the name is unknown, perhaps because it is half typed. */
export function knownEdition(name: string): Edition | undefined {
  return EDITIONS.find((edition) => edition === name);
}
