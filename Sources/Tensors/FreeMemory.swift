#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// How much memory the system would still give this process.
///
/// An allocation that is refused would end the program, and one that is granted and not there would
/// let the system end it; so large ones are looked at before.
@usableFromInline
enum FreeMemory {
  /// Elements below which nobody looks: the answer costs more than it is worth.
  @inlinable static var smallestRequest: Int { 1 << 24 }

  /// The free bytes; nil where the system does not say.
  static var bytes: Int? {
    #if os(Linux)
      return [systemBytes, groupBytes, addressBytes].compactMap(\.self).min()
    #else
      return nil
    #endif
  }

  #if os(Linux)
    /// What the whole machine has left.
    private static var systemBytes: Int? {
      let line = read("/proc/meminfo").split(separator: "\n").first {
        $0.hasPrefix("MemAvailable:")
      }
      return (line?.split(separator: " ").dropFirst().first).flatMap { Int($0) }.map { $0 << 10 }
    }

    /// What a container's limit leaves.
    private static var groupBytes: Int? {
      func number(_ name: String) -> Int? {
        Int(read("/sys/fs/cgroup/memory." + name).filter(\.isNumber))
      }
      guard let limit = number("max"), let used = number("current") else { return nil }
      return max(0, limit - used)
    }

    /// What the shell's `ulimit -v` leaves.
    private static var addressBytes: Int? {
      var limit = rlimit()
      guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0,
        limit.rlim_cur < UInt64(Int.max)
      else { return nil }
      let pages = read("/proc/self/statm").split(separator: " ").first.flatMap { Int($0) } ?? 0
      return max(0, Int(limit.rlim_cur) - pages * sysconf(Int32(_SC_PAGESIZE)))
    }

    /// The beginning of a short file, empty where there is none.
    private static func read(_ path: String) -> String {
      let descriptor = open(path, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { return "" }
      defer { close(descriptor) }
      var buffer = [UInt8](repeating: 0, count: 4096)
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }
  #endif
}
