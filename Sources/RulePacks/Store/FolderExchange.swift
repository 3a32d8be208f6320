internal import CPacks
import Glibc

/// Puts folders in the place of others in one step, so that no reader ever finds half of one.
enum FolderExchange {
  /// Renames `made` to `target`; what was there comes back under the name of `made`.
  static func put(_ made: String, inPlaceOf target: String) throws(PackFault) {
    let code: Int32
    if unsafe access(target, F_OK) == 0 {
      code = unsafe cpacks_exchange(made, target)
    } else {
      code = unsafe rename(made, target) == 0 ? 0 : errno
    }
    guard code == 0 else {
      throw .disk(
        "\(target) cannot be put in its place: \(unsafe String(cString: strerror(code))). Nothing was changed.")
    }
  }
}
