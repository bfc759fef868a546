import type { OpenPage } from './host.ts';

/** Elements that reach past the right edge, or a page that scrolls sideways. */
export function sideways({ page }: OpenPage): Promise<string[]> {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const shortened = (node: Element | null): boolean =>
      node !== null && (getComputedStyle(node).textOverflow === 'ellipsis' || shortened(node.parentElement));
    const wide = [
      ...document.querySelectorAll('.app, .app *, main, main *, [role="dialog"] *, [role="menu"] *'),
    ]
      .filter((node) => node.getBoundingClientRect().right > width + 0.5)
      .filter((node) => node.closest('.truncate, .visually-hidden, svg') === null && !shortened(node))
      .map((node) => `${node.tagName} ${node.className} ends at ${node.getBoundingClientRect().right}`);
    const scrolled = document.scrollingElement?.scrollWidth ?? 0;
    return scrolled > width ? [`the page is ${scrolled} wide in ${width}`, ...wide] : wide;
  });
}

/** Controls and words that lie on one another, or whose text is cut although nothing says that it may be. */
export function cut({ page }: OpenPage): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    // A row that is far out of sight is not laid out until it comes near: here every row is held to the same.
    for (const node of document.querySelectorAll<HTMLElement>('li'))
      if (getComputedStyle(node).contentVisibility === 'auto') node.style.contentVisibility = 'visible';
    // Clipped to nothing: it is there for Tab and by ear, and takes no place that is seen.
    const clipped = (node: Element | null): boolean =>
      node !== null && (getComputedStyle(node).clipPath === 'inset(50%)' || clipped(node.parentElement));
    // Nothing is laid out in a closed <details>, although its boxes keep a size.
    const shown = (node: Element): boolean =>
      node.checkVisibility({ contentVisibilityAuto: true }) && !clipped(node);
    const layer = (node: Element | null): Element | null =>
      node === null || ['sticky', 'fixed'].includes(getComputedStyle(node).position)
        ? node
        : layer(node.parentElement);
    const modal = document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"]');
    const root = modal ?? document.body;
    const named = (node: Element): string =>
      `${node.tagName} ${node.className} “${(node.getAttribute('aria-label') ?? node.textContent ?? '').trim().slice(0, 40)}”`;
    const controls = [...root.querySelectorAll('button, input, select, textarea, summary, [role="menuitem"]')]
      .filter((node) => node.closest('.visually-hidden, [aria-hidden="true"]') === null)
      .map((node) => ({ node, box: node.getBoundingClientRect() }))
      .filter(({ node, box }) => shown(node) && box.width > 1 && box.height > 1);
    controls.forEach(({ node, box }, index) => {
      for (const other of controls.slice(index + 1)) {
        if (node.contains(other.node) || other.node.contains(node)) continue;
        const across = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
        const down = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
        // The toast and the bars at the edges stay while the list moves under them.
        const layered =
          node.closest('main') !== other.node.closest('main') || layer(node) !== layer(other.node);
        if (across > 1 && down > 1 && !layered) found.push(`${named(node)} lies on ${named(other.node)}`);
      }
    });
    for (const node of root.querySelectorAll('button, label, h1, h2, p, dt, dd, li, summary')) {
      if (!shown(node)) continue;
      if (node.closest('.truncate, .visually-hidden, .what, [aria-hidden="true"]') !== null) continue;
      const { overflowX, overflowY } = getComputedStyle(node);
      const hides = overflowX === 'hidden' || overflowY === 'hidden' || node.tagName === 'BUTTON';
      if (hides && node.querySelector('.truncate') === null && node.scrollWidth > node.clientWidth + 1)
        found.push(`${named(node)} is cut: ${node.scrollWidth} in ${node.clientWidth}`);
    }
    return found;
  });
}
