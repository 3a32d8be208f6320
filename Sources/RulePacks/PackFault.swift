/// Why a pack, a signature or a key is refused, said to the admin who wanted to install or sign it.
public enum PackFault: Error, Sendable, CustomStringConvertible, Equatable {
  case badArchive(String)
  case badFolder(String)
  case badKey(String)
  case badSignature(String)
  case badSigners(String)
  case unsigned(String)
  case notAllowed(String)
  case badRules(String)
  case downgrade(String)
  case notInstalled(String)
  case notReachable(String)
  case disk(String)

  public var description: String {
    switch self {
    case .badArchive(let reason): "the archive is refused: \(reason)"
    case .badFolder(let reason): "the folder is no pack: \(reason)"
    case .badKey(let reason): "the key is refused: \(reason)"
    case .badSignature(let reason): "the signature is refused: \(reason)"
    case .badSigners(let reason): "the list of allowed signers is refused: \(reason)"
    case .unsigned(let reason), .notAllowed(let reason), .downgrade(let reason), .notInstalled(let reason),
      .notReachable(let reason), .disk(let reason):
      reason
    case .badRules(let reason): "the rules of the pack are refused:\n\(reason)"
    }
  }
}
