/// The line that a mail client puts over what it quotes: "On 31 January Bob wrote:", « Le 31 janvier Bob a écrit : ».
enum QuoteHeader {
  /// Behind which line the header ends that begins at `begin`; `nil` if none begins there.
  static func end(in text: WrappedText, from begin: Int, upTo limit: Int) -> Int? {
    guard openings.contains(where: { text.text(begin).opens(with: $0) }) else { return nil }
    for end in begin..<min(begin + mostLines, limit) where text.text(end).closes(with: ":") {
      let words = text.text(end)
      let before = end > begin ? text.text(end - 1) : words
      return verbs.contains { words.mentions($0) || before.mentions($0) } ? end + 1 : nil
    }
    return nil
  }

  private static let mostLines = 3
  private static let openings = ["Le ", "On ", "Am ", "El ", "Il ", "Op ", "Em ", "Den "]
  private static let verbs = ["crit", "wrote", "schrieb", "escribi", "scritto", "schreef", "escreveu", "skrev"]
}
