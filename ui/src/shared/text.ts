/** How text, numbers and times are written everywhere. */

// C0 and C1 controls, soft hyphen, Arabic letter mark, zero-width and bidi characters, line and paragraph separators,
// invisible operators, deprecated format characters, BOM, interlinear annotation, tags, and lone surrogates.
const hidden =
  // eslint-disable-next-line no-control-regex, no-misleading-character-class -- finding such characters is the purpose
  /[\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\u{e0000}-\u{e0fff}\ud800-\udfff]/gu;

/** Text of a cluster with every character that cannot be seen, or that changes the order of others, as an escape. */
export function visible(text: string): string {
  return text.replace(hidden, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16);
    return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`;
  });
}

/** No line of a window holds more characters. */
const LINE = 1000;

/** As much of a text as a line can show: drawing, measuring and reading aloud cost what it has, and a name may have 200 kB. */
export function beginning(text: string): string {
  if (text.length <= LINE) return text;
  const last = text.charCodeAt(LINE - 1);
  const isHalf = last >= 0xd800 && last < 0xdc00;
  return text.slice(0, isHalf ? LINE - 1 : LINE);
}

const thousands = new Intl.NumberFormat('en-US');

/** 48312 → 48,312. */
export function count(number: number): string {
  return thousands.format(number);
}

/** "1 Pod", "7 Pods", "2 NetworkPolicies", "3 Ingresses". */
export function plural(kind: string, number: number): string {
  return `${count(number)} ${number === 1 ? kind : kinds(kind)}`;
}

/** The plural of a kind's name: Pod → Pods, Ingress → Ingresses, NetworkPolicy → NetworkPolicies. */
export function kinds(kind: string): string {
  if (/(s|x|z|ch|sh)$/.test(kind)) return /(Endpoints|s[Ll]ogs|ics|Metrics)$/.test(kind) ? kind : `${kind}es`;
  if (/[^aeiou]y$/.test(kind)) return `${kind.slice(0, -1)}ies`;
  return `${kind}s`;
}

/** Unix seconds → 14:03:12. */
export function clock(unixSeconds: number): string {
  const time = new Date(unixSeconds * 1000);
  return [time.getHours(), time.getMinutes(), time.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}

/** Ends a sentence that may or may not have its full stop. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  if (!trimmed) return '';
  return /[.!?…"”]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

/** "a", "a and b", "a, b and c". */
export function list(parts: readonly string[]): string {
  if (parts.length < 2) return parts[0] ?? '';
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`;
}

/** A name in the parts between which a line may break: after `-`, `_`, `/`, `.`. */
export function breakable(name: string): string[] {
  return name.split(/(?<=[-_/.])/);
}
