/**
 * What a script that got into a page might try, each with how it went. For `page.evaluate`, so it uses nothing from
 * outside.
 *
 * @param origin of a server that answers, and that the page has no business with
 */
export async function attack(origin: string): Promise<Record<string, unknown>> {
  const refusal = (resolve: (how: string) => void) => {
    addEventListener('securitypolicyviolation', () => resolve('refused'), { once: true });
  };
  const load = (tag: 'script' | 'img' | 'iframe') =>
    new Promise<string>((resolve) => {
      const element = Object.assign(document.createElement(tag), { src: `${origin}/probe` });
      refusal(resolve);
      element.addEventListener('load', () => resolve('loaded'));
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
      refusal(resolve);
      const socket = new WebSocket(origin.replace('http', 'ws'));
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
