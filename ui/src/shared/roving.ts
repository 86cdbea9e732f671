/** Roving tabindex over a list of buttons: one tab stop, the arrows move inside. */
export function roveTo(key: string, at: number, length: number): number | null {
  if (length === 0) return null;
  const to: Record<string, number> = {
    ArrowDown: Math.min(at + 1, length - 1),
    ArrowUp: Math.max(at - 1, 0),
    Home: 0,
    End: length - 1,
  };
  return to[key] ?? null;
}
