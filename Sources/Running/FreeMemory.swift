import CLibrary

/// How much memory the system would still give this process.
enum FreeMemory {
  /// The free bytes; nil where the system does not say.
  static var bytes: Int? {
    #if os(Linux)
      return [systemBytes, groupBytes, addressBytes].compactMap(\.self).min()
    #else
      return nil
    #endif
  }

  #if os(Linux)
    /// What the whole machine has left, swap included.
    private static var systemBytes: Int? {
      let text = read("/proc/meminfo")
      guard let available = number("MemAvailable:", in: text) else { return nil }
      return (available + (number("SwapFree:", in: text) ?? 0)) << 10
    }

    /// What a container's limit leaves, in the second or the first version of control groups.
    private static var groupBytes: Int? {
      let root = "/sys/fs/cgroup/"
      return group(
        root + "memory.max", root + "memory.current", root + "memory.stat", "inactive_file")
        ?? group(
          root + "memory/memory.limit_in_bytes", root + "memory/memory.usage_in_bytes",
          root + "memory/memory.stat", "total_inactive_file")
    }

    private static func group(
      _ limit: String, _ usage: String, _ statistics: String, _ reclaimable: String
    ) -> Int? {
      guard let limit = Int(read(limit).filter(\.isNumber)),
        let used = Int(read(usage).filter(\.isNumber))
      else { return nil }
      // What files have left behind counts as used, and is given up for whoever needs it.
      return max(0, limit - used + (number(reclaimable, in: read(statistics)) ?? 0))
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

    /// The number behind a word that begins a line.
    private static func number(_ word: String, in text: String) -> Int? {
      for line in text.split(separator: "\n") {
        let words = line.split(separator: " ")
        if words.count > 1, words[0] == word { return Int(words[1]) }
      }
      return nil
    }

    /// The beginning of a short file, empty where there is none.
    private static func read(_ path: String) -> String {
      let descriptor = open(path, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { return "" }
      defer { close(descriptor) }
      var buffer = [UInt8](repeating: 0, count: 8192)
      let count = CLibrary.read(descriptor, &buffer, buffer.count)
      return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }
  #endif
}
