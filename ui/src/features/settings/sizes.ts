/** Sizes as people read them: 0 bytes, 512 bytes, 3.4 KiB, 38 MiB. */
const units = ['KiB', 'MiB', 'GiB', 'TiB'] as const;

export function sizeWords(bytes: number): string {
  if (bytes < 1024) return `${String(bytes)} ${bytes === 1 ? 'byte' : 'bytes'}`;
  const power = Math.min(Math.floor(Math.log(bytes) / Math.log(1024)), units.length);
  const size = bytes / 1024 ** power;
  const printed = size < 10 ? size.toFixed(1) : Math.round(size).toLocaleString('en-US');
  return `${printed} ${units[power - 1] ?? ''}`;
}

/** A digest in groups of two, without its middle: "4f:9a:17:…:e0:c1". */
export function shortened(digest: string): string {
  const hex = digest.replace(/^sha256:/i, '').replaceAll(':', '');
  const pairs = hex.match(/.{1,2}/g) ?? [];
  if (pairs.length <= 6) return pairs.join(':');
  return [...pairs.slice(0, 3), '…', ...pairs.slice(-2)].join(':');
}
