/**
 * What a script that got into a page might try, each with how it went. For `page.evaluate`, so it uses nothing from
 * outside.
 *
 * @param origin of a server that answers, and that the page has no business with
 */
export async function attack(origin: string): Promise<Record<string, unknown>> {
  // Each by its own sign: on a slow machine the word about one attempt comes in the middle of the next.
  const refusal = (directive: string, address: string, resolve: (how: string) => void) => {
    addEventListener('securitypolicyviolation', ({ blockedURI, effectiveDirective }) => {
      if (effectiveDirective === directive && blockedURI.startsWith(address)) resolve('refused');
    });
  };
  const load = (tag: 'script' | 'img' | 'iframe') =>
    new Promise<string>((resolve) => {
      const element = Object.assign(document.createElement(tag), { src: `${origin}/probe` });
      const directive = { script: 'script-src-elem', img: 'img-src', iframe: 'frame-src' }[tag];
      refusal(directive, origin, resolve);
      // A refused frame loads as well, an error in place of the page.
      element.addEventListener('load', () => setTimeout(resolve, 200, 'loaded'));
      document.body.append(element);
    });
  const inline = document.createElement('script');
  inline.textContent = 'globalThis.probe = 1';
  document.body.append(inline);
  const results = {
    inline: 'probe' in globalThis ? 'ran' : 'refused',
    script: await load('script'),
    image: await load('img'),
    frame: await load('iframe'),
    fetch: await fetch(`${origin}/probe`).then(
      () => 'done',
      () => 'refused',
    ),
    socket: await new Promise<string>((resolve) => {
      const address = origin.replace('http', 'ws');
      refusal('connect-src', address, resolve);
      const socket = new WebSocket(address);
      // What the policy refuses is an error, too; its own word comes at once.
      socket.onerror = () => setTimeout(resolve, 200, 'tried');
    }),
    opened: window.open(`${origin}/probe`),
    geolocation: await new Promise<string>((resolve) => {
      navigator.geolocation.getCurrentPosition(
        () => resolve('granted'),
        ({ code }) => resolve(code === 1 ? 'denied' : String(code)),
      );
    }),
    notifications: await Notification.requestPermission(),
    clipboard: await navigator.clipboard.readText().then(
      () => 'read',
      () => 'denied',
    ),
  };
  location.href = `${origin}/probe`;
  return results;
}
