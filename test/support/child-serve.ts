/** The other end of a `Child`: answers each request, ends with its parent. */
export function serve<R>(answer: (request: R) => unknown): void {
  process.on('message', ({ id, request }: { id: number; request: R }) => {
    Promise.resolve()
      .then(() => answer(request))
      .then(
        (value) => process.send?.({ id, value: value ?? null }),
        (error: unknown) => process.send?.({ id, error: String(error) }),
      );
  });
  process.on('disconnect', () => process.exit(0));
  process.send?.({ ready: true });
}
