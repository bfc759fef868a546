/** The only style of the sandbox's pages; contrast is AA in light and dark. */
export const STYLE = `
:root { color-scheme: light dark; --back: #f3f5f8; --card: #fff; --text: #1b2430; --soft: #4d5b6c; --line: #c3ccd6;
  --accent: #1f5fa8; --on-accent: #fff; --warn: #ffd75e; --on-warn: #2b2300; --bad: #a3201d; }
@media (prefers-color-scheme: dark) { :root { --back: #12161c; --card: #1c222b; --text: #e8edf3; --soft: #a9b6c5;
  --line: #3f4b59; --accent: #8ec1ff; --on-accent: #0c1d31; --bad: #ff9d96; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; }
.banner { margin: 0; padding: .6rem 1rem; background: var(--warn); color: var(--on-warn); text-align: center; }
main { max-width: 40rem; margin: 2rem auto; padding: 1.5rem 2rem; background: var(--card);
  border: 1px solid var(--line); border-radius: .6rem; }
h1 { margin: 0 0 1rem; font-size: 1.4rem; }
h2 { margin: 1.5rem 0 .5rem; font-size: 1.05rem; }
ul { padding-left: 1.2rem; }
li { margin: .4rem 0; }
code { font-family: ui-monospace, monospace; font-size: .85rem; color: var(--soft); overflow-wrap: anywhere; }
.soft { color: var(--soft); }
.message { padding: .6rem .9rem; border-left: .25rem solid var(--accent); background: var(--back); }
.bad { color: var(--bad); font-weight: 600; }
.choices { display: grid; gap: .6rem; }
.row { display: flex; flex-wrap: wrap; gap: .75rem; margin-top: 1.25rem; }
button { font: inherit; padding: .6rem 1.1rem; border: 1px solid var(--line); border-radius: .4rem; cursor: pointer;
  background: var(--card); color: var(--text); text-align: left; }
button.primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 600; }
button small { display: block; color: var(--soft); }
input[type=text] { font: inherit; width: 100%; padding: .45rem .6rem; border: 1px solid var(--line);
  border-radius: .4rem; background: var(--back); color: var(--text); }
label { display: block; margin: 1rem 0; }
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.code { display: block; padding: .9rem; border: 2px dashed var(--line); border-radius: .4rem; font-size: 1.05rem;
  color: var(--text); user-select: all; }
`;
