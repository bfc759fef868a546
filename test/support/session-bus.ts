import { createClient } from 'dbus-native';

/** Resolves when somebody owns the name on that bus. */
export async function waitForName(busAddress: string, name: string, milliseconds = 10_000): Promise<void> {
  const bus = createClient({ busAddress });
  try {
    await new Promise<void>((settle, fail) => {
      const limit = setTimeout(() => {
        fail(new Error(`nobody owned ${name} within ${milliseconds} ms`));
      }, milliseconds);
      const done = (): void => {
        clearTimeout(limit);
        settle();
      };
      bus.connection.on('message', (message) => {
        if (message.member === 'NameOwnerChanged' && message.body?.[0] === name) done();
      });
      // The rule comes first, so that a name taken between the two is not missed.
      bus
        .watch(`type='signal',interface='org.freedesktop.DBus',member='NameOwnerChanged',arg0='${name}'`)
        .then(() => bus.invokeDbus<boolean>({ member: 'NameHasOwner', signature: 's', body: [name] }))
        .then((owned) => {
          if (owned) done();
        })
        .catch(fail);
    });
  } finally {
    await bus.close();
  }
}
