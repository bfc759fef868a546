// For Windows' own Node under Wine 8, which does not know TCP_KEEPALIVE (WSAENOPROTOOPT): Node would fail every
// connection of its fetch for it. Windows knows it.
import { Socket } from 'node:net';

Socket.prototype.setKeepAlive = function setKeepAlive() {
  return this;
};
