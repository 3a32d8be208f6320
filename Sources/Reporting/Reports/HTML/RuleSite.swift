public import Diagnosis
import LogParsing

/// The rules as a site of plain files: one page a rule in each language, and an index that is searched in the browser.
public struct RuleSite {
  private let rules: [Rule]
  private let ids: Set<String>

  public init(_ rules: RuleSet) {
    self.rules = rules.rules.sorted { $0.id < $1.id }
    ids = Set(rules.rules.map(\.id))
  }

  /// Calls `write` with each file's path inside the site, and its text.
  public func write(_ write: (_ path: String, _ text: String) throws -> Void) rethrows {
    try write("index.html", start)
    for language in Language.allCases {
      try write("\(language.rawValue)/index.html", index(language))
      for rule in rules {
        guard let advice = rule.advice(in: language)?.open else { continue }
        try write("\(language.rawValue)/\(rule.id).html", page(rule, advice, language))
      }
    }
  }

  private var start: String {
    HTMLText.page("maillogd", language: "en") { html in
      html.element("h1", text: "maillogd: \(rules.count) rules · \(rules.count) règles")
      html.element("ul") { html in
        html.element("li") { $0.element("a", ["href": "en/index.html"], text: "English") }
        html.element("li") { $0.element("a", ["href": "fr/index.html"], text: "Français") }
      }
    }
  }

  private func index(_ language: Language) -> String {
    let words = SiteWords(language: language)
    let phrases = Phrases(language: language)
    return HTMLText.page(words.title, language: language.rawValue, script: searchScript) { html in
      html.element("nav") { html in
        html.element("span", text: "maillogd")
        html.element("a", ["href": "../\(words.other.rawValue)/index.html"], text: words.otherName)
      }
      html.element("h1", text: words.title)
      html.void(
        "input",
        ["type": "search", "id": "search", "placeholder": words.search, "aria-label": words.search, "autofocus": ""])
      html.element("p", ["class": "soft", "id": "count"], text: "\(rules.count)")
      html.element("ul", ["class": "rules", "id": "rules"]) { html in
        for rule in rules {
          guard let advice = rule.advice(in: language)?.open else { continue }
          let text =
            ([rule.id, rule.reason ?? "", advice.title, advice.impact] + advice.causes.map(\.text)
            + rule.tests.map(\.log))
            .joined(separator: " ").lowercased()
          html.element("li", ["data-text": text]) { html in
            html.element("span", ["class": "badge \(rule.severity.rawValue)"], text: phrases.severity(rule.severity))
            html.element("a", ["href": rule.id + ".html"], text: advice.title)
            html.element("code", text: rule.id)
          }
          html.lineEnd()
        }
      }
    }
  }

  private func page(_ rule: Rule, _ advice: RuleAdvice, _ language: Language) -> String {
    let words = SiteWords(language: language)
    let phrases = Phrases(language: language)
    return HTMLText.page("\(advice.title) – maillogd", language: language.rawValue) { html in
      html.element("nav") { html in
        html.element("a", ["href": "index.html"], text: words.title)
        html.element("a", ["href": "../\(words.other.rawValue)/\(rule.id).html"], text: words.otherName)
      }
      html.element("span", ["class": "badge \(rule.severity.rawValue)"], text: phrases.severity(rule.severity))
      html.element("h1", text: advice.title)
      html.element("p", ["class": "soft"]) { html in
        html.element("code", text: rule.id)
        html.write(" · \(rule.pack) · \(rule.status.rawValue)" + (rule.reason.map { " · \($0)" } ?? ""))
      }
      html.element("p", text: advice.impact)
      html.element("h2", text: words.causes)
      for cause in advice.causes {
        html.element("section", ["class": "cause"]) { html in
          html.element("h3", text: cause.text)
          let proofs = cause.confirmedBy.map { $0.map { words.proof($0) }.joined(separator: words.and) }
          for proof in proofs { html.element("p", ["class": "soft"], text: words.provenIf + proof) }
          html.steps(cause.fix, phrases)
        }
      }
      let samples = rule.tests.filter(\.matches)
      html.element("h2", text: words.lines)
      for test in samples { html.element("pre", ["class": "log"], text: test.log) }
      related(rule, words, &html)
      if !advice.references.isEmpty {
        html.element("h2", text: words.references)
        html.element("ul") { html in
          for reference in advice.references { html.element("li") { $0.link(to: reference) } }
        }
      }
      html.element("details") { html in
        html.element("summary", text: words.source)
        html.element("pre", text: rule.source)
      }
    }
  }

  private func related(_ rule: Rule, _ words: SiteWords, _ html: inout HTMLText) {
    let related = rule.causedBy + rule.overlaps
    guard !related.isEmpty else { return }
    html.element("h2", text: words.related)
    html.element("ul") { html in
      for id in related {
        html.element("li") { html in
          if ids.contains(id) { html.element("a", ["href": id + ".html"], text: id) } else { html.write(id) }
        }
      }
    }
  }
}

/// The site's own words.
private struct SiteWords {
  let language: Language

  private func pick(_ english: String, _ french: String) -> String { language == .french ? french : english }

  var other: Language { language == .french ? .english : .french }
  var otherName: String { pick("Français", "English") }
  var title: String { pick("What mail logs say, and what to do", "Ce que disent les journaux, et que faire") }
  var search: String {
    pick("Words of the log line, a provider, a cause …", "Mots de la ligne, un fournisseur, une cause…")
  }
  var causes: String { pick("Causes, most likely first", "Causes, la plus probable d'abord") }
  var provenIf: String { pick("Proven if ", "Prouvé si ") }
  var and: String { pick(" and ", " et ") }
  var lines: String { pick("Lines that it is about", "Les lignes concernées") }
  var related: String { pick("Related", "Voir aussi") }
  var references: String { pick("References", "Références") }
  var source: String { pick("The rule file", "Le fichier de la règle") }

  func proof(_ check: EvidenceCheck) -> String {
    switch check {
    case .itself: return pick("the line itself says so", "la ligne elle-même le dit")
    case .logged(let logged):
      let rules = logged.rules.joined(separator: pick(" or ", " ou "))
      return pick("the log also shows \(rules)", "le journal montre aussi \(rules)")
    case .machine(let check): return "\(check.name): \(check.expectation)"
    }
  }
}

/// Hides the rules that lack one of the words; without scripts the whole list stays.
private let searchScript: StaticString = """

  addEventListener("DOMContentLoaded", function () {
    const field = document.getElementById("search"), count = document.getElementById("count");
    const rules = Array.from(document.querySelectorAll("#rules > li"));
    function filter() {
      const words = field.value.toLowerCase().split(/\\s+/).filter(Boolean);
      let shown = 0;
      for (const rule of rules) {
        const fits = words.every(function (word) { return rule.dataset.text.includes(word); });
        rule.hidden = !fits;
        if (fits) shown += 1;
      }
      count.textContent = shown + " / " + rules.length;
      history.replaceState(null, "", words.length ? "#" + encodeURIComponent(field.value) : location.pathname);
    }
    field.value = decodeURIComponent(location.hash.slice(1));
    field.addEventListener("input", filter);
    filter();
  });

  """
