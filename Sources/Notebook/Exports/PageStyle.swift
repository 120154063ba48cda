/// How a page looks: light and dark, on a phone and printed. It asks for nothing from anywhere.
enum PageStyle {
  static let text = """
    :root {
      color-scheme: light dark;
      --paper: #ffffff; --ink: #1f2328; --faint: #59636e; --line: #d1d9e0; --field: #f6f8fa;
      --input: #116329; --output: #a40e26; --masked: #8250df; --accent: #0550ae;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --paper: #0d1117; --ink: #e6edf3; --faint: #9198a1; --line: #3d444d; --field: #161b22;
        --input: #7ee787; --output: #ffa198; --masked: #d2a8ff; --accent: #79c0ff;
      }
    }
    * { box-sizing: border-box; }
    html { scroll-padding: 1rem 0 5rem; }
    body {
      margin: 0; background: var(--paper); color: var(--ink);
      font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: break-word;
    }
    main { max-width: 56rem; margin: 0 auto; padding: 1rem 1rem 6rem; }
    h1 { font-size: 1.6rem; line-height: 1.2; margin: 1rem 0; }
    h2 { font-size: 1.15rem; line-height: 1.3; margin: 2rem 0 .5rem; }
    h3, h4, h5, h6 { font-size: 1rem; line-height: 1.3; margin: 1.5rem 0 .5rem; }
    a { color: var(--accent); }
    p, ul, ol { margin: .6rem 0; max-width: 44rem; }
    pre, code, table, .prompt {
      font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
      font-size: .85rem; line-height: 1.4;
    }
    pre { margin: 0; white-space: pre; overflow-x: auto; }
    .cell { margin: .8rem 0 1.2rem; }
    .input, .result { display: grid; grid-template-columns: 5rem minmax(0, 1fr); margin: .4rem 0; }
    .prompt { padding: .35rem .5rem .35rem 0; text-align: right; user-select: none; }
    .input .prompt { color: var(--input); }
    .result .prompt { color: var(--output); }
    .input pre {
      background: var(--field); border: 1px solid var(--line); border-radius: 4px;
      padding: .3rem .6rem;
    }
    .value { padding: .35rem .6rem; overflow-x: auto; }
    .value > * + * { margin-top: .8rem; }
    .failure { color: var(--output); white-space: pre-wrap; }
    .expectation { margin: .4rem 0 .4rem 5rem; }
    .expectation input {
      font: inherit; color: var(--ink); background: var(--paper); border: 1px solid var(--line);
      border-radius: 4px; padding: .25rem .5rem; width: 9rem;
    }
    .expectation output { color: var(--accent); font-weight: 600; }
    .masked { color: var(--masked); }
    table { border-collapse: collapse; }
    th, td { padding: .1rem .8rem .1rem 0; text-align: right; white-space: pre; }
    th { border-bottom: 1px solid var(--line); font-weight: 600; }
    .leading { text-align: left; }
    svg { max-width: max(100%, 32rem); height: auto; }
    nav {
      position: fixed; inset: auto 0 0 0; display: flex; gap: .5rem; align-items: center;
      justify-content: center; padding: .6rem 1rem; background: var(--paper);
      border-top: 1px solid var(--line);
    }
    nav[hidden] { display: none; }
    nav output { min-width: 8rem; text-align: center; color: var(--faint); font-size: .9rem; }
    button {
      font: inherit; color: var(--ink); background: var(--field); cursor: pointer;
      border: 1px solid var(--line); border-radius: 6px; padding: .45rem .9rem; min-height: 2.75rem;
    }
    button:disabled { opacity: .5; cursor: default; }
    button:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
    .next { border-color: var(--accent); color: var(--accent); font-weight: 600; min-width: 6rem; }
    .later { display: none; }
    @media (max-width: 40rem) {
      .input, .result { grid-template-columns: minmax(0, 1fr); }
      .prompt { text-align: left; padding-bottom: .1rem; }
      .value { padding-left: 0; }
      .expectation { margin-left: 0; }
      pre, code, table, .prompt { font-size: .78rem; }
      nav { padding: .5rem; gap: .4rem; }
      nav output { min-width: 4rem; }
      button { padding: .4rem .6rem; }
      .next { min-width: 5rem; }
    }
    @media print {
      :root { --paper: #fff; --ink: #000; --field: #fff; --line: #999; --faint: #444; }
      main { max-width: none; padding: 0; }
      nav { display: none !important; }
      .later { display: revert; }
      .result.later { display: grid; }
      pre { white-space: pre-wrap; }
      .input, .result, table { break-inside: avoid; }
      h2 { break-after: avoid; }
    }
    """
}
