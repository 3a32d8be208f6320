/// What somebody pasted, taken apart into things that a diagnosis can read.
public struct PastedText: Hashable, Sendable {
  public var items: [Item]
  /// Other readings of the same paste, the likelier first: where a line was broken, a blank may have stood or not.
  public var alternatives: [PastedText] = []

  public enum Item: Hashable, Sendable {
    /// Complete log lines, one per line.
    case logText([UInt8])
    /// A recipient in a bounce or a delay notice.
    case bounce(Bounce)
    /// A bare SMTP reply; the lines of a longer one are joined with one space, as Postfix logs them.
    case reply([UInt8])
    /// A paragraph of which nothing is known, on one line.
    case other([UInt8])
  }

  /// How much of a paste is read; what lies behind is left out.
  public static let maximumSize = 4 << 20

  /// Reads log lines, bounces (as text or as a whole mail), and SMTP replies; wrapped, quoted, indented or encoded.
  ///
  /// Every input is read somehow: what is not recognised is `.other`.
  public static func read(_ bytes: [UInt8]) -> PastedText {
    let paste = Paste(bytes.prefix(maximumSize))
    var text = PastedText(items: paste.items(as: .judged))
    for breaks in [LineBreaks.cut, .atBlanks] where paste.isDoubtful {
      let other = PastedText(items: paste.items(as: breaks))
      if ([text] + text.alternatives).allSatisfy({ $0.items != other.items }) { text.alternatives.append(other) }
    }
    return text
  }
}
