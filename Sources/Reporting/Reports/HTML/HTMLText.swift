/// Builds an HTML page piece by piece. Every text and attribute is escaped here and nowhere else; there is no way to add
/// markup that is not an element.
struct HTMLText {
  private(set) var text = ""

  /// An element with `content` in it.
  mutating func element(
    _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:], _ content: (inout HTMLText) -> Void
  ) {
    open(name, attributes)
    content(&self)
    text += "</\(name)>"
  }

  mutating func element(
    _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:], text: String
  ) {
    element(name, attributes) { $0.write(text) }
  }

  /// An element that has no end: `meta`, `input`.
  mutating func void(_ name: StaticString, _ attributes: KeyValuePairs<StaticString, String>) {
    open(name, attributes)
  }

  /// Text; its line ends stay, for `pre`.
  mutating func write(_ words: String) {
    let lines = words.split(separator: "\n", omittingEmptySubsequences: false)
    text += lines.map { String($0).printable.escapedForXML }.joined(separator: "\n")
  }

  mutating func lineEnd() { text += "\n" }

  /// A style sheet or script of our own.
  mutating func constant(_ name: StaticString, _ content: StaticString) {
    text += "<\(name)>\(content)</\(name)>\n"
  }

  /// A link; only web addresses become one, for the address may come from a stranger's pack.
  mutating func link(to address: String) {
    guard address.hasPrefix("https://") || address.hasPrefix("http://") else { return write(address) }
    element("a", ["href": address, "rel": "noopener noreferrer"], text: address)
  }

  private mutating func open(_ name: StaticString, _ attributes: KeyValuePairs<StaticString, String>) {
    text += "<\(name)"
    for (key, value) in attributes { text += " \(key)=\"\(value.escapedForXML)\"" }
    text += ">"
  }

  /// A whole page.
  static func page(
    _ title: String, language: String, script: StaticString? = nil, _ body: (inout HTMLText) -> Void
  ) -> String {
    var html = HTMLText()
    html.text = "<!doctype html>\n"
    html.element("html", ["lang": language]) { html in
      html.lineEnd()
      html.element("head") { html in
        html.void("meta", ["charset": "utf-8"])
        html.void("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
        // Nothing is ever loaded from elsewhere, whatever a text may hold.
        html.void(
          "meta",
          [
            "http-equiv": "Content-Security-Policy",
            "content":
              "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
          ])
        html.element("title", text: title)
        html.constant("style", pageStyle)
        if let script { html.constant("script", script) }
      }
      html.lineEnd()
      html.element("body", [:], body)
      html.lineEnd()
    }
    return html.text + "\n"
  }
}

/// One sheet for the report and the rules' site; dark where the reader's screen is.
private let pageStyle: StaticString = """

  :root { color-scheme: light dark; --back: #fdfdfc; --ink: #1c1e21; --soft: #5d646d; --line: #d9dce0; --box: #f1f2f4;
    --critical: #b3122b; --error: #b3122b; --warning: #8a5a00; --info: #225fa8; --good: #1f7038; }
  @media (prefers-color-scheme: dark) { :root { --back: #16181b; --ink: #e6e7e9; --soft: #a2a9b2; --line: #363b42;
    --box: #212429; --critical: #ff7b88; --error: #ff7b88; --warning: #e8b64c; --info: #7fb4f5; --good: #74cf92; } }
  * { box-sizing: border-box; }
  body { margin: 0 auto; max-width: 58rem; padding: 1.5rem 1rem 4rem; background: var(--back); color: var(--ink);
    font: 16px/1.55 system-ui, sans-serif; overflow-wrap: anywhere; }
  h1 { font-size: 1.5rem; line-height: 1.25; margin: .4rem 0 .6rem; }
  h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
  h3 { font-size: 1rem; margin: 0 0 .3rem; }
  a { color: var(--info); }
  nav, .soft { color: var(--soft); font-size: .9rem; }
  nav { display: flex; gap: 1rem; justify-content: space-between; }
  section.incident, section.cause { border: 1px solid var(--line); border-left: 4px solid var(--line); border-radius: 6px;
    padding: .9rem 1.1rem; margin: 0 0 1rem; }
  section.critical, section.error { border-left-color: var(--error); }
  section.warning { border-left-color: var(--warning); }
  section.info { border-left-color: var(--info); }
  section.cause.confirmed { border-left-color: var(--good); }
  .badge { font-size: .75rem; font-weight: 700; letter-spacing: .04em; text-transform: uppercase; }
  .badge.critical, .badge.error { color: var(--error); }
  .badge.warning { color: var(--warning); }
  .badge.info { color: var(--info); }
  .standing { font-weight: 600; }
  ol, ul { padding-left: 1.4rem; margin: .4rem 0; }
  li { margin: .25rem 0; }
  pre { background: var(--box); border-radius: 5px; padding: .5rem .7rem; margin: .35rem 0; overflow-x: auto;
    white-space: pre; font: 13px/1.5 ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: normal; }
  pre.log { white-space: pre-wrap; overflow-wrap: anywhere; }
  code { font: 13px/1.5 ui-monospace, "DejaVu Sans Mono", monospace; }
  dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; margin: .5rem 0; }
  dt { color: var(--soft); }
  dd { margin: 0; }
  table { border-collapse: collapse; width: 100%; font-size: .9rem; }
  td, th { text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); padding: .3rem .6rem .3rem 0; }
  td.number { text-align: right; white-space: nowrap; }
  input[type=search] { width: 100%; font: inherit; padding: .5rem .7rem; border: 1px solid var(--line); border-radius: 6px;
    background: var(--box); color: inherit; }
  ul.rules { list-style: none; padding: 0; }
  ul.rules li { border-bottom: 1px solid var(--line); padding: .45rem 0; margin: 0; display: grid;
    grid-template-columns: 5.2rem 1fr; gap: 0 .6rem; }
  ul.rules code { grid-column: 2; color: var(--soft); }
  [hidden] { display: none !important; }

  """
