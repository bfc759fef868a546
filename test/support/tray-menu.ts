/** One entry of a tray menu as dbusmenu carries it. */
export interface TrayMenuNode {
  readonly id: number;
  /** Without mnemonic marks; empty for separators. */
  readonly label: string;
  readonly type: 'standard' | 'separator';
  readonly enabled: boolean;
  readonly visible: boolean;
  readonly checked: boolean | null;
  readonly children: readonly TrayMenuNode[];
}

/**
 * A row of a scope says its state and time behind its name: the name alone finds it.
 *
 * @throws with the labels that are there, or because the entry is disabled.
 */
export function findEntry(root: TrayMenuNode, labelPath: readonly string[]): TrayMenuNode {
  return labelPath.reduce((node, label) => {
    const next =
      node.children.find((child) => child.label === label) ??
      node.children.find((child) => child.label.startsWith(`${label} – `));
    if (next === undefined) {
      const there = node.children.map((child) => child.label).join(' | ');
      throw new Error(`no menu entry "${label}" among: ${there}`);
    }
    if (!next.enabled) throw new Error(`the menu entry "${label}" is disabled`);
    return next;
  }, root);
}

/** @param raw `(ia{sv}av)` of com.canonical.dbusmenu.GetLayout, in plain values. */
export function menuNode(raw: unknown): TrayMenuNode {
  const [id, properties, children] = raw as [number, Record<string, unknown>, unknown[]];
  return {
    id,
    label: plainLabel(typeof properties['label'] === 'string' ? properties['label'] : ''),
    type: properties['type'] === 'separator' ? 'separator' : 'standard',
    enabled: properties['enabled'] !== false,
    visible: properties['visible'] !== false,
    checked: properties['toggle-type'] ? properties['toggle-state'] === 1 : null,
    children: children.map(menuNode),
  };
}

/** dbusmenu marks a mnemonic by one underscore and writes a real one twice. */
function plainLabel(label: string): string {
  return label.replace(/__|_/g, (marks) => (marks === '__' ? '_' : ''));
}
