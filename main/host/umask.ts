/**
 * Imported before everything else: what this process creates (Chromium's files too) is for its owner
 * alone (CHECKLIST 28). An import, because imports of a module run before its first statement.
 */
process.umask(0o077);
