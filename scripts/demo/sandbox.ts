import { startSandbox } from '../../test/sandbox/index.ts';

/**
 * The fake Globus in a process of its own. Says where it listens in one line of JSON on stdout, and ends
 * when its stdin does, so that it never outlives the demo, however that ends.
 */
const sandbox = await startSandbox();
const [clientId] = sandbox.clients;

process.stdout.write(`${JSON.stringify({ auth: sandbox.auth.port, flows: sandbox.flows.port, clientId })}\n`);

process.stdin.resume();
process.stdin.once('end', stop);
process.once('SIGINT', stop);
process.once('SIGTERM', stop);

function stop(): void {
  void sandbox.close().then(() => process.exit(0));
}
