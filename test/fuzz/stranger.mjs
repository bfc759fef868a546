import { connect } from 'node:net';

/**
 * Another program than the fuzzer: it asks in its own name, with the bytes that it is told to send. Bytes travel
 * as one character each.
 *
 * @typedef {{ id: number, path: string, bytes: string, quietMs: number }} Order
 */
process.on('message', (/** @type {Order} */ order) => {
  const { id, path, bytes, quietMs } = order;
  const socket = connect({ path, allowHalfOpen: true });
  let got = '';
  let left = false;
  let timer = setTimeout(leave, quietMs);
  function leave() {
    left = true;
    socket.end();
    timer = setTimeout(() => answer(false), 15_000);
  }
  /** @param {boolean} ended */
  function answer(ended) {
    clearTimeout(timer);
    socket.removeAllListeners('close').destroy();
    process.send?.({ id, bytes: got, ended, left });
  }
  socket.setEncoding('latin1');
  socket.on('data', (text) => (got += String(text)));
  socket.on('end', () => socket.end());
  socket.on('error', () => socket.destroy());
  socket.on('close', () => answer(true));
  if (bytes !== '') socket.write(bytes, 'latin1');
});
process.on('disconnect', () => process.exit(0));
