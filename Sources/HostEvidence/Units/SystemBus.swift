import Glibc

/// A connection to systemd over the system bus, through libsystemd's sd-bus. The library is opened when the first unit is
/// looked at: most runs never ask, and need not pay for loading it. It closes with the value.
@safe struct SystemBus: ~Copyable {
  private let bus: OpaquePointer
  private let library: Library

  /// The few functions of sd-bus(3) that reading a property takes.
  @safe private struct Library {
    typealias Open = @convention(c) (UnsafeMutablePointer<OpaquePointer?>) -> Int32
    typealias Close = @convention(c) (OpaquePointer?) -> OpaquePointer?
    typealias SetTimeout = @convention(c) (OpaquePointer?, UInt64) -> Int32
    typealias Encode =
      @convention(c) (
        UnsafePointer<CChar>, UnsafePointer<CChar>, UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
      ) -> Int32
    typealias Text =
      @convention(c) (
        OpaquePointer?, UnsafePointer<CChar>, UnsafePointer<CChar>, UnsafePointer<CChar>, UnsafePointer<CChar>,
        UnsafeMutableRawPointer?, UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
      ) -> Int32
    typealias Number =
      @convention(c) (
        OpaquePointer?, UnsafePointer<CChar>, UnsafePointer<CChar>, UnsafePointer<CChar>, UnsafePointer<CChar>,
        UnsafeMutableRawPointer?, CChar, UnsafeMutableRawPointer
      ) -> Int32

    let open: Open
    let close: Close
    let setTimeout: SetTimeout
    let encode: Encode
    let text: Text
    let number: Number

    init?() {
      guard let handle = unsafe dlopen("libsystemd.so.0", RTLD_NOW | RTLD_LOCAL) else { return nil }
      guard let open = unsafe dlsym(handle, "sd_bus_open_system"),
        let close = unsafe dlsym(handle, "sd_bus_flush_close_unref"),
        let setTimeout = unsafe dlsym(handle, "sd_bus_set_method_call_timeout"),
        let encode = unsafe dlsym(handle, "sd_bus_path_encode"),
        let text = unsafe dlsym(handle, "sd_bus_get_property_string"),
        let number = unsafe dlsym(handle, "sd_bus_get_property_trivial")
      else { return nil }
      unsafe self.open = unsafe unsafeBitCast(open, to: Open.self)
      unsafe self.close = unsafe unsafeBitCast(close, to: Close.self)
      unsafe self.setTimeout = unsafe unsafeBitCast(setTimeout, to: SetTimeout.self)
      unsafe self.encode = unsafe unsafeBitCast(encode, to: Encode.self)
      unsafe self.text = unsafe unsafeBitCast(text, to: Text.self)
      unsafe self.number = unsafe unsafeBitCast(number, to: Number.self)
    }
  }

  /// `nil` where there is no libsystemd or no system bus, as in most containers.
  init?() {
    guard let library = Library() else { return nil }
    var bus: OpaquePointer?
    guard unsafe library.open(&bus) >= 0, let bus = unsafe bus else { return nil }
    _ = unsafe library.setTimeout(bus, 2_000_000)
    unsafe self.bus = bus
    self.library = library
  }

  deinit { _ = unsafe library.close(bus) }

  /// A property of a unit that is a string; asking for a unit loads it if it is installed.
  func text(_ property: String, of unit: String, interface: String = "Unit") -> String? {
    guard let path = objectPath(unit) else { return nil }
    var value: UnsafeMutablePointer<CChar>?
    let code = unsafe library.text(
      bus, "org.freedesktop.systemd1", path, "org.freedesktop.systemd1.\(interface)", property, nil, &value)
    defer { unsafe free(value) }
    guard code >= 0, let value = unsafe value else { return nil }
    return unsafe String(cString: value)
  }

  /// A property of D-Bus type `t`, 64 bits unsigned.
  func number(_ property: String, of unit: String, interface: String = "Service") -> UInt64? {
    guard let path = objectPath(unit) else { return nil }
    var value: UInt64 = 0
    let code = unsafe library.number(
      bus, "org.freedesktop.systemd1", path, "org.freedesktop.systemd1.\(interface)", property, nil,
      CChar(UInt8(ascii: "t")), &value)
    return code >= 0 ? value : nil
  }

  /// A property of D-Bus type `b`, or `u` and `i`: 32 bits.
  func word(_ property: String, of unit: String, type: UInt8, interface: String = "Service") -> UInt32? {
    guard let path = objectPath(unit) else { return nil }
    var value: UInt32 = 0
    let code = unsafe library.number(
      bus, "org.freedesktop.systemd1", path, "org.freedesktop.systemd1.\(interface)", property, nil, CChar(type), &value
    )
    return code >= 0 ? value : nil
  }

  private func objectPath(_ unit: String) -> String? {
    var path: UnsafeMutablePointer<CChar>?
    guard unsafe library.encode("/org/freedesktop/systemd1/unit", unit, &path) >= 0 else { return nil }
    defer { unsafe free(path) }
    return unsafe path.map { unsafe String(cString: $0) }
  }
}
