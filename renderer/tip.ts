/**
 * A hint for the hand that comes near. As a title that always stands there it would be read out after the button’s
 * name, which says the same.
 * @param key that does it, too
 */
export function tip(text: string, key?: string): (node: HTMLElement) => () => void {
  return (node) => {
    const show = () => (node.title = key === undefined ? text : `${text} (${key})`);
    const hide = () => node.removeAttribute('title');
    node.addEventListener('pointerenter', show);
    node.addEventListener('pointerleave', hide);
    return () => {
      node.removeEventListener('pointerenter', show);
      node.removeEventListener('pointerleave', hide);
    };
  };
}
