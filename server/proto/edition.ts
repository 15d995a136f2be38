const EDITIONS = ['proto2', 'proto3', '2023', '2024'] as const;
export type Edition = (typeof EDITIONS)[number];

/** The syntax or edition with this name; undefined if there is none, for example because the name is half typed. */
export function knownEdition(name: string): Edition | undefined {
  return EDITIONS.find((edition) => edition === name);
}
